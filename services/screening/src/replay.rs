//! Decisions taken again, from the facts and rules kept with them.

use std::{convert::Infallible, error::Error};

use explain::{Replay, ReplayError, Rules, Trace};

use crate::{
    decide::{
        double::{self, DoubleFacts, Way, WithdrawalFacts},
        integrity::{self, IntegrityFacts, JudgementFacts},
    },
    rules,
};

/// Takes a decision again and gives its explanation as it would be stored: the same bytes when nothing differs.
///
/// # Errors
/// [`ReplayError`] when screening takes no decisions of this `kind`, the facts or the rule archive can't be read, or
/// they lead to no decision.
pub fn replay(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError> {
    let replay = Replay::new(kind, facts, archive, &rules::SCHEMA)?;
    // A double is known as of the moment its later line was received, a withdrawal as of its credit.
    let doubled = |way| {
        replay.with(
            |facts: &DoubleFacts| facts.later.granted_time,
            move |facts, rules, trace| assess(way, facts, rules, trace),
        )
    };
    match kind {
        "double" => doubled(Way::Double),
        "beside_package" => doubled(Way::BesidePackage),
        "integrity" => replay.with(
            |facts: &IntegrityFacts| facts.as_of,
            |facts, _, trace| {
                integrity::state_integrity(facts, trace);
                Ok::<(), Infallible>(())
            },
        ),
        "integrity_judged" => replay
            .with(|facts: &JudgementFacts| facts.as_of, |facts, _, trace| integrity::judge(facts, trace).map(drop)),
        "double_withdrawn" => replay.with(
            |facts: &WithdrawalFacts| facts.credited_time,
            |facts, _, trace| {
                double::withdraw(facts, trace);
                Ok::<(), Infallible>(())
            },
        ),
        _ => Err(replay.unknown_kind()),
    }
}

fn assess(way: Way, facts: &DoubleFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Box<dyn Error + Send + Sync>> {
    if facts.way != way {
        return Err(format!("the facts are of kind {:?}", facts.way.as_str()).into());
    }
    double::assess(facts, rules, trace)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};
    use explain::{Facts, RuleFile};
    use money::Money;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Claim, LineKey, Part};

    fn built_in(change: impl Fn(&str) -> String) -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn claim(number: i64, part: Part, cents: i64, granted_time: DateTime<Utc>) -> Claim {
        let day = |day| NaiveDate::from_ymd_opt(2024, 3, day).unwrap();
        Claim {
            key: LineKey { service: "budget".to_owned(), file_id: "F".to_owned(), detail_number: number },
            granted_time,
            agb: "41410001".parse().unwrap(),
            client: "a pseudonym".to_owned(),
            product: "Z053".to_owned(),
            first_day: day(1),
            last_day: day(20),
            granted: Money::from_cents(cents),
            reference: format!("R{number}"),
            part,
        }
    }

    fn facts(way: Way, cents: (i64, i64), micros: i64) -> DoubleFacts {
        let time = DateTime::from_timestamp_micros(1_700_000_000_000_000 + micros).unwrap();
        let (one, other) = match way {
            Way::Double => (Part::Other, Part::Other),
            Way::BesidePackage => (Part::FullPackage, Part::Modular),
        };
        DoubleFacts {
            office: "vgz".parse().unwrap(),
            way,
            earlier: claim(1, one, cents.0, time),
            later: claim(2, other, cents.1, time),
            date: time.date_naive(),
        }
    }

    /// What is recorded when a signal is raised.
    fn recorded(facts: &DoubleFacts, rules: &Rules) -> (Facts, Vec<u8>) {
        let mut trace = Trace::new();
        double::assess(facts, rules, &mut trace).unwrap();
        let facts = Facts::new(facts, facts.later.granted_time);
        let explanation = trace.finish(rules, &facts).to_bytes();
        (facts, explanation)
    }

    proptest! {
        #[test]
        fn a_double_is_found_again_to_the_byte(
            beside in any::<bool>(),
            cents in (1..10_000_000_i64, 1..10_000_000_i64),
            micros in 0..50_000_000_000_000_i64,
        ) {
            let rules = built_in(str::to_owned);
            let way = if beside { Way::BesidePackage } else { Way::Double };
            let (kept, explanation) = recorded(&facts(way, cents, micros), &rules);
            prop_assert_eq!(replay(way.as_str(), kept.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn a_withdrawal_is_taken_again_to_the_byte() {
        let rules = built_in(str::to_owned);
        let credit = claim(3, Part::Other, 100, "2024-05-01T10:00:00.123456Z".parse().unwrap());
        let facts = WithdrawalFacts {
            signal_id: "S".to_owned(),
            credit: credit.key,
            agb: credit.agb,
            reference: "R1".to_owned(),
            credited_time: credit.granted_time,
            at_stake: credit.granted,
        };
        let mut trace = Trace::new();
        double::withdraw(&facts, &mut trace);
        let kept = Facts::new(&facts, facts.credited_time);
        let explanation = trace.finish(&rules, &kept).to_bytes();
        assert_eq!(replay("double_withdrawn", kept.json(), &rules.archive()).unwrap(), explanation);
        let other = Facts::new(&WithdrawalFacts { reference: "R2".to_owned(), ..facts }, credit.granted_time);
        assert_ne!(replay("double_withdrawn", other.json(), &rules.archive()).unwrap(), explanation);
    }

    #[test]
    fn other_facts_or_rules_give_another_explanation_or_none() {
        let rules = built_in(str::to_owned);
        let (kept, explanation) = recorded(&facts(Way::Double, (100, 200), 0), &rules);
        let (other, _) = recorded(&facts(Way::Double, (101, 200), 0), &rules);
        assert_ne!(replay("double", other.json(), &rules.archive()).unwrap(), explanation);
        let changed = built_in(|text| text.replace("value = \"smaller\"", "value = \"later\""));
        assert_ne!(changed.sha256(), rules.sha256());
        assert_ne!(replay("double", kept.json(), &changed.archive()).unwrap(), explanation);

        let said = |kind, archive: &str| replay(kind, kept.json(), archive).unwrap_err();
        assert!(matches!(said("beside_package", &rules.archive()), ReplayError::Undecided(_)));
        assert!(matches!(said("double", "[]"), ReplayError::Undecided(_)));
        assert!(matches!(said("double_withdrawn", &rules.archive()), ReplayError::Facts { .. }));
        assert!(matches!(said("triple", &rules.archive()), ReplayError::UnknownKind { .. }));
    }
}
