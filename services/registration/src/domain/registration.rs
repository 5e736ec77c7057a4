//! A registration and the states it goes through: submitted -> admissible -> awarded, or not considered.

use chrono::{DateTime, Utc};
use explain::{IntoValue, Value};
use identifiers::{Agb, Region};
use serde::{Deserialize, Serialize};

use super::{Document, DocumentKind, codes::codes};

codes! {
    /// The category of a provider in a round (REG-02).
    Category,
    /// Holds an agreement here that runs through the year of the round.
    ExistingRunning = "existing_running",
    /// Holds an agreement here that does not run through the year of the round.
    ExistingExpiring = "existing_expiring",
    /// Holds none here, but had one with another office for the whole year before and claimed care.
    ExistingElsewhere = "existing_elsewhere",
    /// Everything else.
    New = "new",
}

impl IntoValue for Category {
    fn to_value(&self) -> Value {
        self.as_str().to_value()
    }
}

/// Why a registration is not taken into consideration, in the order of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It came in after the last moment of a milestone (REG-05).
    Late {
        /// The milestone.
        milestone: String,
    },
    /// A document of the category's list was not handed in (REG-03).
    DocumentMissing(DocumentKind),
}

impl Reason {
    /// The rule.
    pub fn rule(&self) -> &'static str {
        match self {
            Reason::Late { .. } => "REG-05",
            Reason::DocumentMissing(_) => "REG-03",
        }
    }

    /// The reason as a code.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Late { .. } => "LATE",
            Reason::DocumentMissing(_) => "DOCUMENT_MISSING",
        }
    }

    /// What it is about.
    pub fn subject(&self) -> &str {
        match self {
            Reason::Late { milestone } => milestone,
            Reason::DocumentMissing(kind) => kind.as_str(),
        }
    }

    /// Reads code and subject back.
    pub fn from_code(code: &str, subject: &str) -> Option<Reason> {
        match code {
            "LATE" => Some(Reason::Late { milestone: subject.to_owned() }),
            "DOCUMENT_MISSING" => DocumentKind::from_code(subject).map(Reason::DocumentMissing),
            _ => None,
        }
    }
}

/// What was decided on a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The provider's category.
    pub category: Category,
    /// The decision.
    pub decision_id: String,
}

/// Where a registration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Received and stamped.
    Submitted,
    /// In time and complete.
    Admissible(Assessed),
    /// Not taken into consideration, with at least one reason.
    NotConsidered(Assessed, Vec<Reason>),
    /// An agreement was awarded on it.
    Awarded(Assessed),
}

impl State {
    /// The code in the store.
    pub fn as_str(&self) -> &'static str {
        match self {
            State::Submitted => "submitted",
            State::Admissible(_) => "admissible",
            State::NotConsidered(..) => "not_considered",
            State::Awarded(_) => "awarded",
        }
    }

    /// What was decided, once it was.
    pub fn assessed(&self) -> Option<&Assessed> {
        match self {
            State::Submitted => None,
            State::Admissible(assessed) | State::NotConsidered(assessed, _) | State::Awarded(assessed) => {
                Some(assessed)
            }
        }
    }

    /// Why it is not taken into consideration.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            State::NotConsidered(_, reasons) => reasons,
            State::Submitted | State::Admissible(_) | State::Awarded(_) => &[],
        }
    }
}

/// A registration (inschrijving) of a provider for a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The id.
    pub registration_id: String,
    /// The round.
    pub round_id: String,
    /// The provider.
    pub agb: Agb,
    /// The region it is for.
    pub region: Region,
    /// The products asked for.
    pub products: Vec<String>,
    /// The documents handed in.
    pub documents: Vec<Document>,
    /// The time of receipt.
    pub received: DateTime<Utc>,
    /// Where it stands.
    pub state: State,
}

/// A registration that waits for its assessment.
#[derive(Debug)]
pub struct Submitted(Registration);

/// A registration on which an agreement may be awarded.
#[derive(Debug)]
pub struct Admissible(Registration, Assessed);

/// A registration is not in the state a step starts from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("registration {registration_id} is {state}, not {needed}")]
pub struct WrongState {
    /// The registration.
    pub registration_id: String,
    /// Its state.
    pub state: &'static str,
    /// The state the step starts from.
    pub needed: &'static str,
}

impl Registration {
    /// The registration as one that waits for its assessment.
    ///
    /// # Errors
    /// [`WrongState`] when it was assessed before.
    pub fn submitted(self) -> Result<Submitted, WrongState> {
        match self.state {
            State::Submitted => Ok(Submitted(self)),
            _ => Err(self.not("submitted")),
        }
    }

    /// The registration as one on which an agreement may be awarded.
    ///
    /// # Errors
    /// [`WrongState`] when it was not assessed, not considered, or an agreement was awarded on it already.
    pub fn admissible(self) -> Result<Admissible, WrongState> {
        match &self.state {
            State::Admissible(assessed) => {
                let assessed = assessed.clone();
                Ok(Admissible(self, assessed))
            }
            _ => Err(self.not("admissible")),
        }
    }

    fn not(self, needed: &'static str) -> WrongState {
        WrongState { registration_id: self.registration_id, state: self.state.as_str(), needed }
    }
}

impl Submitted {
    /// The registration that waits.
    pub fn registration(&self) -> &Registration {
        &self.0
    }

    /// Assessed: admissible without reasons, not considered with some.
    pub fn assessed(self, assessed: Assessed, reasons: Vec<Reason>) -> Registration {
        let state =
            if reasons.is_empty() { State::Admissible(assessed) } else { State::NotConsidered(assessed, reasons) };
        Registration { state, ..self.0 }
    }
}

impl Admissible {
    /// The registration.
    pub fn registration(&self) -> &Registration {
        &self.0
    }

    /// An agreement is awarded on it.
    pub fn awarded(self) -> Registration {
        Registration { state: State::Awarded(self.1), ..self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration() -> Registration {
        Registration {
            registration_id: "r".to_owned(),
            round_id: "o".to_owned(),
            agb: "41410001".parse().unwrap(),
            region: "5508".parse().unwrap(),
            products: vec!["Z053".to_owned()],
            documents: Vec::new(),
            received: DateTime::UNIX_EPOCH,
            state: State::Submitted,
        }
    }

    fn assessed() -> Assessed {
        Assessed { category: Category::New, decision_id: "d".to_owned() }
    }

    #[test]
    fn a_registration_is_assessed_once_and_awarded_once() {
        let admissible = registration().submitted().unwrap().assessed(assessed(), Vec::new());
        let error = admissible.clone().submitted().unwrap_err();
        assert_eq!(error.to_string(), "registration r is admissible, not submitted");
        let awarded = admissible.admissible().unwrap().awarded();
        assert_eq!(awarded.state, State::Awarded(assessed()));
        assert_eq!(awarded.clone().admissible().unwrap_err().state, "awarded");
        assert!(awarded.submitted().is_err());
    }

    #[test]
    fn nothing_is_awarded_on_one_that_was_not_considered() {
        let late = vec![Reason::Late { milestone: "registration".to_owned() }];
        let refused = registration().submitted().unwrap().assessed(assessed(), late.clone());
        assert_eq!(refused.state.reasons(), late);
        assert_eq!(refused.admissible().unwrap_err().state, "not_considered");
        assert_eq!(registration().admissible().unwrap_err().state, "submitted");
    }

    #[test]
    fn codes_and_numbers_go_both_ways() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_code(kind.as_str()), Some(*kind));
            assert_eq!(DocumentKind::from_proto(kind.to_proto()), Some(*kind));
            let missing = Reason::DocumentMissing(*kind);
            assert_eq!(Reason::from_code(missing.code(), missing.subject()), Some(missing));
        }
        assert_eq!(DocumentKind::from_proto(0), None);
        assert_eq!(Category::from_code("existing"), None);
    }
}
