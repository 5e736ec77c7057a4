//! The percentage of a provider, step by step (TAR-10): start -> what was granted, in the order of the rules ->
//! addition under the hardship clause -> the office's range -> cap -> two decimals.

#[cfg(test)]
mod edge_tests;
mod facts;
mod grants;
#[cfg(test)]
mod properties;
mod start;
#[cfg(test)]
pub(in crate::decide) mod tests;

use explain::{Known, Row, Rules, Trace};
use money::{Decimal, MoneyError, Percentage, Rounding};

pub use facts::{Derived, PercentageFacts, Refusal};

use crate::{NAME, error::Error, rules};

/// The decimals of an agreed percentage.
pub(super) const DECIMALS: u32 = 2;

/// Derives the percentage of a provider from what is on record of it and the rules of its office.
///
/// # Errors
/// What is not determined: a value that no source states, an interview that was not held, a percentage of the year
/// before that is not known; or a percentage that would not be positive.
pub fn derive_percentage(facts: &PercentageFacts, rules: &Rules, trace: &mut Trace) -> Result<Derived, Error> {
    let start = start::start(facts, rules, trace)?;
    let (mut percentage, refused) = grants::apply(facts, &start, rules, trace)?;
    if let Some(points) = facts.hardship {
        let sum = moved(percentage.value, points, facts, rules)?;
        let points = Known::fact(NAME, "hardship request", facts.as_of, points);
        let step = trace.step(&rules::HARDSHIP_ADDITION).with("percentage", &percentage);
        percentage = step.with("points", &points).gives(sum);
    }
    let percentage = capped(within_range(percentage, facts, rules, trace)?, facts, rules, trace)?;
    let rounded = percentage.rounded(DECIMALS, Rounding::default());
    if !rounded.0.is_sign_positive() || rounded.0.is_zero() {
        return Err(Error::PercentageNotPositive(rounded));
    }
    let percentage = trace.step(&rules::ROUNDING).with("percentage", &percentage).gives(rounded);
    Ok(Derived { percentage, start: start.key, basis: start.basis, refused })
}

/// A percentage moved by points; where the office reads them as a part of the guide percentage, by that part.
fn moved(percentage: Percentage, points: Decimal, facts: &PercentageFacts, rules: &Rules) -> Result<Percentage, Error> {
    let mode = rules.get(&rules::ADJUSTMENT_MODE, &facts.scope())?;
    if *mode.value == *"points" {
        return Ok(percentage.plus_points(points)?);
    }
    let guide = rules.get(&rules::GUIDE_PERCENTAGE, &facts.scope())?;
    let part = guide.as_rate().0.checked_mul(points).ok_or(MoneyError::Overflow)?;
    Ok(percentage.plus_points(part)?)
}

/// Moves what lies outside the office's ranges to their borders.
fn within_range(
    mut percentage: Known<Percentage>,
    facts: &PercentageFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Known<Percentage>, Error> {
    for row in rules.rows(&rules::RANGE, facts.scope()).filter(|row| row.covers("for", facts.whom())) {
        let (lowest, highest) = borders(row, facts, rules)?;
        let moved = lowest.map_or(percentage.value, |lowest| percentage.value.max(lowest)).min(highest);
        if moved != percentage.value {
            let mut step = trace.row(row).with("percentage", &percentage).with("highest", &row.states(highest));
            if let Some(lowest) = lowest {
                step = step.with("lowest", &row.states(lowest));
            }
            percentage = step.gives(moved);
        }
    }
    Ok(percentage)
}

/// The lowest, where there is one, and the highest percentage of a range.
fn borders(row: &Row, facts: &PercentageFacts, rules: &Rules) -> Result<(Option<Percentage>, Percentage), Error> {
    if let Some(highest) = row.percent("at_most") {
        return Ok((None, highest));
    }
    let around = match row.word("around") {
        "previous" => facts.previous.ok_or(Error::PreviousUnknown { year: facts.subject.year - 1 })?.percentage,
        _ => rules.get(&rules::GUIDE_PERCENTAGE, &facts.scope())?.value,
    };
    let border = |field: &str| moved(around, row.points(field).unwrap_or_default(), facts, rules);
    Ok((Some(border("lowest")?), border("highest")?))
}

/// Never above the maximum of the NZa, nor above the guide percentage where that is the highest.
fn capped(
    percentage: Known<Percentage>,
    facts: &PercentageFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Known<Percentage>, Error> {
    let scope = facts.scope();
    let mut cap = rules.get(&rules::CAP_PERCENTAGE, &scope)?;
    if rules.get(&rules::GUIDE_IS_CAP, &scope)?.value {
        let guide = rules.get(&rules::GUIDE_PERCENTAGE, &scope)?;
        if guide.value < cap.value {
            cap = guide;
        }
    }
    if percentage.value <= cap.value {
        return Ok(percentage);
    }
    let capped = cap.value;
    Ok(trace.step(&rules::CAP).with("cap", &cap).with("percentage", &percentage).gives(capped))
}
