//! Figures of a provider over a period, to be compared with those of its peers (SCR-05).

use chrono::{DateTime, Days, NaiveDate, Utc};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::{FactKind, Statement, codes::codes};

codes! {
    /// What is compared between peers.
    PeerMeasure,
    /// Euros granted per client.
    CostPerClient = "cost_per_client",
    /// Hours of care per client.
    HoursPerClient = "hours_per_client",
    /// The share of days of stay that include treatment.
    TreatmentShare = "treatment_share",
    /// Growth of what was granted against the period before.
    Growth = "growth",
    /// The share of lines with a day in a weekend.
    WeekendShare = "weekend_share",
    /// The share of lines of night care.
    NightShare = "night_share",
    /// The share of durations that are round.
    RoundDurations = "round_durations",
    /// Lines per full-time equivalent of staff.
    ClaimsPerFte = "claims_per_fte",
    /// The share of care that subcontractors give.
    SubcontractingShare = "subcontracting_share",
    /// The result as a share of revenue.
    ResultRatio = "result_ratio",
    /// The dividend as a share of revenue.
    DividendRatio = "dividend_ratio",
    /// The share of days of stay that are VV10.
    PalliativeShare = "palliative_share",
}

codes! {
    /// Where a figure stands among those of peers.
    PeerStanding,
    /// Within what is usual.
    Usual = "usual",
    /// So far from the median that a signal is raised.
    Unusual = "unusual",
    /// There are too few peers with a figure.
    GroupTooSmall = "group_too_small",
    /// At least half of the peers have the same figure.
    NoSpread = "no_spread",
    /// There is no figure.
    NoValue = "no_value",
    /// The measure waits for a parameter that no source states.
    Waiting = "waiting",
    /// The sector of the provider is not known.
    NoGroup = "no_group",
    /// No rule file says how to compare the measure.
    NotRuled = "not_ruled",
}

impl PeerMeasure {
    /// The facts about a provider that it is made of.
    pub fn facts(self) -> &'static [FactKind] {
        match self {
            PeerMeasure::ClaimsPerFte => &[FactKind::StaffFte],
            PeerMeasure::SubcontractingShare => &[FactKind::SubcontractingShare],
            PeerMeasure::ResultRatio => &[FactKind::Result, FactKind::Revenue],
            PeerMeasure::DividendRatio => &[FactKind::Dividend, FactKind::Revenue],
            _ => &[],
        }
    }
}

/// A quarter or a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerPeriod {
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// The first day of the period before, which ends the day before this one begins.
    pub before: NaiveDate,
}

impl PeerPeriod {
    /// A quarter of a year, or the whole year for none; `None` when there is no such period.
    pub fn of(year: i32, quarter: Option<u32>) -> Option<PeerPeriod> {
        let first = |year: i32, quarter: u32| NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1);
        let (first_day, before, next) = match quarter {
            None => (first(year, 1)?, first(year - 1, 1)?, first(year + 1, 1)?),
            Some(quarter @ 1..=4) => {
                let before = if quarter == 1 { first(year - 1, 4)? } else { first(year, quarter - 1)? };
                let next = if quarter == 4 { first(year + 1, 1)? } else { first(year, quarter + 1)? };
                (first(year, quarter)?, before, next)
            }
            Some(_) => return None,
        };
        Some(PeerPeriod { first_day, last_day: next.checked_sub_days(Days::new(1))?, before })
    }
}

/// What a provider was granted over a period, by service, product and unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSum {
    /// The service that holds the lines.
    pub service: String,
    /// The product.
    pub product: String,
    /// The time unit, two digits.
    pub unit: String,
    /// How many lines.
    pub lines: i64,
    /// The quantity, in the unit.
    pub quantity: i64,
    /// What was granted.
    pub granted: Money,
    /// When the last of the lines was granted.
    pub granted_time: DateTime<Utc>,
}

/// Lines of one day that state the same duration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duration {
    /// The time unit, two digits.
    pub unit: String,
    /// The quantity, in the unit.
    pub quantity: i64,
    /// How many lines.
    pub lines: i64,
}

/// What a provider was granted over the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// What was granted.
    pub granted: Money,
    /// When the last of it was granted.
    pub granted_time: DateTime<Utc>,
}

/// The figures of a provider over a period. Lines belong to the period of their first day; those of nobody in
/// particular and those that were credited are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderFigures {
    /// The provider.
    pub agb: Agb,
    /// Its clients.
    pub clients: i64,
    /// Those with a line that states time worked.
    pub timed_clients: i64,
    /// The sums, in order.
    pub sums: Vec<PeerSum>,
    /// Lines that are short enough to lie outside a weekend.
    pub short_lines: i64,
    /// Those of them with a day in a weekend.
    pub weekend_lines: i64,
    /// The durations that lines of one day state, in order.
    pub durations: Vec<Duration>,
    /// What it was granted over the period before; none when it had no lines then.
    pub before: Option<Before>,
    /// What is on record about the provider: the latest statement of each thing.
    pub facts: Vec<Statement>,
}

impl ProviderFigures {
    /// None yet of a provider.
    pub fn new(agb: Agb) -> ProviderFigures {
        ProviderFigures {
            agb,
            clients: 0,
            timed_clients: 0,
            sums: Vec::new(),
            short_lines: 0,
            weekend_lines: 0,
            durations: Vec::new(),
            before: None,
            facts: Vec::new(),
        }
    }

    /// When the last of it became known.
    pub fn as_of(&self) -> DateTime<Utc> {
        let sums = self.sums.iter().map(|sum| sum.granted_time);
        let before = self.before.iter().map(|before| before.granted_time);
        let facts = self.facts.iter().map(|fact| fact.stated_time);
        sums.chain(before).chain(facts).max().unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// What is stated of a kind and holds on a day: the last that began.
    pub fn fact(&self, kind: FactKind, day: NaiveDate) -> Option<&Statement> {
        let holding = self.facts.iter().filter(|fact| fact.kind == kind && fact.covers(day));
        holding.max_by_key(|fact| (fact.first_day, fact.stated_time))
    }

    /// Only what a measure, and the group it is compared in, are made of.
    pub fn of_measure(&self, measure: PeerMeasure, day: NaiveDate) -> ProviderFigures {
        let kinds = std::iter::once(&FactKind::Sector).chain(measure.facts());
        let facts = kinds.filter_map(|kind| self.fact(*kind, day)).cloned().collect();
        let durations = if measure == PeerMeasure::RoundDurations { self.durations.clone() } else { Vec::new() };
        let before = self.before.filter(|_| measure == PeerMeasure::Growth);
        ProviderFigures { facts, durations, before, ..self.clone() }
    }
}
