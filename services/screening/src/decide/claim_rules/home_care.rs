//! Home care (wijkverpleging): staff, night care, technology, registration.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use explain::Known;
use identifiers::Agb;

use super::{
    by_day::ByDay,
    finding::{Finding, of, stated},
    view::View,
};
use crate::{
    domain::{Claim, FactKind},
    rules,
};

/// Whether the staff of a line is known to be below the least level; `None` when its level is not known.
fn below(view: &View<'_>, line: &Claim) -> Option<bool> {
    let level: u32 = view.of_line(FactKind::StaffLevel, line)?.value.parse().ok()?;
    Some(level < view.get(&rules::STAFF_LEAST_LEVEL, line)?.value)
}

/// Staff below the level without an arrangement.
pub(super) fn staff_level(view: &View<'_>, found: &mut Vec<Finding>) {
    let arranged = |line: &Claim, day| view.of_provider(FactKind::StaffArrangement, line).any(|fact| fact.covers(day));
    let kinds = [FactKind::StaffLevel, FactKind::StaffArrangement];
    ByDay { words: &rules::STAFF_LEVEL, kinds: &kinds }.find_with(
        view,
        found,
        |line| !line.is_wlz() && below(view, line) == Some(true),
        |line, day| !arranged(line, day),
        |line, _, step| match view.of_line(FactKind::StaffLevel, line) {
            Some(fact) => step.with("level", &stated(fact, fact.value.clone())),
            None => step,
        },
    );
}

/// The lines of home care of each provider, by first day.
fn by_provider<'a>(view: &View<'a>) -> BTreeMap<Agb, Vec<&'a Claim>> {
    let mut providers: BTreeMap<Agb, Vec<&Claim>> = BTreeMap::new();
    for line in view.lines().iter().filter(|line| !line.is_wlz()) {
        providers.entry(line.agb).or_default().push(line);
    }
    providers
}

/// The day from which all lines of home care are known, as the office says of a line.
fn known_from(view: &View<'_>, line: &Claim) -> Option<Known<NaiveDate>> {
    let year = view.get(&rules::STAFF_LINES_FROM_YEAR, line)?;
    let value = i32::try_from(year.value).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1))?;
    Some(Known { value, origin: year.origin })
}

/// Whether the care that a line is the first one of began anew: more than a month after the day from which lines are
/// known, and from which none was removed since.
fn is_new(view: &View<'_>, first: &Claim, known: NaiveDate) -> bool {
    let Some(gap) = view.get(&rules::EPISODE_GAP_DAYS, first) else { return false };
    let from = view.kept_from().map_or(known, |kept| kept.max(known));
    (first.first_day - from).num_days() > i64::from(gap.value)
}

/// Other staff in the first week with a new client. A client is new where a month went by of which lines are known and
/// none is of the provider: the first line on record may else be one of care that went on.
pub(super) fn first_week(view: &View<'_>, found: &mut Vec<Finding>) {
    for lines in by_provider(view).values() {
        let first = lines[0];
        for line in lines.iter().filter(|line| below(view, line) == Some(true)) {
            let Some(week) = view.get(&rules::STAFF_FIRST_DAYS, line) else { continue };
            let Some(known) = known_from(view, line).filter(|known| is_new(view, first, known.value)) else { continue };
            let end = first.first_day + TimeDelta::days(i64::from(week.value));
            if line.first_day >= end {
                continue;
            }
            let Some((mut finding, kind)) = view.begin(&rules::STAFF_FIRST_WEEK, line) else { continue };
            finding.lines.push(first.clone());
            finding.last_day = line.last_day.min(end - TimeDelta::days(1));
            finding.rests_on(view.of_line(FactKind::StaffLevel, line).into_iter());
            let days = (finding.last_day - line.first_day).num_days() + 1;
            let step =
                finding.trace.step(&rules::STAFF_FIRST_WEEK.found).with("line", &of(line, line.reference.clone()));
            let step = step.with("agb", &of(line, line.agb.to_string())).with("begin", &of(first, first.first_day));
            step.with("week", &week).with("known", &known).gives(days);
            finding.share(line, days);
            finding.close(&kind, found);
        }
    }
}

/// Other staff for longer than two weeks on end without a visit of the higher level. A line of which the level is not
/// known counts as such a visit: not knowing is not a finding. Where nobody came for two weeks, care was interrupted:
/// nobody could have come instead, and the two weeks begin again.
pub(super) fn two_weeks(view: &View<'_>, found: &mut Vec<Finding>) {
    for lines in by_provider(view).values() {
        let mut run: Vec<&Claim> = Vec::new();
        for &line in lines {
            if below(view, line) != Some(true) {
                run.clear();
                continue;
            }
            let Some(most) = view.get(&rules::STAFF_VISIT_DAYS, line) else { continue };
            let until = run.iter().map(|line| line.last_day).max();
            if until.is_some_and(|until| (line.first_day - until).num_days() > i64::from(most.value)) {
                run.clear();
            }
            run.push(line);
            let days = (line.last_day - run[0].first_day).num_days() + 1;
            if days <= i64::from(most.value) {
                continue;
            }
            let Some((mut finding, kind)) = view.begin(&rules::STAFF_TWO_WEEKS, line) else { continue };
            finding.first_day = run[0].first_day;
            finding.lines = run.iter().map(|line| (*line).clone()).collect();
            finding.rests_on(run.iter().filter_map(|line| view.of_line(FactKind::StaffLevel, line)));
            let step = finding.trace.step(&rules::STAFF_TWO_WEEKS.found).with("agb", &of(line, line.agb.to_string()));
            let step = step.with("line", &of(line, line.reference.clone()));
            step.with("begin", &of(run[0], run[0].first_day)).with("most", &most).gives(days);
            finding.whole(line);
            finding.close(&kind, found);
            // The next two weeks begin.
            run.clear();
        }
    }
}

/// Night care claimed apart by a provider that takes part in its region's.
pub(super) fn night_care(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::NIGHT_CARE, kinds: &[FactKind::NightRegion] }.find(
        view,
        found,
        |line| !line.is_wlz() && view.is_of(&rules::NIGHT_CARE_PRODUCTS, line),
        |line, day| view.of_provider(FactKind::NightRegion, line).any(|fact| fact.covers(day)),
    );
}

/// Technology that is paid from elsewhere too.
pub(super) fn technology(view: &View<'_>, found: &mut Vec<Finding>) {
    ByDay { words: &rules::TECHNOLOGY_TWICE, kinds: &[FactKind::OtherFunding] }.find(
        view,
        found,
        |line| !line.is_wlz() && view.is_of(&rules::TECHNOLOGY_PRODUCTS, line),
        |_, day| view.of_client(FactKind::OtherFunding).any(|fact| fact.covers(day)),
    );
}

/// A line that the registration that was asked for does not support.
pub(super) fn unsupported(view: &View<'_>, found: &mut Vec<Finding>) {
    let no = |line: &Claim| view.of_line(FactKind::Registration, line).is_some_and(|fact| fact.value == "no");
    ByDay { words: &rules::UNSUPPORTED, kinds: &[FactKind::Registration] }.find(
        view,
        found,
        |line| !line.is_wlz() && no(line),
        |_, _| true,
    );
}
