//! The end of a year (HOM-09), held against what must be so whatever is on record.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate};
use explain::{Facts, RuleFile, Rules, Trace};
use money::{Decimal, Money, Percentage};
use proptest::prelude::*;

use super::year_end::{ClientCare, OutcomeFacts, YearEndFacts, new_clients, outcome, year_end};
use crate::{
    domain::{
        AgreementType, Finding, FindingState, Hours, ProviderYear, StopUse, Subcontracting, Treatment, YearEndOutcome,
    },
    replay::replay,
    rules,
};

fn rules_with(name: &str, from: &str, to: &str) -> Rules {
    let change = |text: &str| match text.split_once(&format!("name = \"{name}\"")) {
        Some((before, after)) => format!("{before}name = \"{name}\"{}", after.replacen(from, to, 1)),
        None => text.to_owned(),
    };
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

fn built_in() -> Rules {
    rules_with("-", "-", "-")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn subcontracting(share: &str) -> Option<Subcontracting> {
    let (share, source_day) = (Percentage(share.parse().unwrap()), day("2025-05-31"));
    Some(Subcontracting { share, source: "DigiMV 2024".to_owned(), source_day })
}

/// Nothing is wrong: 600 hours over 50 client-months is 12 of 12.5.
fn facts() -> YearEndFacts {
    YearEndFacts {
        of: ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 },
        kind: AgreementType::Standard,
        ceiling: Money::from_cents(10_000_000),
        spent: Money::from_cents(9_000_000),
        beyond: Money::ZERO,
        agreed: Decimal::new(125, 1),
        hours: Hours { minutes: 36_000, client_months: 50 },
        subcontracting: subcontracting("33"),
        stops: Vec::new(),
        cut_off: DateTime::UNIX_EPOCH,
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn stop(new_clients: u32, cents: i64) -> StopUse {
    let (first_day, last_day) = (day("2024-10-15"), day("2024-12-31"));
    StopUse { stop_id: "S".to_owned(), first_day, last_day, new_clients, granted: Money::from_cents(cents) }
}

/// State, amount, at stake and treatment of each finding, and what is at stake altogether.
type Short = (Vec<(FindingState, i64, i64, Option<Treatment>)>, i64);

fn found(facts: &YearEndFacts, rules: &Rules) -> Short {
    let (findings, at_stake) = year_end(facts, rules, &mut Trace::new()).unwrap();
    let cents = |amount: Money| amount.cents();
    let short = |one: &Finding| (one.state, one.amount.map_or(0, cents), cents(one.at_stake), one.treatment);
    (findings.iter().map(short).collect(), at_stake.cents())
}

const KEPT: (FindingState, i64, i64, Option<Treatment>) = (FindingState::Kept, 0, 0, None);

fn talk(amount: i64, at_stake: i64) -> (FindingState, i64, i64, Option<Treatment>) {
    (FindingState::Breached, amount, at_stake, Some(Treatment::Talk))
}

#[test]
fn hom_09_a_year_as_agreed_has_no_findings() {
    assert_eq!(found(&facts(), &built_in()), (vec![KEPT; 4], 0));
}

#[test]
fn hom_09_what_was_claimed_over_the_ceiling_was_not_paid_and_is_talked_about() {
    let facts = YearEndFacts { beyond: Money::from_cents(12_345), ..facts() };
    assert_eq!(found(&facts, &built_in()).0[0], talk(12_345, 0));
    // There is nothing to reclaim, whatever the rules propose.
    let reclaim = rules_with("over_ceiling_treatment", "\"talk\"", "\"reclaim\"");
    assert_eq!(found(&facts, &reclaim).0[0], talk(12_345, 0));
}

#[test]
fn hom_09_hours_are_held_against_the_agreement_to_the_minute() {
    // 50 client-months at 12.5 hours are 37,500 minutes.
    let with = |minutes| YearEndFacts { hours: Hours { minutes, client_months: 50 }, ..facts() };
    assert_eq!(found(&with(37_500), &built_in()).0[1], KEPT);
    // One minute of 37,501 of EUR 90,000.00 is EUR 2.399.
    assert_eq!(found(&with(37_501), &built_in()).0[1], talk(239, 239));
    let reclaim = rules_with("hours_treatment", "\"talk\"", "\"reclaim\"");
    let reclaimed = (FindingState::Breached, 239, 239, Some(Treatment::Reclaim));
    assert_eq!(found(&with(37_501), &reclaim).0[1], reclaimed);
    let nobody = YearEndFacts { hours: Hours::default(), ..facts() };
    assert_eq!(found(&nobody, &built_in()).0[1], KEPT);
}

#[test]
fn hom_09_a_third_may_be_subcontracted_and_what_is_not_known_is_not_zero() {
    let with = |subcontracting| YearEndFacts { subcontracting, ..facts() };
    assert_eq!(found(&with(subcontracting("0")), &built_in()).0[2], KEPT);
    assert_eq!(found(&with(subcontracting("33")), &built_in()).0[2], KEPT);
    // A hundredth of a percent of EUR 90,000.00.
    assert_eq!(found(&with(subcontracting("33.01")), &built_in()).0[2], talk(900, 900));
    assert_eq!(found(&with(None), &built_in()).0[2], (FindingState::NotKnown, 0, 0, None));
    let half = rules_with("subcontracting_most_percentage", "\"33\"", "\"50\"");
    assert_eq!(found(&with(subcontracting("50")), &half).0[2], KEPT);
}

#[test]
fn hom_09_new_clients_during_a_stop_are_reclaimed() {
    let with = |stops| YearEndFacts { stops, ..facts() };
    assert_eq!(found(&with(vec![stop(0, 0)]), &built_in()).0[3], KEPT);
    let (all, at_stake) = found(&with(vec![stop(2, 5_000), stop(0, 0), stop(1, 700)]), &built_in());
    assert_eq!(all[3], (FindingState::Breached, 5_700, 5_700, Some(Treatment::Reclaim)));
    assert_eq!(at_stake, 5_700);
}

fn care(client: &str, first: &str, cents: i64) -> ClientCare {
    ClientCare { client: client.to_owned(), first_day: day(first), granted: Money::from_cents(cents) }
}

#[test]
fn hom_09_hom_07_new_is_who_has_no_care_before_the_stop_under_any_pseudonym() {
    let days = (day("2024-10-15"), day("2024-11-30"));
    let all = [
        care("before", "2024-10-14", 1),
        care("first", "2024-10-15", 20),
        care("last", "2024-11-30", 300),
        care("after", "2024-12-01", 4_000),
        // The key was changed during the stop: the same person, in care before; and another, new, under both.
        care("renamed", "2024-11-01", 50_000),
        care("old-name", "2023-02-01", 600_000),
        care("new-b", "2024-11-02", 7_000_000),
        care("new-a", "2024-10-20", 80_000_000),
    ];
    let of = |later: &str, earlier: &[&str]| (later.to_owned(), earlier.iter().map(|one| (*one).to_owned()).collect());
    let earlier = HashMap::from([of("renamed", &["old-name"]), of("new-b", &["new-a", "gone"])]);
    assert_eq!(new_clients(&all, &earlier, days).unwrap(), (3, Money::from_cents(87_000_320)));
}

fn decided(outcome: YearEndOutcome, amount: i64, at_stake: i64) -> OutcomeFacts {
    OutcomeFacts {
        of: facts().of,
        listed: "D".to_owned(),
        at_stake: Money::from_cents(at_stake),
        outcome,
        amount: Money::from_cents(amount),
        motivation: "spoken with the board".to_owned(),
        as_of: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn hom_09_no_more_is_reclaimed_than_is_at_stake() {
    outcome(&decided(YearEndOutcome::Reclaim, 100, 100), &mut Trace::new()).unwrap();
    let error = outcome(&decided(YearEndOutcome::Reclaim, 101, 100), &mut Trace::new()).unwrap_err();
    assert_eq!(error.to_string(), "at most EUR 1.00 could be reclaimed");
}

prop_compose! {
    fn any_facts()(
        (spent, beyond) in (0..1_000_000_000_i64, 0..1_000_000_i64),
        (minutes, client_months, agreed) in (0..10_000_000_i64, 0..10_000_i64, 0..10_000_i64),
        share in prop::option::of(0..=10_000_i64),
        stops in prop::collection::vec((0..4_u32, 0..1_000_000_i64), 0..3),
        micros in 0..2_000_000_000_000_000_i64,
    ) -> YearEndFacts {
        let as_of = DateTime::from_timestamp_micros(micros).unwrap();
        YearEndFacts {
            spent: Money::from_cents(spent),
            beyond: Money::from_cents(beyond),
            agreed: Decimal::new(agreed, 2),
            hours: Hours { minutes, client_months },
            subcontracting: share.and_then(|share| subcontracting(&Decimal::new(share, 2).to_string())),
            stops: stops.into_iter().map(|(clients, cents)| stop(clients, cents)).collect(),
            cut_off: as_of,
            as_of,
            ..facts()
        }
    }
}

proptest! {
    #[test]
    fn hom_09_never_more_is_at_stake_than_was_granted_and_what_is_not_known_is_told(facts in any_facts()) {
        let (findings, at_stake) = year_end(&facts, &built_in(), &mut Trace::new()).unwrap();
        prop_assert_eq!(findings.len(), 4);
        prop_assert!(at_stake <= facts.spent && !at_stake.is_negative());
        for finding in &findings {
            let breached = finding.state == FindingState::Breached;
            prop_assert_eq!((finding.amount.is_some(), finding.treatment.is_some()), (breached, breached));
            prop_assert!(breached || finding.at_stake == Money::ZERO);
            prop_assert!(finding.treatment != Some(Treatment::Reclaim) || finding.at_stake > Money::ZERO);
        }
        let unkept = facts.hours.client_months > 0 && !facts.hours.keeps(facts.agreed);
        prop_assert_eq!(findings[1].state == FindingState::Breached, unkept);
        prop_assert_eq!(findings[2].state == FindingState::NotKnown, facts.subcontracting.is_none());
        // No hours and no subcontracting are worth more than all that was granted.
        prop_assert!(findings[1].at_stake <= facts.spent && findings[2].at_stake <= facts.spent);
    }

    #[test]
    fn hom_09_a_list_and_what_is_decided_on_it_are_made_again_to_the_byte(facts in any_facts(), part in 0..=100_i64) {
        let (rules, mut trace) = (built_in(), Trace::new());
        let (_, at_stake) = year_end(&facts, &rules, &mut trace).unwrap();
        let recorded = Facts::new(&facts, facts.as_of);
        let explanation = trace.finish(&rules, &recorded).to_bytes();
        prop_assert_eq!(replay("year_end", recorded.json(), &rules.archive()).unwrap(), explanation);

        let reclaimed = at_stake.cents() * part / 100;
        for (what, cents) in [(YearEndOutcome::Reclaim, reclaimed), (YearEndOutcome::Talk, 0), (YearEndOutcome::None, 0)] {
            let facts = decided(what, cents, at_stake.cents());
            let mut trace = Trace::new();
            outcome(&facts, &mut trace).unwrap();
            let recorded = Facts::new(&facts, facts.as_of);
            let explanation = trace.finish(&rules, &recorded).to_bytes();
            prop_assert_eq!(replay("year_end_outcome", recorded.json(), &rules.archive()).unwrap(), explanation);
        }
    }
}
