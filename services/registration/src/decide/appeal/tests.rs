//! Until when a provider can object, and what it needs for that.

use super::*;
use crate::decide::fixture::{built_in, day, round, utc};

fn facts(kind: AppealKind, filed: &str) -> AppealFacts {
    AppealFacts {
        round: round("vgz", edge::Sector::Gz, 2023),
        kind,
        filed: utc(filed),
        proceedings: Some(day("2022-07-15")),
        asked: true,
        announced: None,
        received: None,
    }
}

fn decide(facts: &AppealFacts) -> Considered {
    appeal(facts, built_in(), &mut Trace::new()).unwrap()
}

#[test]
fn reg_17_an_objection_to_the_policy_needs_a_question_and_proceedings_in_time() {
    // Through 20 July 2022, 20 calendar days after the note of information of 30 June.
    assert!(decide(&facts(AppealKind::Policy, "2022-07-20 21:59:59")).considered);
    assert!(!decide(&facts(AppealKind::Policy, "2022-07-20 22:00:00")).considered);
    assert!(!decide(&AppealFacts { asked: false, ..facts(AppealKind::Policy, "2022-07-10 10:00:00") }).considered);
    for proceedings in [None, Some(day("2022-07-21"))] {
        assert!(!decide(&AppealFacts { proceedings, ..facts(AppealKind::Policy, "2022-07-10 10:00:00") }).considered);
    }
    let last_day =
        AppealFacts { proceedings: Some(day("2022-07-20")), ..facts(AppealKind::Policy, "2022-07-10 10:00:00") };
    assert!(decide(&last_day).considered);
}

#[test]
fn reg_17_twenty_calendar_days_are_counted_from_the_day_after_the_announcement() {
    let announced = |filed: &str, proceedings: &str| {
        decide(&AppealFacts {
            announced: Some(utc("2022-10-22 08:00:00")),
            proceedings: Some(day(proceedings)),
            ..facts(AppealKind::Award, filed)
        })
    };
    // 22 October + 20 days is 11 November; summer time ended in between.
    let in_time = announced("2022-11-11 22:59:59", "2022-11-11");
    assert!(in_time.considered && in_time.waits_for_judge);
    assert_eq!(in_time.until, Some(utc("2022-11-11 22:59:59")));
    assert!(!announced("2022-11-11 23:00:00", "2022-11-11").considered);
    let late = announced("2022-11-01 10:00:00", "2022-11-12");
    assert!(!late.considered && !late.waits_for_judge);
}

#[test]
fn reg_17_an_office_may_count_from_the_receipt() {
    let rules = crate::decide::fixture::with("objection_start", "\"announced\"", "\"received\"");
    let facts = AppealFacts {
        announced: Some(utc("2022-10-22 08:00:00")),
        received: Some(day("2022-10-25")),
        proceedings: Some(day("2022-11-14")),
        ..facts(AppealKind::Award, "2022-11-14 10:00:00")
    };
    assert!(!decide(&facts).considered);
    assert!(appeal(&facts, &rules, &mut Trace::new()).unwrap().considered);
}

#[test]
fn reg_17_a_hardship_request_is_answered_in_twenty_days() {
    let request = |filed: &str| decide(&AppealFacts { proceedings: None, ..facts(AppealKind::Hardship, filed) });
    assert_eq!(request("2022-08-01 10:00:00").answer, Some(day("2022-08-21")));
    assert!(!request("2022-09-30 22:00:00").considered);
    assert_eq!(request("2022-09-30 22:00:00").answer, None);
}

#[test]
fn reg_17_questions_are_asked_until_noon() {
    let asked = |filed: &str| decide(&facts(AppealKind::Question, filed)).considered;
    assert!(asked("2022-06-16 10:00:00"));
    assert!(!asked("2022-06-16 10:00:01"));
}

#[test]
fn reg_17_what_no_source_states_is_not_determined() {
    let facts = AppealFacts {
        round: round("cz", edge::Sector::Gz, 2022),
        announced: Some(utc("2021-10-22 08:00:00")),
        ..facts(AppealKind::Award, "2021-10-30 10:00:00")
    };
    assert!(appeal(&facts, built_in(), &mut Trace::new()).is_err());
}
