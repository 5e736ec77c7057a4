//! A falling line of a multi-year agreement (TAR-12).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use money::Percentage;
use serde::{Deserialize, Serialize};

use super::findings::below_cap;
use crate::{domain::Subject, error::Error, rules};

/// What a line is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFacts {
    /// Whose; the year is the first one.
    pub subject: Subject,
    /// The percentages of the years, from that one on, each from 1 January.
    pub percentages: Vec<Percentage>,
    /// Why.
    pub motivation: String,
    /// The moment it is recorded.
    pub as_of: DateTime<Utc>,
}

/// Tells a line, year by year.
///
/// # Errors
/// [`Error::LineRises`] when a year lies above the one before it, [`Error::LineTooEarly`] when the policy has no lines
/// yet in its first year, a percentage above the cap.
pub fn line(facts: &LineFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    let first = rules.get(&rules::LINE_FIRST_YEAR, &facts.subject.scope())?;
    if i64::from(facts.subject.year) < i64::from(first.value) {
        return Err(Error::LineTooEarly { year: facts.subject.year, first: first.value });
    }
    let motivation = Known::request("motivation", facts.motivation.clone());
    let mut before: Option<Percentage> = None;
    for (year, percentage) in (facts.subject.year..).zip(&facts.percentages) {
        below_cap(&Subject { year, ..facts.subject.clone() }, *percentage, rules)?;
        if before.is_some_and(|before| *percentage > before) {
            return Err(Error::LineRises { year });
        }
        before = Some(*percentage);
        let (known_year, known) = (Known::request("years.year", year), Known::request("years.percentage", *percentage));
        let step = trace.step(&rules::LINE_YEAR).with("year", &known_year).with("percentage", &known);
        step.with("motivation", &motivation).gives(*percentage);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
