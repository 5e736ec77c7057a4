//! Rules that ask of each day of a line whether it is right.

use chrono::NaiveDate;
use explain::StepBuilder;

use super::{
    finding::{Finding, of},
    view::View,
};
use crate::{
    domain::{Claim, FactKind},
    rules::RuleWords,
};

/// The days of a line of which something is wrong.
pub(super) struct Wrong {
    /// How many.
    pub days: i64,
    /// The first one.
    pub first: NaiveDate,
    /// The last one.
    pub last: NaiveDate,
}

/// Finds the wrong days of a line.
pub(super) fn wrong_days(line: &Claim, wrong: impl Fn(NaiveDate) -> bool) -> Option<Wrong> {
    let mut found: Option<Wrong> = None;
    for day in line.first_day.iter_days().take_while(|day| *day <= line.last_day).filter(|day| wrong(*day)) {
        let so_far = found.get_or_insert(Wrong { days: 0, first: day, last: day });
        so_far.days += 1;
        so_far.last = day;
    }
    found
}

/// A rule over the days of single lines.
pub(super) struct ByDay<'r> {
    /// Its words.
    pub words: &'r RuleWords,
    /// The facts it rests on.
    pub kinds: &'r [FactKind],
}

impl ByDay<'_> {
    /// Finds the lines that the rule is about of which some days are wrong.
    pub fn find(
        &self,
        view: &View<'_>,
        found: &mut Vec<Finding>,
        about: impl Fn(&Claim) -> bool,
        wrong: impl Fn(&Claim, NaiveDate) -> bool,
    ) {
        self.find_with(view, found, about, wrong, |_, _, step| step);
    }

    /// The same, with more to tell of a line and the first of its wrong days.
    pub fn find_with(
        &self,
        view: &View<'_>,
        found: &mut Vec<Finding>,
        about: impl Fn(&Claim) -> bool,
        wrong: impl Fn(&Claim, NaiveDate) -> bool,
        more: impl for<'s> Fn(&Claim, NaiveDate, StepBuilder<'s>) -> StepBuilder<'s>,
    ) {
        for line in view.lines().iter().filter(|line| about(line)) {
            let Some(days) = wrong_days(line, |day| wrong(line, day)) else { continue };
            let Some((mut finding, kind)) = view.begin(self.words, line) else { continue };
            (finding.first_day, finding.last_day) = (days.first, days.last);
            finding.rests_on(view.about(self.kinds, line));
            let step = finding.trace.step(&self.words.found).with("line", &of(line, line.reference.clone()));
            let step = step.with("agb", &of(line, line.agb.to_string()));
            let step = step.with("product", &of(line, line.product.clone()));
            let step = step.with("first", &of(line, days.first)).with("last", &of(line, days.last));
            more(line, days.first, step).gives(days.days);
            finding.share(line, days.days);
            finding.close(&kind, found);
        }
    }
}
