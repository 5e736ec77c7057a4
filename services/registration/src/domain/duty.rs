//! What is due: what, for whom, by when.

use chrono::{DateTime, Utc};
use edge::Office;
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use super::codes::codes;
use crate::rules::Party;

codes! {
    /// What kind of thing is due.
    DutyKind,
    /// The answer to a clarification.
    Clarification = "clarification",
    /// The result of an integrity test.
    Integrity = "integrity",
    /// The response to an offer.
    Response = "response",
    /// The acceptance of an offer.
    Acceptance = "acceptance",
    /// A condition of an agreement (REG-10).
    Condition = "condition",
    /// An obligation that runs with an agreement (REG-18).
    Obligation = "obligation",
    /// The office's answer about a subcontractor (REG-12).
    Subcontractor = "subcontractor",
    /// The office's answer to a hardship request (REG-17).
    Hardship = "hardship",
    /// The last day of an agreement.
    Term = "term",
}

impl DutyKind {
    /// Whom it binds.
    pub fn party(self) -> Party {
        match self {
            DutyKind::Clarification | DutyKind::Response | DutyKind::Acceptance => Party::Provider,
            DutyKind::Condition | DutyKind::Obligation | DutyKind::Term => Party::Provider,
            DutyKind::Integrity | DutyKind::Subcontractor | DutyKind::Hardship => Party::Office,
        }
    }
}

impl DutyKind {
    /// Whether it is still to be done once its day has passed; of the rest something else follows then.
    pub fn outlives_its_day(self) -> bool {
        matches!(self, DutyKind::Condition | DutyKind::Obligation | DutyKind::Integrity | DutyKind::Hardship)
    }
}

codes! {
    /// Where a duty stands.
    DutyState,
    /// It is to be done.
    Open = "open",
    /// It was done in time.
    Met = "met",
    /// It was not done in time.
    Missed = "missed",
    /// It was not done in time, and was done later.
    MetLate = "met_late",
    /// It is not asked any more.
    Withdrawn = "withdrawn",
}

/// What a rule asks by a moment, before it is anybody's duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// What kind of thing.
    pub kind: DutyKind,
    /// The rule.
    pub rule: String,
    /// Which of the rule's.
    pub code: String,
    /// The last moment.
    pub due: DateTime<Utc>,
    /// What it is, in Dutch.
    pub dutch: String,
    /// The same in English.
    pub english: String,
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The id.
    pub duty_id: String,
    /// The office.
    pub office: Office,
    /// The provider it is about.
    pub agb: Agb,
    /// What it belongs to, by its id.
    pub subject: String,
    /// What is asked, by when.
    pub due: Due,
    /// Where it stands.
    pub state: DutyState,
    /// When it was done.
    pub met: Option<DateTime<Utc>>,
    /// What shows that it was done.
    pub evidence: String,
}

impl Duty {
    /// The state after it was done at a moment.
    pub fn done(&self, met: DateTime<Utc>) -> DutyState {
        if met <= self.due.due { DutyState::Met } else { DutyState::MetLate }
    }
}
