//! Home care of providers beside each other, and the subcontracting that ties them.

use std::collections::{BTreeMap, BTreeSet};

use calendar::CareMonth;
use chrono::NaiveDate;
use identifiers::Agb;
use money::{Decimal, Money, Rounding};

use super::{
    by_day::{Wrong, wrong_days},
    finding::{Finding, of},
    view::View,
};
use crate::{
    domain::{Claim, FactKind, Statement},
    rules,
};

/// Care of more than one provider in a month, on days on which no subcontracting ties them: not of one with the other,
/// and not of both through others.
pub(super) fn more_providers(view: &View<'_>, found: &mut Vec<Finding>) {
    let mut months: BTreeMap<CareMonth, Vec<&Claim>> = BTreeMap::new();
    for line in view.lines().iter().filter(|line| !line.is_wlz()) {
        months.entry(CareMonth::of(line.first_day)).or_default().push(line);
    }
    for lines in months.values() {
        let main = lines[0];
        let others: BTreeSet<Agb> = lines.iter().map(|line| line.agb).filter(|agb| *agb != main.agb).collect();
        if others.is_empty() {
            continue;
        }
        let month = Month::new(view, lines);
        for other in others {
            month.beside(view, found, other);
        }
    }
}

/// The home care of a client in a month, and what is on record about who works for whom.
struct Month<'a> {
    /// By first day.
    lines: &'a [&'a Claim],
    /// About the providers of these lines. What is known of others depends on lines of other months.
    facts: Vec<&'a Statement>,
}

impl<'a> Month<'a> {
    fn new(view: &View<'a>, lines: &'a [&'a Claim]) -> Month<'a> {
        let of_each = first_lines(lines).into_values();
        let facts = of_each.flat_map(|line| view.of_provider(FactKind::Subcontracting, line)).collect();
        Month { lines, facts }
    }

    /// The AGB codes of all that work together with a provider on a day.
    fn together(&self, with: Agb, day: NaiveDate) -> BTreeSet<String> {
        let mut group = BTreeSet::from([with.to_string()]);
        loop {
            let ties =
                |fact: &&&Statement| fact.covers(day) && group.contains(&fact.subject) != group.contains(&fact.value);
            let Some(fact) = self.facts.iter().find(ties) else { return group };
            group.extend([fact.subject.clone(), fact.value.clone()]);
        }
    }

    /// Finds the days of a provider's lines on which it does not work together with the one whose care came first.
    fn beside(&self, view: &View<'_>, found: &mut Vec<Finding>, other: Agb) {
        let main = self.lines[0];
        let tied = |day| self.together(main.agb, day).contains(&other.to_string());
        let of_other = self.lines.iter().copied().filter(|line| line.agb == other);
        let apart: Vec<(&Claim, Wrong)> =
            of_other.filter_map(|line| Some((line, wrong_days(line, |day| !tied(day))?))).collect();
        let Some((last, _)) = apart.last() else { return };
        let Some((mut finding, kind)) = view.begin(&rules::MORE_PROVIDERS, last) else { return };
        finding.first_day = apart.iter().map(|(_, days)| days.first).min().unwrap_or(last.first_day);
        finding.last_day = apart.iter().map(|(_, days)| days.last).max().unwrap_or(last.last_day);
        finding.lines = apart.iter().map(|(line, _)| (*line).clone()).chain([main.clone()]).collect();
        finding.lines.extend(self.between(&apart, other).into_iter().cloned());
        let providers: BTreeSet<String> = finding.lines.iter().map(|line| line.agb.to_string()).collect();
        finding.rests_on(self.facts.iter().copied().filter(|fact| providers.contains(&fact.subject)));
        let step = finding.trace.step(&rules::MORE_PROVIDERS.found).with("main", &of(main, main.agb.to_string()));
        let step = step.with("agb", &of(last, other.to_string())).with("first", &of(last, finding.first_day));
        step.with("last", &of(last, finding.last_day)).gives(apart.len() as i64);
        // An amount too large to add up is no amount of a month of one client.
        let total = Money::total(apart.iter().map(|(line, days)| share(line, days))).unwrap_or(last.granted);
        finding.trace.step(&rules::LINES_AT_STAKE).with("agb", &of(last, other.to_string())).gives(total);
        finding.at_stake = total;
        finding.close(&kind, found);
    }

    /// The first lines of those through whom a provider works together with the first one on some days of these lines:
    /// without them it would be found that it never does.
    fn between(&self, apart: &[(&Claim, Wrong)], other: Agb) -> Vec<&'a Claim> {
        let main = self.lines[0].agb;
        let partly = apart.iter().filter(|(line, days)| days.days < line.days());
        let days = partly.flat_map(|(line, _)| line.first_day.iter_days().take_while(|day| *day <= line.last_day));
        let groups = days.map(|day| self.together(main, day)).filter(|group| group.contains(&other.to_string()));
        let group: BTreeSet<String> = groups.flatten().collect();
        let others = first_lines(self.lines).into_iter().filter(|(agb, _)| *agb != main && *agb != other);
        others.filter(|(agb, _)| group.contains(&agb.to_string())).map(|(_, line)| line).collect()
    }
}

/// The first line of each provider.
fn first_lines<'a>(lines: &[&'a Claim]) -> BTreeMap<Agb, &'a Claim> {
    // Of the same provider the last one put in stays.
    lines.iter().rev().map(|line| (line.agb, *line)).collect()
}

/// What of a line is at stake: as much of it as its wrong days are.
fn share(line: &Claim, days: &Wrong) -> Money {
    if days.days >= line.days() {
        return line.granted;
    }
    let share = Decimal::from(days.days) / Decimal::from(line.days());
    line.granted.times(share, Rounding::HalfAwayFromZero).unwrap_or(line.granted)
}
