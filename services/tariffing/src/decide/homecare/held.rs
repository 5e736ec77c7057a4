//! Which tariff of home care holds on a day (TAR-11, TAR-22).

use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, Rules, Trace};
use money::Money;
use serde::{Deserialize, Serialize};

use super::{
    scope,
    uplift::{earlier_holds, told},
};
use crate::{
    NAME,
    domain::{
        Subject,
        homecare::{Earlier, HomeCareTariff},
    },
    error::Error,
    rules,
};

/// What was agreed, as known at a moment, and what a raised offer did to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The day.
    pub date: NaiveDate,
    /// The version that holds.
    pub version: i64,
    /// Its tariff and ceiling.
    pub agreed: Earlier,
    /// Whether a raised offer was made that the provider has neither accepted nor got something in place of.
    pub offer_unanswered: bool,
    /// The maximum tariff on that day.
    pub maximum: Money,
    /// The moment it is known as of.
    pub as_of: DateTime<Utc>,
}

/// The tariff of a day: what was agreed, and never more than the maximum of that day.
///
/// # Errors
/// A parameter without a value.
pub fn tariff_on(facts: &HeldFacts, rules: &Rules, trace: &mut Trace) -> Result<Money, Error> {
    let on_record = |amount| Known::fact(NAME, "home care tariff", facts.as_of, amount);
    if facts.offer_unanswered {
        let window = rules.get(&rules::UPLIFT_ACCEPT, &scope(&facts.subject))?;
        let open = window.until.is_met_by(facts.as_of);
        let text = if open { &rules::OPEN } else { &rules::LAPSED };
        let known = Known::request("known_time", facts.as_of);
        told(trace, text, &window, ("received", &known), open);
        if !open {
            let held = Known::fact(NAME, "home care tariff", facts.as_of, facts.agreed);
            earlier_holds(Some(held), trace);
        }
    }
    let step = trace.step(&rules::HELD).with("date", &Known::request("date", facts.date));
    let step = step.with("tariff", &on_record(facts.agreed.tariff));
    let step = step.with("version", &Known::fact(NAME, "home care tariff", facts.as_of, facts.version));
    let tariff = step.with("ceiling", &on_record(facts.agreed.ceiling)).gives(facts.agreed.tariff);
    let maximum = Known::fact(NAME, "maximum tariff", facts.as_of, facts.maximum);
    let text = if tariff.value > maximum.value { &rules::MAXIMUM_LOWERS } else { &rules::MAXIMUM_HOLDS };
    let lower = tariff.value.min(maximum.value);
    Ok(trace.step(text).with("tariff", &tariff).with("maximum", &maximum).gives(lower).value)
}

/// The versions of a provider's year that still hold on some day, by first day: a later version holds from its first
/// day on.
pub fn holding(mut versions: Vec<HomeCareTariff>) -> Vec<HomeCareTariff> {
    versions.sort_by_key(|tariff| std::cmp::Reverse(tariff.version));
    let mut held: Vec<HomeCareTariff> = Vec::with_capacity(versions.len());
    for tariff in versions {
        if held.last().is_none_or(|later| tariff.terms.first_day < later.terms.first_day) {
            held.push(tariff);
        }
    }
    held.reverse();
    held
}

#[cfg(test)]
mod tests;
