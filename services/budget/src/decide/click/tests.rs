//! The worked examples, and what holds for every allocation.

use money::{Decimal, Percentage};
use proptest::prelude::*;

use super::*;
use crate::decide::fixtures::{agb, built_in, cents, stated, vgz};

fn contender(number: u32, budget: i64, forecast: i64) -> Contender {
    Contender {
        agb: agb(number),
        budget: cents(budget),
        forecast: cents(forecast),
        extrapolated: cents(forecast),
        forms: Vec::new(),
        products: Vec::new(),
        affordability: None,
        innovation: None,
        is_new: false,
    }
}

fn facts(room: i64, reserve: i64, contenders: &[(u32, i64, i64)]) -> ClickFacts {
    ClickFacts {
        year: vgz(2023),
        round: RoundKind::Click,
        room: cents(room),
        reserve: cents(reserve),
        fund_overproduction: true,
        contenders: contenders
            .iter()
            .map(|(number, budget, forecast)| contender(*number, *budget, *forecast))
            .collect(),
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn decided(facts: &ClickFacts, rules: &Rules) -> ClickOutcome {
    click(facts, rules, &mut Trace::new()).unwrap()
}

fn after(outcome: &ClickOutcome) -> Vec<i64> {
    outcome.providers.iter().map(|(.., budget)| budget.cents()).collect()
}

/// The worked example: three providers in a room of ten million.
const WORKED: [(u32, i64, i64); 3] =
    [(1, 400_000_000, 430_000_000), (2, 300_000_000, 270_000_000), (3, 260_000_000, 290_000_001)];

#[test]
fn bud_07_overrun_shares_what_underproduction_leaves() {
    let outcome = decided(&facts(1_000_000_000, 20_000_000, &WORKED), &built_in());
    assert_eq!(outcome.totals.available, cents(980_000_000));
    assert_eq!(outcome.totals.to_share, cents(50_000_000));
    assert_eq!(after(&outcome), [425_000_000, 270_000_000, 285_000_000]);
    assert_eq!(outcome.totals.unfunded, cents(10_000_001));
    assert_eq!((outcome.totals.left, outcome.totals.commitment), (cents(0), cents(0)));
}

#[test]
fn bud_07_with_the_whole_reserve_released_the_room_suffices() {
    let facts = facts(1_000_000_000, 0, &WORKED);
    let outcome = decided(&facts, &built_in());
    assert_eq!(after(&outcome), [430_000_000, 279_999_999, 290_000_001]);
    assert_eq!((outcome.totals.shortage, outcome.totals.left), (cents(20_000_001), cents(0)));

    let rules = stated("BUD-07", "lower_underproduction_when_room_suffices", "flag", "true");
    let outcome = decided(&facts, &rules);
    assert_eq!(after(&outcome), [430_000_000, 270_000_000, 290_000_001]);
    assert_eq!(outcome.totals.left, cents(9_999_999));
}

#[test]
fn bud_07_forecasts_that_fit_raise_in_full_and_keep_what_the_room_allows() {
    let forecasts = [(1, 400_000_000, 410_000_000), (2, 300_000_000, 270_000_000), (3, 260_000_000, 295_000_000)];
    let outcome = decided(&facts(1_000_000_000, 20_000_000, &forecasts), &built_in());
    assert_eq!(after(&outcome), [410_000_000, 275_000_000, 295_000_000]);
    let forecasts = [(1, 400_000_000, 410_000_000), (3, 260_000_000, 270_000_000), (2, 300_000_000, 295_000_000)];
    let outcome = decided(&facts(1_000_000_000, 20_000_000, &forecasts), &built_in());
    assert_eq!(after(&outcome), [410_000_000, 270_000_000, 300_000_000]);
    assert_eq!(outcome.totals.left, cents(0));
}

#[test]
fn bud_07_overproduction_is_funded_only_if_the_office_decides_so() {
    let facts = ClickFacts { fund_overproduction: false, ..facts(1_000_000_000, 20_000_000, &WORKED) };
    let outcome = decided(&facts, &built_in());
    assert_eq!(after(&outcome), [400_000_000, 270_000_000, 260_000_000]);
    assert_eq!((outcome.totals.unfunded, outcome.totals.left), (cents(60_000_001), cents(50_000_000)));
}

#[test]
fn bud_07_budgets_that_exceed_the_room_are_a_commitment() {
    let outcome = decided(&facts(500_000_000, 0, &WORKED), &built_in());
    assert_eq!(outcome.totals.commitment, cents(430_000_000));
    assert_eq!((outcome.totals.granted, outcome.totals.left), (cents(0), cents(0)));
}

#[test]
fn bud_07_a_provider_named_twice_is_refused() {
    let twice = facts(1_000_000_000, 0, &[(1, 1, 2), (1, 1, 2)]);
    assert!(matches!(click(&twice, &built_in(), &mut Trace::new()), Err(Error::DuplicateProvider)));
}

#[test]
fn bud_07_the_reserve_may_count_as_room_and_the_extrapolation_as_forecast() {
    let with_reserve = stated("BUD-07", "overrun_room", "choice", "\"with_reserve\"");
    let outcome = decided(&facts(1_000_000_000, 20_000_000, &WORKED), &with_reserve);
    assert_eq!(after(&outcome), [430_000_000, 279_999_999, 290_000_001]);

    let extrapolation = stated("BUD-07", "overrun_basis", "choice", "\"extrapolation\"");
    let mut facts = facts(1_000_000_000, 20_000_000, &WORKED);
    facts.contenders[2].extrapolated = cents(260_000_000);
    let outcome = decided(&facts, &extrapolation);
    assert_eq!(outcome.totals.asked, cents(960_000_000));
    assert_eq!(after(&outcome), [430_000_000, 290_000_000, 260_000_000]);
}

#[test]
fn bud_10_the_reallocation_takes_the_reserve_and_lowers_all_underproduction() {
    let facts = ClickFacts { round: RoundKind::Reallocation, ..facts(1_000_000_000, 20_000_000, &WORKED) };
    let outcome = decided(&facts, &built_in());
    assert_eq!(after(&outcome), [430_000_000, 270_000_000, 290_000_001]);
    assert_eq!((outcome.totals.available, outcome.totals.left), (cents(1_000_000_000), cents(9_999_999)));
}

fn innovation(amount: i64) -> Option<AgreedInnovation> {
    let product = ProductAmount { product: "H126".to_owned(), amount: cents(amount), tariff: cents(6_794) };
    Some(AgreedInnovation { decision_id: "innovation".to_owned(), products: vec![product] })
}

#[test]
fn bud_10_what_was_agreed_on_innovation_is_asked_beside_the_forecast_inside_the_room() {
    let mut facts = ClickFacts { round: RoundKind::Reallocation, ..facts(1_000_000_000, 20_000_000, &WORKED) };
    facts.contenders[1].innovation = innovation(5_000_000);
    let outcome = decided(&facts, &built_in());
    assert_eq!(after(&outcome), [430_000_000, 275_000_000, 290_000_001]);
    assert_eq!((outcome.totals.asked, outcome.totals.left), (cents(995_000_001), cents(4_999_999)));
    // Of a room that does not suffice it has no more than others: 70 is left over 400, 270 and 260, for 30, 30 and 20.
    facts.contenders[1].innovation = innovation(50_000_000);
    let outcome = decided(&facts, &built_in());
    assert_eq!(outcome.totals.to_share, cents(40_000_000));
    assert_eq!(after(&outcome), [415_000_000, 310_000_000, 275_000_000]);
    assert_eq!(outcome.providers[1].0.innovation, cents(50_000_000));
}

#[test]
fn bud_10_an_affordability_agreement_takes_nothing_of_what_was_agreed_on_innovation() {
    let mut facts = ClickFacts { round: RoundKind::Reallocation, ..facts(2_000, 0, &[(1, 400, 600)]) };
    facts.contenders[0].innovation = innovation(100);
    let ninety = Some(Percentage(Decimal::new(90, 0)));
    facts.contenders[0].affordability = Some(Affordability { budget: None, tariff: ninety });
    assert_eq!(after(&decided(&facts, &built_in())), [640]);
}

#[test]
fn bud_10_who_is_new_enters_the_reallocation_with_what_was_agreed_on_innovation_alone() {
    let mut facts = ClickFacts { round: RoundKind::Reallocation, ..facts(2_000, 0, &[(1, 400, 600), (2, 0, 300)]) };
    facts.contenders[1].is_new = true;
    let outcome = decided(&facts, &built_in());
    assert_eq!(after(&outcome), [600, 0]);
    assert_eq!(outcome.providers[1].0.limits, [Limit::NewInReallocation]);
    assert_eq!((outcome.totals.unfunded, outcome.totals.left), (cents(300), cents(1_400)));
    facts.contenders[1].innovation = innovation(100);
    let outcome = decided(&facts, &built_in());
    assert_eq!(after(&outcome), [600, 100]);
    assert_eq!((outcome.providers[1].0.wanted, outcome.totals.unfunded), (cents(400), cents(300)));
    // Until the click anybody may come.
    facts.round = RoundKind::Click;
    facts.contenders[1].innovation = None;
    assert_eq!(after(&decided(&facts, &built_in())), [600, 300]);
}

#[test]
fn bud_15_an_affordability_agreement_is_applied_before_the_click() {
    let mut facts = facts(1_000_000_000, 20_000_000, &WORKED);
    facts.contenders[0].affordability = Some(Affordability { budget: Some(cents(390_000_000)), tariff: None });
    facts.contenders[2].affordability =
        Some(Affordability { budget: None, tariff: Some(Percentage(Decimal::new(98, 0))) });
    let outcome = decided(&facts, &built_in());
    // Forecasts 430 + 270 + 284.2 exceed 980: 60 is left over 390 + 270 + 260, and the over-production is 40 + 24.2.
    assert_eq!(outcome.totals.asked.cents(), 430_000_000 + 270_000_000 + 284_200_001);
    assert_eq!(outcome.totals.to_share, cents(60_000_000));
    assert_eq!(after(&outcome).iter().sum::<i64>(), 980_000_000);
    let budgets: Vec<i64> = outcome.providers.iter().map(|(one, ..)| one.budget.cents()).collect();
    assert_eq!(budgets, [390_000_000, 300_000_000, 260_000_000]);
}

fn forms(amounts: [(Form, i64, i64); 2]) -> Vec<FormAmounts> {
    let one = |(form, budget, forecast)| FormAmounts { form, budget: cents(budget), forecast: cents(forecast) };
    amounts.into_iter().map(one).collect()
}

#[test]
fn bud_13_growth_at_home_goes_first_where_the_office_says_so() {
    let mut facts = facts(1_000, 0, &[(1, 400, 600), (2, 500, 700)]);
    facts.contenders[0].forms = forms([(Form::Stay, 400, 450), (Form::Vpt, 0, 150)]);
    facts.contenders[1].forms = forms([(Form::Stay, 500, 700), (Form::Mpt, 0, 0)]);
    assert_eq!(after(&decided(&facts, &built_in())), [450, 550]);
    let salland = ClickFacts { year: OfficeYear { office: "salland".parse().unwrap(), year: 2024 }, ..facts };
    assert_eq!(after(&decided(&salland, &built_in())), [500, 500]);
}

#[test]
fn bud_13_growth_of_stays_with_treatment_above_eighty_percent_is_refused() {
    let rules = stated("BUD-13", "treatment_stay_cap_percentage", "percent", "\"80\"");
    let mut facts = facts(2_000, 0, &[(1, 400, 600), (2, 500, 700)]);
    facts.contenders[0].forms = forms([(Form::Stay, 100, 100), (Form::StayWithTreatment, 300, 500)]);
    facts.contenders[1].forms = forms([(Form::Stay, 200, 300), (Form::StayWithTreatment, 300, 400)]);
    let outcome = decided(&facts, &rules);
    assert_eq!(after(&outcome), [400, 700]);
    assert_eq!(outcome.providers[0].0.limits, [Limit::TreatmentStays(Percentage(Decimal::new(8333, 2)))]);
    assert_eq!(outcome.totals.unfunded, cents(200));
}

#[test]
fn bud_13_a_volume_ceiling_holds_the_growth_of_stays_in_proportion() {
    let rules = stated("BUD-13", "intramural_ceiling_percentage", "percent", "\"50\"");
    let mut facts = facts(2_000, 0, &[(1, 400, 600), (2, 500, 700)]);
    facts.contenders[0].forms = forms([(Form::Stay, 400, 600), (Form::Vpt, 0, 0)]);
    facts.contenders[1].forms = forms([(Form::Stay, 500, 500), (Form::Vpt, 0, 200)]);
    let outcome = decided(&facts, &rules);
    // Half of 2,000 less the 900 of stays leaves 100 of the 200 that they grow.
    assert_eq!(after(&outcome), [500, 700]);
    assert_eq!(outcome.providers[0].0.limits, [Limit::VolumeCeiling]);
}

#[test]
fn bud_13_what_an_office_does_not_state_is_answered_as_such() {
    let office = |office: &str| ClickFacts {
        year: OfficeYear { office: office.parse().unwrap(), year: 2024 },
        ..facts(1_000, 0, &[(1, 400, 600)])
    };
    let error = click(&office("zilveren_kruis"), &built_in(), &mut Trace::new()).unwrap_err();
    assert!(error.to_string().contains("parameter intramural_ceiling_percentage of office zilveren_kruis is not set"));
}

fn contenders() -> impl Strategy<Value = Vec<(u32, i64, i64)>> {
    let amounts = (0..1_000_000_000i64, 0..1_000_000_000i64);
    proptest::collection::btree_map(1..1000u32, amounts, 1..20)
        .prop_map(|map| map.into_iter().map(|(number, (budget, forecast))| (number, budget, forecast)).collect())
}

proptest! {
    #[test]
    fn bud_07_money_is_conserved(room in 0..20_000_000_000i64, contenders in contenders(), fund: bool) {
        let facts = ClickFacts { fund_overproduction: fund, ..facts(room, 0, &contenders) };
        let outcome = decided(&facts, &built_in());
        let sum: i64 = after(&outcome).iter().sum();
        prop_assert_eq!(sum + outcome.totals.left.cents() - outcome.totals.commitment.cents(), room);
        prop_assert!(outcome.totals.left.is_zero() || outcome.totals.commitment.is_zero());
    }

    #[test]
    fn bud_07_nobody_gets_more_than_it_overproduces_or_loses_more_than_it_underproduces(
        room in 0..20_000_000_000i64, contenders in contenders()
    ) {
        let facts = facts(room, 0, &contenders);
        let outcome = decided(&facts, &built_in());
        let overrun = facts.contenders.iter().map(|one| one.forecast.cents()).sum::<i64>() > room;
        let mut granted = 0;
        for (contender, (.., after)) in facts.contenders.iter().zip(&outcome.providers) {
            let (low, high) = (contender.budget.min(contender.forecast), contender.budget.max(contender.forecast));
            prop_assert!(low <= *after && *after <= high);
            granted += (after.cents() - contender.budget.cents()).max(0);
            // In an overrun under-producers always go down to their forecast.
            if overrun && contender.forecast < contender.budget {
                prop_assert_eq!(*after, contender.forecast);
            }
        }
        prop_assert_eq!(granted, outcome.totals.granted.cents());
    }

    #[test]
    fn bud_07_the_order_of_providers_does_not_matter(
        room in 0..20_000_000_000i64, contenders in contenders(), turn in 0usize..20
    ) {
        let mut turned = contenders.clone();
        turned.rotate_left(turn % contenders.len());
        let by_agb = |contenders: &[(u32, i64, i64)]| {
            let outcome = decided(&facts(room, 0, contenders), &built_in());
            let mut keyed: Vec<_> = contenders.iter().map(|(number, ..)| *number).zip(after(&outcome)).collect();
            keyed.sort_unstable();
            keyed
        };
        prop_assert_eq!(by_agb(&contenders), by_agb(&turned));
    }

    #[test]
    fn bud_13_priority_for_care_at_home_conserves_the_same_money(
        room in 0..10_000_000_000i64,
        contenders in contenders(),
        home in prop::collection::vec((0..500_000_000i64, 0..500_000_000i64), 20),
    ) {
        let mut facts = facts(room, 0, &contenders);
        for (contender, (budget, forecast)) in facts.contenders.iter_mut().zip(home) {
            contender.forms = forms([(Form::Vpt, budget, forecast), (Form::Stay, 0, 0)]);
        }
        let plain = decided(&facts, &built_in());
        let first = decided(&facts, &stated("BUD-13", "extramural_growth_first", "flag", "true"));
        prop_assert_eq!(plain.totals, first.totals);
        for (contender, (.., after)) in facts.contenders.iter().zip(&first.providers) {
            prop_assert!(contender.budget.min(contender.forecast) <= *after);
            prop_assert!(*after <= contender.budget.max(contender.forecast));
        }
    }
}
