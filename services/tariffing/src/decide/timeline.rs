//! Which maximum tariff holds when: the highest version covers a day (TAR-02).

use chrono::NaiveDate;

use crate::domain::MaximumTariff;

/// The tariffs in force between two days (both included), each cut to the days on which no later version covers it;
/// by product and first day.
pub fn timeline(mut rows: Vec<MaximumTariff>, first: NaiveDate, last: NaiveDate) -> Vec<MaximumTariff> {
    rows.sort_by(|a, b| a.product.cmp(&b.product).then(b.version.cmp(&a.version)));
    let mut result: Vec<MaximumTariff> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut free = vec![(row.first_day.max(first), row.last_day.unwrap_or(last).min(last))];
        for taken in result.iter().filter(|taken| taken.product == row.product) {
            let taken_last = taken.last_day.unwrap_or(last);
            free = free.into_iter().flat_map(|piece| without(piece, (taken.first_day, taken_last))).collect();
        }
        let pieces = free.into_iter().filter(|(from, until)| from <= until);
        result.extend(pieces.map(|(from, until)| MaximumTariff {
            first_day: from,
            last_day: Some(until),
            ..row.clone()
        }));
    }
    result.sort_by(|a, b| a.product.cmp(&b.product).then(a.first_day.cmp(&b.first_day)));
    result
}

/// The first and the last day of a year.
pub fn days_of(year: i32) -> (NaiveDate, NaiveDate) {
    // Years are between 1900 and 2999 by the time they get here.
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (day(1, 1), day(12, 31))
}

/// How many tariffs of a new table differ from what held on their first day before, new products included.
pub fn changed(before: &[MaximumTariff], table: &[MaximumTariff]) -> usize {
    let amounts = |tariff: &MaximumTariff| (tariff.maximum, tariff.nhc, tariff.nic);
    let held = |tariff: &MaximumTariff| {
        let same = before.iter().filter(|row| row.product == tariff.product);
        let covering = same.filter(|row| {
            row.first_day <= tariff.first_day && row.last_day.is_none_or(|last| last >= tariff.first_day)
        });
        covering.max_by_key(|row| row.version).map(amounts)
    };
    table.iter().filter(|tariff| held(tariff) != Some(amounts(tariff))).count()
}

type Days = (NaiveDate, NaiveDate);

/// What is left of a piece after some days were taken from it.
fn without((from, until): Days, (taken_from, taken_until): Days) -> Vec<Days> {
    if taken_until < from || until < taken_from {
        return vec![(from, until)];
    }
    let before = taken_from.pred_opt().filter(|end| from <= *end).map(|end| (from, end));
    let after = taken_until.succ_opt().filter(|start| *start <= until).map(|start| (start, until));
    before.into_iter().chain(after).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::product::tests::maximum;

    fn day(ordinal: u32) -> NaiveDate {
        NaiveDate::from_yo_opt(2023, ordinal).unwrap()
    }

    fn row(version: i64, first: u32, last: Option<u32>) -> MaximumTariff {
        MaximumTariff { version, first_day: day(first), last_day: last.map(day), ..maximum(version, 0, 0) }
    }

    #[test]
    fn tar_02_a_later_version_covers_its_days_only() {
        let rows = vec![row(1, 1, None), row(2, 100, Some(200))];
        let found: Vec<_> = timeline(rows, day(1), day(365))
            .into_iter()
            .map(|row| (row.version, row.first_day, row.last_day.unwrap()))
            .collect();
        assert_eq!(found, [(1, day(1), day(99)), (2, day(100), day(200)), (1, day(201), day(365))]);
    }

    proptest! {
        #[test]
        fn tar_02_every_day_has_the_highest_version_that_covers_it(
            spans in proptest::collection::vec((1..366u32, 1..366u32), 1..8)
        ) {
            let rows: Vec<MaximumTariff> = (1..).zip(&spans)
                .map(|(version, (a, b))| row(version, *a.min(b), Some(*a.max(b))))
                .collect();
            let found = timeline(rows.clone(), day(1), day(365));
            for ordinal in 1..=365 {
                let date = day(ordinal);
                let covers = |row: &&MaximumTariff| row.first_day <= date && date <= row.last_day.unwrap();
                let expected = rows.iter().filter(covers).map(|row| row.version).max();
                let holding: Vec<i64> = found.iter().filter(covers).map(|row| row.version).collect();
                prop_assert_eq!(holding, expected.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
