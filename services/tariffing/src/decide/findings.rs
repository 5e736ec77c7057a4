//! What a person records of a provider: its standing, what an interview led to (TAR-20), a percentage from elsewhere, a
//! lower bid (TAR-17).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use money::Percentage;
use serde::{Deserialize, Serialize};

use super::percentage::{PercentageFacts, derive_percentage};
use crate::{
    NAME,
    domain::{Finding, Standing, Subject},
    error::Error,
    rules,
};

/// What is recorded of a provider, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// What is recorded; nothing for a percentage that was agreed elsewhere.
    pub finding: Option<Finding>,
    /// The percentage that was agreed elsewhere.
    pub percentage: Option<Percentage>,
    /// Why.
    pub motivation: String,
    /// The moment it is recorded.
    pub as_of: DateTime<Utc>,
}

/// Tells what is recorded.
///
/// # Errors
/// A percentage above the cap.
pub fn find(facts: &FindingFacts, rules: &Rules, trace: &mut Trace) -> Result<(), Error> {
    let motivation = Known::request("motivation", facts.motivation.clone());
    let below_cap = |percentage: Percentage| below_cap(&facts.subject, percentage, rules);
    let percentage = |value: Percentage| Known::request("percentage", value);
    match (&facts.finding, facts.percentage) {
        (Some(Finding::Standing(standing)), _) => {
            let is_new = *standing == Standing::New;
            let text = if is_new { &rules::NEW_PROVIDER } else { &rules::EXISTING_PROVIDER };
            trace.step(text).with("motivation", &motivation).gives(is_new);
        }
        (Some(Finding::Interview(value)), _) => {
            below_cap(*value)?;
            let step = trace.step(&rules::INTERVIEW).with("percentage", &percentage(*value));
            step.with("motivation", &motivation).gives(*value);
        }
        (_, Some(value)) => {
            below_cap(value)?;
            let step = trace.step(&rules::RECORDED).with("percentage", &percentage(value));
            step.with("motivation", &motivation).gives(value);
        }
        // The other kinds of findings are told by the decisions that lead to them.
        _ => {}
    }
    Ok(())
}

/// No percentage above the cap is put on record.
pub(super) fn below_cap(subject: &Subject, percentage: Percentage, rules: &Rules) -> Result<(), Error> {
    let cap = rules.get(&rules::CAP_PERCENTAGE, &subject.scope())?;
    if percentage <= cap.value { Ok(()) } else { Err(Error::AboveCap { percentage, cap: cap.value }) }
}

/// What a lower bid is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidFacts {
    /// What is on record of the provider, the bid aside.
    pub percentage: PercentageFacts,
    /// The percentage proposed.
    pub bid: Percentage,
    /// Which results give cause.
    pub motivation: String,
}

/// Whether a lower bid can be agreed (TAR-17): below the current percentage, and not where a falling line runs. Gives
/// the current percentage, and whether the bid can be agreed.
///
/// # Errors
/// What keeps the current percentage from being determined.
pub fn bid(facts: &BidFacts, rules: &Rules, trace: &mut Trace) -> Result<(Percentage, bool), Error> {
    let without = PercentageFacts { bid: None, ..facts.percentage.clone() };
    let current = derive_percentage(&without, rules, trace)?.percentage;
    let asked = Known::request("percentage", facts.bid);
    if let Some(line) = without.line {
        let line = Known::fact(NAME, "falling line", without.as_of, line);
        trace.step(&rules::LINE_RUNS).with("line", &line).with("bid", &asked).gives(false);
        return Ok((current.value, false));
    }
    let lower = asked.value < current.value;
    let motivation = Known::request("motivation", facts.motivation.clone());
    let text = if lower { &rules::LOWER_BID } else { &rules::BID_NOT_LOWER };
    let step = trace.step(text).with("bid", &asked).with("current", &current);
    step.with("motivation", &motivation).gives(lower);
    Ok((current.value, lower))
}

#[cfg(test)]
mod tests;
