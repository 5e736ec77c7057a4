//! Cases of the rules over bridging care and (SG)LVG: each planted, or just on the right side.

use chrono::NaiveDate;

use crate::{
    case::{Case, later},
    day,
    year::{BORG, NO_BORG},
};

/// Bridging care for twice thirteen weeks and a day; or not that day.
pub fn bridging(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("O1", from, later(from, 179));
    case.wlz("O1", later(from, 180), later(from, if planted { 182 } else { 181 }));
    case.finds(planted, "bridging", &[0, 1]);
}

/// An SGLVG indication outside an institution of the Borg; or inside.
pub fn sglvg_outside_borg(case: &mut Case, from: NaiveDate, planted: bool) {
    case.agb = if planted { NO_BORG } else { BORG };
    case.package("Z573", from, later(from, 5));
    case.indication("SGLVG1", day("2024-01-01"), None);
    case.finds(planted, "sglvg_outside_borg", &[0]);
}

/// An LVG indication settled as something else; or while waiting for treatment.
fn settled(case: &mut Case, from: NaiveDate, planted: bool, rule: &'static str) {
    case.indication("LVG3", day("2024-01-01"), None);
    if !planted {
        case.fact("actively_waiting", &[("value", &BORG), ("from", &from)]);
    }
    case.finds(planted, rule, &[0]);
}

/// Settled as modular care.
pub fn as_modular(case: &mut Case, from: NaiveDate, planted: bool) {
    case.modular("H126", from, later(from, 2));
    settled(case, from, planted, "lvg_as_modular");
}

/// Settled as a VG package.
pub fn as_vg(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("Z433", from, later(from, 5));
    settled(case, from, planted, "lvg_as_vg");
}

/// Settled without treatment.
pub fn without_treatment(case: &mut Case, from: NaiveDate, planted: bool) {
    case.wlz("Z513", from, later(from, 5));
    settled(case, from, planted, "lvg_without_treatment");
}

/// Care the day after thirteen weeks beyond the indication; or weeks before that, both with an extension.
pub fn tail(case: &mut Case, from: NaiveDate, planted: bool) {
    case.indication("LVG2", day("2022-01-01"), Some(from));
    case.fact("ciz_extension", &[("from", &later(from, 1)), ("until", &later(from, 120))]);
    let on = later(from, if planted { 93 } else { 88 });
    case.package("Z693", on, on);
    case.finds(planted, "lvg_tail", &[0]);
}

/// LVG in a personal budget since 2020; or by who had one before.
pub fn in_budget(case: &mut Case, _: NaiveDate, planted: bool) {
    case.indication("LVG1", day("2019-07-01"), Some(day("2022-06-30")));
    let from = if planted { "2020-01-01" } else { "2019-12-31" };
    case.fact("personal_budget", &[("from", &from)]);
    case.finds(planted, "lvg_budget", &[]);
}

/// LVG on the twenty-third birthday; or until the day before.
pub fn age(case: &mut Case, from: NaiveDate, planted: bool) {
    let birth = later(from, 6) - chrono::Months::new(23 * 12);
    // Not always the day it was counted from: nobody has a birthday on 29 February 2001.
    let birthday = birth + chrono::Months::new(23 * 12);
    case.fact("birth_date", &[("day", &birth)]);
    case.indication("LVG1", day("2023-01-01"), None);
    case.package("Z693", from, if planted { birthday } else { birthday.pred_opt().unwrap_or(from) });
    case.finds(planted, "lvg_age", &[0]);
}

/// An indication on the first day beyond three years; or on the last one within.
pub fn indication_length(case: &mut Case, from: NaiveDate, planted: bool) {
    let begun = from - chrono::Months::new(36);
    let beyond = begun + chrono::Months::new(36);
    case.indication("LVG3", begun, Some(later(from, 200)));
    let on = if planted { beyond } else { beyond.pred_opt().unwrap_or(from) };
    case.package("Z693", on, on);
    case.finds(planted, "lvg_indication_length", &[0]);
}
