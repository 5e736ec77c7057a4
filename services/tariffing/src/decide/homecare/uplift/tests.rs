use chrono::TimeDelta;
use explain::{Facts, Language};
use proptest::prelude::*;

use super::*;
use crate::decide::{
    fixture::built_in,
    homecare::fixture::{cents, facts, utc, with},
};

/// 22 December 2023 17:00 in Amsterdam.
const LAST: &str = "2023-12-22 16:00:00";

fn acceptance(as_of: DateTime<Utc>) -> AcceptanceFacts {
    let earlier = Some(Earlier { tariff: cents(7712), ceiling: cents(99_000_000) });
    AcceptanceFacts { tariff: HomeCareFacts { as_of, ..facts() }, earlier }
}

fn accepted(as_of: DateTime<Utc>, rules: &Rules) -> Option<i64> {
    match accept_uplift(&acceptance(as_of), rules, &mut Trace::new()).unwrap() {
        Accepted::InTime(amounts) => Some(amounts.tariff.cents()),
        Accepted::Late => None,
    }
}

#[test]
fn tar_22_before_five_o_clock_counts_and_five_o_clock_does_not() {
    let until = with("uplift_accept", "\"exclusive\"", "\"inclusive\"");
    for (received, before, inclusive) in
        [("2023-12-22 15:59:59", Some(7813), Some(7813)), (LAST, None, Some(7813)), ("2023-12-22 16:00:01", None, None)]
    {
        let received = utc(received);
        assert_eq!((accepted(received, built_in()), accepted(received, &until)), (before, inclusive), "{received}");
    }
}

#[test]
fn tar_22_an_offer_is_made_until_it_could_be_accepted() {
    let offered = |as_of: &str| {
        let facts = UpliftFacts { tariff: HomeCareFacts { as_of: utc(as_of), ..facts() } };
        offer_uplift(&facts, built_in(), &mut Trace::new()).unwrap()
    };
    let offer = offered("2023-11-10 10:00:00").unwrap();
    assert_eq!((offer.amounts.tariff, offer.until), (cents(7813), utc(LAST)));
    assert_eq!(offered(LAST), None);
}

#[test]
fn tar_22_an_office_without_the_uplift_has_no_deadline_for_it() {
    let mut other = acceptance(utc("2023-12-01 10:00:00"));
    other.tariff.subject.office = "cz".parse().unwrap();
    let error = accept_uplift(&other, built_in(), &mut Trace::new()).unwrap_err();
    assert_eq!(error.to_string(), "not determined: parameter uplift_accept of office cz is not set (TAR-22)");
}

#[test]
fn tar_22_is_explained_in_both_languages() {
    let rules = built_in();
    for (name, as_of) in [("tar_22_accepted", "2023-12-01 10:00:00"), ("tar_22_lapsed", "2023-12-22 16:30:00")] {
        let facts = acceptance(utc(as_of));
        let mut trace = Trace::new();
        accept_uplift(&facts, rules, &mut trace).unwrap();
        let explanation = trace.finish(rules, &Facts::new(&facts, facts.tariff.as_of));
        insta::assert_snapshot!(format!("{name}_nl"), explanation.to_text(rules, Language::Dutch).unwrap());
        insta::assert_snapshot!(format!("{name}_en"), explanation.to_text(rules, Language::English).unwrap());
    }
}

proptest! {
    #[test]
    fn tar_22_late_exactly_from_the_last_moment_on(micros in -5_000_000i64..5_000_000) {
        let received = utc(LAST) + TimeDelta::microseconds(micros);
        prop_assert_eq!(accepted(received, built_in()).is_some(), micros < 0);
    }
}
