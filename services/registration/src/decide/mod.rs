//! The decisions of registration: pure functions of facts and rules.

mod assessment;
mod award;
mod calendar;
mod category;
mod completeness;
mod deadline;
#[cfg(test)]
pub(crate) mod fixture;

use chrono::{DateTime, Utc};
use explain::RuleScope;
use identifiers::{Agb, Region};
use serde::{Deserialize, Serialize};

pub use assessment::{Outcome, assess};
pub use award::{award_violations, left_out};
pub use calendar::calendar;

use crate::domain::{Agreement, DocumentKind, Round};

/// What a registration is assessed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentFacts {
    /// The round.
    pub round: Round,
    /// The provider.
    pub agb: Agb,
    /// The region it registers for.
    pub region: Region,
    /// When the registration was received.
    pub received: DateTime<Utc>,
    /// The documents handed in.
    pub handed_in: Vec<DocumentKind>,
    /// Every agreement of the provider on record, with any office.
    pub agreements: Vec<Agreement>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Where the parameters of a round are looked up: on 1 January of its year.
fn scope(round: &Round) -> RuleScope<'_> {
    RuleScope {
        office: round.office.as_str(),
        act: round.act().as_str(),
        sector: round.sector.as_str(),
        date: round.days().0,
    }
}
