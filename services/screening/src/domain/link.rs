//! What connects providers with each other (SCR-06).

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use super::codes::codes;

codes! {
    /// What connects a provider with something, the strongest first.
    LinkKind,
    /// Another entity that continues it.
    Successor = "successor",
    /// Uiteindelijk belanghebbende (UBO).
    Ubo = "ubo",
    /// Somebody on its board, or who supervises it or determines its policy.
    Person = "person",
    /// A bank account.
    Account = "account",
    /// An address.
    Address = "address",
    /// Indicerend verpleegkundige.
    Nurse = "nurse",
}

impl LinkKind {
    /// The columns of its file, in order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            LinkKind::Person | LinkKind::Ubo => &["agb", "person", "from", "until", "withdrawn"],
            LinkKind::Nurse => &["agb", "nurse", "from", "until", "withdrawn"],
            LinkKind::Address => &["agb", "postcode", "number", "addition", "from", "until", "withdrawn"],
            LinkKind::Account => &["agb", "iban", "from", "until", "withdrawn"],
            LinkKind::Successor => &["agb", "successor", "from", "until", "withdrawn"],
        }
    }

    /// What kind of thing is at the other end: an owner and a member of a board may be the same person.
    pub fn thing(self) -> &'static str {
        match self {
            LinkKind::Person | LinkKind::Ubo => "person",
            LinkKind::Nurse => "nurse",
            LinkKind::Address => "address",
            LinkKind::Account => "account",
            LinkKind::Successor => "provider",
        }
    }
}

/// A link of a provider that counts: the latest that was stated of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The provider.
    pub agb: Agb,
    /// What it is.
    pub kind: LinkKind,
    /// The pseudonym of the person, address or account; the AGB code of a successor.
    pub node: String,
    /// The first day it holds.
    pub first_day: NaiveDate,
    /// The last day it holds; none when it is open.
    pub last_day: Option<NaiveDate>,
    /// Who says so.
    pub source: String,
    /// When it was stated.
    pub stated_time: DateTime<Utc>,
}

impl Link {
    /// Whether it holds on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }
}

/// What was held against a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdverseKind {
    /// The agreement with it was ended at once.
    Terminated,
    /// Its integrity came to an objection.
    Objection,
}

impl AdverseKind {
    /// The word in stores.
    pub fn as_str(self) -> &'static str {
        match self {
            AdverseKind::Terminated => "terminated",
            AdverseKind::Objection => "objection",
        }
    }
}

/// What was held against a provider, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Adverse {
    /// What it was.
    pub kind: AdverseKind,
    /// Its day.
    pub since: NaiveDate,
    /// When it became known.
    pub known_time: DateTime<Utc>,
}
