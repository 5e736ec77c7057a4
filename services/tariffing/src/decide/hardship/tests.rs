use chrono::NaiveDate;
use explain::{Facts, Language};
use proptest::prelude::*;

use super::*;
use crate::{
    decide::fixture::{built_in, subject},
    replay::replay,
};

fn utc(text: &str) -> DateTime<Utc> {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap().and_utc()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn kinds(kinds: &[&str]) -> BTreeSet<String> {
    kinds.iter().map(|kind| (*kind).to_owned()).collect()
}

const ALL: [&str; 5] = [
    "annual_accounts_last",
    "annual_accounts_before_last",
    "budget_year",
    "adjusted_forecast_year_before",
    "liquidity_forecasts_four_quarters",
];

fn figures(cents: [i64; 6]) -> HardshipFigures {
    let [deficit, charges, estate, reserves, improvements, revenue] = cents.map(Money::from_cents);
    HardshipFigures {
        deficit,
        incidental_charges: charges,
        real_estate_losses: estate,
        absorbing_reserves: reserves,
        improvements,
        wlz_revenue: revenue,
    }
}

fn facts(figures: HardshipFigures) -> HardshipFacts {
    let as_of = utc("2022-10-03 09:00:00");
    let judgement =
        HardshipJudgement { positive: true, motivation: "seen".to_owned(), by: "els".to_owned(), judged: as_of };
    let topics = [HardshipTopic::Efficiency, HardshipTopic::DutyOfCare];
    HardshipFacts {
        subject: subject("vgz", 2023),
        hardship_request_id: "r".to_owned(),
        kinds: kinds(&ALL),
        figures: Some(LaidOut { figures, motivation: "budget".to_owned(), by: "els".to_owned(), recorded: as_of }),
        judgements: topics.into_iter().map(|topic| (topic, judgement.clone())).collect(),
        as_of,
    }
}

fn computed(facts: &HardshipFacts) -> HardshipComputed {
    compute_hardship(facts, built_in(), &mut Trace::new()).unwrap()
}

fn highest_of(cents: [i64; 6]) -> Option<Decimal> {
    computed(&facts(figures(cents))).highest.map(|highest| highest.value)
}

fn codes(reasons: &[HardshipReason]) -> Vec<&'static str> {
    reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn tar_08_highest_addition_by_hand() {
    // 900,000 - 100,000 - 50,000 - 200,000 - 150,000 = 400,000 on 30,000,000 is 1.333...%.
    let cents = [90_000_000, 10_000_000, 5_000_000, 20_000_000, 15_000_000, 3_000_000_000];
    let computed = computed(&facts(figures(cents)));
    assert_eq!(computed.remaining, Some(Money::from_cents(40_000_000)));
    assert_eq!(computed.highest.unwrap().value, Decimal::new(133, 2));
    assert!(computed.reasons.is_empty());
    // More made up for than there is: nothing, not less than nothing.
    assert_eq!(highest_of([100, 0, 0, 101, 0, 1_000]), Some(Decimal::new(0, 2)));
    // The remaining deficit is not rounded up to a hundredth of a point.
    assert_eq!(highest_of([9_999, 0, 0, 0, 0, 100_000_000]), Some(Decimal::new(0, 2)));
    assert_eq!(highest_of([10_000, 0, 0, 0, 0, 100_000_000]), Some(Decimal::new(1, 2)));
}

#[test]
fn tar_08_zero_revenue_is_said_so() {
    let computed = computed(&facts(figures([100, 0, 0, 0, 0, 0])));
    assert_eq!((computed.highest, codes(&computed.reasons)), (None, vec!["no_revenue"]));
}

#[test]
fn tar_08_everything_that_stands_in_the_way_is_told_in_order() {
    let request = HardshipFacts {
        kinds: kinds(&ALL[1..4]),
        judgements: BTreeMap::new(),
        figures: None,
        ..facts(figures([0; 6]))
    };
    let mut trace = Trace::new();
    let computed = compute_hardship(&request, built_in(), &mut trace).unwrap();
    assert_eq!(computed.missing, ["annual_accounts_last", "liquidity_forecasts_four_quarters"]);
    assert_eq!(
        codes(&computed.reasons),
        [
            "document_missing",
            "document_missing",
            "efficiency_not_judged",
            "duty_of_care_not_weighed",
            "figures_missing"
        ]
    );
    let explanation = trace.finish(built_in(), &Facts::new(&request, request.as_of));
    for reason in computed.reasons {
        assert_eq!(explanation.steps[reason.step - 1].text, reason.code);
    }
    // The duty of care is weighed whichever way it points; efficiency has to be shown.
    let mut unfavourable = facts(figures([100, 0, 0, 0, 0, 1_000]));
    unfavourable.judgements.values_mut().for_each(|judgement| judgement.positive = false);
    assert_eq!(codes(&self::computed(&unfavourable).reasons), ["efficiency_not_shown"]);
}

#[test]
fn tar_08_the_last_second_of_the_last_day_counts() {
    let filed = |at: &str| {
        let facts = HardshipFilingFacts { subject: subject("vgz", 2023), kinds: kinds(&ALL), as_of: utc(at) };
        file_hardship(&facts, built_in(), &mut Trace::new()).unwrap()
    };
    // Summer time: local midnight is 22:00 UTC.
    assert!(!filed("2022-07-19 21:59:59.999").considered);
    assert!(filed("2022-07-19 22:00:00").considered);
    let last = filed("2022-09-30 21:59:59.999");
    assert_eq!((last.considered, last.answer_by), (true, Some(day("2022-10-21"))));
    let late = filed("2022-09-30 22:00:00");
    assert_eq!((late.considered, late.answer_by), (false, None));
}

#[test]
fn tar_08_the_national_framework_names_no_window_but_a_longer_list() {
    let filed = |office: &str, year, at: &str| {
        let facts = HardshipFilingFacts { subject: subject(office, year), kinds: kinds(&ALL), as_of: utc(at) };
        file_hardship(&facts, built_in(), &mut Trace::new())
    };
    for office in ["cz", "vgz"] {
        let national = filed(office, 2022, "2021-12-31 12:00:00").unwrap();
        assert!(national.considered && national.answer_by.is_none());
        assert_eq!(national.missing, ["budget_year_before"], "{office}");
    }
    // Who is outside the national system, and years without a policy at hand: not determined.
    for (office, year) in [("dsw", 2022), ("menzis", 2023), ("cz", 2023), ("vgz", 2024)] {
        assert!(matches!(filed(office, year, "2022-08-01 12:00:00"), Err(Error::Edge(_))), "{office} {year}");
    }
}

#[test]
fn tar_08_objections_are_counted_from_the_day_after_receipt() {
    let objected = |at: &str| {
        let facts = HardshipObjectionFacts {
            subject: subject("vgz", 2023),
            hardship_request_id: "r".to_owned(),
            received: day("2022-10-21"),
            as_of: utc(at),
        };
        object_to_hardship(&facts, built_in(), &mut Trace::new()).unwrap()
    };
    // Summer time ended on 30 October: local midnight is 23:00 UTC.
    assert_eq!(objected("2022-11-10 22:59:59.999"), (day("2022-11-10"), true));
    assert_eq!(objected("2022-11-10 23:00:00"), (day("2022-11-10"), false));
}

#[test]
fn tar_08_an_objection_gives_more_than_was_granted() {
    let decided = |granted: Option<i64>, points| {
        let facts = ObjectionDecisionFacts {
            request: facts(figures([500, 0, 0, 0, 0, 10_000])),
            granted: granted.map(|granted| Decimal::new(granted, 2)),
            points: Some(Decimal::new(points, 2)),
            motivation: "heard".to_owned(),
            by: "jan".to_owned(),
        };
        codes(&decide_hardship_objection(&facts, built_in(), &mut Trace::new()).unwrap().reasons)
    };
    assert!(decided(None, 500).is_empty());
    assert!(decided(Some(200), 201).is_empty());
    assert_eq!(decided(Some(200), 200), ["points_not_more"]);
    assert_eq!(decided(Some(501), 501), ["points_above_highest", "points_not_more"]);
}

fn granted(cents: [i64; 6], points: Decimal) -> HardshipDecisionFacts {
    let motivation = "the deficit can't be borne".to_owned();
    HardshipDecisionFacts { request: facts(figures(cents)), points: Some(points), motivation, by: "jan".to_owned() }
}

#[test]
fn tar_08_is_explained_in_both_languages() {
    let rules = built_in();
    let cents = [90_000_000, 10_000_000, 5_000_000, 20_000_000, 15_000_000, 3_000_000_000];
    let facts = granted(cents, Decimal::new(12, 1));
    let mut trace = Trace::new();
    assert!(decide_hardship(&facts, rules, &mut trace).unwrap().reasons.is_empty());
    let explanation = trace.finish(rules, &Facts::new(&facts, facts.request.as_of));
    insta::assert_snapshot!("tar_08_granted_nl", explanation.to_text(rules, Language::Dutch).unwrap());
    insta::assert_snapshot!("tar_08_granted_en", explanation.to_text(rules, Language::English).unwrap());
}

proptest! {
    #[test]
    fn tar_08_the_highest_addition_closes_the_gap_and_no_more(
        amounts in prop::array::uniform5(0..1_000_000_000_i64),
        revenue in 1..100_000_000_000_i64,
    ) {
        let [deficit, charges, estate, reserves, improvements] = amounts;
        let cents = [deficit.saturating_mul(4), charges, estate, reserves, improvements, revenue];
        let left = (deficit * 4 - charges - estate - reserves - improvements).max(0);
        let highest = highest_of(cents).unwrap();
        prop_assert!(highest.scale() <= DECIMALS);
        let adds = |points: Decimal| points * Decimal::from(revenue);
        let gap = Decimal::from(left) * Decimal::ONE_HUNDRED;
        prop_assert!(adds(highest) <= gap);
        prop_assert!(adds(highest + Decimal::new(1, DECIMALS)) > gap);
    }

    #[test]
    fn tar_08_more_reserves_never_raise_it(
        amounts in prop::array::uniform5(0..1_000_000_000_i64),
        revenue in 1..100_000_000_000_i64,
        more in 0..1_000_000_000_i64,
    ) {
        let [deficit, charges, estate, reserves, improvements] = amounts;
        let with = |reserves| highest_of([deficit, charges, estate, reserves, improvements, revenue]);
        prop_assert!(with(reserves + more) <= with(reserves));
    }

    #[test]
    fn tar_08_a_decision_is_taken_again_to_the_byte(
        amounts in prop::array::uniform6(0..1_000_000_000_i64),
        points in 1..500_i64,
    ) {
        let rules = built_in();
        let facts = granted(amounts, Decimal::new(points, 2));
        let mut trace = Trace::new();
        decide_hardship(&facts, rules, &mut trace).unwrap();
        let kept = Facts::new(&facts, facts.request.as_of);
        let explanation = trace.finish(rules, &kept).to_bytes();
        prop_assert_eq!(replay("hardship", kept.json(), &rules.archive()).unwrap(), explanation);
    }
}
