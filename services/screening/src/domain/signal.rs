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
    /// The provider whose line was granted last.
    pub agb: Agb,
    /// The pseudonym of the client.
    pub client: String,
    /// The product.
    pub product: String,
    /// The first day that overlaps.
    pub first_day: NaiveDate,
    /// The last day that overlaps.
    pub last_day: NaiveDate,
    /// The amount at stake.
    pub at_stake: Money,
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
