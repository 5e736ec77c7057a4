//! In time or late (REG-05).

use ::calendar::{Cutoff, Deadline};
use explain::{Known, Rules, Trace};

use super::{
    AssessmentFacts,
    calendar::{milestone, registration},
    scope,
};
use crate::{
    NAME,
    domain::{Category, Reason},
    error::Error,
    rules,
};

/// Whether the registration came in before the last moment of its milestone: that of new providers where they have one
/// of their own, else the round's.
///
/// # Errors
/// A round without a calendar, or a parameter without a value.
pub(super) fn deadline(
    facts: &AssessmentFacts,
    category: Category,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Known<bool>, Option<Reason>), Error> {
    let own = match category {
        Category::New => milestone(&facts.round, rules, &rules::REGISTRATION_NEW),
        Category::ExistingRunning | Category::ExistingExpiring | Category::ExistingElsewhere => None,
    };
    let (parameter, window) = match own {
        Some(window) => (rules::REGISTRATION_NEW, window),
        None => (rules::REGISTRATION, registration(&facts.round, rules)?),
    };
    let stated = window.value.until;
    let mut local = Known { value: local_time(stated), origin: window.origin.clone() };
    let mut until = stated;
    let roll_forward = rules.get(&rules::ROLL_FORWARD, &scope(&facts.round))?;
    if *roll_forward && stated.rolled_forward() != stated {
        until = stated.rolled_forward();
        let step = trace.step(&rules::ROLLED).with("local", &local).with("roll_forward", &roll_forward);
        local = step.gives(local_time(until));
    }

    let received = Known::fact(NAME, "registration", facts.as_of, facts.received);
    let moment = Known { value: until.moment(), origin: local.origin.clone() };
    let inclusive = window.map(|window| window.until.cutoff == Cutoff::Inclusive);
    let in_time = until.is_met_by(facts.received);
    let text = if in_time { &rules::IN_TIME } else { &rules::LATE };
    let step = trace.step(text).with("received", &received).with("local", &local).with("until", &moment);
    let result = step.with("inclusive", &inclusive).gives(in_time);
    let milestone = rules::milestone_name(&parameter).to_owned();
    Ok((result, (!in_time).then_some(Reason::Late { milestone })))
}

/// A deadline as a rule file writes it, in Dutch time.
fn local_time(deadline: Deadline) -> String {
    deadline.local.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixture::{built_in, changed, home_care, round, utc, with, wlz};

    fn late(received: &str, rules: &Rules) -> bool {
        let facts = AssessmentFacts { received: utc(received), ..wlz() };
        deadline(&facts, Category::New, rules, &mut Trace::new()).unwrap().1.is_some()
    }

    #[test]
    fn reg_05_until_counts_the_moment_itself_and_before_does_not() {
        let until = built_in();
        let before = changed(|text| text.replace("cutoff = \"inclusive\"", "cutoff = \"exclusive\""));
        for (received, late_until, late_before) in [
            ("2021-07-30 14:59:59.999999", false, false),
            ("2021-07-30 15:00:00", false, true),
            ("2021-07-30 15:00:00.000001", true, true),
            ("2021-07-30 15:00:01", true, true),
        ] {
            assert_eq!((late(received, until), late(received, &before)), (late_until, late_before), "{received}");
        }
    }

    #[test]
    fn reg_05_a_sunday_stands_unless_it_rolls() {
        let monday = AssessmentFacts {
            round: round("vgz", edge::Sector::Vv, 2023),
            received: utc("2022-08-01 15:00:00"),
            ..wlz()
        };
        let decide = |rules: &Rules| deadline(&monday, Category::New, rules, &mut Trace::new()).unwrap().1;
        assert_eq!(decide(built_in()), Some(Reason::Late { milestone: "registration".to_owned() }));
        assert_eq!(decide(&with("roll_forward", "false", "true")), None);
    }

    #[test]
    fn reg_05_new_providers_of_home_care_have_days_of_their_own() {
        let facts = AssessmentFacts { received: utc("2023-07-01 10:00:00"), ..home_care() };
        let decide = |category| deadline(&facts, category, built_in(), &mut Trace::new()).unwrap().1;
        assert_eq!(decide(Category::New), None);
        let late = decide(Category::ExistingExpiring).unwrap();
        assert_eq!((late.code(), late.subject()), ("LATE", "registration"));
        let facts = AssessmentFacts { received: utc("2023-09-08 15:00:01"), ..home_care() };
        let late = deadline(&facts, Category::New, built_in(), &mut Trace::new()).unwrap().1.unwrap();
        assert_eq!(late.subject(), "registration_new");
    }

    #[test]
    fn reg_05_a_round_without_a_calendar_is_no_deadline_met() {
        let facts = AssessmentFacts { round: round("cz", edge::Sector::Gz, 2023), ..wlz() };
        let error = deadline(&facts, Category::New, built_in(), &mut Trace::new()).unwrap_err();
        assert!(matches!(error, Error::NoCalendar { .. }));
    }

    proptest! {
        #[test]
        fn reg_05_late_exactly_after_the_last_moment(micros in -5_000_000i64..5_000_000) {
            let received = utc("2021-07-30 15:00:00") + TimeDelta::microseconds(micros);
            let facts = AssessmentFacts { received, ..wlz() };
            let (in_time, reason) = deadline(&facts, Category::New, built_in(), &mut Trace::new()).unwrap();
            prop_assert_eq!(*in_time, micros <= 0);
            prop_assert_eq!(reason.is_some(), micros > 0);
        }
    }
}
