//! Decisions taken again, from the facts and rules kept with them.

use explain::{Replay, ReplayError};

use crate::{
    decide::{self, AcceptanceFacts, HomeCareFacts, NightCareFacts, PercentageFacts, UpliftFacts},
    rules,
};

/// Takes a decision again and gives its explanation as it would be stored: the same bytes when nothing differs.
///
/// # Errors
/// [`ReplayError`] when tariffing takes no decisions of this `kind`, the facts or the rule archive can't be read, or
/// they lead to no decision.
pub fn replay(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError> {
    let replay = Replay::new(kind, facts, archive, &rules::SCHEMA)?;
    match kind {
        "percentage" => replay.with(
            |facts: &PercentageFacts| facts.as_of,
            |facts, rules, trace| decide::derive_percentage(facts, rules, trace).map(drop),
        ),
        "home_care_tariff" => replay.with(
            |facts: &HomeCareFacts| facts.as_of,
            |facts, rules, trace| decide::home_care_tariff(facts, rules, trace).map(drop),
        ),
        "night_care" => replay.with(
            |facts: &NightCareFacts| facts.as_of,
            |facts, rules, trace| decide::night_care(facts, rules, trace).map(drop),
        ),
        "uplift_offer" => replay.with(
            |facts: &UpliftFacts| facts.tariff.as_of,
            |facts, rules, trace| decide::offer_uplift(facts, rules, trace).map(drop),
        ),
        "uplift_acceptance" => replay.with(
            |facts: &AcceptanceFacts| facts.tariff.as_of,
            |facts, rules, trace| decide::accept_uplift(facts, rules, trace).map(drop),
        ),
        _ => Err(replay.unknown_kind()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use explain::{Facts, RuleFile, Rules, Trace};
    use money::Decimal;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        decide::fixture::{built_in, subject},
        domain::Adjustment,
    };

    fn facts(points: &[(i64, u32)], micros: i64) -> PercentageFacts {
        let adjustment = |(points, decimals): &(i64, u32)| Adjustment {
            theme: "zorg dichtbij huis".to_owned(),
            points: Decimal::new(*points, *decimals),
            motivation: "plan".to_owned(),
        };
        PercentageFacts {
            subject: subject("vgz", 2023),
            adjustments: points.iter().map(adjustment).collect(),
            as_of: DateTime::from_timestamp_micros(micros).unwrap(),
        }
    }

    /// What the call records.
    fn recorded(facts: &PercentageFacts, rules: &Rules) -> (Facts, Vec<u8>) {
        let mut trace = Trace::new();
        decide::derive_percentage(facts, rules, &mut trace).unwrap();
        let facts = Facts::new(facts, facts.as_of);
        let explanation = trace.finish(rules, &facts).to_bytes();
        (facts, explanation)
    }

    proptest! {
        #[test]
        fn a_percentage_is_derived_again_to_the_byte(
            points in prop::collection::vec((-100..300_i64, 0..4_u32), 0..6),
            micros in 0..2_000_000_000_000_000_i64,
        ) {
            let (facts, rules) = (facts(&points, micros), built_in());
            prop_assume!(decide::derive_percentage(&facts, &rules, &mut Trace::new()).is_ok());
            let (kept, explanation) = recorded(&facts, &rules);
            prop_assert_eq!(replay("percentage", kept.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn other_facts_or_rules_give_another_explanation_or_none() {
        let rules = built_in();
        let (kept, explanation) = recorded(&facts(&[(20, 2)], 0), &rules);
        let (other, _) = recorded(&facts(&[(200, 3)], 0), &rules);
        assert_ne!(replay("percentage", other.json(), &rules.archive()).unwrap(), explanation);
        let (later, _) = recorded(&facts(&[(20, 2)], 1), &rules);
        assert_ne!(replay("percentage", later.json(), &rules.archive()).unwrap(), explanation);

        let changed = |from: &str, to: &str| {
            assert!(rules::FILES.iter().any(|(_, text)| text.contains(from)), "{from}");
            let files = rules::FILES.iter();
            let files = files.map(|(name, text)| RuleFile { name: (*name).into(), text: text.replace(from, to) });
            Rules::load(files.collect(), &rules::SCHEMA).unwrap()
        };
        let lower = changed("95.8", "95.7").archive();
        assert_ne!(replay("percentage", kept.json(), &lower).unwrap(), explanation);
        let said = |kind, facts, archive: &str| replay(kind, facts, archive).unwrap_err();
        assert!(matches!(said("percentage", kept.json(), "[]"), ReplayError::Undecided(_)));
        assert!(matches!(said("percentage", b"[1]", &rules.archive()), ReplayError::Facts { .. }));
        assert!(matches!(said("quote", kept.json(), &rules.archive()), ReplayError::UnknownKind { .. }));
    }
}
