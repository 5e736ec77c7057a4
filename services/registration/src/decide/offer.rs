//! Until when an offer can be responded to and accepted (REG-16).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{calendar::milestone, scope};
use crate::{
    NAME,
    domain::{Round, Windows},
    error::Error,
    rules,
};

/// What the windows of an offer follow from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferFacts {
    /// The round.
    pub round: Round,
    /// Its number on the registration, from 1.
    pub number: i64,
    /// Whether the agreement is of a kind that is not negotiated.
    pub fixed: bool,
    /// When it is sent.
    pub sent: DateTime<Utc>,
}

/// The windows of an offer; none when the last moment for an agreement is past.
///
/// # Errors
/// A parameter without a value.
pub fn windows(facts: &OfferFacts, rules: &Rules, trace: &mut Trace) -> Result<Option<Windows>, Error> {
    let roll_forward = rules.get(&rules::ROLL_FORWARD, &scope(&facts.round))?;
    let stated = |parameter| {
        milestone(&facts.round, rules, parameter).map(|window| {
            let until = if *roll_forward { window.value.until.rolled_forward() } else { window.value.until };
            Known { value: until.moment(), origin: window.origin }
        })
    };
    let sent = Known::fact(NAME, "offer", facts.sent, facts.sent);
    let response = if facts.number > 1 { stated(&rules::NEW_OFFER_RESPONSE) } else { stated(&rules::RESPONSE) };
    let respond = response.filter(|until| facts.sent <= until.value && !facts.fixed);
    match &respond {
        Some(until) => drop(trace.step(&rules::OFFER_RESPOND).with("until", until).gives(true)),
        None => {
            let fixed = Known::fact(NAME, "registration", facts.sent, facts.fixed);
            trace.step(&rules::OFFER_NO_RESPONSE).with("fixed", &fixed).gives(false);
        }
    }
    let respond = respond.map(|until| until.value);
    let windows = |accept| Windows { respond, accept, negotiable: !facts.fixed };
    if let Some(until) = stated(&rules::AGREEMENT) {
        let possible = facts.sent <= until.value;
        let text = if possible { &rules::OFFER_ACCEPT } else { &rules::OFFER_TOO_LATE };
        trace.step(text).with("until", &until).with("sent", &sent).gives(possible);
        return Ok(possible.then(|| windows(Some(until.value))));
    }
    // Where nothing says until when there must be an agreement, the definitive award does, unless that was before.
    let definitive = stated(&rules::DEFINITIVE).filter(|until| facts.sent <= until.value);
    match &definitive {
        Some(until) => drop(trace.step(&rules::OFFER_ACCEPT).with("until", until).with("sent", &sent).gives(true)),
        None => drop(trace.step(&rules::OFFER_STAYS).with("sent", &sent).gives(true)),
    }
    Ok(Some(windows(definitive.map(|until| until.value))))
}
