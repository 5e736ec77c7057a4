//! Decisions taken again, from the facts and rules kept with them.

use explain::{Replay, ReplayError};

use crate::{
    decide::{
        self, AgreementFacts, AppealFacts, AssessmentFacts, AwardFacts, CaseFacts, ClarificationFacts, OfferFacts,
        SubcontractorFacts,
    },
    rules,
};

/// Takes a decision again and gives its explanation as it would be stored: the same bytes when nothing differs.
///
/// # Errors
/// [`ReplayError`] when registration takes no decisions of this `kind`, the facts or the rule archive can't be read,
/// or they lead to no decision.
pub fn replay(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError> {
    let replay = Replay::new(kind, facts, archive, &rules::SCHEMA)?;
    match kind {
        "assessment" => replay.with(
            |facts: &AssessmentFacts| facts.as_of,
            |facts, rules, trace| decide::assess(facts, rules, trace).map(drop),
        ),
        "clarification" => replay.with(
            |facts: &ClarificationFacts| facts.asked,
            |facts, rules, trace| decide::clarification_due(facts, rules, trace).map(drop),
        ),
        "award" => replay.with(
            |facts: &AwardFacts| facts.assessment.as_of,
            |facts, rules, trace| decide::award(facts, rules, trace).map(drop),
        ),
        "agreement" => replay.with(
            |facts: &AgreementFacts| facts.assessment.as_of,
            |facts, rules, trace| decide::duties(facts, rules, trace).map(drop),
        ),
        "offer" => replay.with(
            |facts: &OfferFacts| facts.sent,
            |facts, rules, trace| decide::windows(facts, rules, trace).map(drop),
        ),
        "appeal" => replay.with(
            |facts: &AppealFacts| facts.filed,
            |facts, rules, trace| decide::appeal(facts, rules, trace).map(drop),
        ),
        "case_measure" => {
            replay.with(|facts: &CaseFacts| facts.as_of, |facts, _, trace| decide::case_measure(facts, trace).map(drop))
        }
        "subcontractor" => replay.with(
            |facts: &SubcontractorFacts| facts.reported,
            |facts, rules, trace| decide::reporting(facts, rules, trace).map(drop),
        ),
        _ => Err(replay.unknown_kind()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use explain::{Facts, Rules, Trace};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        decide::fixture::{agreement, built_in, complete, complete_home_care, utc, with, wlz},
        domain::{Agreement, Category},
    };

    /// What the call records.
    fn recorded(facts: &AssessmentFacts, rules: &Rules) -> (Facts, Vec<u8>) {
        let mut trace = Trace::new();
        decide::assess(facts, rules, &mut trace).unwrap();
        let facts = Facts::new(facts, facts.as_of);
        let explanation = trace.finish(rules, &facts).to_bytes();
        (facts, explanation)
    }

    fn any_facts() -> impl Strategy<Value = AssessmentFacts> {
        let held = (
            prop::sample::select(vec!["vgz", "cz", "menzis"]),
            2018..2024_i32,
            prop::option::of(0..4_i32),
            any::<bool>(),
        );
        let missing = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
        (any::<bool>(), prop::collection::vec(held, 0..4), missing, -5_000_000..5_000_000_i64).prop_map(
            |(zvw, held, missing, micros)| {
                let facts = if zvw { complete_home_care(Category::New) } else { complete(Category::New) };
                let agreements = held.into_iter().map(|(office, first, years, extended)| Agreement {
                    extended,
                    ..agreement(
                        &facts,
                        office,
                        &format!("{first}-01-01"),
                        years.map(|years| format!("{}-12-31", first + years)).as_deref(),
                    )
                });
                let agreements = agreements.collect();
                let received = utc("2021-07-30 15:00:00") + TimeDelta::microseconds(micros);
                let mut facts = AssessmentFacts { agreements, received, ..facts };
                for index in missing {
                    facts.content.documents.remove(index.index(facts.content.documents.len()));
                }
                facts
            },
        )
    }

    proptest! {
        #[test]
        fn an_assessment_is_taken_again_to_the_byte(facts in any_facts()) {
            let rules = built_in();
            let (kept, explanation) = recorded(&facts, rules);
            prop_assert_eq!(replay("assessment", kept.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn other_facts_or_rules_give_another_explanation() {
        let rules = built_in();
        let (kept, explanation) = recorded(&wlz(), rules);
        let later = AssessmentFacts { received: wlz().received + TimeDelta::microseconds(1), ..wlz() };
        let (later, _) = recorded(&later, rules);
        assert_ne!(replay("assessment", later.json(), &rules.archive()).unwrap(), explanation);
        let more = [kept.json().strip_suffix(b"}").unwrap(), br#","more":1}"#].concat();
        assert!(matches!(replay("assessment", &more, &rules.archive()), Err(ReplayError::Facts { .. })));
        let changed = with("roll_forward", "false", "true");
        assert_ne!(replay("assessment", kept.json(), &changed.archive()).unwrap(), explanation);
    }

    #[test]
    fn what_can_not_be_taken_again_says_why() {
        let (rules, (kept, _)) = (built_in().archive(), recorded(&wlz(), built_in()));
        let said = |kind, facts, archive| replay(kind, facts, archive).unwrap_err();
        assert!(matches!(said("click", kept.json(), &rules), ReplayError::UnknownKind { kind } if kind == "click"));
        assert!(matches!(said("assessment", b"{}", &rules), ReplayError::Facts { .. }));
        assert!(matches!(said("assessment", kept.json(), "title = 1"), ReplayError::Rules(_)));
        assert!(matches!(said("assessment", kept.json(), "[]"), ReplayError::Undecided(_)));
    }
}
