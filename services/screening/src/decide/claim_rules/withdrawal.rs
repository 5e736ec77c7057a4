//! The end of a signal.

use chrono::{DateTime, Utc};
use explain::{Known, Origin, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{domain::LineKey, rules};

/// Why a signal stands no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A line of its evidence was credited.
    Credited {
        /// Where the credit is on record.
        credit: LineKey,
        /// The provider.
        agb: Agb,
        /// The reference of the line that was credited.
        reference: String,
    },
    /// Other lines of the client or provider became known.
    Lines,
    /// A fact became known.
    Facts,
    /// The rules are others.
    Rules,
}

/// What a withdrawal is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalFacts {
    /// The signal.
    pub signal_id: String,
    /// The part of the rule.
    pub rule: String,
    /// Why.
    pub reason: Reason,
    /// When that became known.
    pub time: DateTime<Utc>,
    /// What was at stake.
    pub at_stake: Money,
}

/// Tells why a signal stands no more.
pub fn withdraw(facts: &WithdrawalFacts, trace: &mut Trace) {
    let fact = |service: &str, value: String| {
        let origin = Origin::Fact { service: service.to_owned().into(), name: "claim line".into(), as_of: facts.time };
        Known { value, origin }
    };
    let step = match &facts.reason {
        Reason::Credited { credit, agb, reference } => {
            let step = trace.step(&rules::WITHDRAWN).with("reference", &fact(&credit.service, reference.clone()));
            step.with("agb", &fact(&credit.service, agb.to_string()))
        }
        Reason::Lines => trace.step(&rules::WITHDRAWN_LINES).with("rule", &fact("screening", facts.rule.clone())),
        Reason::Facts => trace.step(&rules::WITHDRAWN_FACTS).with("rule", &fact("screening", facts.rule.clone())),
        Reason::Rules => trace.step(&rules::WITHDRAWN_RULES).with("rule", &fact("screening", facts.rule.clone())),
    };
    step.gives(facts.at_stake);
}
