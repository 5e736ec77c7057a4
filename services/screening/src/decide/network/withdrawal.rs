//! The end of a signal from the network.

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::NetworkRule;
use crate::{NAME, rules};

/// What a withdrawal is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkWithdrawalFacts {
    /// The signal.
    pub signal_id: String,
    /// The rule.
    pub rule: NetworkRule,
    /// The provider it is about.
    pub agb: Agb,
    /// Whether the same is found, but otherwise: a new signal takes its place.
    pub otherwise: bool,
    /// When the network was looked at again.
    pub time: DateTime<Utc>,
}

/// Tells why a signal stands no more.
pub fn withdraw(facts: &NetworkWithdrawalFacts, trace: &mut Trace) {
    let text = if facts.otherwise { &rules::NETWORK_ENDED_OTHERWISE } else { &rules::NETWORK_ENDED };
    let known = |value: String| Known::fact(NAME, "links of providers", facts.time, value);
    let step = trace.step(text).with("rule", &known(facts.rule.as_str().to_owned()));
    step.with("agb", &known(facts.agb.to_string())).gives(Money::ZERO);
}
