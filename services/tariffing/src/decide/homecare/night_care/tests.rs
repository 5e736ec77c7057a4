use explain::{Facts, Language};
use proptest::prelude::*;

use super::*;
use crate::decide::{
    fixture::built_in,
    homecare::fixture::{cents, region, with},
};

fn settled(facts: &NightCareFacts, rules: &Rules) -> Settlement {
    match night_care(facts, rules, &mut Trace::new()).unwrap() {
        NightCareOutcome::Settled(settlement) => settlement,
        NightCareOutcome::Refused(refusals) => panic!("{refusals:?}"),
    }
}

fn refused(facts: &NightCareFacts) -> Vec<(String, bool)> {
    match night_care(facts, built_in(), &mut Trace::new()).unwrap() {
        NightCareOutcome::Settled(settlement) => panic!("{settlement:?}"),
        NightCareOutcome::Refused(refusals) => {
            refusals.iter().map(|refusal| (refusal.agb.to_string(), refusal.missing)).collect()
        }
    }
}

#[test]
fn tar_11_a_region_by_hand() {
    // 100,000.00 over turnovers of 2, 1 and 1 million: 50,000, 25,000 and 25,000. Over 40,000, 12,000 and 15,000 hours
    // that is 1.25, 2.08333 and 1.66667 per hour: 1.25, 2.08 and 1.67.
    let facts = region(10_000_000, &[(200_000_000, 40_000), (100_000_000, 12_000), (100_000_000, 15_000)]);
    let settlement = settled(&facts, built_in());
    let shares: Vec<_> = settlement
        .shares
        .iter()
        .map(|share| (share.part.cents(), share.reduction.cents(), share.residual.cents()))
        .collect();
    assert_eq!(shares, [(5_000_000, 125, 0), (2_500_000, 208, 4_000), (2_500_000, 167, -5_000)]);
    assert_eq!((settlement.residual, settlement.undivided), (cents(-1_000), cents(0)));
}

#[test]
fn tar_11_without_turnover_nothing_is_lowered_and_the_total_stays() {
    let settlement = settled(&region(12_345, &[(0, 100), (0, 200)]), built_in());
    assert!(settlement.shares.iter().all(|share| share.part.is_zero() && share.reduction.is_zero()));
    assert_eq!((settlement.residual, settlement.undivided), (cents(12_345), cents(12_345)));
}

#[test]
fn tar_11_without_hours_a_part_stays_as_residual() {
    let settlement = settled(&region(10_000, &[(100, 0), (100, 50)]), built_in());
    let shares: Vec<_> = settlement.shares.iter().map(|share| (share.reduction, share.residual)).collect();
    assert_eq!(shares, [(cents(0), cents(5_000)), (cents(100), cents(0))]);
}

#[test]
fn tar_11_all_providers_of_a_region_take_part_or_none() {
    let mut facts = region(10_000, &[(100, 10), (100, 10), (100, 10)]);
    facts.providers[2].takes_part = false;
    facts.providers.remove(0);
    assert_eq!(refused(&facts), [("41410001".to_owned(), true), ("41410003".to_owned(), false)]);
}

#[test]
fn tar_11_people_without_staff_are_asked_only_where_the_scope_has_them() {
    let mut facts = region(10_000, &[(100, 10), (100, 10)]);
    facts.contracted[1].agreement_type = AgreementType::Zzp;
    facts.providers[1].takes_part = false;
    assert_eq!(settled(&facts, built_in()).shares.len(), 1);
    let all = with("anw_scope", "\"without_zzp\"", "\"with_zzp\"");
    let outcome = night_care(&facts, &all, &mut Trace::new()).unwrap();
    assert!(matches!(outcome, NightCareOutcome::Refused(refusals) if refusals.len() == 1));
    facts.providers[1].takes_part = true;
    assert_eq!(settled(&facts, &all).shares.len(), 2);
}

#[test]
fn tar_11_the_turnover_year_is_a_parameter() {
    let of = region(0, &[]).of;
    assert_eq!(turnover_year(&of, built_in()).unwrap(), 2023);
    let earlier = with("anw_turnover_year", "\"year_before\"", "\"two_years_before\"");
    assert_eq!(turnover_year(&of, &earlier).unwrap(), 2022);
}

#[test]
fn tar_11_night_care_is_explained_in_both_languages() {
    let rules = built_in();
    let lowered = region(10_000, &[(300, 30), (100, 7)]);
    let mut declined = lowered.clone();
    declined.providers[1].takes_part = false;
    for (name, facts) in [("tar_11_night_care", lowered), ("tar_11_night_care_refused", declined)] {
        let mut trace = Trace::new();
        night_care(&facts, rules, &mut trace).unwrap();
        let explanation = trace.finish(rules, &Facts::new(&facts, facts.as_of));
        insta::assert_snapshot!(format!("{name}_nl"), explanation.to_text(rules, Language::Dutch).unwrap());
        insta::assert_snapshot!(format!("{name}_en"), explanation.to_text(rules, Language::English).unwrap());
    }
}

proptest! {
    #[test]
    fn tar_11_reductions_and_residuals_are_the_total_to_the_cent(
        total in 0..1_000_000_000_i64,
        providers in prop::collection::vec((0..10_000_000_000_i64, 0..1_000_000_u32), 1..12),
    ) {
        let settlement = settled(&region(total, &providers), built_in());
        let borne: i64 = settlement.shares.iter().map(|share| share.reduction.cents() * i64::from(share.hours)).sum();
        let residuals: i64 = settlement.shares.iter().map(|share| share.residual.cents()).sum();
        prop_assert_eq!(borne + residuals + settlement.undivided.cents(), total);
        prop_assert_eq!(residuals + settlement.undivided.cents(), settlement.residual.cents());
        let parts: i64 = settlement.shares.iter().map(|share| share.part.cents()).sum();
        prop_assert_eq!(parts + settlement.undivided.cents(), total);
        for share in &settlement.shares {
            prop_assert!(!share.reduction.is_negative());
            // At most half a cent per hour is left; without hours all of it.
            let hours = i64::from(share.hours);
            prop_assert!(hours == 0 || share.residual.cents().abs() * 2 <= hours);
        }
    }

    #[test]
    fn tar_11_the_order_of_the_providers_does_not_matter(
        total in 0..1_000_000_i64,
        providers in prop::collection::vec((0..100_000_i64, 1..1_000_u32), 2..8),
    ) {
        let facts = region(total, &providers);
        let mut turned = facts.clone();
        turned.providers.reverse();
        turned.contracted.reverse();
        prop_assert_eq!(settled(&facts, built_in()), settled(&turned, built_in()));
    }

    #[test]
    fn tar_11_one_that_declines_keeps_all_tariffs_as_they_are(
        providers in prop::collection::vec((0..100_000_i64, 1..1_000_u32), 1..8),
        who in any::<prop::sample::Index>(),
        missing in any::<bool>(),
    ) {
        let mut facts = region(10_000, &providers);
        let who = who.index(providers.len());
        let agb = facts.providers[who].agb.to_string();
        facts.providers[who].takes_part = false;
        facts.providers.retain(|provider| provider.takes_part || !missing);
        prop_assert_eq!(refused(&facts), [(agb, missing)]);
    }
}
