//! A run over a table whose coefficients are known.

use std::collections::BTreeMap;

use explain::{Facts, RuleFile, Rules, Trace};
use proptest::prelude::*;

use super::*;
use crate::{
    decide::benchmark::{Characteristic, MeasureFacts, ScoreFacts, ranks, score},
    domain::OfficeYear,
    rules,
};

fn agb(number: u32) -> Agb {
    format!("414100{number:02}").parse().unwrap()
}

fn columns() -> Vec<FeatureColumn> {
    let levels = Some(vec!["town".to_owned(), "city".to_owned()]);
    vec![FeatureColumn { name: "age".to_owned(), levels: None }, FeatureColumn { name: "region".to_owned(), levels }]
}

/// Cost is 100 a month, 10 more for each year above 70 and 50 more in a town; hours a tenth of that. Provider 3 claims a
/// quarter more.
fn rows() -> Vec<FeatureRow> {
    let row = |number: u32| {
        let provider = 1 + number % 3;
        let (age, town) = (i64::from(number % 11), i64::from(number % 2));
        let months = 1 + i64::from(number % 4);
        let more = if provider == 3 { 125 } else { 100 };
        let cost_cents = (100 + 10 * age + 50 * town) * more * months;
        FeatureRow {
            agb: agb(provider),
            months_hundredths: 100 * months,
            cost_cents,
            hours_hundredths: cost_cents / 10,
            features: vec![age as f64, if town == 1 { 0.0 } else { 1.0 }],
        }
    };
    (0..600).map(row).collect()
}

fn among(contracted: &[u32]) -> Among {
    Among {
        contracted: contracted.iter().map(|number| agb(*number)).collect(),
        excluded: BTreeSet::new(),
        turnover_above: Money::from_cents(1_000_000),
        first_day: "2023-01-01".parse().unwrap(),
        last_day: "2023-12-31".parse().unwrap(),
    }
}

fn run(rows: &[FeatureRow], among: &Among) -> Result<(RunOutcome, Vec<Own>), String> {
    let mut totals = Totals::default();
    rows.iter().for_each(|row| totals.take(row, &columns()));
    let mut run = Run::new(&columns(), totals.select(among).unwrap());
    rows.iter().for_each(|row| run.take(row));
    run.finish()
}

fn near(found: Decimal, expected: f64) {
    let expected = Decimal::from_f64_retain(expected).unwrap();
    assert!((found - expected).abs() < Decimal::new(1, 9), "{found} is not {expected}");
}

#[test]
fn hom_02_coefficients_that_are_known_are_found() {
    let (outcome, own) = run(&rows(), &among(&[1, 2])).unwrap();
    let cost = &outcome.models[0];
    let names: Vec<&str> = cost.coefficients.iter().map(|one| one.name.as_str()).collect();
    // city comes before town, so that a town is held against a city.
    assert_eq!(names, ["(constant)", "age", "region=town"]);
    for (one, expected) in cost.coefficients.iter().zip([100.0, 10.0, 50.0]) {
        near(one.value, expected);
    }
    for (one, expected) in outcome.models[1].coefficients.iter().zip([10.0, 1.0, 5.0]) {
        near(one.value, expected);
    }
    near(cost.r_squared, 1.0);
    assert_eq!((outcome.insured, outcome.providers), (400, 2));
    let left_out: Vec<_> = outcome.left_out.iter().map(|one| (one.agb, one.reason)).collect();
    assert_eq!(left_out, [(agb(3), LeftOutReason::NotContracted)]);
    assert_eq!(own[0].insured, 200);
    assert_eq!(own[0].means[0], Decimal::ONE);
}

#[test]
fn hom_02_only_a_turnover_above_the_limit_is_in_it() {
    let total: i64 = rows().iter().filter(|row| row.agb == agb(1)).map(|row| row.cost_cents).sum();
    let limit = |cents| Among { turnover_above: Money::from_cents(cents), ..among(&[1, 2, 3]) };
    let reason = |among: &Among| {
        let (outcome, _) = run(&rows(), among).unwrap();
        outcome.left_out.iter().find(|one| one.agb == agb(1)).map(|one| (one.reason, one.turnover))
    };
    assert_eq!(reason(&limit(total - 1)), None);
    let small = Some((LeftOutReason::SmallTurnover, Money::from_cents(total)));
    assert_eq!(reason(&limit(total)), small);
    // Half a year of it is twice that in a year.
    let half = Among { last_day: "2023-07-01".parse().unwrap(), ..limit(total) };
    assert_eq!(reason(&half), None);
    let excluded = Among { excluded: BTreeSet::from([agb(1)]), ..limit(total - 1) };
    assert_eq!(reason(&excluded).map(|one| one.0), Some(LeftOutReason::Excluded));
}

#[test]
fn hom_02_a_characteristic_that_follows_from_others_is_named() {
    let columns = vec![
        FeatureColumn { name: "age".to_owned(), levels: None },
        FeatureColumn { name: "age_again".to_owned(), levels: None },
    ];
    let double = |row: FeatureRow| FeatureRow { features: vec![row.features[0], 2.0 * row.features[0]], ..row };
    let rows: Vec<FeatureRow> = rows().into_iter().map(double).collect();
    let mut totals = Totals::default();
    rows.iter().for_each(|row| totals.take(row, &columns));
    let mut run = Run::new(&columns, totals.select(&among(&[1, 2, 3])).unwrap());
    rows.iter().for_each(|row| run.take(row));
    assert_eq!(run.finish().unwrap_err(), "age_again follows from age");
}

#[test]
fn hom_02_nobody_in_it_gives_no_fit() {
    let error = run(&rows(), &among(&[])).unwrap_err();
    assert_eq!(error, "0 insured persons are in it, which is not more than the 2 columns");
}

fn built_in() -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

fn facts(outcome: &RunOutcome, own: &Own) -> ScoreFacts {
    let measure = |(model, observed): (&Model, &Decimal)| MeasureFacts {
        measure: model.measure,
        observed: *observed,
        characteristics: std::iter::zip(&model.coefficients, &own.means)
            .map(|(one, mean)| Characteristic { name: one.name.clone(), mean: *mean, coefficient: one.value })
            .collect(),
    };
    ScoreFacts {
        run_decision_id: "run".to_owned(),
        year: OfficeYear { office: "vgz".parse().unwrap(), year: 2024 },
        agb: own.agb,
        insured: own.insured,
        months: own.months,
        measures: outcome.models.iter().zip(&own.observed).map(measure).collect(),
        rank: Some((2, 2)),
        as_of: chrono::DateTime::UNIX_EPOCH,
    }
}

#[test]
fn hom_02_a_score_is_told_characteristic_by_characteristic() {
    // Fitted on the first two, the third costs a quarter more than its insured let expect.
    let (outcome, _) = run(&rows(), &among(&[1, 2])).unwrap();
    let (_, own) = run(&rows(), &among(&[1, 2, 3])).unwrap();
    let facts = facts(&outcome, &own[2]);
    let (rules, mut trace) = (built_in(), Trace::new());
    let (measured, total) = score(&facts, &rules, &mut trace).unwrap();
    let scores: Vec<String> = measured.iter().filter_map(|one| one.score).map(|score| score.to_string()).collect();
    assert_eq!((scores, total), (vec!["1.2500".to_owned(), "1.2500".to_owned()], Some(Decimal::new(12_500, 4))));
    let explanation = trace.finish(&rules, &Facts::new(&facts, facts.as_of));
    let told = explanation.render(&rules).unwrap();
    let told: Vec<String> = told.into_iter().map(|step| step.english).collect();
    assert!(told[0].starts_with("(constant): on average 1 at a coefficient of "), "{}", told[0]);
    assert!(told.iter().any(|text| text.ends_with("that is place 2 of 2, the lowest score first.")), "{told:?}");
    let again = crate::replay::replay("benchmark_score", Facts::new(&facts, facts.as_of).json(), &rules.archive());
    assert_eq!(again.unwrap(), explanation.to_bytes());
}

#[test]
fn hom_02_who_is_expected_to_cost_nothing_has_no_score_and_no_place() {
    let (outcome, own) = run(&rows(), &among(&[1, 2])).unwrap();
    let mut facts = facts(&outcome, &own[0]);
    for measure in &mut facts.measures {
        measure.characteristics.clear();
    }
    let (measured, total) = score(&facts, &built_in(), &mut Trace::new()).unwrap();
    assert!(measured.iter().all(|one| one.score.is_none()) && total.is_none());
    let totals = BTreeMap::from([(agb(1), total), (agb(2), Some(Decimal::ONE)), (agb(3), Some(Decimal::ONE))]);
    assert_eq!(ranks(&totals), BTreeMap::from([(agb(2), 1), (agb(3), 2)]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whoever adds up observed and expected over all months of a run finds the same: least squares leave nothing over.
    #[test]
    fn hom_02_over_all_insured_expected_is_observed(costs in prop::collection::vec(0..90_000_i64, 60..200)) {
        let row = |(number, cost): (usize, i64)| FeatureRow {
            agb: agb(1 + (number % 3) as u32),
            months_hundredths: 100,
            cost_cents: 100_000 + cost,
            hours_hundredths: 1_000 + cost / 7,
            features: vec![(number % 13) as f64, (number % 2) as f64],
        };
        let rows: Vec<FeatureRow> = costs.into_iter().enumerate().map(row).collect();
        let among = Among { turnover_above: Money::ZERO, ..among(&[1, 2, 3]) };
        let (outcome, own) = run(&rows, &among).unwrap();
        let rules = built_in();
        let (mut observed, mut expected) = (Decimal::ZERO, Decimal::ZERO);
        for own in &own {
            let (measured, _) = score(&facts(&outcome, own), &rules, &mut Trace::new()).unwrap();
            observed += own.months * measured[0].observed;
            expected += own.months * measured[0].expected;
        }
        prop_assert!((observed - expected).abs() < Decimal::new(1, 3), "{observed} {expected}");
        prop_assert_eq!(run(&rows, &among).unwrap(), (outcome, own));
    }
}
