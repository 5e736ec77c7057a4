//! What a case that screening decided means for the agreements with a provider under an act (SCR-07).

use std::convert::Infallible;

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, Office};
use explain::{Known, Trace};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use crate::{domain::Agreement, rules};

/// A condition to running agreements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCondition {
    /// What is to be done.
    pub text: String,
    /// The last day to do it.
    pub due: NaiveDate,
}

/// What screening decided under an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// The case.
    pub case_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The act.
    pub act: Act,
    /// Whether no new agreement is concluded.
    pub no_new_agreement: bool,
    /// Whether running agreements end at once.
    pub terminate_at_once: bool,
    /// The conditions to those that run on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<CaseCondition>,
    /// From which day.
    pub first_day: NaiveDate,
    /// Until which.
    pub last_day: NaiveDate,
    /// The agreements of the provider with the office.
    pub agreements: Vec<Agreement>,
    /// When it became known.
    pub as_of: DateTime<Utc>,
}

/// What a case comes to for the agreements with a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseOutcome {
    /// Those that end, with the last day they have now.
    pub ended: Vec<Agreement>,
    /// The conditions to those that run on, each with the agreement's id.
    pub conditions: Vec<(String, CaseCondition)>,
}

/// What the case comes to. An agreement that did not begin yet ends on its first day. A condition is one to every agreement
/// that runs on.
///
/// # Errors
/// None: what screening decided is carried out.
pub fn case_measure(facts: &CaseFacts, trace: &mut Trace) -> Result<CaseOutcome, Infallible> {
    let known = |value| Known::fact("screening", "case", facts.as_of, value);
    let case = known(facts.case_id.clone());
    let mut outcome = CaseOutcome::default();
    for agreement in facts.agreements.iter().filter(|one| one.sector.act() == facts.act) {
        let last = facts.first_day.max(agreement.first_day);
        let agreement_id = known(agreement.agreement_id.clone());
        if facts.terminate_at_once {
            if agreement.last_day.is_none_or(|before| last < before) {
                trace.step(&rules::CASE_ENDED).with("case", &case).with("agreement", &agreement_id).gives(last);
                outcome.ended.push(Agreement { last_day: Some(last), ..agreement.clone() });
            }
        } else if agreement.last_day.is_none_or(|before| facts.first_day <= before) {
            for condition in &facts.conditions {
                let step = trace.step(&rules::CASE_CONDITION).with("case", &case).with("agreement", &agreement_id);
                step.with("condition", &known(condition.text.clone())).gives(condition.due);
                outcome.conditions.push((agreement.agreement_id.clone(), condition.clone()));
            }
        }
    }
    if facts.no_new_agreement {
        let first = Known::fact("screening", "case", facts.as_of, facts.first_day);
        trace.step(&rules::CASE_EXCLUDED).with("case", &case).with("first", &first).gives(facts.last_day);
    }
    if trace.is_empty() {
        trace.step(&rules::CASE_NOTHING).with("case", &case).gives(true);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixture::{agreement, complete_home_care};
    use crate::domain::Category;

    #[test]
    fn scr_07_a_case_ends_what_runs_and_leaves_what_ended() {
        let content = complete_home_care(Category::New);
        let of = |first, last| agreement(&content, "vgz", first, last);
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let agreements =
            vec![of("2023-01-01", Some("2023-12-31")), of("2024-01-01", None), of("2025-01-01", Some("2025-12-31"))];
        let facts = CaseFacts {
            case_id: "C".to_owned(),
            office: "vgz".parse().unwrap(),
            agb: agreements[0].agb,
            act: agreements[0].sector.act(),
            no_new_agreement: true,
            terminate_at_once: true,
            conditions: Vec::new(),
            first_day: day("2024-06-21"),
            last_day: day("2027-06-21"),
            agreements,
            as_of: DateTime::UNIX_EPOCH,
        };
        let mut trace = Trace::new();
        let ended = case_measure(&facts, &mut trace).unwrap().ended;
        let days: Vec<_> = ended.iter().map(|one| one.last_day.unwrap()).collect();
        assert_eq!((days, trace.len()), (vec![day("2024-06-21"), day("2025-01-01")], 3));
        let mild = CaseFacts { terminate_at_once: false, no_new_agreement: false, ..facts };
        assert_eq!(case_measure(&mild, &mut Trace::new()), Ok(CaseOutcome::default()));
        // A condition is one to what runs on: not to what ended before.
        let condition = CaseCondition { text: "a report each month".to_owned(), due: day("2024-12-31") };
        let bound = CaseFacts { conditions: vec![condition.clone()], ..mild };
        let mut trace = Trace::new();
        let outcome = case_measure(&bound, &mut trace).unwrap();
        let to = |index: usize| (bound.agreements[index].agreement_id.clone(), condition.clone());
        assert_eq!((outcome.ended, outcome.conditions, trace.len()), (Vec::new(), vec![to(1), to(2)], 2));
    }
}
