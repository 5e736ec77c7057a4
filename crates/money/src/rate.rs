//! Exact factors: [`Rate`] and [`Percentage`].

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Money, MoneyError, Rounding};

/// A factor without unit, such as a share or an index (`0.98`, `1.0777`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(pub Decimal);

impl Rate {
    /// Everything: the factor one.
    pub const ONE: Rate = Rate(Decimal::ONE);

    /// This part of `amount`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the product does not fit.
    pub fn of(self, amount: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        amount.times(self.0, rounding)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.normalize().fmt(f)
    }
}

/// A percentage (`96.15` means 96,15%). Differences between two are percentage points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percentage(pub Decimal);

impl Percentage {
    /// The whole: 100%.
    pub const HUNDRED: Percentage = Percentage(Decimal::ONE_HUNDRED);

    /// The same as a factor: 96,15% is 0.9615.
    pub fn as_rate(self) -> Rate {
        // Dividing by a hundred moves the decimal point: exact up to 26 decimals, far beyond any policy.
        Rate(self.0 / Decimal::ONE_HUNDRED)
    }

    /// This percentage of `amount`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the product does not fit.
    pub fn of(self, amount: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        self.as_rate().of(amount, rounding)
    }

    /// The percentage plus `points` percentage points.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the sum does not fit.
    pub fn plus_points(self, points: Decimal) -> Result<Percentage, MoneyError> {
        self.0.checked_add(points).map(Percentage).ok_or(MoneyError::Overflow)
    }

    /// With exactly `digits` decimals: 95.8 with two is 95.80.
    pub fn rounded(self, digits: u32, rounding: Rounding) -> Percentage {
        let mut rounded = rounding.apply(self.0, digits);
        rounded.rescale(digits);
        Percentage(rounded)
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Percentage {
        Percentage(text.parse().expect("a decimal"))
    }

    #[test]
    fn tar_01_percentage_of_a_maximum_tariff() {
        let maximum = Money::from_cents(25_000);
        assert_eq!(percent("96.15").of(maximum, Rounding::default()), Ok(Money::from_cents(24_038)));
    }

    #[test]
    fn bud_04_ninety_eight_percent_rounded_down() {
        let production = Money::from_cents(123_456_789);
        assert_eq!(percent("98").of(production, Rounding::Down), Ok(Money::from_cents(120_987_653)));
    }

    #[test]
    fn points_add_to_points() {
        let guide = percent("95.8");
        assert_eq!(guide.plus_points(Decimal::new(2, 1)), Ok(percent("96.0")));
        assert_eq!(percent("95.805").rounded(2, Rounding::default()), percent("95.81"));
        assert_eq!(percent("95.8").rounded(2, Rounding::default()).to_string(), "95.80%");
        assert_eq!(percent("98").as_rate().to_string(), "0.98");
    }
}
