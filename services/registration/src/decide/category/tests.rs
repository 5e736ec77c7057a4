use explain::Rules;
use proptest::prelude::*;

use super::*;
use crate::decide::fixture::{agreement, built_in, day, home_care, utc, with, wlz};

fn decided(facts: &AssessmentFacts, rules: &Rules) -> Category {
    category(facts, rules, &mut Trace::new()).unwrap().value
}

fn of(agreements: Vec<Agreement>) -> Category {
    decided(&AssessmentFacts { agreements, ..wlz() }, built_in())
}

/// An agreement with this office in the round of 2022.
fn here(first: &str, last: Option<&str>) -> Agreement {
    agreement(&wlz(), "vgz", first, last)
}

/// An agreement with another office, with care claimed since a day.
fn there(office: &str, first: &str, last: Option<&str>, since: Option<&str>) -> Agreement {
    Agreement { claiming_since: since.map(day), ..agreement(&wlz(), office, first, last) }
}

#[test]
fn reg_02_running_through_the_year_or_expiring() {
    assert_eq!(of(vec![here("2021-01-01", Some("2023-12-31"))]), Category::ExistingRunning);
    assert_eq!(of(vec![here("2021-01-01", None)]), Category::ExistingRunning);
    assert_eq!(of(vec![here("2021-01-01", Some("2022-12-31"))]), Category::ExistingRunning);
    assert_eq!(of(vec![here("2021-01-01", Some("2022-12-30"))]), Category::ExistingExpiring);
    assert_eq!(of(vec![here("2021-01-01", Some("2021-12-31"))]), Category::ExistingExpiring);
    // The one that runs longest tells.
    let both = vec![here("2021-01-01", Some("2021-12-31")), here("2020-01-01", Some("2023-12-31"))];
    assert_eq!(of(both), Category::ExistingRunning);
}

#[test]
fn reg_02_what_counts_is_the_day_of_receipt() {
    assert_eq!(of(vec![here("2021-07-16", Some("2021-07-16"))]), Category::ExistingExpiring);
    assert_eq!(of(vec![here("2021-07-17", Some("2023-12-31"))]), Category::New);
    assert_eq!(of(vec![here("2020-01-01", Some("2021-07-15"))]), Category::New);
    // Half past midnight in the Netherlands is still the day before in UTC.
    let facts = AssessmentFacts {
        received: utc("2021-07-16 22:30:00"),
        agreements: vec![here("2021-07-17", Some("2023-12-31"))],
        ..wlz()
    };
    assert_eq!(decided(&facts, built_in()), Category::ExistingRunning);
}

#[test]
fn reg_02_an_extension_counts_as_running_only_when_the_office_says_so() {
    let extended = Agreement { extended: true, ..here("2020-01-01", Some("2022-12-31")) };
    let facts = AssessmentFacts { agreements: vec![extended], ..wlz() };
    assert_eq!(decided(&facts, built_in()), Category::ExistingExpiring);
    let counting = with("extension_counts_as_running", "false", "true");
    assert_eq!(decided(&facts, &counting), Category::ExistingRunning);
}

#[test]
fn reg_02_existing_elsewhere_needs_the_whole_year_before_and_claims() {
    let elsewhere = |first, last, since| of(vec![there("cz", first, last, since)]);
    assert_eq!(elsewhere("2020-01-01", None, Some("2020-02-01")), Category::ExistingElsewhere);
    assert_eq!(elsewhere("2021-01-01", Some("2021-12-31"), Some("2021-01-01")), Category::ExistingElsewhere);
    assert_eq!(elsewhere("2021-01-02", None, Some("2021-01-02")), Category::New);
    assert_eq!(elsewhere("2020-01-01", Some("2021-12-30"), Some("2020-01-01")), Category::New);
    assert_eq!(elsewhere("2020-01-01", None, Some("2021-01-02")), Category::New);
    assert_eq!(elsewhere("2020-01-01", None, None), Category::New);
    assert_eq!(of(Vec::new()), Category::New);
}

#[test]
fn reg_02_agreements_of_one_office_that_follow_each_other_make_a_whole_year() {
    let first = || there("cz", "2020-01-01", Some("2021-06-30"), Some("2020-01-01"));
    assert_eq!(of(vec![there("cz", "2021-07-01", None, None), first()]), Category::ExistingElsewhere);
    // A day between, or another office, does not.
    assert_eq!(of(vec![there("cz", "2021-07-02", None, None), first()]), Category::New);
    assert_eq!(of(vec![there("menzis", "2021-07-01", None, None), first()]), Category::New);
    // Claims under what ended before the year show none in it.
    let before = there("cz", "2019-01-01", Some("2020-12-31"), Some("2019-01-01"));
    assert_eq!(of(vec![before, there("cz", "2021-01-01", None, Some("2021-03-01"))]), Category::New);
}

#[test]
fn reg_02_an_agreement_elsewhere_must_still_run_at_the_receipt() {
    let facts = AssessmentFacts {
        received: utc("2022-04-01 10:00:00"),
        agreements: vec![there("cz", "2020-01-01", Some("2021-12-31"), Some("2020-01-01"))],
        ..wlz()
    };
    assert_eq!(decided(&facts, built_in()), Category::New);
}

#[test]
fn reg_02_the_office_says_how_far_here_reaches() {
    let of_region = |region: &str| Agreement {
        region: Some(region.parse().unwrap()),
        sector: edge::Sector::Vv,
        ..here("2021-01-01", None)
    };
    let decide = |rules: &Rules, agreement| decided(&AssessmentFacts { agreements: vec![agreement], ..wlz() }, rules);
    let (region, sector) =
        (with("category_scope", "\"office\"", "\"region\""), with("category_scope", "\"office\"", "\"sector\""));
    assert_eq!(decide(built_in(), of_region("5512")), Category::ExistingRunning);
    assert_eq!(decide(&region, of_region("5508")), Category::ExistingRunning);
    assert_eq!(decide(&region, of_region("5512")), Category::New);
    assert_eq!(decide(&region, here("2021-01-01", None)), Category::New);
    assert_eq!(decide(&sector, of_region("5508")), Category::New);
    assert_eq!(decide(&sector, here("2021-01-01", None)), Category::ExistingRunning);
}

#[test]
fn reg_02_an_agreement_under_the_other_act_is_none() {
    let home_care = Agreement { sector: edge::Sector::HomeCare, ..here("2021-01-01", None) };
    assert_eq!(of(vec![home_care]), Category::New);
}

#[test]
fn reg_02_what_was_recorded_after_the_receipt_counts_only_when_the_office_says_so() {
    let later = Agreement { recorded: utc("2021-07-16 10:00:01"), ..here("2021-01-01", None) };
    let facts = AssessmentFacts { agreements: vec![later], ..wlz() };
    assert_eq!(decided(&facts, built_in()), Category::New);
    let rules = with("agreements_known_at", "\"receipt\"", "\"assessment\"");
    assert_eq!(decided(&facts, &rules), Category::ExistingRunning);
}

#[test]
fn reg_02_home_care_looks_at_the_year_before_and_not_elsewhere() {
    let decide = |office, first, last| {
        let facts = home_care();
        let held = Agreement { claiming_since: Some(day(first)), ..agreement(&facts, office, first, last) };
        decided(&AssessmentFacts { agreements: vec![held], ..facts }, built_in())
    };
    assert_eq!(decide("vgz", "2022-01-01", Some("2023-01-01")), Category::ExistingExpiring);
    assert_eq!(decide("vgz", "2022-01-01", Some("2022-12-31")), Category::New);
    assert_eq!(decide("vgz", "2023-12-31", None), Category::ExistingRunning);
    assert_eq!(decide("cz", "2020-01-01", None), Category::New);
}

prop_compose! {
    fn any_agreement()(
        office in prop::sample::select(vec!["vgz", "cz", "menzis"]),
        start in 0..1500i64,
        days in prop::option::of(0..1500i64),
        claims in prop::option::of(0..400i64),
        extended in any::<bool>(),
        number in 0..1000u32,
    ) -> Agreement {
        let first_day = day("2019-01-01") + chrono::TimeDelta::days(start);
        let last_day = days.map(|days| first_day + chrono::TimeDelta::days(days));
        let claiming_since = claims.map(|days| first_day + chrono::TimeDelta::days(days));
        let agreement_id = format!("{office} {number}");
        Agreement { agreement_id, first_day, last_day, claiming_since, extended, ..agreement(&wlz(), office, "2019-01-01", None) }
    }
}

proptest! {
    #[test]
    fn reg_02_existing_here_exactly_when_an_agreement_here_runs_at_the_receipt(
        agreements in prop::collection::vec(any_agreement(), 0..6)
    ) {
        let held = agreements.iter().any(|held| held.office.as_str() == "vgz" && held.runs_on(day("2021-07-16")));
        let found = of(agreements);
        let here = matches!(found, Category::ExistingRunning | Category::ExistingExpiring);
        prop_assert_eq!(here, held);
    }

    #[test]
    fn reg_02_the_order_on_record_changes_nothing(
        (agreements, shuffled) in prop::collection::vec(any_agreement(), 0..6)
            .prop_flat_map(|agreements| (Just(agreements.clone()), Just(agreements).prop_shuffle()))
    ) {
        let explained = |agreements| {
            let mut trace = Trace::new();
            let facts = AssessmentFacts { agreements, ..wlz() };
            let category = category(&facts, built_in(), &mut trace).unwrap().value;
            (category, trace.finish(built_in(), &explain::Facts::new(&(), facts.as_of)).steps)
        };
        // The ids may be the same here, which no store allows; then the days of the two may differ.
        let mut ids: Vec<_> = agreements.iter().map(|agreement| agreement.agreement_id.clone()).collect();
        ids.sort();
        ids.dedup();
        prop_assume!(ids.len() == agreements.len());
        prop_assert_eq!(explained(agreements), explained(shuffled));
    }

    #[test]
    fn reg_02_one_more_agreement_elsewhere_never_makes_a_provider_newer(
        agreements in prop::collection::vec(any_agreement(), 0..5),
        more in any_agreement(),
    ) {
        let before = of(agreements.clone());
        let more = Agreement { office: "cz".parse().unwrap(), agreement_id: "more".to_owned(), ..more };
        // Claims under an agreement that began earlier may come in place of those on record, never take them away.
        let after = of(agreements.into_iter().chain([more]).collect());
        prop_assert!(after <= before, "{before} became {after}");
    }
}
