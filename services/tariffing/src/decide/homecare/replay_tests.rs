//! Decisions about home care, taken again from what is kept of them.

use explain::{Facts, Rules, Trace};
use proptest::prelude::*;
use serde::Serialize;

use super::{
    AcceptanceFacts, UpliftFacts, accept_uplift,
    fixture::{cents, facts, region, utc},
    home_care_tariff, night_care, offer_uplift,
};
use crate::{
    decide::{HomeCareFacts, fixture::built_in},
    domain::homecare::{AndersWerken, BenchmarkOutcome, Earlier, NightCare},
    error::Error,
    replay::replay,
};

/// Whether a decision of a kind comes out again as what the call records.
fn again<F: Serialize>(
    kind: &str,
    (facts, as_of): (&F, chrono::DateTime<chrono::Utc>),
    decide: impl FnOnce(&F, &Rules, &mut Trace) -> Result<(), Error>,
) -> Result<(), TestCaseError> {
    let (rules, mut trace) = (built_in(), Trace::new());
    prop_assume!(decide(facts, rules, &mut trace).is_ok());
    let kept = Facts::new(facts, as_of);
    let explanation = trace.finish(rules, &kept).to_bytes();
    prop_assert_eq!(replay(kind, kept.json(), &rules.archive()).unwrap(), explanation);
    Ok(())
}

fn any_facts() -> impl Strategy<Value = HomeCareFacts> {
    let night_care = prop_oneof![
        Just(NightCare::None),
        Just(NightCare::Outside),
        (0..9_000_i64).prop_map(|reduction| NightCare::Lowers(cents(reduction))),
    ];
    let module = prop::option::of(prop::option::of(0..500_i64));
    let moment = -5_000_000..5_000_000_i64;
    (1..20_000_i64, night_care, module, any::<bool>(), any::<bool>(), moment).prop_map(
        |(previous, night_care, module, original_offer, better, micros)| {
            let mut facts = facts();
            facts.terms.previous.integral = cents(previous);
            facts.terms.original_offer = original_offer;
            facts.terms.benchmark = better.then_some(BenchmarkOutcome::Better);
            let surcharge = |amount: Option<i64>| amount.map(|amount| (cents(amount), "2024-17".to_owned()));
            let anders_werken = module.map(|amount| AndersWerken { awarded: true, surcharge: surcharge(amount) });
            let as_of = utc("2023-12-22 16:00:00") + chrono::TimeDelta::microseconds(micros);
            HomeCareFacts { night_care, anders_werken, as_of, ..facts }
        },
    )
}

proptest! {
    #[test]
    fn tar_11_a_tariff_is_derived_again_to_the_byte(facts in any_facts()) {
        again("home_care_tariff", (&facts, facts.as_of), |facts, rules, trace| {
            home_care_tariff(facts, rules, trace).map(drop)
        })?;
    }

    #[test]
    fn tar_11_night_care_is_settled_again_to_the_byte(
        total in 0..1_000_000_i64,
        providers in prop::collection::vec((0..100_000_i64, 0..1_000_u32), 0..6),
        declines in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut facts = region(total, &providers);
        if let Some(who) = declines.filter(|_| !providers.is_empty()) {
            facts.providers[who.index(providers.len())].takes_part = false;
        }
        again("night_care", (&facts, facts.as_of), |facts, rules, trace| night_care(facts, rules, trace).map(drop))?;
    }

    #[test]
    fn tar_22_offers_and_acceptances_are_judged_again_to_the_byte(tariff in any_facts(), earlier in any::<bool>()) {
        let as_of = tariff.as_of;
        let offer = UpliftFacts { tariff: tariff.clone() };
        let earlier = earlier.then_some(Earlier { tariff: cents(7712), ceiling: cents(1) });
        let acceptance = AcceptanceFacts { tariff, earlier };
        again("uplift_offer", (&offer, as_of), |facts, rules, trace| offer_uplift(facts, rules, trace).map(drop))?;
        again("uplift_acceptance", (&acceptance, as_of), |facts, rules, trace| {
            accept_uplift(facts, rules, trace).map(drop)
        })?;
    }
}
