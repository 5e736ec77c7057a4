//! The end of a year (HOM-09): what was found of each provider, and what is done about it.

use chrono::{DateTime, NaiveDate, Utc};
use money::{Decimal, Money, Percentage};
use serde::{Deserialize, Serialize};

use super::{AgreementType, Hours, OfficeYear, ProviderYear};

words! {
    /// What is looked at.
    FindingKind {
        /// Claims over the ceiling.
        OverCeiling = "over_ceiling",
        /// Urenafspraak: the average hours per client per month.
        Hours = "hours",
        /// Onderaanneming.
        Subcontracting = "subcontracting",
        /// New clients during a cliëntenstop.
        ClientStop = "client_stop",
    }
}

words! {
    /// What was found.
    FindingState {
        /// Not what was agreed.
        Breached = "breached",
        /// As agreed.
        Kept = "kept",
        /// Not on record.
        NotKnown = "not_known",
    }
}

words! {
    /// What the rules propose to do about a finding.
    Treatment {
        /// Terugvorderen.
        Reclaim = "reclaim",
        /// Gesprek.
        Talk = "talk",
    }
}

words! {
    /// What is decided about a provider.
    YearEndOutcome {
        /// An amount is reclaimed.
        Reclaim = "reclaim",
        /// It is talked about.
        Talk = "talk",
        /// Nothing is done.
        None = "none",
    }
}

/// What was found of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at.
    pub kind: FindingKind,
    /// What was found.
    pub state: FindingState,
    /// What it comes to; none unless breached.
    pub amount: Option<Money>,
    /// What of it was paid and could be reclaimed.
    pub at_stake: Money,
    /// What the rules propose; none unless breached.
    pub treatment: Option<Treatment>,
}

/// Which share of a provider's care subcontractors delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subcontracting {
    /// The share.
    pub share: Percentage,
    /// Where it is from.
    pub source: String,
    /// The day of that source.
    pub source_day: NaiveDate,
}

/// A stop for new clients, and who came during it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopUse {
    /// The stop.
    pub stop_id: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day, at most the last one of the year.
    pub last_day: NaiveDate,
    /// Clients whose first care ever on record with this provider is on one of these days.
    pub new_clients: u32,
    /// What was granted for their care on these days.
    pub granted: Money,
}

/// A provider on the list of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearEndEntry {
    /// The provider's year.
    pub of: ProviderYear,
    /// The type of its agreement.
    pub kind: AgreementType,
    /// What was granted on its ceiling.
    pub granted: Money,
    /// The agreed hours per client per month.
    pub agreed: Decimal,
    /// The hours, over the whole year.
    pub hours: Hours,
    /// What was found, one of each kind.
    pub findings: Vec<Finding>,
    /// What could be reclaimed altogether.
    pub at_stake: Money,
    /// The decision that lists it.
    pub decision_id: String,
}

impl YearEndEntry {
    /// Whether the hours agreement was kept; none where there are no hours to hold against it.
    pub fn hours_kept(&self) -> Option<(bool, Decimal)> {
        Some((self.hours.keeps(self.agreed), self.hours.average()?))
    }

    /// How much was breached or is not known.
    pub fn found(&self) -> u32 {
        self.findings.iter().map(|finding| u32::from(finding.state != FindingState::Kept)).sum()
    }
}

/// What was decided about a provider on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearEndDecision {
    /// What is done.
    pub outcome: YearEndOutcome,
    /// The amount that is reclaimed.
    pub amount: Money,
    /// Why.
    pub motivation: String,
    /// The decision.
    pub decision_id: String,
    /// When it was taken.
    pub decided: DateTime<Utc>,
}

/// A year that was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearEnd {
    /// The office's year.
    pub year: OfficeYear,
    /// What was recorded until then is on the list.
    pub cut_off: DateTime<Utc>,
    /// How many providers are on it.
    pub providers: u32,
    /// Of how many something was breached or is not known.
    pub with_findings: u32,
    /// When it was closed.
    pub closed: DateTime<Utc>,
}
