//! Plans, draws and conclusions, case by case.

use chrono::DateTime;
use explain::{Facts, Language, RuleFile, Rules, Trace};
use money::{Decimal, Money};
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{ControlKind, Drawn, LineKey, PopulationLine, SampleMethod},
    replay::replay,
    rules,
};

fn built_in() -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

fn cents(cents: i64) -> Money {
    Money::from_cents(cents)
}

fn line(number: i64, amount: i64) -> PopulationLine {
    let day = "2024-03-01".parse().unwrap();
    PopulationLine {
        key: LineKey { service: "budget".to_owned(), file_id: "F".to_owned(), detail_number: number },
        agb: "41410001".parse().unwrap(),
        product: "Z053".to_owned(),
        first_day: day,
        last_day: day,
        granted: cents(amount),
        reference: format!("R{number}"),
    }
}

/// The facts of a material control of lines, all in one part or divided by an amount.
fn facts(method: SampleMethod, lines: &[PopulationLine], boundary: Option<i64>) -> PlanFacts {
    let part = |from: i64, below: Option<i64>| {
        let inside = |line: &&PopulationLine| {
            line.granted >= cents(from) && below.is_none_or(|below| line.granted < cents(below))
        };
        let of_part: Vec<Money> = lines.iter().filter(inside).map(|line| line.granted).collect();
        StratumFact {
            from: cents(from),
            below: below.map(cents),
            lines: of_part.len() as u64,
            amount: Money::total(of_part).unwrap(),
        }
    };
    let day = "2024-06-01".parse().unwrap();
    PlanFacts {
        kind: ControlKind::Material,
        method,
        scope: Scope {
            office: "vgz".parse().unwrap(),
            service: "budget".to_owned(),
            agb: None,
            first_day: "2024-01-01".parse().unwrap(),
            last_day: "2024-12-31".parse().unwrap(),
            products: Vec::new(),
            cutoff: DateTime::UNIX_EPOCH,
        },
        strata: match boundary {
            None => vec![part(0, None)],
            Some(boundary) => vec![part(0, Some(boundary)), part(boundary, None)],
        },
        population_sha256: "p".repeat(64),
        drawn_sha256: "d".repeat(64),
        risk_analysis: "risicoanalyse 2024".to_owned(),
        risk_analysed: Some(day),
        plan: "of de zorg is geleverd; de spiegelinformatie gaf geen verklaring".to_owned(),
        medical_adviser: "ma-1".to_owned(),
        expected_errors: 0,
        seed: "5".repeat(64),
        day,
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn planned(facts: &PlanFacts) -> Plan {
    plan(facts, &built_in(), &mut Trace::new()).unwrap()
}

fn drawn(facts: &PlanFacts, lines: &[PopulationLine]) -> Vec<Drawn> {
    let plan = planned(facts);
    let mut draw = Draw::new(facts.method, &facts.seed, &plan);
    for line in lines {
        let inside = |part: &StratumFact| part.below.is_some_and(|below| below <= line.granted);
        draw.offer(facts.strata.partition_point(inside), line.clone());
    }
    draw.finish()
}

fn conclusion_of(method: SampleMethod, stratum: StratumFound) -> ConcludeFacts {
    ConcludeFacts {
        office: "vgz".parse().unwrap(),
        control_id: "C".to_owned(),
        kind: ControlKind::Material,
        method,
        confidence: money::Percentage(Decimal::from(95)),
        accuracy: money::Percentage(Decimal::from(95)),
        medical_adviser: "ma-1".to_owned(),
        concluded_by: "ma-1".to_owned(),
        open: 0,
        strata: vec![stratum],
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn found(lines: u64, amount: i64, wrong: Vec<Wrong>) -> StratumFound {
    StratumFound {
        lines,
        amount: cents(amount),
        certain_lines: 0,
        certain_amount: Money::ZERO,
        certain_wrong: Vec::new(),
        drawn: 59,
        wrong,
    }
}

fn half_wrong(granted: i64, right: i64) -> Wrong {
    Wrong { granted: cents(granted), right: cents(right) }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn scr_09_sizes_follow_from_confidence_and_accuracy() {
    let lines: Vec<PopulationLine> = (1..=5_000).map(|number| line(number, 100 * number)).collect();
    let material = facts(SampleMethod::Attribute, &lines, None);
    assert_eq!(planned(&material).strata[0].draws, 59);
    let formal = PlanFacts { kind: ControlKind::Formal, ..material.clone() };
    assert_eq!(planned(&formal).strata[0].draws, 299);
    let bearing = PlanFacts { expected_errors: 1, ..material.clone() };
    assert_eq!(planned(&bearing).strata[0].draws, 93);
    // Two parts of 97.5% each are 95% together.
    let divided = planned(&facts(SampleMethod::Attribute, &lines, Some(100_000)));
    assert_eq!(divided.strata.iter().map(|stratum| stratum.draws).collect::<Vec<_>>(), [72, 72]);
    // An empty part asks for nothing, and takes no confidence away.
    let empty = planned(&facts(SampleMethod::Attribute, &lines, Some(50)));
    assert_eq!(empty.strata.iter().map(|stratum| stratum.draws).collect::<Vec<_>>(), [0, 59]);
    let few = facts(SampleMethod::Attribute, &lines[..59], None);
    assert!(planned(&few).strata[0].everything);
}

#[test]
fn scr_09_detail_control_comes_after_analysis_and_plan_under_a_medical_adviser() {
    let lines = [line(1, 100)];
    let whole = facts(SampleMethod::Attribute, &lines, None);
    let lacking = PlanFacts { risk_analysis: String::new(), medical_adviser: String::new(), ..whole.clone() };
    let said = plan(&lacking, &built_in(), &mut Trace::new()).unwrap_err().to_string();
    assert!(said.contains("general risk analysis") && said.contains("medical adviser"), "{said}");
    let formal = PlanFacts { kind: ControlKind::Formal, risk_analysed: None, ..lacking };
    assert!(plan(&formal, &built_in(), &mut Trace::new()).is_ok());
    let nothing = facts(SampleMethod::Attribute, &[], None);
    assert!(plan(&nothing, &built_in(), &mut Trace::new()).unwrap_err().to_string().contains("no line"));
    let early = PlanFacts { risk_analysed: "2024-06-02".parse().ok(), ..whole };
    assert!(plan(&early, &built_in(), &mut Trace::new()).is_err());
}

#[test]
fn scr_09_the_same_seed_draws_the_same_lines_and_another_seed_others() {
    let lines: Vec<PopulationLine> = (1..=2_000).map(|number| line(number, 1_000 + number % 7)).collect();
    for method in [SampleMethod::Attribute, SampleMethod::MonetaryUnit] {
        let one = facts(method, &lines, None);
        let other = PlanFacts { seed: "6".repeat(64), ..one.clone() };
        assert_eq!(drawn(&one, &lines), drawn(&one, &lines));
        assert_ne!(sha256(&drawn(&one, &lines)), sha256(&drawn(&other, &lines)));
        assert!([59, 60].contains(&drawn(&one, &lines).len()));
    }
}

#[test]
fn scr_09_a_line_as_large_as_the_interval_is_always_drawn() {
    let mut lines: Vec<PopulationLine> = (1..=1_000).map(|number| line(number, 1_000)).collect();
    lines.push(line(1_001, 1_000_000));
    let plan = facts(SampleMethod::MonetaryUnit, &lines, None);
    let drawn = drawn(&plan, &lines);
    let large: Vec<&Drawn> = drawn.iter().filter(|drawn| drawn.certain).collect();
    assert_eq!(large.len(), 1);
    assert_eq!(large[0].line, lines[1_000]);
}

#[test]
fn scr_09_a_sample_of_lines_bounds_the_lines_that_are_wrong() {
    let none = conclusion_of(SampleMethod::Attribute, found(1_000, 10_000_000, vec![]));
    let clean = conclude(&none, &mut Trace::new()).unwrap();
    // 4.9508% at most: 49.5 of 1,000 lines.
    assert_eq!((clean.bounds.low, clean.bounds.high), (Decimal::ZERO, Decimal::from(50)));
    assert!(clean.reached);
    let one = conclusion_of(SampleMethod::Attribute, found(1_000, 10_000_000, vec![half_wrong(1_000, 500)]));
    let wrong = conclude(&one, &mut Trace::new()).unwrap();
    // One in 59 is 1.69%; at most 7.796%.
    assert_eq!((wrong.bounds.low, wrong.bounds.likely, wrong.bounds.high), (1.into(), 17.into(), 78.into()));
    assert_eq!((wrong.wrong_lines, wrong.established, wrong.reached), (1, cents(500), false));
}

#[test]
fn scr_09_a_sample_of_euros_bounds_the_euros_that_are_wrong() {
    let wrong = vec![half_wrong(1_000, 900), half_wrong(1_000, 600)];
    let facts = conclusion_of(SampleMethod::MonetaryUnit, found(5_000, 100_000_000, wrong));
    let concluded = conclude(&facts, &mut Trace::new()).unwrap();
    let near = |value: Decimal, expected: &str| assert!((value - decimal(expected)).abs() < decimal("0.05"), "{value}");
    // Stringer: 4.95076% for none, 2.83903% more for 40% wrong, 2.49912% more for 10%.
    near(concluded.bounds.high, "63362.86");
    near(concluded.bounds.low, "866.34");
    // 50% of an interval in all.
    near(concluded.bounds.likely, "8474.58");
    assert_eq!((concluded.established, concluded.reached), (cents(500), false));
    // What is certain speaks for itself alone.
    let mut all = found(60, 100_000, vec![]);
    (all.certain_lines, all.certain_amount, all.drawn) = (60, cents(100_000), 0);
    all.certain_wrong = vec![half_wrong(1_000, 0)];
    let exact = conclude(&conclusion_of(SampleMethod::MonetaryUnit, all), &mut Trace::new()).unwrap();
    assert_eq!((exact.bounds.low, exact.bounds.high), (decimal("10.00"), decimal("10.00")));
    assert!(exact.reached);
}

#[test]
fn scr_09_nobody_but_the_medical_adviser_concludes_detail_control_and_not_before_all_was_looked_at() {
    let facts = conclusion_of(SampleMethod::Attribute, found(1_000, 100_000, vec![]));
    let early = ConcludeFacts { open: 3, concluded_by: "somebody".to_owned(), ..facts.clone() };
    let said = conclude(&early, &mut Trace::new()).unwrap_err().to_string();
    assert!(said.contains("3 line(s)") && said.contains("ma-1"), "{said}");
    let formal = ConcludeFacts { kind: ControlKind::Formal, concluded_by: "somebody".to_owned(), ..facts };
    assert!(conclude(&formal, &mut Trace::new()).is_ok());
}

/// What is told of a decision, and that it is the same when it is taken again.
fn told<F: serde::Serialize>(kind: &str, facts: &F, trace: Trace) -> String {
    let rules = built_in();
    let recorded = Facts::new(facts, DateTime::UNIX_EPOCH);
    let explanation = trace.finish(&rules, &recorded);
    assert_eq!(replay(kind, recorded.json(), &rules.archive()).unwrap(), explanation.to_bytes());
    let of = |language| explanation.to_text(&rules, language).unwrap();
    format!("{}{}", of(Language::Dutch), of(Language::English))
}

#[test]
fn scr_09_a_plan_and_a_conclusion_are_told_and_taken_again_the_same() {
    let lines: Vec<PopulationLine> = (1..=5_000).map(|number| line(number, 100 * number)).collect();
    let facts = facts(SampleMethod::MonetaryUnit, &lines, None);
    let mut trace = Trace::new();
    plan(&facts, &built_in(), &mut trace).unwrap();
    let planned = told("control_planned", &facts, trace);
    let of = |method| {
        let facts = conclusion_of(method, found(5_000, 100_000_000, vec![half_wrong(1_000, 600)]));
        let mut trace = Trace::new();
        conclude(&facts, &mut trace).unwrap();
        told("control_concluded", &facts, trace)
    };
    let all = [planned, of(SampleMethod::MonetaryUnit), of(SampleMethod::Attribute)].join("\n");
    assert_eq!(all, include_str!("told.txt"), "\n{all}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever the true rate, the bound lies above it as often as was planned.
    #[test]
    fn scr_09_the_upper_bound_holds_as_often_as_it_says(draws in 5..60_u64, rate in 1..500_i64) {
        let (rate, mistaken) = (Decimal::new(rate, 3), Decimal::new(5, 2));
        let missed = (0..=draws).take_while(|errors| binomial::upper(*errors, draws, mistaken) < rate).count() as u64;
        if missed > 0 {
            prop_assert!(binomial::at_most(missed - 1, draws, rate) <= mistaken);
        }
    }

    /// More that is wrong never lowers a bound, and what was seen lies within.
    #[test]
    fn scr_09_more_that_is_wrong_never_lowers_a_bound(
        rights in prop::collection::vec(0..1_000_i64, 0..5),
        more in 0..1_000_i64,
    ) {
        let wrong: Vec<Wrong> = rights.iter().map(|right| half_wrong(1_000, *right)).collect();
        let also: Vec<Wrong> = wrong.iter().copied().chain([half_wrong(1_000, more)]).collect();
        for method in [SampleMethod::Attribute, SampleMethod::MonetaryUnit] {
            let of = |wrong: &[Wrong]| {
                let facts = conclusion_of(method, found(5_000, 50_000_000, wrong.to_vec()));
                conclude(&facts, &mut Trace::new()).unwrap()
            };
            let (before, after) = (of(&wrong), of(&also));
            prop_assert!(after.bounds.low >= before.bounds.low && after.bounds.high >= before.bounds.high);
            prop_assert!(before.bounds.low <= before.bounds.likely && before.bounds.likely <= before.bounds.high);
        }
    }
}
