//! Cases of the rules over home care: each planted, or just on the right side.

use chrono::NaiveDate;

use crate::{
    case::{Case, later},
    day,
    year::{ARRANGED, MAIN, NIGHT, SUBCONTRACTOR},
};

/// Staff of level 2 without an arrangement; or of level 3.
pub fn staff_level(case: &mut Case, from: NaiveDate, planted: bool) {
    case.visit("1000", from);
    case.visit("1000", later(from, 20));
    case.of_line(1, "staff_level", if planted { "2" } else { "3" });
    case.finds(planted, "staff_level", &[1]);
}

/// Other staff on the last day of the first week; or on the day after it.
pub fn staff_first_week(case: &mut Case, from: NaiveDate, planted: bool) {
    case.agb = ARRANGED;
    case.visit("1000", from);
    case.visit("1000", later(from, if planted { 6 } else { 7 }));
    case.of_line(0, "staff_level", "4");
    case.of_line(1, "staff_level", "2");
    case.finds(planted, "staff_first_week", &[0, 1]);
}

/// Other staff for two weeks and a day on end; or for two weeks.
pub fn staff_two_weeks(case: &mut Case, from: NaiveDate, planted: bool) {
    case.agb = ARRANGED;
    case.visit("1000", from);
    for days in [60, 67, if planted { 74 } else { 73 }] {
        case.visit("1000", later(from, days));
    }
    for place in 1..4 {
        case.of_line(place, "staff_level", "2");
    }
    case.finds(planted, "staff_two_weeks", &[1, 2, 3]);
}

/// Two providers in a month; or one that works for the other.
pub fn more_providers(case: &mut Case, from: NaiveDate, planted: bool) {
    let month = from.format("%Y-%m-01").to_string();
    let first = day(&month);
    let other = if planted { case.agb + 1 } else { SUBCONTRACTOR };
    if !planted {
        case.agb = MAIN;
    }
    case.visit("1000", first);
    case.visit("1001", later(first, 10)).agb = other;
    case.finds(planted, "more_providers", &[0, 1]);
}

/// Night care claimed apart by who takes part in the region's; or a visit by day.
pub fn night_care(case: &mut Case, from: NaiveDate, planted: bool) {
    case.agb = NIGHT;
    case.visit(if planted { "1033" } else { "1000" }, from);
    case.finds(planted, "night_care", &[0]);
}

/// Technology paid from elsewhere that day; or from the day after.
pub fn technology_twice(case: &mut Case, from: NaiveDate, planted: bool) {
    case.visit("1038", from);
    case.fact("other_funding", &[("from", &later(from, u64::from(!planted)))]);
    case.finds(planted, "technology_twice", &[0]);
}

/// A line that the registration does not support; or does.
pub fn unsupported(case: &mut Case, from: NaiveDate, planted: bool) {
    case.visit("1000", from);
    case.of_line(0, "registration", if planted { "no" } else { "yes" });
    case.finds(planted, "unsupported", &[0]);
}

/// A behavioural expert on the GZSP of who has an indication; or had one until the day before.
pub fn gzsp_behavioural(case: &mut Case, from: NaiveDate, planted: bool) {
    case.visit("G1", from);
    let until = if planted { from } else { from.pred_opt().unwrap_or(from) };
    case.indication("VV4", day("2023-01-01"), Some(until));
    case.finds(planted, "gzsp_behavioural", &[0]);
}
