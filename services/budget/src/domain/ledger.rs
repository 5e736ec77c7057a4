//! The ledger of a year: every euro of a lot is in one account at a time, and moves between accounts by entries whose
//! postings add up to nothing (BUD-14).
//!
//! Two circles of accounts never touch each other. The circle of the room: what the office was given ([`Account::Room`],
//! counted negative) is in reserve, agreed with a provider, free, or lacking. The circle of payment: what was paid to a
//! provider ([`Account::Paid`], counted negative) is an advance until it is settled.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::{EntryKind, Lot};

/// Where money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// What the office was given, counted negative: where the money of the lot comes from.
    Room,
    /// Kept apart.
    Reserve,
    /// Agreed with a provider.
    Agreed(Agb),
    /// Neither kept apart nor agreed.
    Free,
    /// What is agreed beyond the room, counted negative. There is none as long as there is anything free.
    Shortage,
    /// What was paid to a provider, counted negative: where its money comes from.
    Paid(Agb),
    /// Paid to a provider before there were claims, and not settled yet.
    Advance(Agb),
    /// Paid to a provider for claims, or settled with it.
    Settled(Agb),
}

/// The sign that a balance can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Nothing or more.
    Positive,
    /// Nothing or less.
    Negative,
    /// Any.
    Either,
}

impl Account {
    /// The word in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Account::Room => "room",
            Account::Reserve => "reserve",
            Account::Agreed(_) => "agreed",
            Account::Free => "free",
            Account::Shortage => "shortage",
            Account::Paid(_) => "paid",
            Account::Advance(_) => "advance",
            Account::Settled(_) => "settled",
        }
    }

    /// The provider it is of.
    pub fn agb(self) -> Option<Agb> {
        match self {
            Account::Agreed(agb) | Account::Paid(agb) | Account::Advance(agb) | Account::Settled(agb) => Some(agb),
            Account::Room | Account::Reserve | Account::Free | Account::Shortage => None,
        }
    }

    /// Reads what the store holds.
    pub fn read(word: &str, agb: Option<Agb>) -> Option<Account> {
        match (word, agb) {
            ("room", None) => Some(Account::Room),
            ("reserve", None) => Some(Account::Reserve),
            ("free", None) => Some(Account::Free),
            ("shortage", None) => Some(Account::Shortage),
            ("agreed", Some(agb)) => Some(Account::Agreed(agb)),
            ("paid", Some(agb)) => Some(Account::Paid(agb)),
            ("advance", Some(agb)) => Some(Account::Advance(agb)),
            ("settled", Some(agb)) => Some(Account::Settled(agb)),
            _ => None,
        }
    }

    /// The sign its balance can have.
    pub fn side(self) -> Side {
        match self {
            Account::Reserve | Account::Agreed(_) | Account::Free | Account::Advance(_) => Side::Positive,
            Account::Room | Account::Shortage => Side::Negative,
            // More may be taken back than was paid in the year itself.
            Account::Paid(_) | Account::Settled(_) => Side::Either,
        }
    }

    /// Whether it is in the circle of the room rather than that of payment.
    pub fn is_of_room(self) -> bool {
        !matches!(self, Account::Paid(_) | Account::Advance(_) | Account::Settled(_))
    }
}

impl Side {
    /// Whether a balance is on this side.
    pub fn allows(self, balance: Money) -> bool {
        match self {
            Side::Positive => !balance.is_negative(),
            Side::Negative => balance <= Money::ZERO,
            Side::Either => true,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.agb() {
            Some(agb) => write!(f, "{} {agb}", self.as_str()),
            None => f.write_str(self.as_str()),
        }
    }
}

/// By how much an account changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The lot.
    pub lot: Lot,
    /// The account.
    pub account: Account,
    /// By how much.
    pub amount: Money,
}

/// A change of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id; ids sort in the order in which entries were made.
    pub id: String,
    /// Why.
    pub kind: EntryKind,
    /// The day it is of: that of the decision or the payment.
    pub day: NaiveDate,
    /// The decision of people it comes from.
    pub motivation: String,
    /// The decision of this service it comes from, to be explained.
    pub decision_id: Option<String>,
    /// What changes; together nothing.
    pub postings: Vec<Posting>,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
}
