//! The supplements for observation and for ventilation.

use chrono::{Months, NaiveDate};

use super::{
    by_day::ByDay,
    finding::Finding,
    lasting::{Lasting, Span},
    view::View,
};
use crate::{
    domain::{Claim, FactKind},
    rules,
};

/// Observation beyond a year.
pub(super) fn observation_year(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::OBSERVATION_PRODUCTS, &rules::OBSERVATION_MOST_MONTHS);
    Lasting { words: &rules::OBSERVATION_YEAR, products, limit, unit: Span::Months }.find(view, found);
}

/// Observation beyond half a year without an extension, each of three months, on record. What lies beyond a year is the
/// other rule's.
pub(super) fn observation_extension(view: &View<'_>, found: &mut Vec<Finding>) {
    let (products, limit) = (&rules::OBSERVATION_PRODUCTS, &rules::OBSERVATION_FIRST_MONTHS);
    let before = found.len();
    let from = |line: &Claim, begin: NaiveDate, _| unextended(view, line, begin);
    Lasting { words: &rules::OBSERVATION_EXTENSION, products, limit, unit: Span::Months }.find_from(view, found, from);
    for finding in &mut found[before..] {
        finding.rests_on(view.of_client(FactKind::ObservationExtension));
    }
}

/// The first day that the extensions on record do not reach; none when they reach a year. An extension adds to what was
/// reached when it began. One that began later leaves the days before it as they are, and says nothing of a line before
/// it: it may be of observation that began anew.
fn unextended(view: &View<'_>, line: &Claim, begin: NaiveDate) -> Option<NaiveDate> {
    let first = view.get(&rules::OBSERVATION_FIRST_MONTHS, line)?.value;
    let step = view.get(&rules::OBSERVATION_STEP_MONTHS, line)?.value;
    let most = view.get(&rules::OBSERVATION_MOST_MONTHS, line)?.value;
    let after = |day: NaiveDate, months: u32| day.checked_add_months(Months::new(months));
    let mut begins: Vec<NaiveDate> =
        view.of_client(FactKind::ObservationExtension).map(|fact| fact.first_day).filter(|day| *day >= begin).collect();
    begins.sort();
    let end = after(begin, most)?;
    // Months are counted from the beginning: of a reached 30 June three months are not those of 31 March.
    let mut months = first;
    let mut reached = after(begin, first.min(most))?;
    for extension in begins {
        if extension <= reached {
            months = months.saturating_add(step);
            reached = reached.max(after(begin, months.min(most))?);
        } else if extension <= line.first_day {
            reached = after(extension, step)?.min(end);
        }
    }
    // What lies beyond a year is the other rule's.
    (line.first_day.max(reached) < end).then_some(reached)
}

/// The supplement for ventilation beside a care profile that it is not for.
pub(super) fn ventilation(view: &View<'_>, found: &mut Vec<Finding>) {
    let wrong = |line: &Claim, day| {
        let Some(profiles) = view.get(&rules::VENTILATION_PROFILES, line) else { return false };
        let mut held = view.of_client(FactKind::Indication).filter(|fact| fact.covers(day)).peekable();
        held.peek().is_some() && !held.any(|fact| profiles.iter().any(|profile| **profile == *fact.value))
    };
    ByDay { words: &rules::VENTILATION_PROFILE, kinds: &[FactKind::Indication] }.find(
        view,
        found,
        |line| view.is_of(&rules::VENTILATION_PRODUCTS, line),
        wrong,
    );
}
