//! The end of a signal against peers.

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{PeerMeasure, PeerStanding},
    rules,
};

/// Why a signal stands no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerEnd {
    /// The figure is usual now.
    Usual,
    /// The figure is unusual, but the figure or those of the peers are others.
    Otherwise,
    /// It can't be compared any more.
    Open,
}

impl PeerEnd {
    /// Why a signal ends when the provider stands like this now; `None` when it has no figures at all any more.
    pub fn of(standing: Option<PeerStanding>) -> PeerEnd {
        match standing {
            Some(PeerStanding::Unusual) => PeerEnd::Otherwise,
            Some(PeerStanding::Usual) => PeerEnd::Usual,
            _ => PeerEnd::Open,
        }
    }
}

/// What a withdrawal is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerWithdrawalFacts {
    /// The signal.
    pub signal_id: String,
    /// The provider.
    pub agb: Agb,
    /// The measure.
    pub measure: PeerMeasure,
    /// Why.
    pub end: PeerEnd,
    /// When it was compared again.
    pub time: DateTime<Utc>,
}

/// Tells why a signal stands no more.
pub fn withdraw(facts: &PeerWithdrawalFacts, trace: &mut Trace) {
    let text = match facts.end {
        PeerEnd::Usual => &rules::PEER_ENDED_USUAL,
        PeerEnd::Otherwise => &rules::PEER_ENDED_OTHERWISE,
        PeerEnd::Open => &rules::PEER_ENDED_OPEN,
    };
    let known = |value: String| Known::fact(NAME, "figures of a provider", facts.time, value);
    let step = trace.step(text).with("measure", &known(facts.measure.to_string()));
    step.with("agb", &known(facts.agb.to_string())).gives(Money::ZERO);
}
