//! Deadlines to the second (REG-05).

use explain::Rules;

use super::{anew, case, outcomes};
use crate::{
    decide::{AssessmentFacts, fixture::*},
    domain::{Category, Interview, Procedure},
};

const IN_TIME: &str = "REG-05 in_time";
const LATE: &str = "REG-05 late";

fn deadline(name: &str, title: &str, facts: AssessmentFacts, row: &str) {
    case(name, title, facts).rows(&[row]).golden();
}

/// The same, received at another moment.
fn at(received: &str, facts: AssessmentFacts) -> AssessmentFacts {
    AssessmentFacts { received: utc(received), begun: utc(received), interview: None, ..facts }
}

/// A provider whose agreement runs, so that one document is enough.
fn running(received: &str) -> AssessmentFacts {
    at(received, complete(Category::ExistingRunning))
}

/// The same for 2023.
fn running_2023(received: &str) -> AssessmentFacts {
    at(received, complete_2023(Category::ExistingRunning))
}

/// A new provider that registers during 2022, to start on 1 July.
fn mid_year(received: &str) -> AssessmentFacts {
    let facts = AssessmentFacts { procedure: Procedure::MidYear, ..wlz() };
    let mut facts = anew(at(received, facts), Category::New, &[]);
    facts.content.start = Some(day("2022-07-01"));
    let interview = Interview { held: day("2022-05-20"), ..interview_with(&[]).unwrap() };
    AssessmentFacts { interview: Some(interview), as_of: utc("2022-06-01 08:00:00"), ..facts }
}

/// The rules with another last moment for the round of 2022.
fn until(local: &str, cutoff: &str) -> Rules {
    let instead = format!("{{ until = {local}, cutoff = \"{cutoff}\"");
    with("milestone_registration", "{ until = 2021-07-30T17:00:00, cutoff = \"inclusive\"", &instead)
}

#[test]
fn reg_05_until_five_o_clock() {
    let title = "Received at 17:00:00 exactly, where registering is possible until 17:00.";
    deadline("deadline_at_five", title, running("2021-07-30 15:00:00"), IN_TIME);
    let title = "Received a second after 17:00:00, where registering is possible until 17:00.";
    deadline("deadline_a_second_after_five", title, running("2021-07-30 15:00:01"), LATE);
    let before = until("2021-07-30T17:00:00", "exclusive");
    let line = "milestone_registration of 2022 with cutoff = \"exclusive\": before 17:00";
    let title = "Received at 17:00:00 exactly, where registering is possible before 17:00.";
    let at = case("deadline_before_five_at_five", title, running("2021-07-30 15:00:00")).under(&before, line);
    at.rows(&[LATE]).golden();
    let title = "Received a second before 17:00:00, where registering is possible before 17:00.";
    let at = case("deadline_before_five_in_time", title, running("2021-07-30 14:59:59")).under(&before, line);
    at.rows(&[IN_TIME]).golden();
}

#[test]
fn reg_05_a_sunday_stands_unless_it_rolls() {
    let title = "Sunday 31 July 2022 at 17:00:00 is in time.";
    deadline("deadline_on_sunday", title, running_2023("2022-07-31 15:00:00"), IN_TIME);
    let title = "Sunday 31 July 2022 is the last day: the Monday after is late.";
    deadline("deadline_on_sunday_missed", title, running_2023("2022-08-01 15:00:00"), LATE);
    let rolling = with("roll_forward", "false", "true");
    let line = "roll_forward = true";
    let title = "Where a deadline moves out of a weekend, Monday 1 August 2022 at 17:00:00 is in time.";
    let monday = case("deadline_rolled_to_monday", title, running_2023("2022-08-01 15:00:00"));
    monday.under(&rolling, line).rows(&["REG-05 rolled", IN_TIME]).golden();
    let title = "Where a deadline moves out of a weekend, Monday 1 August 2022 at 17:00:01 is late.";
    let monday = case("deadline_rolled_and_missed", title, running_2023("2022-08-01 15:00:01"));
    monday.under(&rolling, line).rows(&["REG-05 rolled", LATE]).golden();
    let title = "A deadline on a Friday moves nowhere.";
    let friday = case("deadline_on_friday_does_not_roll", title, running("2021-07-30 15:00:01"));
    friday.under(&rolling, line).rows(&["!REG-05 rolled", LATE]).golden();
}

#[test]
fn reg_05_across_the_change_of_summer_time() {
    let march = until("2021-03-28T17:00:00", "inclusive");
    let line = "milestone_registration of 2022 until 2021-03-28T17:00:00, the day summer time begins";
    for (received, row, name, title) in [
        ("2021-03-28 15:00:00", IN_TIME, "summer_time_begins_in_time", "17:00:00 is summer time on the day it begins."),
        ("2021-03-28 15:00:01", LATE, "summer_time_begins_late", "A second after 17:00:00 summer time is late."),
    ] {
        case(name, title, running(received)).under(&march, line).rows(&[row]).golden();
    }
    let october = until("2021-10-31T17:00:00", "inclusive");
    let line = "milestone_registration of 2022 until 2021-10-31T17:00:00, the day summer time ends";
    for (received, row, name, title) in [
        ("2021-10-31 16:00:00", IN_TIME, "summer_time_ends_in_time", "17:00:00 is winter time on the day it begins."),
        ("2021-10-31 16:00:01", LATE, "summer_time_ends_late", "A second after 17:00:00 winter time is late."),
    ] {
        case(name, title, running(received)).under(&october, line).rows(&[row]).golden();
    }
    let twice = until("2021-10-31T02:30:00", "inclusive");
    let line = "milestone_registration of 2022 until 2021-10-31T02:30:00, an hour that comes twice";
    for (received, row, name, title) in [
        ("2021-10-31 00:30:01", IN_TIME, "doubled_hour_first", "02:30:01 the first time, in summer time, is in time."),
        (
            "2021-10-31 01:30:00",
            IN_TIME,
            "doubled_hour_in_time",
            "02:30:00 the second time, in winter time, is in time.",
        ),
        ("2021-10-31 01:30:01", LATE, "doubled_hour_late", "A second after 02:30:00 the second time is late."),
    ] {
        case(name, title, running(received)).under(&twice, line).rows(&[row]).golden();
    }
}

#[test]
fn reg_05_during_the_year() {
    for (received, row, name, title) in [
        (
            "2022-02-01 22:59:59",
            IN_TIME,
            "mid_year_first_date",
            "The last second of 1 February 2022, a day that counts.",
        ),
        ("2022-02-01 23:00:00", IN_TIME, "mid_year_after_the_first_date", "2 February 2022 is in time for 1 May."),
        ("2022-05-01 21:59:59", IN_TIME, "mid_year_second_date", "The last second of 1 May 2022, a day that counts."),
        (
            "2022-05-01 22:00:00",
            LATE,
            "mid_year_after_the_second_date",
            "2 May 2022 is after the last date of the year.",
        ),
    ] {
        deadline(name, title, mid_year(received), row);
    }
}

#[test]
fn reg_05_home_care() {
    let existing = |received| at(received, outcomes::home_care_existing());
    let title = "An existing provider of home care at 17:00:00 on 15 June 2023.";
    deadline("home_care_deadline_at_five", title, existing("2023-06-15 15:00:00"), IN_TIME);
    let title = "An existing provider of home care a second after 17:00:00 on 15 June 2023.";
    deadline("home_care_deadline_missed", title, existing("2023-06-15 15:00:01"), LATE);

    for (begun, received, row, name, title) in [
        (
            "2023-09-08 15:00:00",
            "2023-09-15 21:59:59",
            IN_TIME,
            "home_care_new_in_time",
            "A new provider signs up at 17:00:00 on 8 September and completes in the last second of 15 September.",
        ),
        (
            "2023-09-08 15:00:01",
            "2023-09-10 10:00:00",
            LATE,
            "home_care_new_sign_up_late",
            "A new provider signs up a second after 17:00:00 on 8 September.",
        ),
        (
            "2023-09-08 15:00:00",
            "2023-09-15 22:00:00",
            LATE,
            "home_care_new_completion_late",
            "A new provider signs up in time and completes on 16 September.",
        ),
    ] {
        let facts = AssessmentFacts { begun: utc(begun), received: utc(received), ..outcomes::home_care_new() };
        let case = case(name, title, facts).line(&format!("signed up: {}", super::dutch(utc(begun))));
        case.rows(&[row]).golden();
    }
}
