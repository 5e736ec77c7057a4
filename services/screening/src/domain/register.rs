//! Subjects, registers and consults.

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use identifiers::Agb;
use money::Decimal;
use serde::{Deserialize, Serialize};

use super::codes::codes;

codes! {
    /// Who is screened (SCR-01).
    SubjectKind,
    /// The provider itself.
    Provider = "provider",
    /// Bestuurder.
    BoardMember = "board_member",
    /// Lid van de raad van toezicht.
    Supervisor = "supervisor",
    /// Who determines the policy without a seat on the board (beleidsbepaler).
    PolicyMaker = "policy_maker",
    /// Uiteindelijk belanghebbende (UBO).
    BeneficialOwner = "beneficial_owner",
    /// A subcontractor.
    Subcontractor = "subcontractor",
    /// Indicerend verpleegkundige.
    IndicatingNurse = "indicating_nurse",
}

impl SubjectKind {
    /// Whether the subject is a person that registration knows by an id, and not an organisation or nurse with an AGB
    /// code.
    pub fn is_person(self) -> bool {
        matches!(
            self,
            SubjectKind::BoardMember
                | SubjectKind::Supervisor
                | SubjectKind::PolicyMaker
                | SubjectKind::BeneficialOwner
        )
    }
}

codes! {
    /// A register that subjects are looked up in (SCR-02).
    Register,
    /// Integrity consult.
    Riz = "riz",
    /// External referral register: hit or no hit.
    Evr = "evr",
    /// Measures of the inspectorate.
    Igj = "igj",
    /// Trade register.
    Kvk = "kvk",
    /// Register of ultimate beneficial owners.
    Ubo = "ubo",
    /// Register of providers.
    Agb = "agb",
    /// Annual accountability.
    Digimv = "digimv",
}

codes! {
    /// What came of a consult.
    ConsultOutcome,
    /// No finding.
    NoHit = "no_hit",
    /// A finding.
    Hit = "hit",
    /// No answer in time.
    Unavailable = "unavailable",
    /// Nobody could say who the subject is.
    NotIdentified = "not_identified",
}

codes! {
    /// Where the check of a subject in a register stands.
    CheckState,
    /// Not consulted yet.
    Due = "due",
    /// Consulted, and still valid.
    Valid = "valid",
    /// Consulted longer ago than it is valid for.
    Expired = "expired",
    /// The last consult gave no answer.
    Failed = "failed",
}

codes! {
    /// What the integrity of a provider comes to.
    IntegrityState,
    /// A check is lacking, expired or unanswered, or a finding was not judged.
    Pending = "pending",
    /// No objection.
    NoObjection = "no_objection",
    /// No objection under conditions.
    Conditions = "conditions",
    /// An objection.
    Objection = "objection",
}

/// Who is screened, for a provider of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its id.
    pub subject_id: String,
    /// The office.
    pub office: Office,
    /// The provider it is screened for.
    pub agb: Agb,
    /// What it is to the provider.
    pub kind: SubjectKind,
    /// The id of a person at registration, or an AGB code.
    pub reference: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last one; open until it is known.
    pub last_day: Option<NaiveDate>,
}

impl Subject {
    /// Whether it is screened on a day.
    pub fn screened_on(&self, day: NaiveDate) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| last >= day)
    }

    /// The last day before that changes, after a day; none when nobody knows of one.
    pub fn unchanged_until(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self.first_day > day {
            true => self.first_day.pred_opt(),
            false => self.last_day.filter(|last| *last >= day),
        }
    }
}

/// The check of a subject in a register: what is to be asked when, and what was answered last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The subject.
    pub subject_id: String,
    /// The register.
    pub register: Register,
    /// When it is asked next.
    pub due: DateTime<Utc>,
    /// Who asked for it.
    pub asked_by: String,
    /// Why.
    pub reason: String,
    /// Consults in a row that gave no answer.
    pub failures: u32,
    /// The last answer.
    pub answer: Option<Answer>,
}

/// The last answer of a register about a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The consult.
    pub consult_id: String,
    /// Whether it holds a finding.
    pub hit: bool,
    /// The last day on which it is valid.
    pub valid_until: NaiveDate,
    /// The same for the same findings, and for nothing else; empty for none.
    pub findings_sha256: String,
}

/// An entry of the log of consults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consult {
    /// Its id.
    pub consult_id: String,
    /// The office.
    pub office: Office,
    /// The provider it is about.
    pub agb: Agb,
    /// The subject.
    pub subject_id: String,
    /// The register.
    pub register: Register,
    /// Who asked for it.
    pub asked_by: String,
    /// Why.
    pub reason: String,
    /// When the register was asked.
    pub asked: DateTime<Utc>,
    /// What came of it.
    pub outcome: ConsultOutcome,
    /// The day as of which the register answered.
    pub as_of: Option<NaiveDate>,
    /// The last day on which the answer is valid.
    pub valid_until: Option<NaiveDate>,
}

/// What a register holds about a subject. Of a subject without findings nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// What it is, in the register's own codes.
    pub code: String,
    /// Its first day.
    pub first_day: Option<NaiveDate>,
    /// Its last one.
    pub last_day: Option<NaiveDate>,
    /// The figure, where the code has one.
    pub value: Option<Decimal>,
    /// What the register says of it.
    pub text: String,
}

/// What a register answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whether it knows the subject at all.
    pub listed: bool,
    /// What it holds.
    pub entries: Vec<Entry>,
    /// The day as of which it answers.
    pub as_of: NaiveDate,
}

/// A condition that goes with no objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The condition.
    pub text: String,
    /// The last day to meet it.
    pub due: NaiveDate,
}

/// What the integrity of a provider comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrity {
    /// What it comes to.
    pub state: IntegrityState,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The last day on which the checks it rests on are valid; none while it is pending.
    pub valid_until: Option<NaiveDate>,
}
