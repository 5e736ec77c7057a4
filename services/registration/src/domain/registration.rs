//! A registration and the states it goes through: draft -> submitted -> in assessment -> admissible -> awarded, or
//! refused on the way.

use chrono::{DateTime, Utc};
use explain::{IntoValue, Value};
use identifiers::Agb;

use super::{Content, Reason, Verdict, codes::codes};

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

codes! {
    /// The way a registration goes.
    Procedure,
    /// With the round itself.
    Regular = "regular",
    /// During the year of the round.
    MidYear = "mid_year",
}

/// What was decided on a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The provider's category.
    pub category: Category,
    /// What is told for the talk with the provider.
    pub signals: Vec<Reason>,
    /// The decision.
    pub decision_id: String,
}

/// Where a registration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It grows.
    Draft,
    /// Received and stamped.
    Submitted(DateTime<Utc>),
    /// Received, and assessed once at least: to what end.
    Assessed(DateTime<Utc>, Assessed, Verdict),
    /// An agreement was awarded on it.
    Awarded(DateTime<Utc>, Assessed),
}

impl State {
    /// The code in the store.
    pub fn as_str(&self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted(_) => "submitted",
            State::Assessed(_, _, Verdict::Waiting(_)) => "in_assessment",
            State::Assessed(_, _, Verdict::Admissible) => "admissible",
            State::Assessed(_, _, Verdict::NotConsidered(_)) => "not_considered",
            State::Assessed(_, _, Verdict::Rejected(_)) => "rejected",
            State::Awarded(..) => "awarded",
        }
    }

    /// The time of receipt, once it was submitted.
    pub fn received(&self) -> Option<DateTime<Utc>> {
        match self {
            State::Draft => None,
            State::Submitted(received) | State::Assessed(received, ..) | State::Awarded(received, _) => Some(*received),
        }
    }

    /// What was decided, once it was.
    pub fn assessed(&self) -> Option<&Assessed> {
        match self {
            State::Draft | State::Submitted(_) => None,
            State::Assessed(_, assessed, _) | State::Awarded(_, assessed) => Some(assessed),
        }
    }

    /// To what end it was assessed.
    pub fn verdict(&self) -> Option<&Verdict> {
        match self {
            State::Assessed(_, _, verdict) => Some(verdict),
            State::Draft | State::Submitted(_) | State::Awarded(..) => None,
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
    /// The way it goes.
    pub procedure: Procedure,
    /// When it was begun.
    pub begun: DateTime<Utc>,
    /// What it says.
    pub content: Content,
    /// The number of its content, from 1.
    pub version: i64,
    /// Where it stands.
    pub state: State,
}

/// A registration that grows.
#[derive(Debug)]
pub struct Draft(Registration);

/// A registration that was received and is not assessed to the end.
#[derive(Debug)]
pub struct Assessable {
    registration: Registration,
    received: DateTime<Utc>,
}

/// A registration on which an agreement may be awarded.
#[derive(Debug)]
pub struct Admissible {
    registration: Registration,
    received: DateTime<Utc>,
    assessed: Assessed,
}

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
    /// The registration as one that grows.
    ///
    /// # Errors
    /// [`WrongState`] once it was submitted.
    pub fn draft(self) -> Result<Draft, WrongState> {
        match self.state {
            State::Draft => Ok(Draft(self)),
            _ => Err(self.not("draft")),
        }
    }

    /// The registration as one that is to be assessed.
    ///
    /// # Errors
    /// [`WrongState`] when it was not submitted, or assessed to the end.
    pub fn assessable(self) -> Result<Assessable, WrongState> {
        match self.state {
            State::Submitted(received) | State::Assessed(received, _, Verdict::Waiting(_)) => {
                Ok(Assessable { registration: self, received })
            }
            _ => Err(self.not("submitted")),
        }
    }

    /// The registration as one on which an agreement may be awarded.
    ///
    /// # Errors
    /// [`WrongState`] when its assessment did not come to that, or an agreement was awarded on it already.
    pub fn admissible(self) -> Result<Admissible, WrongState> {
        match &self.state {
            State::Assessed(received, assessed, Verdict::Admissible) => {
                let (received, assessed) = (*received, assessed.clone());
                Ok(Admissible { registration: self, received, assessed })
            }
            _ => Err(self.not("admissible")),
        }
    }

    fn not(self, needed: &'static str) -> WrongState {
        WrongState { registration_id: self.registration_id, state: self.state.as_str(), needed }
    }
}

impl Draft {
    /// The registration.
    pub fn registration(&self) -> &Registration {
        &self.0
    }

    /// It says something else from now on.
    pub fn says(self, content: Content) -> Registration {
        Registration { content, version: self.0.version + 1, ..self.0 }
    }

    /// It is received.
    pub fn submitted(self, received: DateTime<Utc>) -> Registration {
        Registration { state: State::Submitted(received), ..self.0 }
    }
}

impl Assessable {
    /// The registration.
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// When it was received.
    pub fn received(&self) -> DateTime<Utc> {
        self.received
    }

    /// It was assessed.
    pub fn assessed(self, assessed: Assessed, verdict: Verdict) -> Registration {
        Registration { state: State::Assessed(self.received, assessed, verdict), ..self.registration }
    }
}

impl Admissible {
    /// The registration.
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// What was decided on it.
    pub fn assessment(&self) -> &Assessed {
        &self.assessed
    }

    /// An agreement is awarded on it.
    pub fn awarded(self) -> Registration {
        Registration { state: State::Awarded(self.received, self.assessed), ..self.registration }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decide::fixture::content,
        domain::{Ground, Wait, Waiting},
    };

    fn registration() -> Registration {
        Registration {
            registration_id: "r".to_owned(),
            round_id: "o".to_owned(),
            agb: "41410001".parse().unwrap(),
            procedure: Procedure::Regular,
            begun: DateTime::UNIX_EPOCH,
            content: content(),
            version: 1,
            state: State::Draft,
        }
    }

    fn submitted() -> Registration {
        registration().draft().unwrap().submitted(DateTime::UNIX_EPOCH)
    }

    fn assessed() -> Assessed {
        Assessed { category: Category::New, signals: Vec::new(), decision_id: "d".to_owned() }
    }

    #[test]
    fn a_draft_grows_and_is_submitted_once() {
        let grown = registration().draft().unwrap().says(content());
        assert_eq!((grown.version, grown.state.received()), (2, None));
        let submitted = grown.draft().unwrap().submitted(DateTime::UNIX_EPOCH);
        assert_eq!(submitted.state.received(), Some(DateTime::UNIX_EPOCH));
        assert_eq!(submitted.draft().unwrap_err().to_string(), "registration r is submitted, not draft");
        assert_eq!(registration().assessable().unwrap_err().state, "draft");
    }

    #[test]
    fn one_that_waits_is_assessed_again_until_there_is_an_end() {
        let wait = Verdict::Waiting(vec![Waiting { wait: Wait::Integrity, subject: String::new() }]);
        let waiting = submitted().assessable().unwrap().assessed(assessed(), wait);
        assert_eq!(
            (waiting.state.as_str(), waiting.clone().admissible().unwrap_err().state),
            ("in_assessment", "in_assessment")
        );
        let admissible = waiting.assessable().unwrap().assessed(assessed(), Verdict::Admissible);
        assert_eq!(
            admissible.clone().assessable().unwrap_err().to_string(),
            "registration r is admissible, not submitted"
        );
        let awarded = admissible.admissible().unwrap().awarded();
        assert_eq!(awarded.state.as_str(), "awarded");
        assert!(awarded.clone().admissible().is_err() && awarded.assessable().is_err());
    }

    #[test]
    fn nothing_is_awarded_on_one_that_was_refused() {
        let reason =
            |ground| Reason { rule: "REG-05".into(), code: "late".into(), subject: "registration".into(), ground };
        for verdict in
            [Verdict::NotConsidered(vec![reason(Ground::Late)]), Verdict::Rejected(vec![reason(Ground::Interview)])]
        {
            let refused = submitted().assessable().unwrap().assessed(assessed(), verdict);
            assert_eq!(refused.state.verdict().unwrap().reasons().len(), 1);
            assert!(refused.clone().admissible().is_err() && refused.assessable().is_err());
        }
        assert_eq!(submitted().admissible().unwrap_err().state, "submitted");
    }

    #[test]
    fn codes_and_numbers_go_both_ways() {
        for ground in Ground::ALL {
            assert_eq!(Ground::from_code(ground.as_str()), Some(*ground));
            assert_eq!(Ground::from_proto(ground.to_proto()), Some(*ground));
        }
        assert_eq!(Ground::from_proto(0), None);
        assert_eq!(Category::from_code("existing"), None);
    }
}
