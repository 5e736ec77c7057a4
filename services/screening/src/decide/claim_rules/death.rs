//! Care after death, and after the end of the indication.

use chrono::NaiveDate;

use super::{
    by_day::ByDay,
    finding::{Finding, of, stated},
    lvg::is_lvg,
    view::View,
};
use crate::{
    domain::{Claim, FactKind, Statement},
    rules,
};

/// Care other than a package after the day of death. Of care that began before, only the days that it claims beyond those
/// until death are certain; of care by the hour nobody knows the day.
pub(super) fn after_death(view: &View<'_>, found: &mut Vec<Finding>) {
    let Some(death) = view.of_client(FactKind::Deceased).next() else { return };
    let is_other = |line: &&&Claim| line.care_profile == 0 || !line.is_wlz();
    for line in view.lines().iter().filter(|line| line.last_day > death.first_day).filter(is_other) {
        let all = line.first_day > death.first_day;
        let days = if all { line.days() } else { certain_days(line, death.first_day) };
        if days > 0 {
            other_care(view, found, (line, days), death);
        }
    }
}

/// More days of packages after the day of death than the mutation days. Of a package that began before, only the days
/// that it claims beyond those until death are certain.
pub(super) fn mutation_days(view: &View<'_>, found: &mut Vec<Finding>) {
    let Some(death) = view.of_client(FactKind::Deceased).next() else { return };
    let mut mutations = Mutations { lines: Vec::new(), days: 0 };
    let after = |line: &&&Claim| line.last_day > death.first_day && line.care_profile != 0 && line.is_wlz();
    for line in view.lines().iter().filter(after) {
        let days = certain_days(line, death.first_day);
        if days > 0 {
            mutations.add(view, found, (line, days), death);
        }
    }
}

/// The days after death that a line certainly claims.
fn certain_days(line: &Claim, death: NaiveDate) -> i64 {
    let until_death = (death - line.first_day).num_days() + 1;
    let claimed = if line.counts_days() { line.quantity.min(line.days()) } else { line.days() };
    let certain = if until_death > 0 && !line.counts_days() { 0 } else { claimed - until_death.max(0) };
    certain.max(0)
}

fn other_care(view: &View<'_>, found: &mut Vec<Finding>, (line, days): (&Claim, i64), death: &Statement) {
    let Some((mut finding, kind)) = view.begin(&rules::AFTER_DEATH, line) else { return };
    finding.rests_on(std::iter::once(death));
    let step = finding.trace.step(&rules::AFTER_DEATH.found).with("line", &of(line, line.reference.clone()));
    let step = step.with("agb", &of(line, line.agb.to_string())).with("death", &stated(death, death.first_day));
    step.with("product", &of(line, line.product.clone())).gives(days);
    finding.first_day = line.first_day.max(death.first_day + chrono::TimeDelta::days(1));
    finding.share(line, days);
    finding.close(&kind, found);
}

/// The packages after death so far.
struct Mutations<'a> {
    lines: Vec<&'a Claim>,
    days: i64,
}

impl<'a> Mutations<'a> {
    fn add(&mut self, view: &View<'_>, found: &mut Vec<Finding>, (line, days): (&'a Claim, i64), death: &Statement) {
        self.days += days;
        self.lines.push(line);
        let Some(most) = view.get(&rules::MUTATION_DAYS, line) else { return };
        let beyond = (self.days - i64::from(most.value)).min(days);
        let Some((mut finding, kind)) = view.begin(&rules::MUTATION_DAYS_OVER, line).filter(|_| beyond > 0) else {
            return;
        };
        finding.rests_on(std::iter::once(death));
        finding.lines = self.lines.iter().map(|line| (*line).clone()).collect();
        finding.first_day = line.first_day.max(death.first_day + chrono::TimeDelta::days(1));
        let step = finding.trace.step(&rules::MUTATION_DAYS_OVER.found);
        let step = step.with("line", &of(line, line.reference.clone())).with("agb", &of(line, line.agb.to_string()));
        let step = step.with("death", &stated(death, death.first_day)).with("days", &of(line, self.days));
        step.with("most", &most).gives(beyond);
        finding.share(line, beyond);
        finding.close(&kind, found);
    }
}

/// Care of the Wlz after the end of the indication, where no other one holds. What follows an (SG)LVG indication has
/// rules of its own.
pub(super) fn after_indication(view: &View<'_>, found: &mut Vec<Finding>) {
    let kinds = [FactKind::Indication, FactKind::CizExtension];
    let ended = |day| ended_before(view, day).filter(|ended| !is_lvg(&ended.value));
    let extended = |day| view.of_client(FactKind::CizExtension).any(|extension| extension.covers(day));
    ByDay { words: &rules::AFTER_INDICATION, kinds: &kinds }.find_with(
        view,
        found,
        Claim::is_wlz,
        |_, day| ended(day).is_some() && !extended(day),
        |_, day, step| match ended(day) {
            Some(ended) => step
                .with("profile", &stated(ended, ended.value.clone()))
                .with("until", &stated(ended, ended.last_day.unwrap_or(day))),
            None => step,
        },
    );
}

/// The indication that ended last before a day on which none holds.
pub(super) fn ended_before<'a>(view: &View<'a>, day: NaiveDate) -> Option<&'a Statement> {
    if view.of_client(FactKind::Indication).any(|indication| indication.covers(day)) {
        return None;
    }
    let ended = view.of_client(FactKind::Indication).filter(|indication| indication.last_day < Some(day));
    ended.filter(|indication| indication.last_day.is_some()).max_by_key(|indication| indication.last_day)
}
