//! From the months so far to a year (BUD-03, BUD-06), and from volumes to euros.

use std::{collections::BTreeMap, sync::Arc};

use calendar::{CareMonth, days_in_year};
use chrono::NaiveDate;
use money::{Decimal, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{ProductAmount, Tariff, Volume},
    error::Error,
};

/// The decimals of a volume.
const VOLUME_DECIMALS: u32 = 2;
const MONTHS_IN_YEAR: u32 = 12;

/// What was approved of a product in the months that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The product.
    pub product: String,
    /// The time unit.
    pub unit: String,
    /// The quantity, credits taken off.
    pub quantity: i64,
}

/// A product over a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annual {
    /// The product.
    pub product: String,
    /// The quantity approved in the months counted.
    pub approved: i64,
    /// The volume over the year.
    pub volume: Decimal,
}

/// Extrapolates what was approved in the first `months` months of `year` to the whole year: products in a day-priced
/// unit by calendar days, leap years right, all others by months. By product.
///
/// # Errors
/// When a volume does not fit, or the number of months is not between 1 and 12.
pub fn annual_volumes(
    approved: &[Approved],
    year: i32,
    months: u32,
    day_priced: &[Arc<str>],
) -> Result<Vec<Annual>, Error> {
    let range = CareMonth::new(year, 1).zip(CareMonth::new(year, months)).ok_or(Error::NoSuchMonths(months))?;
    let days: u32 = range.0.through(range.1).map(CareMonth::days).sum();
    let by_days = (Decimal::from(days_in_year(year)), Decimal::from(days));
    let by_months = (Decimal::from(MONTHS_IN_YEAR), Decimal::from(months));

    let mut products: BTreeMap<&str, (i64, Decimal)> = BTreeMap::new();
    for row in approved {
        let (whole, part) = if day_priced.iter().any(|unit| **unit == row.unit) { by_days } else { by_months };
        // Multiplying before dividing keeps the quotient exact to the last of 28 digits.
        let volume = Decimal::from(row.quantity).checked_mul(whole).ok_or(MoneyError::Overflow)? / part;
        let entry = products.entry(&row.product).or_default();
        entry.0 = entry.0.checked_add(row.quantity).ok_or(MoneyError::Overflow)?;
        entry.1 += volume;
    }
    let annual = products.into_iter().map(|(product, (approved, volume))| Annual {
        product: product.to_owned(),
        approved,
        volume: Rounding::default().apply(volume, VOLUME_DECIMALS),
    });
    Ok(annual.collect())
}

/// Volumes at the tariffs of a day, in euros: exact, rounded once over all products. And what each product comes to,
/// rounded by itself, so that the second may differ from the first by as many cents as there are products.
///
/// # Errors
/// [`Error::NoTariff`] names a product without a tariff on that day.
pub fn euros(volumes: &[Volume], tariffs: &[Tariff], on: NaiveDate) -> Result<(Money, Vec<ProductAmount>), Error> {
    let mut exact = Decimal::ZERO;
    let mut products: BTreeMap<&str, (Decimal, Money)> = BTreeMap::new();
    for Volume { product, volume } in volumes {
        let holds = |tariff: &&Tariff| tariff.product == *product && tariff.first_day <= on && on <= tariff.last_day;
        let tariff = tariffs.iter().find(holds);
        let tariff = tariff.ok_or_else(|| Error::NoTariff { product: product.clone(), date: on })?.tariff;
        let amount = tariff.euros().checked_mul(*volume).ok_or(MoneyError::Overflow)?;
        exact = exact.checked_add(amount).ok_or(MoneyError::Overflow)?;
        let of_product = products.entry(product).or_insert((Decimal::ZERO, tariff));
        of_product.0 = of_product.0.checked_add(amount).ok_or(MoneyError::Overflow)?;
    }
    let product = |(product, (amount, tariff)): (&str, (Decimal, Money))| {
        let amount = Money::from_euros(amount, Rounding::default())?;
        Ok(ProductAmount { product: product.to_owned(), amount, tariff })
    };
    let products = products.into_iter().map(product).collect::<Result<_, MoneyError>>()?;
    Ok((Money::from_euros(exact, Rounding::default())?, products))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{approved, cents, tariff};

    fn volumes(production: &[Approved], year: i32, months: u32) -> Vec<(String, Decimal)> {
        let annual = annual_volumes(production, year, months, &["14".into()]).unwrap();
        annual.into_iter().map(|annual| (annual.product, annual.volume)).collect()
    }

    #[test]
    fn bud_03_days_count_by_the_calendar_and_hours_by_months() {
        // January to July 2022 has 212 days; 2024 has 213 of 366.
        assert_eq!(volumes(&[approved("Z053", "14", 212)], 2022, 7), [("Z053".to_owned(), Decimal::new(36500, 2))]);
        assert_eq!(volumes(&[approved("Z053", "14", 213)], 2024, 7), [("Z053".to_owned(), Decimal::new(36600, 2))]);
        assert_eq!(volumes(&[approved("H126", "04", 70)], 2022, 7)[0].1, Decimal::new(12000, 2));
    }

    #[test]
    fn bud_03_two_decimals_and_one_volume_of_a_product_in_two_units() {
        assert_eq!(volumes(&[approved("H126", "04", 1)], 2022, 7)[0].1, Decimal::new(171, 2));
        let both = [approved("H126", "04", 7), approved("H126", "14", 212)];
        assert_eq!(volumes(&both, 2022, 7), [("H126".to_owned(), Decimal::new(37700, 2))]);
        assert!(matches!(annual_volumes(&both, 2022, 13, &[]), Err(Error::NoSuchMonths(13))));
    }

    #[test]
    fn bud_03_euros_are_rounded_once() {
        let tariffs = [tariff("Z053", 2023, 25_110), tariff("H126", 2023, 6_794)];
        let volumes = [
            Volume { product: "Z053".to_owned(), volume: Decimal::new(101, 2) },
            Volume { product: "H126".to_owned(), volume: Decimal::new(33, 2) },
        ];
        // 253.611 + 22.4202 = 276.0312
        let (total, products) = euros(&volumes, &tariffs, tariffs[0].first_day).unwrap();
        assert_eq!(total, cents(27_603));
        let found: Vec<_> = products.iter().map(|one| (one.product.as_str(), one.amount.cents())).collect();
        assert_eq!(found, [("H126", 2_242), ("Z053", 25_361)]);
        let error = euros(&volumes, &tariffs[..1], tariffs[0].first_day).unwrap_err();
        assert!(matches!(error, Error::NoTariff { product, .. } if product == "H126"));
    }
}
