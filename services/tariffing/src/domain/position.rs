//! What is on record of a provider for a year: everything a percentage is derived from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use money::{Decimal, Percentage};
use serde::{Deserialize, Serialize};

/// Whether the office bought from a provider before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A provider that the office did not buy from before.
    New,
    /// A provider with an agreement before; also one of which nothing else is on record.
    #[default]
    Existing,
}

/// What a percentage on record rests on. Some kinds don't count as a lower tariff of the past (TAR-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The regular derivation.
    Regular,
    /// A falling line of a multi-year agreement (TAR-12).
    FallingLine,
    /// The reduction for a new provider.
    NewProvider,
    /// An interview with a new provider (TAR-20).
    Interview,
    /// A lower bid (TAR-17).
    LowerBid,
}

/// The percentage that was agreed for the year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// The percentage.
    pub percentage: Percentage,
    /// What it rests on.
    pub basis: Basis,
}

/// Something that was granted to a provider, or established about it, under a key of the rule files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The key of an adjustment, a start or a condition.
    pub key: String,
    /// The percentage points; absent where the rule file states them, or where there are none.
    pub points: Option<Decimal>,
    /// The delivery form it is bound to (TAR-21); absent for all.
    pub form: Option<String>,
    /// The initiative it is for; one initiative earns once (TAR-05).
    pub initiative: String,
    /// The day it was agreed.
    pub agreed: NaiveDate,
    /// The proposal it was granted on, if it was one.
    pub proposal_id: Option<String>,
}

/// One thing on record of a provider for a year. A later one of the same kind and name replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Whether the provider is new.
    Standing(Standing),
    /// The percentage of a falling line for this year.
    Line(Percentage),
    /// The percentage that the interview led to.
    Interview(Percentage),
    /// The lower percentage that was agreed.
    Bid(Percentage),
    /// The addition under the hardship clause, in points.
    Hardship(Decimal),
    /// A grant, by its id.
    Grant(Grant),
    /// What stood under this kind and name is taken back.
    Withdrawn,
}

impl Finding {
    /// The kind, as it is stored; `None` for a withdrawal, which is stored under the kind it takes back.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Finding::Standing(_) => Some("standing"),
            Finding::Line(_) => Some("line"),
            Finding::Interview(_) => Some("interview"),
            Finding::Bid(_) => Some("bid"),
            Finding::Hardship(_) => Some("hardship"),
            Finding::Grant(_) => Some("grant"),
            Finding::Withdrawn => None,
        }
    }
}

/// Everything on record of a provider for a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Whether it is new; existing unless somebody recorded otherwise.
    pub standing: Standing,
    /// The percentage of a falling line.
    pub line: Option<Percentage>,
    /// The percentage that the interview led to.
    pub interview: Option<Percentage>,
    /// The lower percentage that was agreed.
    pub bid: Option<Percentage>,
    /// The addition under the hardship clause, in points.
    pub hardship: Option<Decimal>,
    /// What was granted, by id, in the order in which it was recorded.
    pub grants: Vec<(String, Grant)>,
}

impl Position {
    /// The newest of every kind and name, given in the order in which they were recorded.
    pub fn of(findings: impl IntoIterator<Item = (String, String, Finding)>) -> Position {
        let mut newest: BTreeMap<(String, String), (usize, Finding)> = BTreeMap::new();
        for (place, (kind, name, finding)) in findings.into_iter().enumerate() {
            // A grant that is changed keeps its place.
            let first = newest.get(&(kind.clone(), name.clone())).map_or(place, |(first, _)| *first);
            newest.insert((kind, name), (first, finding));
        }
        let mut position = Position::default();
        let mut grants = Vec::new();
        for ((_, name), (place, finding)) in newest {
            match finding {
                Finding::Standing(standing) => position.standing = standing,
                Finding::Line(percentage) => position.line = Some(percentage),
                Finding::Interview(percentage) => position.interview = Some(percentage),
                Finding::Bid(percentage) => position.bid = Some(percentage),
                Finding::Hardship(points) => position.hardship = Some(points),
                Finding::Grant(grant) => grants.push((place, name, grant)),
                Finding::Withdrawn => {}
            }
        }
        grants.sort_by_key(|(place, _, _)| *place);
        position.grants = grants.into_iter().map(|(_, id, grant)| (id, grant)).collect();
        position
    }
}
