//! Days on which care can be given under an allocation.

use chrono::NaiveDate;
use iwlz::ReportStatus;

use crate::domain::{Report, Reported};

/// Days, as stretches in their order that don't touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Days(Vec<(NaiveDate, NaiveDate)>);

impl Days {
    /// All days from the first to the last, or without end.
    pub(super) fn of(first: NaiveDate, last: Option<NaiveDate>) -> Days {
        let last = last.unwrap_or(NaiveDate::MAX);
        if first <= last { Days(vec![(first, last)]) } else { Days::default() }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether they hold every day from the first to the last.
    pub(super) fn covers(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.0.iter().any(|stretch| stretch.0 <= first && last <= stretch.1)
    }

    /// The days that are in any of several.
    pub(super) fn union<'a>(all: impl Iterator<Item = &'a Days>) -> Days {
        let mut stretches: Vec<(NaiveDate, NaiveDate)> = all.flat_map(|days| days.0.iter().copied()).collect();
        stretches.sort_unstable();
        let mut union: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(stretches.len());
        for (first, last) in stretches {
            match union.last_mut() {
                Some(before) if before.1.succ_opt().is_none_or(|next| first <= next) => before.1 = before.1.max(last),
                _ => union.push((first, last)),
            }
        }
        Days(union)
    }

    /// Takes off the days after care ended, until it began again.
    pub(super) fn without_what_ended(&mut self, reports: &[Report]) {
        let days =
            |wanted: fn(Reported) -> bool| reports.iter().filter(move |one| wanted(one.reported)).map(|one| one.day);
        let starts: Vec<NaiveDate> = days(|reported| reported == Reported::Started).collect();
        for end in days(|reported| matches!(reported, Reported::Mutated(code) if code.ends_care())) {
            let again = starts.iter().copied().filter(|start| *start > end).min();
            self.take_off(end, again);
        }
    }

    /// Takes off the days after one until another, which stays.
    fn take_off(&mut self, after: NaiveDate, until: Option<NaiveDate>) {
        let mut left = Vec::with_capacity(self.0.len() + 1);
        for &(first, last) in &self.0 {
            if first <= after {
                left.push((first, last.min(after)));
            }
            if let Some(until) = until.filter(|until| *until <= last) {
                left.push((first.max(until), last));
            }
        }
        left.sort_unstable();
        self.0 = left;
        // An end on the day before care began again took off nothing: the stretches touch.
        *self = Days::union([&*self].into_iter());
    }
}

/// The reports that stand, of those about one allocation in the order in which they were recorded: one that was changed
/// gives way to the next, and one that was removed is gone.
pub(super) fn standing(reports: &[Report]) -> Vec<Report> {
    let mut standing: Vec<Report> = Vec::with_capacity(reports.len());
    for report in reports {
        let same_kind = |other: &Report| {
            matches!(
                (other.reported, report.reported),
                (Reported::Started, Reported::Started) | (Reported::Mutated(_), Reported::Mutated(_))
            )
        };
        let same = |other: &Report| other.reported == report.reported && other.day == report.day;
        match report.status {
            ReportStatus::First | ReportStatus::Unchanged => {
                standing.retain(|other| !same(other));
                standing.push(*report);
            }
            ReportStatus::Changed => {
                if let Some(at) = standing.iter().rposition(same_kind) {
                    standing.remove(at);
                }
                standing.push(*report);
            }
            ReportStatus::Removed => standing.retain(|other| !same(other)),
        }
    }
    standing
}
