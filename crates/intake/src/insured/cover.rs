//! Whether somebody was insured on the days of a line. Pure.

use chrono::{Days, NaiveDate};

/// Days from one through another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

/// On which of the days that the register covers somebody was insured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cover {
    /// The register covers none of the days: it says nothing of them.
    Unknown,
    /// On all of them.
    All,
    /// On some of them.
    Part,
    /// On none of them.
    None,
}

impl Span {
    /// The days that both have.
    pub(crate) fn shared(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (first <= last).then_some(Self { first, last })
    }

    /// A span as it is stored: `2023-01-01/2023-06-30`, or `2023-01-01/` where the end is open.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('/')?;
        let last = if last.is_empty() { NaiveDate::MAX } else { last.parse().ok()? };
        Some(Self { first: first.parse().ok()?, last })
    }
}

/// The same days in spans with days between them.
pub(crate) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| span.first);
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(before) if before.last.checked_add_days(Days::new(1)).is_none_or(|next| span.first <= next) => {
                before.last = before.last.max(span.last);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Holds the days of a line against those on which somebody was insured, as far as the register covers them. `insured`
/// is [`joined`].
pub(crate) fn cover(covered: Span, insured: &[Span], line: Span) -> Cover {
    let Some(asked) = line.shared(covered) else { return Cover::Unknown };
    let mut within = insured.iter().filter_map(|span| span.shared(asked));
    match within.next() {
        None => Cover::None,
        Some(days) if days == asked => Cover::All,
        Some(_) => Cover::Part,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + Days::new(number)
    }

    fn span(first: u64, last: u64) -> Span {
        Span { first: day(first), last: day(last) }
    }

    /// A span of at most `longest` days, perhaps with an open end.
    fn spans(longest: u64) -> impl Strategy<Value = Span> {
        (0..40_u64, 0..longest, any::<u8>()).prop_map(|(first, days, end)| match end % 8 {
            0 => Span { first: day(first), last: NaiveDate::MAX },
            _ => span(first, first + days),
        })
    }

    fn days(of: Span) -> impl Iterator<Item = NaiveDate> {
        of.first.iter_days().take_while(move |day| *day <= of.last)
    }

    fn has(span: &Span, day: NaiveDate) -> bool {
        span.first <= day && day <= span.last
    }

    proptest! {
        #[test]
        fn bud_05_it_is_as_when_each_day_is_looked_at_by_itself(
            covered in (0..40_u64, 0..40_u64).prop_map(|(first, days)| span(first, first + days)),
            insured in proptest::collection::vec(spans(12), 0..6),
            line in (0..60_u64, 0..35_u64).prop_map(|(first, days)| span(first, first + days)),
        ) {
            let asked: Vec<NaiveDate> = days(line).filter(|day| has(&covered, *day)).collect();
            let found = asked.iter().filter(|day| insured.iter().any(|span| has(span, **day))).count();
            let expected = match found {
                _ if asked.is_empty() => Cover::Unknown,
                0 => Cover::None,
                all if all == asked.len() => Cover::All,
                _ => Cover::Part,
            };
            prop_assert_eq!(cover(covered, &joined(insured), line), expected);
        }

        #[test]
        fn bud_05_more_insurance_never_makes_it_less(
            insured in proptest::collection::vec(spans(12), 0..5),
            more in spans(12),
            line in (0..60_u64, 0..35_u64).prop_map(|(first, days)| span(first, first + days)),
        ) {
            let rank = |cover| match cover { Cover::Unknown | Cover::None => 0, Cover::Part => 1, Cover::All => 2 };
            let before = cover(span(0, 100), &joined(insured.clone()), line);
            let with = joined(insured.into_iter().chain([more]).collect());
            prop_assert!(rank(cover(span(0, 100), &with, line)) >= rank(before));
        }
    }

    #[test]
    fn periods_are_read_as_they_are_stored() {
        assert_eq!(Span::read("2023-01-01/2023-01-11"), Some(span(0, 10)));
        assert_eq!(Span::read("2023-01-01/"), Some(Span { first: day(0), last: NaiveDate::MAX }));
        for wrong in ["", "2023-01-01", "2023-13-01/", "/2023-01-01", "2023-01-01/x"] {
            assert_eq!(Span::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hom_05_an_end_that_is_open_covers_every_day_after_it() {
        let open = [Span { first: day(5), last: NaiveDate::MAX }];
        assert_eq!(cover(span(0, 100), &open, span(5, 90)), Cover::All);
        assert_eq!(cover(span(0, 100), &open, span(4, 5)), Cover::Part);
        assert_eq!(cover(span(0, 100), &open, span(3, 4)), Cover::None);
        assert_eq!(cover(span(0, 100), &open, span(101, 120)), Cover::Unknown);
        assert_eq!(cover(span(0, 100), &[], span(100, 120)), Cover::None);
    }
}
