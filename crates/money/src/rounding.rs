//! The roundings that rules name.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// How an exact amount becomes whole cents, or a percentage its two decimals.
///
/// A rule that does not name one means [`Rounding::HalfAwayFromZero`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; a half goes away from zero (rekenkundig afronden).
    #[default]
    HalfAwayFromZero,
    /// To the next lower number: -0.5 becomes -1 (naar beneden).
    Down,
    /// To the next higher number: -0.5 becomes 0 (naar boven).
    Up,
    /// Drops what is behind the last digit: -0.5 becomes 0 (afkappen).
    TowardsZero,
}

impl Rounding {
    /// `value` with `digits` decimals.
    pub fn apply(self, value: Decimal, digits: u32) -> Decimal {
        let strategy = match self {
            Rounding::HalfAwayFromZero => RoundingStrategy::MidpointAwayFromZero,
            Rounding::Down => RoundingStrategy::ToNegativeInfinity,
            Rounding::Up => RoundingStrategy::ToPositiveInfinity,
            Rounding::TowardsZero => RoundingStrategy::ToZero,
        };
        value.round_dp_with_strategy(digits, strategy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rounding_on_both_sides_of_zero() {
        let half = Decimal::new(25, 1);
        let cases = [
            (Rounding::HalfAwayFromZero, 3, -3),
            (Rounding::Down, 2, -3),
            (Rounding::Up, 3, -2),
            (Rounding::TowardsZero, 2, -2),
        ];
        for (rounding, up, down) in cases {
            assert_eq!(rounding.apply(half, 0), Decimal::from(up), "{rounding:?}");
            assert_eq!(rounding.apply(-half, 0), Decimal::from(down), "{rounding:?}");
        }
    }
}
