//! The audit log: who did what, when, to which object. It only grows, and each entry carries the hash of the one
//! before.

mod chain;
mod cut;
mod read;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Tx;

pub use chain::{AuditCheck, BrokenLink, entry_sha256};
pub(crate) use chain::{Link, NO_ENTRY, link_up};
pub use cut::AuditCut;

/// NEN 7513's kinds of action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// C
    Create,
    /// R
    Read,
    /// U
    Update,
    /// D
    Delete,
    /// E
    Execute,
}

impl AuditAction {
    /// The letter stored.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Create => "C",
            Self::Read => "R",
            Self::Update => "U",
            Self::Delete => "D",
            Self::Execute => "E",
        }
    }

    fn from_letter(letter: &str) -> Option<Self> {
        [Self::Create, Self::Read, Self::Update, Self::Delete, Self::Execute]
            .into_iter()
            .find(|action| action.letter() == letter)
    }
}

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl AuditOutcome {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// An act to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it was done.
    pub time: DateTime<Utc>,
    /// Who did it: the name of the identity, or what was shown where none could be told.
    pub actor: String,
    /// The role in which it was allowed; empty when it was refused.
    pub role: String,
    /// How the actor showed who it is.
    pub authentication: &'static str,
    /// What kind of act.
    pub action: AuditAction,
    /// Which act: the method's name or a finer code.
    pub event_code: String,
    /// What became of it.
    pub outcome: AuditOutcome,
    /// The kind of object.
    pub object_type: String,
    /// Which object.
    pub object_id: String,
    /// The office whose data it is; empty for none.
    pub office: String,
    /// The request, where there was one.
    pub request_id: Option<Uuid>,
    /// What else is to be known; never personal data.
    pub detail: String,
}

/// A recorded act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place: gap-free, in commit order.
    pub sequence: i64,
    /// When it was done.
    pub event_time: DateTime<Utc>,
    /// Who did it.
    pub actor: String,
    /// The role in which it was allowed.
    pub role: String,
    /// How the actor showed who it is.
    pub authentication: String,
    /// What kind of act.
    pub action: AuditAction,
    /// Which act.
    pub event_code: String,
    /// What became of it.
    pub outcome: AuditOutcome,
    /// The kind of object.
    pub object_type: String,
    /// Which object.
    pub object_id: String,
    /// The office whose data it is.
    pub office: String,
    /// The request; empty where there was none.
    pub request_id: String,
    /// What else is to be known.
    pub detail: String,
    /// When it was committed.
    pub recorded_time: DateTime<Utc>,
    /// The hash of the entry before.
    pub previous_sha256: [u8; 32],
    /// Its own hash.
    pub sha256: [u8; 32],
}

impl Tx {
    /// Records an act. It's written at [`commit`](Self::commit), together with what was done.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.entries.push(entry);
    }
}
