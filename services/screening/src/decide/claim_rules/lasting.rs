//! Rules about care that may last so long and no longer.

use std::sync::Arc;

use chrono::{Months, NaiveDate, TimeDelta};
use explain::Parameter;

use super::{
    finding::{Finding, of},
    view::{View, episodes},
};
use crate::{
    domain::Claim,
    rules::{self, RuleWords},
};

/// What a limit counts.
#[derive(Clone, Copy)]
pub(super) enum Span {
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Days.
    Days,
}

/// A rule about care of some products that lasts too long.
pub(super) struct Lasting<'r> {
    /// Its words.
    pub words: &'r RuleWords,
    /// The products.
    pub products: &'r Parameter<Vec<Arc<str>>>,
    /// How long it may last, from the first day of an episode.
    pub limit: &'r Parameter<u32>,
    /// What the limit counts.
    pub unit: Span,
}

impl Lasting<'_> {
    /// Finds each line of an episode that goes beyond the limit, with the lines of the episode until then.
    pub fn find(&self, view: &View<'_>, found: &mut Vec<Finding>) {
        self.find_from(view, found, |_, _, end| Some(end));
    }

    /// The same, where the first day beyond is told from the line, the first day of its episode and that day by the
    /// limit; none when there is none.
    pub fn find_from(
        &self,
        view: &View<'_>,
        found: &mut Vec<Finding>,
        first_beyond: impl Fn(&Claim, NaiveDate, NaiveDate) -> Option<NaiveDate>,
    ) {
        let lines: Vec<&Claim> = view.lines().iter().copied().filter(|line| view.is_of(self.products, line)).collect();
        let Some(gap) = lines.first().and_then(|line| view.get(&rules::EPISODE_GAP_DAYS, line)) else { return };
        for episode in episodes(lines.into_iter(), i64::from(gap.value)) {
            let begin = episode[0];
            for (at, line) in episode.iter().enumerate() {
                let Some(limit) = view.get(self.limit, line) else { continue };
                let end = end(begin.first_day, self.unit, limit.value);
                let end = end.and_then(|end| first_beyond(line, begin.first_day, end));
                let Some(end) = end.filter(|end| *end <= line.last_day) else { continue };
                let beyond = line.first_day.max(end);
                let Some((mut finding, kind)) = view.begin(self.words, line) else { continue };
                finding.lines = episode[..=at].iter().map(|line| (*line).clone()).collect();
                finding.first_day = beyond;
                let days = (line.last_day - beyond).num_days() + 1;
                let step = finding.trace.step(&self.words.found).with("line", &of(line, line.reference.clone()));
                let step = step.with("agb", &of(line, line.agb.to_string()));
                let step = step.with("begin", &of(begin, begin.first_day)).with("limit", &limit);
                step.with("beyond", &of(line, beyond)).gives(days);
                finding.share(line, days);
                finding.close(&kind, found);
            }
        }
    }
}

/// The first day after so long.
fn end(begin: NaiveDate, unit: Span, limit: u32) -> Option<NaiveDate> {
    match unit {
        Span::Weeks => begin.checked_add_signed(TimeDelta::weeks(i64::from(limit))),
        Span::Days => begin.checked_add_signed(TimeDelta::days(i64::from(limit))),
        Span::Months => begin.checked_add_months(Months::new(limit)),
    }
}
