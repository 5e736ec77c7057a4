//! Granted lines and their credits.

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

/// Where a line is on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineKey {
    /// The service that holds it.
    pub service: String,
    /// Its file.
    pub file_id: String,
    /// Its number in the file.
    pub detail_number: i64,
}

/// A granted debit line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Where it is on record.
    pub key: LineKey,
    /// When its file was received; with the key, the order in which lines were granted.
    pub granted_time: DateTime<Utc>,
    /// The provider.
    pub agb: Agb,
    /// The pseudonym of the client; empty for a person without citizen service number.
    pub client: String,
    /// The product.
    pub product: String,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// What was granted.
    pub granted: Money,
    /// The provider's reference.
    pub reference: String,
    /// What part of the care of a client it is.
    pub part: Part,
}

/// What part of the care of a client a line is, as far as lines tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A package of the Wlz (ZZP or VPT) on each of its days.
    FullPackage,
    /// Modular care of the Wlz (MPT): a function without a package.
    Modular,
    /// Anything else: a package on some days only, a supplement, home care.
    Other,
}

impl Part {
    /// The word in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::FullPackage => "full_package",
            Part::Modular => "modular",
            Part::Other => "other",
        }
    }

    /// Reads a word of the store.
    pub fn from_code(code: &str) -> Option<Part> {
        [Part::FullPackage, Part::Modular, Part::Other].into_iter().find(|part| part.as_str() == code)
    }
}

impl Claim {
    /// The order in which lines were granted, the same whatever order they became known here in.
    pub fn order(&self) -> (DateTime<Utc>, &LineKey) {
        (self.granted_time, &self.key)
    }
}

/// A credit of a granted line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Where it is on record.
    pub key: LineKey,
    /// When its file was received.
    pub credited_time: DateTime<Utc>,
    /// The provider.
    pub agb: Agb,
    /// The reference of the line it takes back.
    pub reference: String,
}
