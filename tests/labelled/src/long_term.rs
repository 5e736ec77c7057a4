//! Cases of the rules over long-term care: each planted, or just on the right side.

use chrono::{Months, NaiveDate};

use crate::{
    case::{Case, later},
    day,
};

/// The same product for the same client on the same days; or one after the other.
pub fn double(case: &mut Case, from: NaiveDate, planted: bool) {
    case.modular("H126", from, later(from, 27));
    let begin = later(from, if planted { case.rng.u64(1..28) } else { 28 });
    let other = case.agb + u32::from(case.rng.bool());
    case.modular("H126", begin, later(from, 40)).agb = other;
    case.finds(planted, "double", &[0, 1]);
}

/// Modular care beside a full package; or beside part-time stay.
pub fn beside_package(case: &mut Case, from: NaiveDate, planted: bool) {
    let package = case.package("Z053", from, later(from, 27));
    package.quantity -= i64::from(!planted);
    case.modular("H300", later(from, 10), later(from, 12));
    case.finds(planted, "beside_package", &[0, 1]);
}

/// A personal budget beside a full package; or from the day after.
pub fn budget_beside_package(case: &mut Case, from: NaiveDate, planted: bool) {
    case.package("Z053", from, later(from, 27));
    let begin = later(from, if planted { 27 } else { 28 });
    case.fact("personal_budget", &[("from", &begin), ("until", &later(begin, 60))]);
    case.finds(planted, "budget_beside_package", &[0]);
}

/// Care the day after death; or on the day itself.
pub fn after_death(case: &mut Case, from: NaiveDate, planted: bool) {
    let death = later(from, 9);
    let on = later(death, u64::from(planted));
    case.modular("H300", on, on);
    case.fact("deceased", &[("day", &death)]);
    case.finds(planted, "after_death", &[0]);
}

/// Fourteen mutation days; or thirteen.
pub fn mutation_days(case: &mut Case, from: NaiveDate, planted: bool) {
    let death = later(from, 9);
    case.package("Z053", from, later(death, if planted { 14 } else { 13 }));
    case.fact("deceased", &[("day", &death)]);
    case.finds(planted, "mutation_days", &[0]);
}

/// Care a day beyond the indication; or until its last day.
pub fn after_indication(case: &mut Case, from: NaiveDate, planted: bool) {
    let until = later(from, 9);
    case.package("Z053", from, later(until, u64::from(planted)));
    case.indication("VV4", day("2023-01-01"), Some(until));
    case.finds(planted, "after_indication", &[0]);
}

/// Whole months of a product, so many, and days of the next one.
fn months(case: &mut Case, product: &'static str, from: NaiveDate, count: u32, days: u64) -> Vec<usize> {
    let begin = |month| from + Months::new(month);
    for month in 0..count {
        let last = begin(month + 1).pred_opt().unwrap_or(from);
        case.wlz(product, begin(month), last);
    }
    if days > 0 {
        case.wlz(product, begin(count), later(begin(count), days - 1));
    }
    (0..case.lines.len()).collect()
}

/// Observation for a day beyond a year, extended as often as can be; or for a year.
pub fn observation_year(case: &mut Case, from: NaiveDate, planted: bool) {
    let from = from - Months::new(12);
    let all = months(case, "B1", from, 12, u64::from(planted));
    for month in [6, 9] {
        case.fact("observation_extension", &[("from", &(from + Months::new(month)))]);
    }
    case.finds(planted, "observation_year", &all);
}

/// Observation for a day beyond half a year without an extension; or for half a year.
pub fn observation_extension(case: &mut Case, from: NaiveDate, planted: bool) {
    let all = months(case, "B1", from, 6, u64::from(planted));
    case.finds(planted, "observation_extension", &all);
}

/// Ventilation beside a profile that it is not for; or one that it is.
pub fn ventilation_profile(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("V915", from, later(from, 9));
    case.indication(if planted { "VG2" } else { "VG3" }, day("2023-01-01"), None);
    case.finds(planted, "ventilation_profile", &[0]);
}

/// A document that was asked for and did not come in time.
fn missing(case: &mut Case, document: &str, from: NaiveDate) {
    let (until, due) = (later(from, 30), later(from, 60));
    case.fact("document_missing", &[("value", &document), ("from", &from), ("until", &until), ("due", &due)]);
}

/// VV10 without the physician's statement; or without another document.
pub fn vv10_no_statement(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("Z103", from, later(from, 9));
    missing(case, if planted { "physician_statement" } else { "gp_request" }, from);
    case.finds(planted, "vv10_no_statement", &[0]);
}

/// VV10 for three months and a day; or for three months.
pub fn vv10_length(case: &mut Case, from: NaiveDate, planted: bool) {
    let all = months(case, "Z103", from, 3, u64::from(planted));
    case.finds(planted, "vv10_length", &all);
}

/// Watching that the care plan does not call for; or does.
pub fn watch_hours(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("H180", from, later(from, 2));
    missing(case, "care_plan", from);
    if !planted {
        case.fact("nursing_necessity", &[("value", &"yes"), ("from", &from)]);
    }
    case.finds(planted, "watch_hours", &[0]);
}

/// A consult without the request of a general practitioner; or the day before the days it was asked for.
pub fn consult_no_request(case: &mut Case, from: NaiveDate, planted: bool) {
    let on = if planted { from } else { from.pred_opt().unwrap_or(from) };
    case.wlz(if case.rng.clone().bool() { "H335" } else { "H336" }, on, on);
    missing(case, "gp_request", from);
    case.finds(planted, "consult_no_request", &[0]);
}

/// Another discipline for six weeks and a day; or for six weeks.
pub fn other_disciplines(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("H301", from, later(from, if planted { 42 } else { 41 }));
    case.finds(planted, "other_disciplines", &[0]);
}

/// Individual treatment on a day of a package that includes it; or on the day after.
pub fn treatment_beside_package(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("Z055", from, later(from, 10));
    let on = later(from, if planted { 10 } else { 11 });
    case.wlz("H329", on, later(on, 2));
    case.finds(planted, "treatment_beside_package", &[0, 1]);
}

/// Treatment of a sensory disability beside another profile; or beside its own.
pub fn zg_other_profile(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("H334", from, later(from, 2));
    case.indication(if planted { "VG3" } else { "ZGVIS3" }, day("2023-01-01"), None);
    case.finds(planted, "zg_other_profile", &[0]);
}

/// Such treatment beside ZGvis 2 for four weeks and a day; or for four weeks.
pub fn zg_unlimited(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("H334", from, later(from, if planted { 28 } else { 27 }));
    case.indication("ZGVIS2", day("2023-01-01"), None);
    case.finds(planted, "zg_unlimited", &[0]);
}

/// GGZ treatment with modular care until the last day of 2022; or from the first of 2023.
pub fn ggz_treatment(case: &mut Case, _: NaiveDate, planted: bool) {
    let from = if planted { day("2022-12-31") } else { day("2023-01-01") };
    case.wlz("G9", from, later(from, 3));
    case.fact("delivery_form", &[("value", &"mpt"), ("from", &"2022-01-01")]);
    case.finds(planted, "ggz_treatment", &[0]);
}

/// The child supplement on a day of school; or the day after.
pub fn child_supplement(case: &mut Case, from: NaiveDate, planted: bool) {
    let on = later(from, u64::from(!planted));
    case.wlz("K1", on, later(on, 2));
    case.fact("education", &[("from", &from), ("until", &from)]);
    case.finds(planted, "child_supplement", &[0]);
}

/// Dental care beyond nine weeks after moving; or within them.
pub fn dental(case: &mut Case, from: NaiveDate, planted: bool) {
    let on = later(from, 63 + u64::from(planted));
    case.wlz("T1", on, on);
    case.fact("delivery_form", &[("value", &"vpt"), ("from", &from)]);
    case.fact("moved", &[("day", &from)]);
    case.fact("treatment_begun", &[("day", &from)]);
    case.finds(planted, "dental", &[0]);
}

/// An aid at home; or in the institution.
pub fn mobility_aids(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("M1", from, from);
    case.fact("delivery_form", &[("value", &if planted { "mpt" } else { "stay" }), ("from", &from)]);
    case.finds(planted, "mobility_aids", &[0]);
}

/// A personal aid without treatment; or with it.
pub fn personal_aids(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("P1", from, from);
    let form = if planted { "stay" } else { "stay_with_treatment" };
    case.fact("delivery_form", &[("value", &form), ("from", &from)]);
    case.finds(planted, "personal_aids", &[0]);
}

/// Fifteen days of absence on end; or fourteen.
pub fn absence_on_end(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("A1", from, later(from, if planted { 14 } else { 13 }));
    case.finds(planted, "absence_on_end", &[0]);
}

/// Forty-three days of absence in a year; or forty-two.
pub fn absence_in_year(case: &mut Case, from: NaiveDate, planted: bool) {
    let from = from - Months::new(1);
    for (start, days) in [(0, 14), (60, 14), (120, 14), (180, u64::from(planted))] {
        if days > 0 {
            case.wlz("A1", later(from, start), later(from, start + days - 1));
        }
    }
    case.finds(planted, "absence_in_year", &[0, 1, 2, 3]);
}

/// Ninety-two days in hospital; or ninety-one.
pub fn hospital_absence(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("A2", from, later(from, if planted { 91 } else { 90 }));
    case.finds(planted, "hospital_absence", &[0]);
}
