//! Median, quartiles and the place beside them (TAR-15).

use money::{Decimal, Rounding};

use crate::domain::{Comparison, Place};

/// The decimals in which values are shown; they are compared at full precision.
const DECIMALS: u32 = 2;
/// A quartile is a quarter of the way.
const QUARTERS: usize = 4;

/// Compares with the values of the peers; `None` when they are fewer than the least number, or none, or values do not
/// fit.
///
/// A quartile lies between the two values next to it, in proportion: of five values the quartiles are the second, third
/// and fourth; of four the lower one is three quarters of the way from the first to the second.
pub(super) fn compare(mut peers: Vec<Decimal>, own: Option<Decimal>, least: u32) -> Option<Comparison> {
    if peers.is_empty() || peers.len() < least as usize {
        return None;
    }
    peers.sort();
    let (lower, median, upper) = (quartile(&peers, 1)?, quartile(&peers, 2)?, quartile(&peers, 3)?);
    let standing = own.and_then(|own| {
        let place = peers.partition_point(|peer| *peer < own) + 1;
        let below = [lower, median, upper].into_iter().filter(|border| *border < own).count();
        let gap = rounded(own.checked_sub(median)?);
        Some(Place { gap, place, quarter: u32::try_from(below).ok()? + 1 })
    });
    let (lower_quartile, upper_quartile) = (rounded(lower), rounded(upper));
    Some(Comparison { median: rounded(median), lower_quartile, upper_quartile, standing })
}

fn quartile(sorted: &[Decimal], quarter: usize) -> Option<Decimal> {
    let at = (sorted.len() - 1) * quarter;
    let before = sorted.get(at / QUARTERS)?;
    let after = sorted.get(at / QUARTERS + 1).unwrap_or(before);
    let way = Decimal::from(at % QUARTERS) / Decimal::from(QUARTERS);
    before.checked_add(after.checked_sub(*before)?.checked_mul(way)?)
}

/// In the decimals in which values are shown.
pub(super) fn rounded(value: Decimal) -> Decimal {
    let mut rounded = Rounding::default().apply(value, DECIMALS);
    rounded.rescale(DECIMALS);
    rounded
}
