use std::borrow::Cow;

use chrono::{DateTime, Utc};
use explain::Facts;
use money::{Decimal, Money, Percentage};
use proptest::prelude::*;
use serde::Serialize;

use super::*;
use crate::{
    decide::{
        Adjusted, Approved, Contender, InnovationProduct, Limit, ProviderProduction,
        fixtures::{agb, approved, built_in, cents, changed, stated, tariff, vgz},
    },
    domain::{Affordability, AgreedProduct, BaseKind, Entered, Lot, Outcome, RoundKind, Volume},
};

fn as_of() -> DateTime<Utc> {
    "2023-08-01T09:30:00.123456Z".parse().unwrap()
}

/// Checks that what a call recorded is taken again to the byte, and not from other facts or other rules.
fn taken_again(kind: &str, facts: &impl Serialize, trace: Trace, rules: &Rules) {
    let recorded = Facts::new(facts, as_of());
    let explanation = String::from_utf8(trace.finish(rules, &recorded).to_bytes()).unwrap();
    let again = |facts: &[u8], rules: &Rules| {
        replay(kind, facts, &rules.archive()).map(|explanation| String::from_utf8(explanation).unwrap())
    };
    assert_eq!(again(recorded.json(), rules).unwrap(), explanation, "{kind}");

    let text = str::from_utf8(recorded.json()).unwrap();
    let later = text.replace("09:30:00.123456Z", "09:30:00.123457Z");
    assert_ne!(later, text);
    assert_ne!(again(later.as_bytes(), rules).unwrap(), explanation, "{kind}");
    for other in [text.replacen('{', "{\"more\":1,", 1), format!("{text} "), "{}".to_owned()] {
        assert!(matches!(again(other.as_bytes(), rules), Err(ReplayError::Facts { .. })), "{kind}");
    }
    let other = changed("title = ", "# another text of the same rules\ntitle = ");
    assert_ne!(again(recorded.json(), &other).unwrap(), explanation, "{kind}");
}

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

fn production() -> impl Strategy<Value = Vec<Approved>> {
    let row = (prop::sample::select(vec![("Z053", "14"), ("H126", "04")]), 0..400_i64);
    let row = row.prop_map(|((product, unit), quantity)| approved(product, unit, quantity));
    prop::collection::vec(row, 0..8)
}

fn provider() -> impl Strategy<Value = ProviderProduction> {
    let kind = prop::sample::select(vec![BaseKind::Started, BaseKind::FromPgb, BaseKind::Existing]);
    let volume = (0..1_000_000_i64, 0..=2_u32)
        .prop_map(|(units, decimals)| Volume { product: "H126".to_owned(), volume: Decimal::new(units, decimals) });
    let entered = (kind, prop::collection::vec(volume, 1..3));
    let entered = entered.prop_map(|(kind, volumes)| Entered { agb: agb(1), kind, volumes });
    let tariffs = vec![tariff("Z053", 2023, 25_110), tariff("H126", 2023, 6_794)];
    (production(), prop::collection::vec(entered, 0..3)).prop_map(move |(production, entered)| ProviderProduction {
        agb: agb(1),
        production,
        entered,
        tariffs: tariffs.clone(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_reserve_is_decided_again(zin in 0..1_000_000_000_000_i64, pgb in 0..1_000_000_000_i64) {
        let (facts, rules) = (ReserveFacts { year: vgz(2023), zin: cents(zin), pgb: cents(pgb), as_of: as_of() }, built_in());
        let mut trace = Trace::new();
        decide::reserve(&facts, &rules, &mut trace).unwrap();
        taken_again("reserve", &facts, trace, &rules);
    }

    #[test]
    fn a_filing_is_decided_again_and_each_budget_of_it(
        zin in 1..10_000_000_000_i64,
        providers in prop::collection::vec(provider(), 0..5),
        home_first: bool,
    ) {
        let providers = (1..).zip(providers).map(|(number, provider)| ProviderProduction { agb: agb(number), ..provider });
        let providers = providers.collect();
        let facts = FilingFacts { year: vgz(2023), zin: cents(zin), pgb: cents(0), providers, as_of: as_of() };
        let rules = stated("BUD-13", "extramural_growth_first", "flag", if home_first { "true" } else { "false" });
        let mut trace = Trace::new();
        let filed = decide::file(&facts, &rules, &mut trace).unwrap().providers;
        taken_again("filing", &facts, trace, &rules);
        for (filed, provider) in filed.into_iter().zip(&facts.providers) {
            let own = BudgetFacts {
                filing_decision_id: "filing".to_owned(),
                year: vgz(2023),
                provider: Cow::Borrowed(provider),
                part: filed.part,
                as_of: as_of(),
            };
            let again = decide::file_one(&own, &rules).unwrap();
            prop_assert_eq!((again.base, again.scaled, again.filed), (filed.base, filed.scaled, filed.filed));
            taken_again("budget", &own, filed.trace, &rules);
        }
    }

    #[test]
    fn a_forecast_is_made_again(production in production(), late: bool) {
        let tariffs = vec![tariff("Z053", 2023, 25_110), tariff("H126", 2023, 6_794)];
        let round = if late { RoundKind::Reallocation } else { RoundKind::Click };
        let facts = ForecastFacts { year: vgz(2023), round, agb: agb(1), production, tariffs, as_of: as_of() };
        let rules = built_in();
        let mut trace = Trace::new();
        decide::office_forecast(&facts, &rules, &mut trace).unwrap();
        taken_again("forecast", &facts, trace, &rules);
    }

    #[test]
    fn an_answer_and_a_settlement_are_taken_again(
        office in 0..10_000_000_000_i64,
        units in prop::collection::vec(0..1_000_000_i64, 0..3),
        motivation in any::<String>(),
    ) {
        let own = |units: &i64| Volume { product: "Z053".to_owned(), volume: Decimal::new(*units, 2) };
        let answered = AnswerFacts {
            year: vgz(2023),
            agb: agb(1),
            office_forecast: cents(office),
            own: units.iter().map(own).collect(),
            tariffs: vec![tariff("Z053", 2023, 25_110)],
            motivation: motivation.clone(),
            as_of: as_of(),
        };
        let rules = built_in();
        let mut trace = Trace::new();
        let forecast = decide::answer(&answered, &mut trace).unwrap().0;
        taken_again("forecast_answer", &answered, trace, &rules);
        let settled = SettlementFacts {
            year: vgz(2023),
            agb: agb(1),
            office_forecast: cents(office),
            forecast,
            motivation,
            as_of: as_of(),
        };
        let mut trace = Trace::new();
        prop_assert_eq!(decide::settle(&settled, &mut trace), forecast);
        taken_again("forecast_settlement", &settled, trace, &rules);
    }

    #[test]
    fn an_agreement_on_innovation_is_judged_again_in_time_and_too_late(
        amounts in prop::collection::vec(1..1_000_000_000_i64, 0..3),
        before in 0..1_000_000_000_i64,
        late: bool,
        motivation in any::<String>(),
    ) {
        let product = |(number, amount): (usize, i64)| InnovationProduct { product: format!("H{number}"), amount: cents(amount) };
        let facts = InnovationFacts {
            year: if late { vgz(2022) } else { vgz(2023) },
            lot: Lot::Zin,
            agb: agb(1),
            products: amounts.into_iter().enumerate().map(product).collect(),
            tariffs: (0..3).map(|number| tariff(&format!("H{number}"), 2023, 6_794)).collect(),
            before: cents(before),
            motivation,
            as_of: as_of(),
        };
        let rules = built_in();
        let mut trace = Trace::new();
        let agreed = decide::agree_innovation(&facts, &rules, &mut trace).unwrap();
        prop_assert_eq!(agreed.is_none(), late);
        taken_again("innovation", &facts, trace, &rules);
    }

    #[test]
    fn a_click_is_decided_again_and_each_providers_part_of_it(
        room in 0..10_000_000_000_i64,
        reserve in 0..1_000_000_i64,
        fund_overproduction in any::<bool>(),
        amounts in prop::collection::vec((0..1_000_000_000_i64, 0..1_000_000_000_i64), 1..8),
    ) {
        let contender = |(number, (budget, forecast)): (u32, (i64, i64))| contender(number, budget, forecast);
        let facts = ClickFacts {
            year: vgz(2023),
            round: RoundKind::Click,
            room: cents(room),
            reserve: cents(reserve.min(room)),
            fund_overproduction,
            contenders: (1..).zip(amounts).map(contender).collect(),
            as_of: as_of(),
        };
        let rules = built_in();
        let mut trace = Trace::new();
        let outcome = decide::click(&facts, &rules, &mut trace).unwrap();
        taken_again("click", &facts, trace, &rules);
        for (contender, (adjusted, became, after)) in facts.contenders.iter().zip(&outcome.providers) {
            let own = ProviderClickFacts {
                round_decision_id: "click".to_owned(),
                contender: contender.clone(),
                adjusted: adjusted.clone(),
                to_share: outcome.totals.to_share,
                shortage: outcome.totals.shortage,
                outcome: *became,
                after: *after,
                products: Vec::new(),
                as_of: as_of(),
            };
            taken_again("click_provider", &own, decide::explain_provider(&own), &rules);
        }
    }
}

#[test]
fn a_rule_that_says_otherwise_decides_otherwise() {
    let facts = ReserveFacts { year: vgz(2023), zin: cents(1_000_000), pgb: cents(500_000), as_of: as_of() };
    let facts = Facts::new(&facts, as_of());
    let result = |rules: &Rules| {
        let explanation = replay("reserve", facts.json(), &rules.archive()).unwrap();
        explain::Explanation::from_bytes(&explanation).unwrap().steps[0].result.clone()
    };
    assert_eq!(result(&built_in()), explain::Value::Money(cents(20_000)));
    let total = changed("value = \"zin\" }]\n\n# --- BUD-03", "value = \"total\" }]\n\n# --- BUD-03");
    assert_eq!(result(&total), explain::Value::Money(cents(30_000)));
    let archive = built_in().archive();
    assert!(matches!(replay("reserve", facts.json(), "[]"), Err(ReplayError::Undecided(_))));
    assert!(matches!(replay("assessment", facts.json(), &archive), Err(ReplayError::UnknownKind { .. })));
}

#[test]
fn every_outcome_of_a_click_is_told_again() {
    use Outcome::*;
    for outcome in [Raised, Kept, Lowered, LoweredInProportion, Funded] {
        let ninety = Percentage(Decimal::new(90, 0));
        let affordability = Some(Affordability { budget: Some(cents(9)), tariff: Some(ninety) });
        let agreed = AgreedProduct { product: "H126".to_owned(), volume: Decimal::new(5, 1), amount: cents(7) };
        let facts = ProviderClickFacts {
            round_decision_id: "click".to_owned(),
            contender: Contender { affordability, ..contender(1, 1, 2) },
            adjusted: Adjusted {
                agb: agb(1),
                budget: cents(9),
                wanted: cents(8),
                innovation: cents(2),
                forecast: cents(6),
                extramural_growth: Money::ZERO,
                limits: vec![Limit::NewInReallocation, Limit::TreatmentStays(ninety), Limit::VolumeCeiling],
            },
            to_share: cents(3),
            shortage: cents(4),
            outcome,
            after: Money::ZERO,
            products: vec![agreed],
            as_of: as_of(),
        };
        let trace = decide::explain_provider(&facts);
        assert_eq!(trace.len(), 8);
        taken_again("click_provider", &facts, trace, &built_in());
    }
}
