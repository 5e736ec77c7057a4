//! How precise a rule is: which part of its signals turned out to be so.

use money::{Decimal, Rounding};

/// The decimals of a precision.
const DECIMALS: u32 = 2;

/// Confirmed signals as a percentage of confirmed and unfounded ones together, rounded half up; none when there are
/// neither.
pub fn precision(confirmed: i64, unfounded: i64) -> Option<Decimal> {
    let assessed = Decimal::from(confirmed).checked_add(Decimal::from(unfounded))?;
    let percentage = Decimal::from(confirmed).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(assessed)?;
    Some(Rounding::HalfAwayFromZero.apply(percentage, DECIMALS))
}
