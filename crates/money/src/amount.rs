//! [`Money`]: a whole number of eurocents.

use std::iter::Sum;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::Rounding;

/// An amount in whole eurocents, between -92 and +92 quadrillion euros.
///
/// Serialised as the number of cents. Arithmetic is checked: what does not fit is an error, never a wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// Why an amount could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result is too large for [`Money`].
    #[error("the amount is too large to be held in eurocents")]
    Overflow,
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);
    /// The largest amount that can be held.
    pub const MAX: Money = Money(i64::MAX);

    /// An amount of `cents` eurocents.
    pub const fn from_cents(cents: i64) -> Money {
        Money(cents)
    }

    /// The number of eurocents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The amount in euros, exact.
    pub fn euros(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// The amount nearest to `euros` under `rounding`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn from_euros(euros: Decimal, rounding: Rounding) -> Result<Money, MoneyError> {
        let cents = euros.checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyError::Overflow)?;
        rounding.apply(cents, 0).to_i64().map(Money).ok_or(MoneyError::Overflow)
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.0.checked_add(other.0).map(Money).ok_or(MoneyError::Overflow)
    }

    /// `self - other`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.0.checked_sub(other.0).map(Money).ok_or(MoneyError::Overflow)
    }

    /// `self` times an exact factor (a volume, a rate), rounded once.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when it does not fit.
    pub fn times(self, factor: Decimal, rounding: Rounding) -> Result<Money, MoneyError> {
        let exact = Decimal::from(self.0).checked_mul(factor).ok_or(MoneyError::Overflow)?;
        rounding.apply(exact, 0).to_i64().map(Money).ok_or(MoneyError::Overflow)
    }

    /// The amount without its sign.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for the one amount whose opposite does not fit.
    pub fn magnitude(self) -> Result<Money, MoneyError> {
        self.0.checked_abs().map(Money).ok_or(MoneyError::Overflow)
    }

    /// True below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// True for zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum of many amounts.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] when the total does not fit; the order of the amounts does not matter.
    pub fn total(amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        let sum: i128 = amounts.into_iter().map(|amount| i128::from(amount.0)).sum();
        i64::try_from(sum).map(Money).map_err(|_| MoneyError::Overflow)
    }
}

/// `Some` sum of the amounts, `None` when it does not fit.
impl Sum<Money> for Option<Money> {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Option<Money> {
        Money::total(amounts).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_checked() {
        let one = Money::from_cents(1);
        assert_eq!(Money::MAX.plus(one), Err(MoneyError::Overflow));
        assert_eq!(Money::from_cents(i64::MIN).minus(one), Err(MoneyError::Overflow));
        assert_eq!(Money::from_cents(i64::MIN).magnitude(), Err(MoneyError::Overflow));
        assert_eq!(Money::MAX.times(Decimal::TWO, Rounding::Down), Err(MoneyError::Overflow));
        assert_eq!(Money::from_euros(Decimal::MAX, Rounding::Down), Err(MoneyError::Overflow));
    }

    #[test]
    fn a_total_may_pass_beyond_the_bounds_on_its_way() {
        let amounts = [Money::MAX, Money::MAX, Money::from_cents(-i64::MAX)];
        assert_eq!(Money::total(amounts), Ok(Money::MAX));
        assert_eq!(amounts.into_iter().sum::<Option<Money>>(), Some(Money::MAX));
    }

    #[test]
    fn an_amount_in_euros_is_exact() {
        assert_eq!(Money::from_cents(-123_456).euros().to_string(), "-1234.56");
        assert_eq!(Money::from_euros(Decimal::new(-123_456, 2), Rounding::Down), Ok(Money::from_cents(-123_456)));
    }

    #[test]
    fn only_zero_is_zero_and_only_what_lies_below_it_is_negative() {
        let told = |cents| (Money::from_cents(cents).is_negative(), Money::from_cents(cents).is_zero());
        assert_eq!([told(-1), told(0), told(1)], [(true, false), (false, true), (false, false)]);
    }

    #[test]
    fn times_rounds_once() {
        let tariff = Money::from_cents(25_110);
        assert_eq!(tariff.times(Decimal::new(1533, 2), Rounding::Down), Ok(Money::from_cents(384_936)));
        assert_eq!(Money::from_cents(5).times(Decimal::new(5, 1), Rounding::default()), Ok(Money::from_cents(3)));
    }
}
