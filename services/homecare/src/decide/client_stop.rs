//! Stops for new clients (HOM-07).

use chrono::{DateTime, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, Trace};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{AgreementType, ProviderYear, RaiseState},
    rules,
};

/// What a stop is started on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The type of its agreement.
    pub kind: AgreementType,
    /// The raise that was asked for, and where it stands.
    pub raise: (String, RaiseState),
    /// Whether another stop of it runs.
    pub stopped: bool,
    /// The first day.
    pub first_day: NaiveDate,
    /// Today.
    pub today: NaiveDate,
    /// How insured persons are told, as agreed.
    pub informing: String,
    /// What was said in the consultation.
    pub consultation: String,
    /// The alternatives, each with what is left of its ceiling in eurocents; none where it has no agreement.
    pub alternatives: Vec<(Agb, Option<i64>)>,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Whether a stop can be started, and why.
///
/// # Errors
/// `STOP_NOT_POSSIBLE` with everything that stands in the way.
pub fn stop(facts: &StopFacts, trace: &mut Trace) -> Result<(), EdgeError> {
    let mut against = Vec::new();
    if !matches!(facts.kind, AgreementType::Standard | AgreementType::ClientFollowing) {
        against.push(format!("an agreement of type {} knows no client stop", facts.kind.as_str()));
    }
    if facts.raise.1 != RaiseState::Refused {
        against.push("no raise of its ceiling was refused".to_owned());
    }
    if facts.stopped {
        against.push("a client stop runs".to_owned());
    }
    if facts.first_day < facts.today {
        against.push(format!("{} has passed", facts.first_day));
    }
    let without = facts.alternatives.iter().filter(|(_, room)| room.is_none_or(|cents| cents <= 0));
    against.extend(without.map(|(agb, _)| format!("{agb} has no agreement with room in its ceiling")));
    if facts.alternatives.is_empty() {
        against.push("no alternative is named".to_owned());
    }
    if !against.is_empty() {
        let (reason, subject) = ("STOP_NOT_POSSIBLE", facts.of.to_string());
        return Err(EdgeError::Precondition { reason, subject, message: against.join("; ") });
    }
    let kind = Known::fact(NAME, "agreement", facts.as_of, facts.kind.as_str());
    trace.step(&rules::STOP_ALLOWED).with("type", &kind).gives(true);
    let alternatives: Vec<String> = facts.alternatives.iter().map(|(agb, _)| agb.to_string()).collect();
    let alternatives = Known::request("alternatives", alternatives.join(", "));
    let informing = Known::request("informing", facts.informing.clone());
    let consultation = Known::request("consultation", facts.consultation.clone());
    let step = trace.step(&rules::STOP_STARTED).with("alternatives", &alternatives).with("informing", &informing);
    step.with("consultation", &consultation).gives(facts.first_day);
    Ok(())
}

/// The end of a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopEndFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The stop.
    pub stop_id: String,
    /// Its last day.
    pub last_day: NaiveDate,
    /// Why.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells that a stop ends.
pub fn explain_end(facts: &StopEndFacts, trace: &mut Trace) {
    let motivation = Known::request("motivation", facts.motivation.clone());
    trace.step(&rules::STOP_ENDED).with("motivation", &motivation).gives(facts.last_day);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> StopFacts {
        StopFacts {
            of: ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 },
            kind: AgreementType::Standard,
            raise: ("R".to_owned(), RaiseState::Refused),
            stopped: false,
            first_day: "2024-11-01".parse().unwrap(),
            today: "2024-11-01".parse().unwrap(),
            informing: "by letter".to_owned(),
            consultation: "spoken on 28 October".to_owned(),
            alternatives: vec![("41410002".parse().unwrap(), Some(1))],
            as_of: DateTime::UNIX_EPOCH,
        }
    }

    fn against(facts: &StopFacts) -> Option<String> {
        stop(facts, &mut Trace::new()).err().map(|error| error.to_string())
    }

    #[test]
    fn hom_07_only_standard_and_client_following_agreements_know_a_stop() {
        for (kind, possible) in [
            (AgreementType::Standard, true),
            (AgreementType::ClientFollowing, true),
            (AgreementType::Plus, false),
            (AgreementType::Zzp, false),
        ] {
            assert_eq!(against(&StopFacts { kind, ..facts() }).is_none(), possible, "{kind:?}");
        }
    }

    #[test]
    fn hom_07_all_that_stands_in_the_way_is_told() {
        let wrong = StopFacts {
            raise: ("R".to_owned(), RaiseState::Granted),
            stopped: true,
            today: "2024-11-02".parse().unwrap(),
            alternatives: vec![("41410002".parse().unwrap(), Some(0)), ("41410003".parse().unwrap(), None)],
            ..facts()
        };
        assert_eq!(
            against(&wrong).unwrap(),
            "no raise of its ceiling was refused; a client stop runs; 2024-11-01 has passed; 41410002 has no agreement \
             with room in its ceiling; 41410003 has no agreement with room in its ceiling"
        );
        assert_eq!(against(&StopFacts { alternatives: vec![], ..facts() }).unwrap(), "no alternative is named");
    }
}
