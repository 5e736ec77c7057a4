//! The raised offer: made, accepted, lapsed (TAR-22).

use ::calendar::Cutoff;
use chrono::{DateTime, Utc};
use explain::{Known, Rules, Text, Trace, Window};
use serde::{Deserialize, Serialize};

use super::{HomeCareFacts, home_care_tariff, scope};
use crate::{
    NAME,
    domain::{
        Subject,
        homecare::{Earlier, HomeCareAmounts},
    },
    error::Error,
    rules,
};

/// What a raised offer is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpliftFacts {
    /// What its tariff follows from; `as_of` is when it is sent.
    pub tariff: HomeCareFacts,
}

/// What an acceptance is judged from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptanceFacts {
    /// What the tariff follows from now: the terms of the offer, with what was settled or recorded since. `as_of` is when
    /// the acceptance is received.
    pub tariff: HomeCareFacts,
    /// What was agreed before.
    pub earlier: Option<Earlier>,
}

/// A raised offer that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windowed {
    /// Its tariff.
    pub amounts: HomeCareAmounts,
    /// The last moment to accept it.
    pub until: DateTime<Utc>,
}

/// What came of an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was in time: this tariff holds.
    InTime(HomeCareAmounts),
    /// It was late: what was agreed before holds.
    Late,
}

/// Whether a raised offer can be accepted at a moment.
///
/// # Errors
/// A parameter without a value.
pub fn is_open(subject: &Subject, at: DateTime<Utc>, rules: &Rules) -> Result<bool, Error> {
    Ok(rules.get(&rules::UPLIFT_ACCEPT, &scope(subject))?.until.is_met_by(at))
}

/// Derives a raised offer; none when the last moment to accept it is past.
///
/// # Errors
/// A parameter without a value, and what [`home_care_tariff`] gives.
pub fn offer_uplift(facts: &UpliftFacts, rules: &Rules, trace: &mut Trace) -> Result<Option<Windowed>, Error> {
    let window = rules.get(&rules::UPLIFT_ACCEPT, &scope(&facts.tariff.subject))?;
    let sent = Known::fact(NAME, "raised offer", facts.tariff.as_of, facts.tariff.as_of);
    let possible = window.until.is_met_by(sent.value);
    told(trace, if possible { &rules::OFFERED } else { &rules::OFFER_TOO_LATE }, &window, ("sent", &sent), possible);
    if !possible {
        return Ok(None);
    }
    let amounts = home_care_tariff(&facts.tariff, rules, trace)?;
    Ok(Some(Windowed { amounts, until: window.until.moment() }))
}

/// Judges an acceptance: in time, the offer replaces what was agreed before; late, that goes on to hold.
///
/// # Errors
/// A parameter without a value, and what [`home_care_tariff`] gives.
pub fn accept_uplift(facts: &AcceptanceFacts, rules: &Rules, trace: &mut Trace) -> Result<Accepted, Error> {
    let window = rules.get(&rules::UPLIFT_ACCEPT, &scope(&facts.tariff.subject))?;
    let received = Known::fact(NAME, "acceptance", facts.tariff.as_of, facts.tariff.as_of);
    let in_time = window.until.is_met_by(received.value);
    told(trace, if in_time { &rules::ACCEPTED } else { &rules::LAPSED }, &window, ("received", &received), in_time);
    let earlier = facts.earlier.map(|earlier| Known::fact(NAME, "home care tariff", facts.tariff.as_of, earlier));
    if !in_time {
        earlier_holds(earlier, trace);
        return Ok(Accepted::Late);
    }
    let amounts = home_care_tariff(&facts.tariff, rules, trace)?;
    let tariff = Known::fact(NAME, "raised offer", facts.tariff.as_of, amounts.tariff);
    let ceiling = Known::fact(NAME, "raised offer", facts.tariff.as_of, facts.tariff.terms.ceiling);
    match earlier {
        Some(earlier) => {
            let step = trace.step(&rules::REPLACES).with("earlier_tariff", &earlier.clone().map(|held| held.tariff));
            let step = step.with("earlier_ceiling", &earlier.map(|held| held.ceiling));
            step.with("tariff", &tariff).with("ceiling", &ceiling).gives(amounts.tariff);
        }
        None => {
            trace.step(&rules::CONCLUDES).with("tariff", &tariff).with("ceiling", &ceiling).gives(amounts.tariff);
        }
    }
    Ok(Accepted::InTime(amounts))
}

/// Tells that what was agreed before goes on to hold, where there was anything.
pub(super) fn earlier_holds(earlier: Option<Known<Earlier>>, trace: &mut Trace) {
    match earlier {
        Some(earlier) => {
            let tariff = earlier.clone().map(|held| held.tariff);
            let ceiling = earlier.map(|held| held.ceiling);
            let step = trace.step(&rules::EARLIER_HOLDS).with("earlier_tariff", &tariff);
            step.with("earlier_ceiling", &ceiling).gives(tariff.value);
        }
        None => drop(trace.step(&rules::NOTHING_HOLDS).gives(false)),
    }
}

/// Tells how a moment stands to the last one of the offer.
pub(super) fn told(
    trace: &mut Trace,
    text: &'static Text,
    window: &Known<Window>,
    (name, moment): (&'static str, &Known<DateTime<Utc>>),
    gives: bool,
) {
    let local = window.clone().map(|window| window.until.local.format("%Y-%m-%d %H:%M:%S").to_string());
    let inclusive = window.clone().map(|window| window.until.cutoff == Cutoff::Inclusive);
    let step = trace.step(text).with("local", &local).with("inclusive", &inclusive);
    step.with(name, moment).gives(gives);
}

#[cfg(test)]
mod tests;
