//! Cases: what people make of signals about a provider (SCR-07).

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, Office};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::{Condition, Signal, SignalKind, codes::codes};

codes! {
    /// Where a case is. It goes on in this order, and never back.
    CaseState,
    /// Opened.
    Open = "open",
    /// The provider was told, and can respond (hoor en wederhoor).
    Hearing = "hearing",
    /// What it is was established.
    Assessed = "assessed",
    /// What follows was decided.
    Decided = "decided",
    /// Done.
    Closed = "closed",
}

codes! {
    /// What a case comes to (MOG: misbruik, oneigenlijk gebruik en gepast gebruik).
    CaseKind,
    /// Deliberate, to get what one has no right to (fraude).
    Fraud = "fraud",
    /// Facts withheld or told wrong, deliberately or not (misbruik).
    Misuse = "misuse",
    /// Insured people could have chosen otherwise (misleidende informatie).
    MisleadingInformation = "misleading_information",
    /// The rules were followed, against their spirit (oneigenlijk gebruik).
    ImproperUse = "improper_use",
    /// Not necessary, effective or efficient (geen gepast gebruik).
    NotAppropriateUse = "not_appropriate_use",
    /// Nothing (ongegrond).
    Unfounded = "unfounded",
}

codes! {
    /// What a signal turned out to be.
    Disposition,
    /// It is so.
    Confirmed = "confirmed",
    /// It is not, or there is a good reason.
    Unfounded = "unfounded",
}

codes! {
    /// To whom improper use is reported.
    Authority,
    /// Nederlandse Zorgautoriteit.
    Nza = "nza",
    /// Inspectie Gezondheidszorg en Jeugd.
    Igj = "igj",
    /// Ministerie van Volksgezondheid, Welzijn en Sport.
    Vws = "vws",
}

codes! {
    /// A letter about a case.
    LetterKind,
    /// Tells the suspicion and what may follow.
    Hearing = "hearing",
    /// Tells what was decided.
    Decision = "decision",
}

/// A line of a signal in a case: without the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// The service that holds it.
    pub service: String,
    /// Its file.
    pub file_id: String,
    /// Its number in the file.
    pub detail_number: i64,
    /// The provider.
    pub agb: Agb,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// What was granted.
    pub granted: Money,
    /// The provider's reference.
    pub reference: String,
}

impl CaseLine {
    /// The act that pays it.
    pub fn act(&self) -> Act {
        if self.service == "homecare" { Act::Zvw } else { Act::Wlz }
    }
}

/// A signal in a case: without the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSignal {
    /// Its id.
    pub signal_id: String,
    /// The rule.
    pub rule_id: String,
    /// The part of the rule.
    pub rule: String,
    /// How certain the rule is.
    pub kind: SignalKind,
    /// The provider whose lines it judges; none where it is in no line.
    pub agb: Option<Agb>,
    /// The product; empty where it is in no line.
    pub product: String,
    /// The first day it is about.
    pub first_day: NaiveDate,
    /// The last day it is about.
    pub last_day: NaiveDate,
    /// The amount at stake; nothing once it is withdrawn.
    pub at_stake: Money,
    /// Whether its rule still finds it.
    pub standing: bool,
    /// The lines.
    pub lines: Vec<CaseLine>,
    /// What it turned out to be.
    pub disposition: Option<Disposition>,
    /// The amount established when it was assessed.
    pub established: Money,
}

impl CaseSignal {
    /// A signal that nobody assessed yet.
    pub fn of(signal: &Signal) -> CaseSignal {
        let standing = signal.withdrawn.is_none();
        let lines = signal.evidence.iter().map(|line| CaseLine {
            service: line.key.service.clone(),
            file_id: line.key.file_id.clone(),
            detail_number: line.key.detail_number,
            agb: line.agb,
            first_day: line.first_day,
            last_day: line.last_day,
            granted: line.granted,
            reference: line.reference.clone(),
        });
        CaseSignal {
            signal_id: signal.signal_id.clone(),
            rule_id: signal.rule_id.clone(),
            rule: signal.rule.clone(),
            kind: signal.kind,
            agb: signal.agb,
            product: signal.product.clone(),
            first_day: signal.first_day,
            last_day: signal.last_day,
            at_stake: if standing { signal.at_stake } else { Money::ZERO },
            standing,
            lines: lines.collect(),
            disposition: None,
            established: Money::ZERO,
        }
    }

    /// Whether it was confirmed and still stands: what was credited since is no loss any more.
    pub fn is_established(&self) -> bool {
        self.standing && self.disposition == Some(Disposition::Confirmed)
    }
}

/// How the provider was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHearing {
    /// The day on which it was told.
    pub informed: NaiveDate,
    /// The last day on which it can respond.
    pub due: NaiveDate,
    /// Id or digest of the document that told it.
    pub document: String,
    /// How many signals it was told of.
    pub signals: usize,
    /// The day on which its response came, and the id or digest of it.
    pub response: Option<(NaiveDate, String)>,
}

impl CaseHearing {
    /// Whether the response came in time; none without one.
    pub fn in_time(&self) -> Option<bool> {
        self.response.as_ref().map(|(received, _)| *received <= self.due)
    }
}

/// What people established.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// What it comes to.
    pub kind: CaseKind,
    /// That it was deliberate.
    pub deliberate: bool,
    /// To whom improper use was reported, and when.
    pub reports: Vec<(Authority, NaiveDate)>,
    /// Who assessed it.
    pub assessed_by: String,
}

/// What is claimed back of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reclaimed {
    /// The signal it is evidence of.
    pub signal_id: String,
    /// The service that holds it.
    pub service: String,
    /// Its file.
    pub file_id: String,
    /// Its number in the file.
    pub detail_number: i64,
    /// What is claimed back.
    pub amount: Money,
}

/// What is decided on a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// Conditions to the agreement.
    pub conditions: Vec<Condition>,
    /// No new agreement is concluded.
    pub no_new_agreement: bool,
    /// The running agreements are ended at once.
    pub terminate_at_once: bool,
    /// The acts whose agreements these are about.
    pub acts: Vec<Act>,
    /// What is claimed back.
    pub reclaimed: Vec<Reclaimed>,
}

impl Measures {
    /// Whether there is any.
    pub fn any(&self) -> bool {
        self.about_agreements() || !self.reclaimed.is_empty()
    }

    /// Whether there is any about agreements.
    pub fn about_agreements(&self) -> bool {
        self.no_new_agreement || self.terminate_at_once || !self.conditions.is_empty()
    }
}

/// What was decided, and from which day it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What.
    pub measures: Measures,
    /// From which day.
    pub decided: NaiveDate,
}

/// What a case came to so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseContent {
    /// How the provider was heard.
    pub hearing: Option<CaseHearing>,
    /// What it comes to.
    pub assessment: Option<Assessment>,
    /// What was decided.
    pub verdict: Option<Verdict>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub case_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// Where it is.
    pub state: CaseState,
    /// What it came to so far.
    pub content: CaseContent,
    /// The signals, in the order they were added.
    pub signals: Vec<CaseSignal>,
}

/// A step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMove {
    /// Where the case was after it.
    pub state: CaseState,
    /// The decision.
    pub decision_id: String,
    /// Who took it.
    pub moved_by: String,
    /// When.
    pub moved: DateTime<Utc>,
}
