//! Requests under the hardship clause (hardheidsclausule, TAR-08).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

/// A request of a provider under the hardship clause, with all that was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipRequest {
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// How the provider shows that it delivers care efficiently.
    pub efficiency: String,
    /// The documents, in the order in which they came.
    pub documents: Vec<HardshipDocument>,
    /// The kinds of documents that are still missing.
    pub missing: Vec<String>,
    /// The last day to answer it; absent where no source states one.
    pub answer_by: Option<NaiveDate>,
    /// The figures laid out for the decider.
    pub figures: Option<LaidOut>,
    /// What the office judged: the newest on each topic.
    pub judgements: BTreeMap<HardshipTopic, HardshipJudgement>,
    /// Where it stands.
    pub state: HardshipState,
    /// What was decided, once it is.
    pub decided: Option<HardshipVerdict>,
    /// The newest objection.
    pub objection: Option<HardshipObjection>,
}

impl HardshipRequest {
    /// The kinds of the documents that are there.
    pub fn kinds(&self) -> BTreeSet<String> {
        self.documents.iter().map(|document| document.kind.clone()).collect()
    }

    /// Whether an objection waits for a decision.
    pub fn objected(&self) -> bool {
        self.objection.as_ref().is_some_and(|objection| objection.state == ObjectionState::Open)
    }

    /// Whether it waits for a decision after the last day to answer it.
    pub fn overdue(&self, today: NaiveDate) -> bool {
        self.state == HardshipState::Filed && self.answer_by.is_some_and(|last| last < today)
    }
}

/// Where a hardship request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HardshipState {
    /// It waits for a decision.
    Filed,
    /// It was filed outside the window.
    NotConsidered,
    /// An addition was granted.
    Granted,
    /// It was rejected.
    Rejected,
}

/// A document with a hardship request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipDocument {
    /// The kind, as the lists of the rule files name it.
    pub kind: String,
    /// SHA-256 of the document, lower-case hexadecimal.
    pub sha256: String,
    /// What it is.
    pub description: String,
    /// When it was received.
    pub received: DateTime<Utc>,
}

/// The figures that the decider weighs: of Wlz operations, none below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipFigures {
    /// The deficit that the tariff percentage causes.
    pub deficit: Money,
    /// Incidental charges in it (incidentele lasten).
    pub incidental_charges: Money,
    /// Losses on real estate in it.
    pub real_estate_losses: Money,
    /// Reserves that can absorb it.
    pub absorbing_reserves: Money,
    /// What identified operational improvements bring.
    pub improvements: Money,
    /// Wlz revenue at 100% of the maximum tariffs, without NHC and NIC.
    pub wlz_revenue: Money,
}

/// Figures on record, with who laid them out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaidOut {
    /// The figures.
    pub figures: HardshipFigures,
    /// What they are taken from.
    pub motivation: String,
    /// Who recorded them.
    pub by: String,
    /// When.
    pub recorded: DateTime<Utc>,
}

/// What the office judges and no rule computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HardshipTopic {
    /// Whether the provider shows that it delivers care efficiently now.
    Efficiency,
    /// The duty of care, weighed.
    DutyOfCare,
}

/// A judgement of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipJudgement {
    /// The judgement.
    pub positive: bool,
    /// Why.
    pub motivation: String,
    /// Who judged.
    pub by: String,
    /// When.
    pub judged: DateTime<Utc>,
}

/// What a person decided on a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipVerdict {
    /// The addition in percentage points; absent when it was rejected.
    pub points: Option<Decimal>,
    /// Why.
    pub motivation: String,
    /// Who decided; of a rejection the second person.
    pub by: String,
    /// When.
    pub decided: DateTime<Utc>,
}

/// An objection to what was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipObjection {
    /// The day on which the provider received the decision.
    pub received: NaiveDate,
    /// When the objection was made.
    pub filed: DateTime<Utc>,
    /// The objection.
    pub text: String,
    /// Where it stands.
    pub state: ObjectionState,
    /// Why it was upheld or dismissed, and by whom; absent before that.
    pub decided: Option<HardshipVerdict>,
}

/// Where an objection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// It was made in time, and waits for a decision.
    Open,
    /// It was made too late.
    Late,
    /// It was upheld.
    Upheld,
    /// It was dismissed.
    Dismissed,
}
