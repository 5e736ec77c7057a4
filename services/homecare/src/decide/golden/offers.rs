//! The benchmark and the offer (HOM-01 to HOM-04).

use money::{Decimal, Percentage};

use super::{at, cents, check, hours, of};
use crate::{
    decide::{
        benchmark::{self, Characteristic, ExclusionFacts, MeasureFacts, RunFacts, ScoreFacts},
        offer::{LastYear, OfferFacts, offer},
    },
    domain::{
        AgreementType, Coefficient, ExclusionGround, ForecastBasis, Growth, LeftOut, LeftOutReason, Measure, Model,
        NightCare, OfficeYear, Place, Previous, ProductTariff, RunOutcome, SoleProprietor,
    },
};

/// A standard agreement over a million that was reached, with 14 hours agreed and met; in place 40 of 40.
fn standard(year: i32) -> OfferFacts {
    let tariff = ProductTariff { product: "1000".into(), unit: "04".into(), tariff: cents(7_276) };
    let (run_id, decision_id) = ("loop 1".to_owned(), "besluit 1".to_owned());
    OfferFacts {
        of: of(year),
        number: 1,
        previous: Some(Previous {
            kind: AgreementType::Standard,
            ceiling: cents(100_000_000),
            hours: hours(140),
            first_year: year - 1,
            tariffs: vec![tariff],
            stated: true,
        }),
        turnover: Some(cents(100_000_000)),
        forecast: Some(ForecastBasis::Stated(cents(100_000_000))),
        realised_hours: Some(hours(138)),
        hours: Some(hours(133)),
        clients: Some(80),
        clients_stated: true,
        index: Some(Percentage(Decimal::new(777, 2))),
        tariffs: Vec::new(),
        sole: None,
        excluded: false,
        excluded_choice: None,
        place: Some(Place { run_id, score: Decimal::new(11, 1), rank: 40, of: 40, decision_id }),
        growth: None,
        night_care: None,
        mean_hours: None,
        mean_of: 0,
        year_end: None,
        as_of: at("2024-09-16T10:00:00Z"),
    }
}

fn told(name: &str, facts: &OfferFacts) {
    check((name, "offer"), (facts, facts.as_of), |facts, rules, trace| drop(offer(facts, rules, trace).unwrap()));
}

#[test]
fn hom_01_hom_04_a_standard_offer_with_an_improvement() {
    told("hom_01_hom_04_standard", &standard(2025));
}

#[test]
fn hom_01_hom_03_a_plus_offer_that_grows() {
    let motivation = "meer cliënten uit het ziekenhuis".to_owned();
    let growth = Some(Growth { raise: cents(5_000_000), clients: 6, hours: hours(137), motivation });
    let place = standard(2025).place.map(|place| Place { rank: 1, score: Decimal::new(91, 2), ..place });
    told("hom_01_hom_03_plus", &OfferFacts { growth, place, ..standard(2025) });
}

#[test]
fn hom_01_hom_03_a_client_following_offer_with_blended_hours() {
    let forecast = Some(ForecastBasis::Granted { spent: cents(9_000_000), days: 259, of: 366 });
    let of_small = OfferFacts { turnover: None, forecast, hours: None, place: None, ..standard(2025) };
    told("hom_01_hom_03_client_following", &OfferFacts { mean_hours: Some(hours(120)), mean_of: 7, ..of_small });
}

#[test]
fn hom_01_a_sole_proprietor_that_had_an_agreement_and_one_that_had_none() {
    let sole =
        SoleProprietor { level: 4, clients: 6, clients_of_others: true, quality_mark: true, nurse_agreement: true };
    let mut existing = OfferFacts { sole: Some(sole), place: None, ..standard(2024) };
    told("hom_01_zzp_refused", &existing);
    if let Some(previous) = &mut existing.previous {
        previous.kind = AgreementType::Zzp;
    }
    told("hom_01_zzp", &existing);
}

#[test]
fn hom_03_hom_09_the_base_follows_what_was_found_when_the_year_was_closed() {
    let listed = LastYear { decision_id: "besluit 2".into(), hours: Some((false, hours(141))), findings: Vec::new() };
    let forecast = Some(ForecastBasis::Granted { spent: cents(95_000_000), days: 366, of: 366 });
    let mut facts = OfferFacts { realised_hours: Some(hours(141)), forecast, year_end: Some(listed), ..standard(2025) };
    if let Some(previous) = &mut facts.previous {
        previous.stated = false;
    }
    told("hom_03_hom_09_hours_broken", &facts);
}

#[test]
fn hom_03_hom_10_a_region_that_takes_part_in_night_care_is_cleaned() {
    let motivation = "regio Nijmegen doet mee aan de onplanbare nachtzorg".to_owned();
    let night_care = Some(NightCare { ceiling: cents(2_000_000), tariff: cents(50), motivation });
    told("hom_03_hom_10_night_care", &OfferFacts { night_care, ..standard(2025) });
}

#[test]
fn hom_02_a_run_a_score_and_an_exclusion() {
    let as_of = at("2024-07-01T10:00:00Z");
    let year = OfficeYear { office: of(2025).office, year: 2025 };
    let agb = of(2025).agb;
    let coefficient = |name: &str, value, standard_error| Coefficient {
        name: name.to_owned(),
        value: Decimal::new(value, 2),
        standard_error: Decimal::new(standard_error, 2),
    };
    let model = |measure, r_squared| Model {
        measure,
        coefficients: vec![coefficient("(constant)", 10_000, 210), coefficient("age", 1_150, 20)],
        r_squared: Decimal::new(r_squared, 3),
        residual_error: Decimal::new(8_012, 2),
    };
    let outcome = RunOutcome {
        models: vec![model(Measure::Cost, 712), model(Measure::Hours, 655)],
        condition: Decimal::new(4_215, 1),
        insured: 12_000,
        providers: 40,
        left_out: vec![LeftOut { agb, reason: LeftOutReason::SmallTurnover, turnover: cents(25_000_000) }],
    };
    let (table_id, table_sha256) = ("tabel 1".to_owned(), "00".repeat(32));
    let run = RunFacts { year: year.clone(), table_id, table_sha256, outcome, as_of };
    check(("hom_02_run", "benchmark_run"), (&run, as_of), |facts, rules, trace| {
        benchmark::explain_run(facts, rules, trace).unwrap();
    });

    let characteristic = |name: &str, mean, coefficient| Characteristic {
        name: name.to_owned(),
        mean: Decimal::new(mean, 2),
        coefficient: Decimal::new(coefficient, 2),
    };
    let measure = |measure, observed| MeasureFacts {
        measure,
        observed: Decimal::new(observed, 2),
        characteristics: vec![characteristic("(constant)", 100, 10_000), characteristic("age", 8_120, 1_150)],
    };
    let score = ScoreFacts {
        run_decision_id: "besluit 1".to_owned(),
        year,
        agb,
        insured: 300,
        months: Decimal::from(3_100),
        measures: vec![measure(Measure::Cost, 100_300), measure(Measure::Hours, 110_000)],
        rank: Some((12, 40)),
        as_of,
    };
    check(("hom_02_score", "benchmark_score"), (&score, as_of), |facts, rules, trace| {
        benchmark::score(facts, rules, trace).unwrap();
    });

    let (ground, motivation) = (Some(ExclusionGround::UnjustifiedSpecialisation), "alleen wondzorg".to_owned());
    let exclusion = ExclusionFacts { of: of(2025), ground, motivation, as_of };
    check(("hom_02_exclusion", "benchmark_exclusion"), (&exclusion, as_of), |facts, _, trace| {
        benchmark::explain_exclusion(facts, trace);
    });
}
