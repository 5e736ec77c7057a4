//! What another table or another percentage changes in the tariffs of a provider, and what that comes to (TAR-02,
//! TAR-14). A volume is that of a year, and is taken to be spread evenly over its days.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use identifiers::Agb;
use money::{Decimal, Money, MoneyError, Rounding};

use super::timeline::days_of;
use crate::domain::{ProductTariff, Subject, Volumes};

/// A change of the tariff of a product in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TariffEffect {
    /// Whose.
    pub agb: Agb,
    /// The year.
    pub year: i32,
    /// The product code.
    pub product: String,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// The tariff before; none when there was none.
    pub before: Option<Money>,
    /// The tariff then; none when there is none any more.
    pub after: Option<Money>,
    /// What it comes to in the period; none where the volume is not known, or a tariff comes or goes.
    pub effect: Option<Money>,
}

/// The changes between the tariffs of a year before and after, by product and day.
///
/// # Errors
/// Amounts that do not fit.
pub fn effects(
    subject: &Subject,
    before: &[ProductTariff],
    after: &[ProductTariff],
    volumes: &Volumes,
) -> Result<Vec<TariffEffect>, MoneyError> {
    let products: BTreeSet<&str> = before.iter().chain(after).map(|tariff| tariff.product.as_str()).collect();
    let mut effects = Vec::new();
    for product in products {
        let of = |tariffs: &[ProductTariff]| -> Vec<(NaiveDate, NaiveDate, Money)> {
            let own = tariffs.iter().filter(|tariff| tariff.product == product);
            own.map(|tariff| (tariff.first_day, tariff.last_day.unwrap_or(days_of(subject.year).1), tariff.tariff))
                .collect()
        };
        let (before, after) = (of(before), of(after));
        for (first_day, last_day) in pieces(&before, &after) {
            let on = |tariffs: &[(NaiveDate, NaiveDate, Money)]| {
                tariffs
                    .iter()
                    .find(|(first, last, _)| *first <= first_day && last_day <= *last)
                    .map(|(_, _, tariff)| *tariff)
            };
            let (before, after) = (on(&before), on(&after));
            if before == after {
                continue;
            }
            let volume = volumes.get(&(subject.agb, product.to_owned()));
            let effect = match (before, after, volume) {
                (Some(before), Some(after), Some(volume)) => {
                    Some(weighed(after.minus(before)?, *volume, (first_day, last_day), subject.year)?)
                }
                _ => None,
            };
            let (agb, year, product) = (subject.agb, subject.year, product.to_owned());
            effects.push(TariffEffect { agb, year, product, first_day, last_day, before, after, effect });
        }
    }
    Ok(effects)
}

/// The stretches of days on which nothing changes, before nor after.
fn pieces(
    before: &[(NaiveDate, NaiveDate, Money)],
    after: &[(NaiveDate, NaiveDate, Money)],
) -> Vec<(NaiveDate, NaiveDate)> {
    let all = || before.iter().chain(after);
    let mut starts: BTreeSet<NaiveDate> = all().map(|(first, _, _)| *first).collect();
    starts.extend(all().filter_map(|(_, last, _)| last.succ_opt()));
    let starts: Vec<NaiveDate> = starts.into_iter().collect();
    let piece = |pair: &[NaiveDate]| Some((*pair.first()?, pair.last()?.pred_opt()?));
    starts.windows(2).filter_map(piece).collect()
}

/// A difference per unit times the part of the volume that falls in the period.
fn weighed(
    difference: Money,
    volume: Decimal,
    (first, last): (NaiveDate, NaiveDate),
    year: i32,
) -> Result<Money, MoneyError> {
    let (begin, end) = days_of(year);
    let days = |first: NaiveDate, last: NaiveDate| Decimal::from((last - first).num_days() + 1);
    let part = volume.checked_mul(days(first, last)).ok_or(MoneyError::Overflow)? / days(begin, end);
    difference.times(part, Rounding::default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixture::subject;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, month, day).unwrap()
    }

    fn tariff(cents: i64, first_day: NaiveDate, last_day: NaiveDate) -> ProductTariff {
        let tariff = Money::from_cents(cents);
        ProductTariff {
            product: "Z053".to_owned(),
            unit: "14".to_owned(),
            care_part: tariff,
            housing_part: Money::ZERO,
            tariff,
            first_day,
            last_day: Some(last_day),
        }
    }

    fn volumes(units: i64) -> Volumes {
        Volumes::from([(("41410001".parse().unwrap(), "Z053".to_owned()), Decimal::from(units))])
    }

    #[test]
    fn tar_02_a_change_from_july_on_counts_for_half_the_volume() {
        let before = [tariff(10_000, day(1, 1), day(12, 31))];
        let after = [tariff(10_000, day(1, 1), day(6, 30)), tariff(10_100, day(7, 1), day(12, 31))];
        let found = effects(&subject("vgz", 2023), &before, &after, &volumes(365)).unwrap();
        assert_eq!(found.len(), 1);
        // 184 days with a unit a day, a euro more each.
        assert_eq!((found[0].first_day, found[0].last_day), (day(7, 1), day(12, 31)));
        assert_eq!(found[0].effect, Some(Money::from_cents(18_400)));
        assert_eq!(
            (found[0].before, found[0].after),
            (Some(Money::from_cents(10_000)), Some(Money::from_cents(10_100)))
        );
    }

    #[test]
    fn tar_02_without_a_volume_or_a_tariff_the_effect_is_not_known() {
        let whole = [tariff(10_000, day(1, 1), day(12, 31))];
        let more = [tariff(10_100, day(1, 1), day(12, 31))];
        let own = subject("vgz", 2023);
        assert_eq!(effects(&own, &whole, &more, &Volumes::new()).unwrap()[0].effect, None);
        let gone = effects(&own, &whole, &[], &volumes(1)).unwrap();
        assert_eq!((gone[0].after, gone[0].effect), (None, None));
        assert!(effects(&own, &whole, &whole, &volumes(1)).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn tar_02_the_effects_of_both_directions_cancel(
            before in 1..100_000_i64, after in 1..100_000_i64, cut in 2..365_u32, units in 0..10_000_i64,
        ) {
            let own = subject("vgz", 2023);
            let middle = NaiveDate::from_yo_opt(2023, cut).unwrap();
            let whole = [tariff(before, day(1, 1), day(12, 31))];
            let halves = [tariff(before, day(1, 1), middle.pred_opt().unwrap()), tariff(after, middle, day(12, 31))];
            let there = effects(&own, &whole, &halves, &volumes(units)).unwrap();
            let back = effects(&own, &halves, &whole, &volumes(units)).unwrap();
            let sum = |effects: &[TariffEffect]| effects.iter().filter_map(|effect| effect.effect).map(Money::cents).sum::<i64>();
            prop_assert_eq!(sum(&there), -sum(&back));
            prop_assert_eq!(there.is_empty(), before == after);
        }
    }
}
