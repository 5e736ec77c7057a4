use explain::{Facts, Language};
use proptest::prelude::*;

use super::*;
use crate::{
    decide::{
        fixture::built_in,
        homecare::fixture::{cents, derived, facts, with},
    },
    domain::homecare::AgreementType,
};

const TYPES: [AgreementType; 4] =
    [AgreementType::Plus, AgreementType::Standard, AgreementType::ClientFollowing, AgreementType::Zzp];

fn tariff(facts: &HomeCareFacts, rules: &Rules) -> i64 {
    derived(facts, rules).unwrap().tariff.cents()
}

fn benchmarked(agreement_type: AgreementType, benchmark: Option<BenchmarkOutcome>) -> HomeCareFacts {
    let terms = HomeCareTerms { agreement_type, benchmark, ..facts().terms };
    HomeCareFacts { terms, ..facts() }
}

/// The rules in which providers that did better get 8%.
fn stated() -> Rules {
    with("benchmark_index_better", "unset = true", "values = [{ from = 2024-01-01, value = \"8\" }]")
}

#[test]
fn tar_11_72_50_with_7_77_percent_is_78_13() {
    // 72.50 x 1.0777 = 78.13325.
    for agreement_type in TYPES {
        assert_eq!(tariff(&benchmarked(agreement_type, None), built_in()), 7813, "{agreement_type:?}");
    }
}

#[test]
fn tar_11_half_a_cent_goes_up() {
    // 50.00 x 1.0777 = 53.885.
    let mut half = facts();
    half.terms.previous.integral = cents(5000);
    assert_eq!(tariff(&half, built_in()), 5389);
}

#[test]
fn tar_22_the_original_offer_has_the_index_of_the_nza_alone() {
    // 72.50 x 1.0637 = 77.11825.
    let terms = HomeCareTerms { original_offer: true, ..facts().terms };
    assert_eq!(tariff(&HomeCareFacts { terms, ..facts() }, built_in()), 7712);
}

#[test]
fn tar_11_an_outcome_without_a_stated_index_gets_the_plain_one() {
    for outcome in [BenchmarkOutcome::Better, BenchmarkOutcome::AsExpected, BenchmarkOutcome::Worse] {
        assert_eq!(tariff(&benchmarked(AgreementType::Plus, Some(outcome)), built_in()), 7813);
    }
}

#[test]
fn tar_11_a_stated_index_is_for_its_outcome_in_plus_and_standard_agreements() {
    // 72.50 x 1.094 = 79.315: 8% in place of 6.37%, and 1.4 points.
    let rules = stated();
    for (agreement_type, expected) in TYPES.into_iter().zip([7932, 7932, 7813, 7813]) {
        assert_eq!(tariff(&benchmarked(agreement_type, Some(BenchmarkOutcome::Better)), &rules), expected);
    }
    assert_eq!(tariff(&benchmarked(AgreementType::Plus, Some(BenchmarkOutcome::Worse)), &rules), 7813);
    assert_eq!(tariff(&benchmarked(AgreementType::Plus, None), &rules), 7813);
}

#[test]
fn tar_11_another_year_or_office_has_no_index() {
    let mut later = facts();
    later.subject.year = 2025;
    let error = derived(&later, built_in()).unwrap_err();
    let said = "parameter price_index of office vgz has no version in force on 2025-01-01 (TAR-11)";
    assert_eq!(error.to_string(), said);
    let mut other = facts();
    other.subject.office = "cz".parse().unwrap();
    let error = derived(&other, built_in()).unwrap_err();
    assert_eq!(error.to_string(), "not determined: parameter price_index of office cz is not set (TAR-11)");
}

#[test]
fn tar_11_night_care_lowers_before_or_after_the_index() {
    let lowered = HomeCareFacts { night_care: NightCare::Lowers(cents(100)), ..facts() };
    // (72.50 - 1.00) x 1.0777 = 77.05555; 78.13 - 1.00 = 77.13.
    let after = with("anw_order", "\"before\"", "\"after\"");
    assert_eq!(tariff(&lowered, built_in()), 7706);
    assert_eq!(tariff(&lowered, &after), 7713);
    assert_eq!(derived(&lowered, &after).unwrap().reduction, cents(100));
    let outside = HomeCareFacts { night_care: NightCare::Outside, ..facts() };
    assert_eq!(tariff(&outside, built_in()), 7813);
}

#[test]
fn tar_11_night_care_leaves_something_of_a_tariff() {
    for reduction in [7250, 8000] {
        let nothing = HomeCareFacts { night_care: NightCare::Lowers(cents(reduction)), ..facts() };
        let error = derived(&nothing, built_in()).unwrap_err();
        assert!(matches!(error, Error::NightCareExceedsTariff { .. }), "{error}");
    }
    let one_cent = HomeCareFacts { night_care: NightCare::Lowers(cents(7249)), ..facts() };
    assert_eq!(tariff(&one_cent, built_in()), 1);
}

#[test]
fn tar_11_a_maximum_of_nothing_leaves_no_tariff() {
    let mut facts = facts();
    facts.maximum.maximum = cents(0);
    let error = derived(&facts, built_in()).unwrap_err();
    assert_eq!(error.to_string(), "the tariff of provider 41410001 would be 0.00, which is not positive");
}

#[test]
fn tar_11_an_awarded_module_adds_the_surcharge_of_its_letter() {
    let module = |awarded, surcharge: Option<i64>| {
        let surcharge = surcharge.map(|amount| (cents(amount), "2024-17".to_owned()));
        HomeCareFacts { anders_werken: Some(AndersWerken { awarded, surcharge }), ..facts() }
    };
    assert_eq!(tariff(&module(true, Some(125)), built_in()), 7938);
    assert_eq!(tariff(&module(true, None), built_in()), 7813);
    assert_eq!(tariff(&module(false, None), built_in()), 7813);
    let capped = derived(&module(true, Some(5000)), built_in()).unwrap();
    assert_eq!((capped.tariff, capped.integral, capped.surcharge), (cents(9000), cents(7813), cents(1187)));
}

#[test]
fn tar_11_the_surcharge_of_the_year_before_is_indexed_only_where_it_carries() {
    let mut facts = facts();
    facts.terms.previous.surcharge = cents(250);
    assert_eq!(tariff(&facts, built_in()), 7813);
    // 75.00 x 1.0777 = 80.8275.
    assert_eq!(tariff(&facts, &with("anders_werken_carries", "value = false", "value = true")), 8083);
}

#[test]
fn tar_11_is_explained_in_both_languages() {
    let rules = built_in();
    let surcharge = Some((cents(125), "2024-17".to_owned()));
    let facts = HomeCareFacts {
        night_care: NightCare::Lowers(cents(100)),
        anders_werken: Some(AndersWerken { awarded: true, surcharge }),
        ..benchmarked(AgreementType::Plus, Some(BenchmarkOutcome::Better))
    };
    let mut trace = Trace::new();
    home_care_tariff(&facts, rules, &mut trace).unwrap();
    let explanation = trace.finish(rules, &Facts::new(&facts, facts.as_of));
    insta::assert_snapshot!("tar_11_tariff_nl", explanation.to_text(rules, Language::Dutch).unwrap());
    insta::assert_snapshot!("tar_11_tariff_en", explanation.to_text(rules, Language::English).unwrap());
}

fn any_facts() -> impl Strategy<Value = HomeCareFacts> {
    let night_care = prop_oneof![Just(NightCare::None), (0..500_i64).prop_map(|part| NightCare::Lowers(cents(part)))];
    let module = prop::option::of(prop::option::of(0..1_000_i64));
    let outcome = prop::option::of(Just(BenchmarkOutcome::Better));
    (600..20_000_i64, 100..20_000_i64, 0..4_usize, night_care, module, outcome).prop_map(
        |(previous, maximum, kind, night_care, module, outcome)| {
            let mut facts = benchmarked(TYPES[kind], outcome);
            facts.terms.previous.integral = cents(previous);
            facts.maximum.maximum = cents(maximum);
            let surcharge = |amount: Option<i64>| amount.map(|amount| (cents(amount), "brief".to_owned()));
            let anders_werken = module.map(|amount| AndersWerken { awarded: true, surcharge: surcharge(amount) });
            HomeCareFacts { night_care, anders_werken, ..facts }
        },
    )
}

proptest! {
    #[test]
    fn tar_11_never_above_the_maximum_and_always_positive(facts in any_facts(), after in any::<bool>()) {
        let rules = if after { with("anw_order", "\"before\"", "\"after\"") } else { built_in().clone() };
        if let Ok(amounts) = derived(&facts, &rules) {
            prop_assert!(amounts.tariff <= facts.maximum.maximum);
            prop_assert!(amounts.tariff.cents() > 0);
            prop_assert_eq!(amounts.integral.plus(amounts.surcharge).unwrap(), amounts.tariff);
        }
    }

    #[test]
    fn tar_11_an_index_of_zero_or_more_never_lowers(previous in 1..1_000_000_i64, index in 0..100_000_i64) {
        let stated = format!("\"{}\"", Decimal::new(index, 3));
        let rules = with("price_index", "\"6.37\"", &stated);
        let mut facts = facts();
        facts.terms.previous.integral = cents(previous);
        facts.maximum.maximum = cents(i64::from(u32::MAX));
        prop_assert!(tariff(&facts, &rules) >= previous);
        // Within half a cent of the exact product.
        let exact = Decimal::from(previous) * (Decimal::ONE + (Decimal::new(index, 3) + Decimal::new(14, 1)) / Decimal::ONE_HUNDRED);
        prop_assert!((Decimal::from(tariff(&facts, &rules)) - exact).abs() <= Decimal::new(5, 1));
    }

    #[test]
    fn tar_11_lowered_after_the_index_is_lower_by_the_reduction(previous in 1_000..8_000_i64, reduction in 0..999_i64) {
        let mut facts = facts();
        facts.terms.previous.integral = cents(previous);
        let lowered = HomeCareFacts { night_care: NightCare::Lowers(cents(reduction)), ..facts.clone() };
        let after = with("anw_order", "\"before\"", "\"after\"");
        prop_assert_eq!(tariff(&lowered, &after), tariff(&facts, &after) - reduction);
        // Before a positive index the reduction counts for at least as much.
        prop_assert!(tariff(&lowered, built_in()) <= tariff(&lowered, &after));
    }
}
