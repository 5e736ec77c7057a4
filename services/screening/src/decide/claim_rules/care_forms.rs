//! What the form of delivery, school or absence puts elsewhere: the child supplement, dental care, aids, absence.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{
    by_day::ByDay,
    finding::{Finding, of},
    lasting::{Lasting, Span},
    view::View,
};
use crate::{
    domain::{Claim, FactKind},
    rules,
};

/// The child supplement on day care while the child is at school.
pub(super) fn child_supplement(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::CHILD_SUPPLEMENT, kinds: &[FactKind::Education] }.find(
        view,
        found,
        |line| view.is_of(&rules::CHILD_SUPPLEMENT_PRODUCTS, line),
        |_, day| view.of_client(FactKind::Education).any(|days| days.covers(day)),
    );
}

/// Whether the care of a day is delivered in a form other than those.
fn elsewhere(view: &View<'_>, day: NaiveDate, inside: &[&str]) -> bool {
    let mut forms = view.of_client(FactKind::DeliveryForm).filter(|form| form.covers(day)).peekable();
    forms.peek().is_some() && !forms.any(|form| inside.contains(&&*form.value))
}

/// Dental care where the Zvw pays it; what had begun before the client moved goes on for some weeks.
pub(super) fn dental(view: &View<'_>, found: &mut Vec<Finding>) {
    let goes_on = |line: &Claim, day: NaiveDate| {
        let Some(weeks) = view.get(&rules::DENTAL_WEEKS, line) else { return true };
        let last = TimeDelta::weeks(i64::from(weeks.value));
        let begun = |moved: NaiveDate| view.of_client(FactKind::TreatmentBegun).any(|fact| fact.first_day <= moved);
        let after = |moved: NaiveDate| moved <= day && day <= moved + last;
        view.of_client(FactKind::Moved).any(|moved| after(moved.first_day) && begun(moved.first_day))
    };
    let kinds = [FactKind::DeliveryForm, FactKind::Moved, FactKind::TreatmentBegun];
    ByDay { words: &rules::DENTAL, kinds: &kinds }.find(
        view,
        found,
        |line| line.is_wlz() && view.is_of(&rules::DENTAL_PRODUCTS, line),
        |line, day| elsewhere(view, day, &["stay_with_treatment"]) && !goes_on(line, day),
    );
}

/// Mobility aids of who does not live in an institution.
pub(super) fn mobility_aids(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::MOBILITY_AIDS, kinds: &[FactKind::DeliveryForm] }.find(
        view,
        found,
        |line| line.is_wlz() && view.is_of(&rules::MOBILITY_AID_PRODUCTS, line),
        |_, day| elsewhere(view, day, &["stay_with_treatment", "stay"]),
    );
}

/// Personal aids of who does not live in an institution with treatment.
pub(super) fn personal_aids(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::PERSONAL_AIDS, kinds: &[FactKind::DeliveryForm] }.find(
        view,
        found,
        |line| line.is_wlz() && view.is_of(&rules::PERSONAL_AID_PRODUCTS, line),
        |_, day| elsewhere(view, day, &["stay_with_treatment"]),
    );
}

/// Absence of too many days on end.
pub(super) fn absence_on_end(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::ABSENCE_PRODUCTS, &rules::ABSENCE_DAYS_ON_END);
    Lasting { words: &rules::ABSENCE_ON_END, products, limit, unit: Span::Days }.find(view, found);
}

/// Absence in a hospital of too many days on end.
pub(super) fn hospital(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::HOSPITAL_PRODUCTS, &rules::HOSPITAL_DAYS);
    Lasting { words: &rules::HOSPITAL_ABSENCE, products, limit, unit: Span::Days }.find(view, found);
}

/// Absence of too many days in a calendar year.
pub(super) fn absence_in_year(view: &View<'_>, found: &mut Vec<Finding>) {
    let mut of_year: Vec<&Claim> = Vec::new();
    for &line in view.lines().iter().filter(|line| view.is_of(&rules::ABSENCE_PRODUCTS, line)) {
        // A line belongs to the year of its first day.
        of_year.retain(|other| other.first_day.year() == line.first_day.year());
        of_year.push(line);
        let Some(most) = view.get(&rules::ABSENCE_DAYS_IN_YEAR, line) else { continue };
        let total: i64 = of_year.iter().map(|line| line.days()).sum();
        let beyond = (total - i64::from(most.value)).min(line.days());
        let Some((mut finding, kind)) = view.begin(&rules::ABSENCE_IN_YEAR, line).filter(|_| beyond > 0) else {
            continue;
        };
        finding.lines = of_year.iter().map(|line| (*line).clone()).collect();
        finding.first_day = line.last_day - TimeDelta::days(beyond - 1);
        let step = finding.trace.step(&rules::ABSENCE_IN_YEAR.found).with("line", &of(line, line.reference.clone()));
        let step = step.with("agb", &of(line, line.agb.to_string())).with("total", &of(line, total));
        step.with("most", &most).gives(beyond);
        finding.share(line, beyond);
        finding.close(&kind, found);
    }
}
