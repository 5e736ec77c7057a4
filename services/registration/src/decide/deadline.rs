//! In time or late (REG-05).

use ::calendar::{Cutoff, Deadline};
use chrono::{DateTime, Utc};
use explain::{Known, Parameter, Rules, Trace, Window};

use super::{
    AssessmentFacts,
    calendar::{milestone, registration},
    scope,
};
use crate::{
    NAME,
    domain::{Category, Ground, Procedure, Reason},
    error::Error,
    rules,
};

/// A milestone, and the moment that is held against it.
type Held = (&'static Parameter<Window>, Known<Window>, DateTime<Utc>);

/// Whether the registration came in before the last moment of each milestone that binds it.
///
/// # Errors
/// A round without a calendar, or a parameter without a value.
pub(super) fn deadline(
    facts: &AssessmentFacts,
    category: Category,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Known<bool>, Option<Reason>), Error> {
    let mut outcome = None;
    for held in milestones(facts, category, rules)? {
        let (in_time, reason) = one(facts, &held, rules, trace)?;
        let late = reason.is_some();
        outcome = Some((in_time, reason));
        if late {
            break;
        }
    }
    outcome.ok_or_else(|| Error::NoCalendar {
        office: facts.round.office.clone(),
        sector: facts.round.sector,
        year: facts.round.year,
    })
}

/// What binds a registration: during the year the first of its dates that is not past; before it, the round's milestone,
/// or that of new providers where they have one. Where these sign up first and complete later, both.
fn milestones(facts: &AssessmentFacts, category: Category, rules: &Rules) -> Result<Vec<Held>, Error> {
    let stated = |parameter: &Parameter<Window>| milestone(&facts.round, rules, parameter);
    if facts.procedure == Procedure::MidYear {
        let dates = rules::MID_YEAR.iter().filter_map(|date| Some((date, stated(date)?)));
        let mut dates: Vec<_> = dates.collect();
        let next = dates.iter().position(|(_, window)| window.value.until.is_met_by(facts.received));
        let at = next.or_else(|| dates.len().checked_sub(1));
        return Ok(at
            .map(|at| dates.swap_remove(at))
            .map(|(date, window)| (date, window, facts.received))
            .into_iter()
            .collect());
    }
    if category == Category::New
        && let Some(sign_up) = stated(&rules::REGISTRATION_NEW)
    {
        return Ok(match stated(&rules::COMPLETION_NEW) {
            None => vec![(&rules::REGISTRATION_NEW, sign_up, facts.received)],
            Some(completion) => vec![
                (&rules::REGISTRATION_NEW, sign_up, facts.begun),
                (&rules::COMPLETION_NEW, completion, facts.received),
            ],
        });
    }
    Ok(vec![(&rules::REGISTRATION, registration(&facts.round, rules)?, facts.received)])
}

/// The last moment that binds a registration, for who asks before it.
///
/// # Errors
/// A round without a calendar, or a parameter without a value.
pub fn last_moment(facts: &AssessmentFacts, category: Category, rules: &Rules) -> Result<Option<DateTime<Utc>>, Error> {
    let roll_forward = rules.get(&rules::ROLL_FORWARD, &scope(&facts.round))?;
    let last = milestones(facts, category, rules)?.pop();
    let rolled = |until: Deadline| if *roll_forward { until.rolled_forward() } else { until };
    Ok(last.map(|(_, window, _)| rolled(window.value.until).moment()))
}

fn one(
    facts: &AssessmentFacts,
    (parameter, window, held): &Held,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Known<bool>, Option<Reason>), Error> {
    let stated = window.value.until;
    let mut local = Known { value: local_time(stated), origin: window.origin.clone() };
    let mut until = stated;
    let roll_forward = rules.get(&rules::ROLL_FORWARD, &scope(&facts.round))?;
    if *roll_forward && stated.rolled_forward() != stated {
        until = stated.rolled_forward();
        let step = trace.step(&rules::ROLLED).with("local", &local).with("roll_forward", &roll_forward);
        local = step.gives(local_time(until));
    }

    let received = Known::fact(NAME, "registration", facts.as_of, *held);
    let moment = Known { value: until.moment(), origin: local.origin.clone() };
    let inclusive = window.clone().map(|window| window.until.cutoff == Cutoff::Inclusive);
    let in_time = until.is_met_by(*held);
    let text = if in_time { &rules::IN_TIME } else { &rules::LATE };
    let step = trace.step(text).with("received", &received).with("local", &local).with("until", &moment);
    let result = step.with("inclusive", &inclusive).gives(in_time);
    let reason = Reason {
        rule: text.rule.to_owned(),
        code: "late".to_owned(),
        subject: rules::milestone_name(parameter).to_owned(),
        ground: Ground::Late,
    };
    Ok((result, (!in_time).then_some(reason)))
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
        assert_eq!(decide(built_in()).unwrap().subject, "registration");
        assert_eq!(decide(&with("roll_forward", "false", "true")), None);
    }

    #[test]
    fn reg_05_new_providers_of_home_care_have_days_of_their_own() {
        let facts = AssessmentFacts { received: utc("2023-07-01 10:00:00"), ..home_care() };
        let decide = |category| deadline(&facts, category, built_in(), &mut Trace::new()).unwrap().1;
        assert_eq!(decide(Category::New), None);
        let late = decide(Category::ExistingExpiring).unwrap();
        assert_eq!((late.code.as_str(), late.subject.as_str()), ("late", "registration"));
    }

    #[test]
    fn reg_05_new_providers_of_home_care_sign_up_first_and_complete_later() {
        let decide = |begun: &str, received: &str| {
            let facts = AssessmentFacts { begun: utc(begun), received: utc(received), ..home_care() };
            let reason = deadline(&facts, Category::New, built_in(), &mut Trace::new()).unwrap().1;
            reason.map(|reason| reason.subject)
        };
        assert_eq!(decide("2023-09-08 15:00:00", "2023-09-15 21:59:59"), None);
        assert_eq!(decide("2023-09-08 15:00:01", "2023-09-10 10:00:00").unwrap(), "registration_new");
        assert_eq!(decide("2023-09-08 15:00:00", "2023-09-15 22:00:00").unwrap(), "completion_new");
    }

    #[test]
    fn reg_05_during_the_year_the_next_date_binds() {
        let decide = |received: &str| {
            let facts = AssessmentFacts { procedure: Procedure::MidYear, received: utc(received), ..wlz() };
            deadline(&facts, Category::New, built_in(), &mut Trace::new()).unwrap().1
        };
        assert_eq!(decide("2022-02-01 22:59:59"), None);
        assert_eq!(decide("2022-02-02 10:00:00"), None);
        assert_eq!(decide("2022-05-01 21:59:59"), None);
        assert_eq!(decide("2022-05-01 22:00:00").unwrap().subject, "mid_year_2");
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
