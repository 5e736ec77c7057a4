//! Median and spread of a group, exact.

use money::{Decimal, Rounding};
use serde::{Deserialize, Serialize};

/// What the median absolute deviation is multiplied with to be the standard deviation of a normal distribution.
pub const UNIT_SPREAD: Decimal = Decimal::from_parts(14_826, 0, 0, false, 4);
/// The same of the mean absolute deviation.
const UNIT_MEAN: Decimal = Decimal::from_parts(1_253_314, 0, 0, false, 6);
/// The decimals of how many times the usual spread something is.
const DECIMALS: u32 = 2;

/// Median and spread of the figures of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many figures there are.
    pub size: usize,
    /// Their median.
    pub median: Decimal,
    /// The median of their absolute deviations from it (MAD).
    pub mad: Decimal,
    /// The mean of those.
    pub mean: Decimal,
}

impl Spread {
    /// Of figures in any order; none of no figures, or of figures too large to reckon with.
    pub fn of(figures: &[Decimal]) -> Option<Spread> {
        let middle = median(figures.to_vec())?;
        let deviations: Option<Vec<Decimal>> =
            figures.iter().map(|figure| figure.checked_sub(middle).map(|deviation| deviation.abs())).collect();
        let deviations = deviations?;
        let total = deviations.iter().try_fold(Decimal::ZERO, |total, deviation| total.checked_add(*deviation))?;
        let mean = total.checked_div(Decimal::from(figures.len()))?.normalize();
        Some(Spread { size: figures.len(), median: middle, mad: median(deviations)?, mean })
    }

    /// What a deviation is measured with; the mean deviation stands in for a median deviation of zero where that is
    /// wanted. None without any spread.
    pub fn unit(&self, mean_stands_in: bool) -> Option<Decimal> {
        let unit = match self.mad.is_zero() {
            false => self.mad.checked_mul(UNIT_SPREAD)?,
            true if mean_stands_in => self.mean.checked_mul(UNIT_MEAN)?,
            true => return None,
        };
        (!unit.is_zero()).then_some(unit)
    }

    /// How many times the unit a figure lies above the median, below it when negative; rounded to two decimals.
    pub fn times(&self, figure: Decimal, unit: Decimal) -> Option<Decimal> {
        let times = figure.checked_sub(self.median)?.checked_div(unit)?;
        Some(Rounding::HalfAwayFromZero.apply(times, DECIMALS).normalize())
    }

    /// Whether a figure lies more than so many times the unit from the median; not rounded.
    pub fn beyond(&self, figure: Decimal, unit: Decimal, threshold: Decimal) -> bool {
        let deviation = figure.checked_sub(self.median).map(|deviation| deviation.abs());
        let limit = unit.checked_mul(threshold);
        deviation.zip(limit).is_some_and(|(deviation, limit)| deviation > limit)
    }
}

/// The middle one, or the mean of the two in the middle.
fn median(mut figures: Vec<Decimal>) -> Option<Decimal> {
    figures.sort_unstable();
    let middle = figures.len() / 2;
    let upper = *figures.get(middle)?;
    if figures.len() % 2 == 1 {
        return Some(upper.normalize());
    }
    let lower = *figures.get(middle.checked_sub(1)?)?;
    Some(lower.checked_add(upper)?.checked_div(Decimal::TWO)?.normalize())
}
