//! What the office learns and judges about a registration.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Answers, Document, codes::codes};

codes! {
    /// What of a registration a clarification is about.
    Concern,
    /// That it came in too late.
    Late = "late",
    /// That it is incomplete.
    Incomplete = "incomplete",
    /// That something in it is not right.
    Incorrect = "incorrect",
    /// That something in it is not clear.
    Unclear = "unclear",
}

/// What a clarification may change of an assessment (REG-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarifying {
    /// Its id.
    pub clarification_id: String,
    /// What it is about.
    pub concerns: Vec<Concern>,
    /// The last moment for the answer.
    pub due: DateTime<Utc>,
    /// When it was answered.
    pub answered: Option<DateTime<Utc>>,
}

/// A clarification as it was asked, and answered when it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clarification {
    /// What it may change.
    pub effect: Clarifying,
    /// The registration.
    pub registration_id: String,
    /// The question.
    pub question: String,
    /// Why it was asked.
    pub motivation: String,
    /// When it was asked.
    pub asked: DateTime<Utc>,
    /// The answer.
    pub answer: Option<Supplement>,
    /// The decision that set the last moment.
    pub decision_id: String,
}

/// What an answer adds to a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplement {
    /// In words.
    pub answer: String,
    /// Facts of the questionnaire.
    pub answers: Answers,
    /// Documents.
    pub documents: Vec<Document>,
}

codes! {
    /// What the office makes of something that is never computed.
    Judgement,
    /// Nothing stands in the way.
    Positive = "positive",
    /// It stands in the way.
    Negative = "negative",
}

/// A judgement, and when the provider was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The judgement.
    pub judgement: Judgement,
    /// The day the provider was heard.
    pub heard: Option<NaiveDate>,
}

codes! {
    /// A ground in the interview that can lead to rejection (REG-09).
    InterviewGround,
    /// The structure of the board is not transparent enough.
    BoardStructure = "board_structure",
    /// Negative equity or poor finances.
    Finances = "finances",
    /// The plan is not future-proof, realistic or feasible.
    Plan = "plan",
    /// A judgement of the IGJ.
    Igj = "igj",
    /// Agreements in the chain of care are not secured.
    Chain = "chain",
    /// Findings of the integrity test.
    Integrity = "integrity",
    /// Serious, founded complaints from which nothing was learned.
    Complaints = "complaints",
    /// What was said does not fit the plan.
    Inconsistent = "inconsistent",
    /// Something else, told in the motivation.
    Other = "other",
}

/// An interview with the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interview {
    /// The day it was held.
    pub held: NaiveDate,
    /// Where.
    pub location: String,
    /// The grounds for rejection.
    pub grounds: Vec<InterviewGround>,
    /// How it was weighed.
    pub motivation: String,
}

codes! {
    /// What the integrity test comes to.
    IntegrityResult,
    /// Asked, not answered.
    Pending = "pending",
    /// No objection.
    NoObjection = "no_objection",
    /// No objection under conditions.
    Conditions = "conditions",
    /// An objection.
    Objection = "objection",
}

/// A condition that the integrity test comes with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrityCondition {
    /// The condition.
    pub text: String,
    /// The last day to meet it.
    pub due: NaiveDate,
}

/// The integrity test of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrity {
    /// The last day for the answer.
    pub due: NaiveDate,
    /// The result so far.
    pub result: IntegrityResult,
    /// The conditions that come with it.
    pub conditions: Vec<IntegrityCondition>,
}
