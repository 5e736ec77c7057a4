//! The decisions of registration: pure functions of facts and rules.

mod appeal;
mod assessment;
mod award;
mod calendar;
mod case;
mod category;
mod check;
mod clarification;
mod content;
mod deadline;
mod duties;
mod evidence;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod golden;
mod integrity;
mod interview;
#[cfg(test)]
mod invented_year;
mod offer;
mod region;
mod subcontracting;
mod term;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use explain::{Check, RuleScope, Rules};
use identifiers::{Agb, Kvk};
use serde::{Deserialize, Serialize};

pub use appeal::{AppealFacts, Considered, appeal};
pub use assessment::{Outcome, Testing, assess, check};
pub use award::{AwardFacts, award, covers as is_condition, left_out};
pub use calendar::{calendar, mid_year_exists, opens, supply_published};
pub use case::{CaseCondition, CaseFacts, CaseOutcome, case_measure};
pub use clarification::{ClarificationFacts, clarification_due};
pub use content::{judged_subjects, review_violations, supplement_violations, violations};
pub use deadline::last_moment;
pub use duties::{AgreementFacts, duties, end_of, on_request};
pub use evidence::REGISTRATION;
pub use offer::{OfferFacts, windows};
pub use subcontracting::{Reporting, SubcontractorFacts, reporting};

use crate::domain::{
    Agreement, Answers, Clarifying, Content, Integrity, Interview, Judgement, Procedure, Round, Supplement,
};

/// What a registration is assessed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentFacts {
    /// The round.
    pub round: Round,
    /// The provider.
    pub agb: Agb,
    /// The legal entity of the provider.
    pub kvk: Kvk,
    /// The way the registration goes.
    pub procedure: Procedure,
    /// When it was begun.
    pub begun: DateTime<Utc>,
    /// When it was received.
    pub received: DateTime<Utc>,
    /// What it says.
    pub content: Content,
    /// What was clarified.
    pub clarifications: Vec<Clarified>,
    /// What the office found documents to show, in the order it was recorded.
    pub reviews: Vec<Review>,
    /// What the office judged, by subject.
    pub judgements: BTreeMap<String, Judgement>,
    /// The interview with the board.
    pub interview: Option<Interview>,
    /// The integrity test, once it was asked for.
    pub integrity: Option<Integrity>,
    /// Every agreement of the provider on record, with any office.
    pub agreements: Vec<Agreement>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

impl AssessmentFacts {
    /// The day the agreement is to start.
    pub fn start(&self) -> NaiveDate {
        self.content.start.unwrap_or(self.round.days().0)
    }
}

/// A clarification with what its answer adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarified {
    /// What it may change.
    pub effect: Clarifying,
    /// What the answer adds.
    pub supplement: Option<Supplement>,
}

/// What the office found a document to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The kind of the document.
    pub kind: String,
    /// What it shows.
    pub answers: Answers,
}

/// The requirements of a round, in the order of the rules.
pub fn checks<'r, 's>(round: &'s Round, rules: &'r Rules) -> impl Iterator<Item = &'r Check> + use<'r, 's> {
    rules.checks(scope(round))
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
