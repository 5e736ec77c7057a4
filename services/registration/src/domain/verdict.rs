//! What an assessment comes to, and why.

use serde::{Deserialize, Serialize};

use super::codes::codes;

codes! {
    /// On what ground a registration is not taken into consideration or rejected (REG-08).
    Ground,
    /// It came in too late.
    Late = "late",
    /// Something that must be handed in or answered is not there.
    Incomplete = "incomplete",
    /// What was handed in is not right or not valid.
    Incorrect = "incorrect",
    /// False data were given.
    FalseData = "false_data",
    /// A suitability requirement is not met.
    Suitability = "suitability",
    /// Another requirement of the board declaration is not met.
    Declaration = "declaration",
    /// A ground for exclusion applies.
    Exclusion = "exclusion",
    /// The provider does not agree with the framework.
    Framework = "framework",
    /// An inquiry into doubts had no positive outcome.
    Doubts = "doubts",
    /// The business plan falls short.
    BusinessPlan = "business_plan",
    /// Weighty reasons to expect that the agreement will not be kept.
    Weighty = "weighty",
    /// The integrity test has an objection.
    Integrity = "integrity",
    /// The interview with the board.
    Interview = "interview",
    /// No reason: told for the talk with the provider.
    Signal = "signal",
}

/// Why a registration is not taken into consideration or rejected; or, on the ground `signal`, what is told for the talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule.
    pub rule: String,
    /// Which requirement of the rule.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// The ground.
    pub ground: Ground,
}

codes! {
    /// What an assessment waits for.
    Wait,
    /// The answer to a clarification that was asked.
    Clarification = "clarification",
    /// The integrity test.
    Integrity = "integrity",
    /// A judgement of the office.
    Judgement = "judgement",
    /// The interview with the board.
    Interview = "interview",
}

/// Something an assessment waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What.
    pub wait: Wait,
    /// Of what: the subject of a judgement, the id of a clarification.
    pub subject: String,
}

/// What an assessment comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It can't be said yet.
    Waiting(Vec<Waiting>),
    /// An agreement may be awarded.
    Admissible,
    /// It is not taken into consideration.
    NotConsidered(Vec<Reason>),
    /// It was taken into consideration and is rejected.
    Rejected(Vec<Reason>),
}

impl Verdict {
    /// The reasons of a refusal.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Verdict::NotConsidered(reasons) | Verdict::Rejected(reasons) => reasons,
            Verdict::Waiting(_) | Verdict::Admissible => &[],
        }
    }
}
