//! Decisions taken again, from the facts and rules kept with them.

use std::convert::Infallible;

use explain::{Replay, ReplayError};

use crate::{
    decide::{
        case::{self, AssessFacts, CloseFacts, ExtendFacts, OpenFacts, ResponseFacts, StartFacts, VerdictFacts},
        claim_rules::{self, FindingFacts, WithdrawalFacts},
        control::{self, ConcludeFacts, PlanFacts},
        integrity::{self, IntegrityFacts, JudgementFacts},
        network::{self, NetworkFacts, NetworkWithdrawalFacts},
        peers::{self, PeerFacts, PeerWithdrawalFacts},
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
    match kind {
        "integrity" => replay.with(
            |facts: &IntegrityFacts| facts.as_of,
            |facts, _, trace| {
                integrity::state_integrity(facts, trace);
                Ok::<(), Infallible>(())
            },
        ),
        "integrity_judged" => replay
            .with(|facts: &JudgementFacts| facts.as_of, |facts, _, trace| integrity::judge(facts, trace).map(drop)),
        "control_planned" => replay
            .with(|facts: &PlanFacts| facts.as_of, |facts, rules, trace| control::plan(facts, rules, trace).map(drop)),
        "control_concluded" => replay
            .with(|facts: &ConcludeFacts| facts.as_of, |facts, _, trace| control::conclude(facts, trace).map(drop)),
        "signal_withdrawn" => replay.with(
            |facts: &WithdrawalFacts| facts.time,
            |facts, _, trace| {
                claim_rules::withdraw(facts, trace);
                Ok::<(), Infallible>(())
            },
        ),
        "network_signal" => replay.with(|facts: &NetworkFacts| facts.time, network::judge),
        "network_signal_withdrawn" => replay.with(
            |facts: &NetworkWithdrawalFacts| facts.time,
            |facts, _, trace| {
                network::withdraw(facts, trace);
                Ok::<(), Infallible>(())
            },
        ),
        "peer_signal" => replay.with(|facts: &PeerFacts| facts.compared, peers::again),
        "peer_signal_withdrawn" => replay.with(
            |facts: &PeerWithdrawalFacts| facts.time,
            |facts, _, trace| {
                peers::withdraw(facts, trace);
                Ok::<(), Infallible>(())
            },
        ),
        "case_opened" => {
            replay.with(|facts: &OpenFacts| facts.as_of, |facts, _, trace| case::open(facts, trace).map(drop))
        }
        "case_extended" => {
            replay.with(|facts: &ExtendFacts| facts.as_of, |facts, _, trace| case::extend(facts, trace).map(drop))
        }
        "case_hearing" => replay.with(
            |facts: &StartFacts| facts.as_of,
            |facts, rules, trace| case::start_hearing(facts, rules, trace).map(drop),
        ),
        "case_response" => {
            replay.with(|facts: &ResponseFacts| facts.as_of, |facts, _, trace| case::respond(facts, trace).map(drop))
        }
        "case_assessed" => {
            replay.with(|facts: &AssessFacts| facts.as_of, |facts, _, trace| case::assess(facts, trace).map(drop))
        }
        "case_decided" => replay.with(
            |facts: &VerdictFacts| facts.as_of,
            |facts, rules, trace| case::verdict(facts, rules, trace).map(drop),
        ),
        "case_closed" => {
            replay.with(|facts: &CloseFacts| facts.as_of, |facts, _, trace| case::close(facts, trace).map(drop))
        }
        // A finding is decided by the rule of that name.
        rule if claim_rules::rule(rule).is_some() => {
            replay.with(FindingFacts::as_of, |facts, rules, trace| claim_rules::again(rule, facts, rules, trace))
        }
        _ => Err(replay.unknown_kind()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};
    use explain::{Facts, RuleFile, Rules, Trace};
    use money::Money;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        decide::claim_rules::{ClientHistory, Reason, of_client},
        domain::{Claim, LineKey},
    };

    fn built_in(change: impl Fn(&str) -> String) -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn claim(number: i64, package: bool, cents: i64, granted_time: DateTime<Utc>) -> Claim {
        let day = |day| NaiveDate::from_ymd_opt(2024, 3, day).unwrap();
        Claim {
            key: LineKey { service: "budget".to_owned(), file_id: "F".to_owned(), detail_number: number },
            granted_time,
            agb: "41410001".parse().unwrap(),
            client: "a pseudonym".to_owned(),
            product: if package { "Z053" } else { "H126" }.to_owned(),
            first_day: day(1),
            last_day: day(20),
            granted: Money::from_cents(cents),
            reference: format!("R{number}"),
            quantity: 20,
            unit: "14".to_owned(),
            function_code: i32::from(!package),
            care_profile: i32::from(package),
        }
    }

    /// What is recorded when a signal is raised over two lines.
    fn recorded(beside: bool, cents: (i64, i64), micros: i64, rules: &Rules) -> (Facts, Vec<u8>) {
        let time = DateTime::from_timestamp_micros(1_700_000_000_000_000 + micros).unwrap();
        let history = ClientHistory {
            office: "vgz".parse().unwrap(),
            client: "a pseudonym".to_owned(),
            lines: vec![claim(1, true, cents.0, time), claim(2, !beside, cents.1, time)],
            facts: Vec::new(),
        };
        let finding = of_client(&history, rules).pop().unwrap();
        let facts = FindingFacts::of_client(&history.office, &history.client, &finding);
        let facts = Facts::new(&facts, facts.as_of());
        let explanation = finding.trace.finish(rules, &facts).to_bytes();
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
            let (kept, explanation) = recorded(beside, cents, micros, &rules);
            let kind = if beside { "beside_package" } else { "double" };
            prop_assert_eq!(replay(kind, kept.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn a_withdrawal_is_taken_again_to_the_byte() {
        let rules = built_in(str::to_owned);
        let time = "2024-05-01T10:00:00.123456Z".parse().unwrap();
        let line = claim(3, true, 100, time);
        let credited = Reason::Credited { credit: line.key, agb: line.agb, reference: "R1".to_owned() };
        for reason in [credited, Reason::Lines, Reason::Facts, Reason::Rules] {
            let facts = WithdrawalFacts {
                signal_id: "S".to_owned(),
                rule: "double".to_owned(),
                reason,
                time,
                at_stake: line.granted,
            };
            let mut trace = Trace::new();
            claim_rules::withdraw(&facts, &mut trace);
            let kept = Facts::new(&facts, time);
            let explanation = trace.finish(&rules, &kept).to_bytes();
            assert_eq!(replay("signal_withdrawn", kept.json(), &rules.archive()).unwrap(), explanation);
            let other = Facts::new(&WithdrawalFacts { rule: "absence".to_owned(), ..facts }, time);
            assert_ne!(replay("signal_withdrawn", other.json(), &rules.archive()).unwrap(), explanation);
        }
    }

    #[test]
    fn other_facts_or_rules_give_another_explanation_or_none() {
        let rules = built_in(str::to_owned);
        let (kept, explanation) = recorded(false, (100, 200), 0, &rules);
        let (other, _) = recorded(false, (101, 200), 0, &rules);
        assert_ne!(replay("double", other.json(), &rules.archive()).unwrap(), explanation);
        let changed = built_in(|text| text.replace("value = \"smaller\"", "value = \"later\""));
        assert_ne!(changed.sha256(), rules.sha256());
        assert_ne!(replay("double", kept.json(), &changed.archive()).unwrap(), explanation);

        let said = |kind, archive: &str| replay(kind, kept.json(), archive).unwrap_err();
        assert!(matches!(said("beside_package", &rules.archive()), ReplayError::Undecided(_)));
        assert!(matches!(said("double", "[]"), ReplayError::Undecided(_)));
        assert!(matches!(said("signal_withdrawn", &rules.archive()), ReplayError::Facts { .. }));
        assert!(matches!(said("triple", &rules.archive()), ReplayError::UnknownKind { .. }));
    }
}
