//! Questions, objections and hardship requests (REG-17), and subcontractors that are reported (REG-12).

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;

use super::{Subcontractor, codes::codes};

codes! {
    /// What a provider files.
    AppealKind,
    /// A question about the policy.
    Question = "question",
    /// An objection to the policy.
    Policy = "policy",
    /// An objection to a provisional award.
    Award = "award",
    /// A hardship request.
    Hardship = "hardship",
}

codes! {
    /// What became of an appeal.
    AppealState,
    /// It waits for its answer.
    Open = "open",
    /// It was not filed as it must be.
    NotConsidered = "not_considered",
    /// It was upheld, or answered.
    Upheld = "upheld",
    /// It was dismissed.
    Dismissed = "dismissed",
}

/// A question, an objection or a hardship request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// The id.
    pub appeal_id: String,
    /// The round.
    pub round_id: String,
    /// The provider.
    pub agb: Agb,
    /// What it is.
    pub kind: AppealKind,
    /// The part of the policy it is about.
    pub part: String,
    /// What is asked or objected.
    pub text: String,
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// The day proceedings were started.
    pub proceedings: Option<NaiveDate>,
    /// Until when it could be filed.
    pub until: Option<DateTime<Utc>>,
    /// The last day for the answer.
    pub answer_due: Option<NaiveDate>,
    /// Whether the office waits for the judge.
    pub waits_for_judge: bool,
    /// What became of it.
    pub state: AppealState,
    /// The answer.
    pub answer: String,
    /// The decision on whether it is considered.
    pub decision_id: String,
}

codes! {
    /// What the office says of a subcontractor.
    SubcontractorState,
    /// It has time to answer.
    Reported = "reported",
    /// It did not answer in time, which is no objection.
    NoObjection = "no_objection",
    /// It consents.
    Consented = "consented",
    /// It objects.
    Objected = "objected",
    /// It did not answer in time, and silence is no consent.
    Unanswered = "unanswered",
}

/// A subcontractor as it was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedSubcontractor {
    /// The id.
    pub subcontractor_id: String,
    /// The agreement.
    pub agreement_id: String,
    /// The subcontractor.
    pub subcontractor: Subcontractor,
    /// Whether it delivers whole packages.
    pub whole_package: bool,
    /// When it was reported.
    pub reported: DateTime<Utc>,
    /// Until when the office can answer; none where the rules give no such date.
    pub due: Option<DateTime<Utc>>,
    /// What silence comes to.
    pub by_silence: SubcontractorState,
    /// What the office says.
    pub state: SubcontractorState,
    /// Why.
    pub motivation: String,
    /// The decision that set the time to answer.
    pub decision_id: String,
}
