//! Signals, and the lines that are their evidence.

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::{Claim, LineKey};

/// How certain a signal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// The lines contradict the rule.
    Exact,
    /// The lines are unusual; there may be a good reason.
    Signal,
}

impl SignalKind {
    /// The word in the store and in rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            SignalKind::Exact => "exact",
            SignalKind::Signal => "signal",
        }
    }

    /// Reads a word of the store or of a rule file.
    pub fn from_code(code: &str) -> Option<SignalKind> {
        [SignalKind::Exact, SignalKind::Signal].into_iter().find(|kind| kind.as_str() == code)
    }
}

/// Something found in granted lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its id.
    pub signal_id: String,
    /// The office.
    pub office: Office,
    /// The rule.
    pub rule_id: String,
    /// The part of the rule.
    pub rule: String,
    /// How certain it is.
    pub kind: SignalKind,
    /// The provider whose line it judges; none where it is in no line.
    pub agb: Option<Agb>,
    /// The pseudonym of the client; empty where it is about a month of a provider.
    pub client: String,
    /// The product of the line it judges; empty where it is in no line.
    pub product: String,
    /// The first day it is about.
    pub first_day: NaiveDate,
    /// The last day it is about.
    pub last_day: NaiveDate,
    /// The amount at stake.
    pub at_stake: Money,
    /// What the finding is known by: what is found again is the same signal.
    pub key: String,
    /// What the finding says; another when amount, days, lines or facts are.
    pub digest: String,
    /// The facts it rests on, by id.
    pub fact_ids: Vec<String>,
    /// The decision to raise it.
    pub decision_id: String,
    /// When it was raised.
    pub raised_time: DateTime<Utc>,
    /// Since when, and by which decision, it stands no more.
    pub withdrawn: Option<Withdrawal>,
    /// The lines, in the order they were granted.
    pub evidence: Vec<Evidence>,
}

/// The end of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The decision.
    pub decision_id: String,
    /// When.
    pub time: DateTime<Utc>,
}

/// A line that is evidence of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it is on record.
    pub key: LineKey,
    /// The provider.
    pub agb: Agb,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// What was granted.
    pub granted: Money,
    /// The provider's reference.
    pub reference: String,
}

impl From<&Claim> for Evidence {
    fn from(claim: &Claim) -> Evidence {
        Evidence {
            key: claim.key.clone(),
            agb: claim.agb,
            first_day: claim.first_day,
            last_day: claim.last_day,
            granted: claim.granted,
            reference: claim.reference.clone(),
        }
    }
}

/// Which signals are asked for; a field that is empty asks for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalFilter {
    /// The office.
    pub office: Office,
    /// With a line of this provider in the evidence, or about it.
    pub agb: String,
    /// Of this part of the rule.
    pub rule: String,
    /// Of this kind.
    pub kind: String,
    /// Those that stand only.
    pub standing_only: bool,
    /// With at least this at stake.
    pub minimum: Money,
}
