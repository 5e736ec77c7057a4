//! What a case that screening decided means for the agreements with a provider under an act (SCR-07).

use std::convert::Infallible;

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, Office};
use explain::{Known, Trace};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use crate::{domain::Agreement, rules};

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
    /// From which day.
    pub first_day: NaiveDate,
    /// Until which.
    pub last_day: NaiveDate,
    /// The agreements of the provider with the office.
    pub agreements: Vec<Agreement>,
    /// When it became known.
    pub as_of: DateTime<Utc>,
}

/// The agreements that the case ends, with the last day they have now. One that did not begin yet ends on its first day.
///
/// # Errors
/// None: what screening decided is carried out.
pub fn case_measure(facts: &CaseFacts, trace: &mut Trace) -> Result<Vec<Agreement>, Infallible> {
    let known = |value| Known::fact("screening", "case", facts.as_of, value);
    let case = known(facts.case_id.clone());
    let of_act = facts.agreements.iter().filter(|one| facts.terminate_at_once && one.sector.act() == facts.act);
    let mut ended = Vec::new();
    for agreement in of_act {
        let last = facts.first_day.max(agreement.first_day);
        if agreement.last_day.is_none_or(|before| last < before) {
            let step = trace.step(&rules::CASE_ENDED).with("case", &case);
            step.with("agreement", &known(agreement.agreement_id.clone())).gives(last);
            ended.push(Agreement { last_day: Some(last), ..agreement.clone() });
        }
    }
    if facts.no_new_agreement {
        let first = Known::fact("screening", "case", facts.as_of, facts.first_day);
        trace.step(&rules::CASE_EXCLUDED).with("case", &case).with("first", &first).gives(facts.last_day);
    }
    if trace.is_empty() {
        trace.step(&rules::CASE_NOTHING).with("case", &case).gives(true);
    }
    Ok(ended)
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
            first_day: day("2024-06-21"),
            last_day: day("2027-06-21"),
            agreements,
            as_of: DateTime::UNIX_EPOCH,
        };
        let mut trace = Trace::new();
        let ended = case_measure(&facts, &mut trace).unwrap();
        let days: Vec<_> = ended.iter().map(|one| one.last_day.unwrap()).collect();
        assert_eq!((days, trace.len()), (vec![day("2024-06-21"), day("2025-01-01")], 3));
        let mild = CaseFacts { terminate_at_once: false, no_new_agreement: false, ..facts };
        assert!(case_measure(&mild, &mut Trace::new()).unwrap().is_empty());
    }
}
