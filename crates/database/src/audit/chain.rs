//! The chain: each entry's hash covers its fields and the hash of the entry before.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::{AuditEntry, AuditRow, cut};
use crate::{DatabaseError, Db, Tx, fetch_one, to_micros};

/// What stands before the first entry.
pub(crate) const NO_ENTRY: [u8; 32] = [0; 32];

/// Rows that are looked at together when the chain is followed.
const PAGE: u32 = 1_000;

const COUNTER: &str = "SELECT last_audit, audit_head FROM commit_counter WHERE counter_id = 1";

/// What is known of the log after it was read from its first entry to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// The place of the first entry; those before it were removed after their time.
    pub first: i64,
    /// Entries that fit.
    pub entries: i64,
    /// The first one that does not.
    pub broken: Option<BrokenLink>,
    /// The hash of the last entry that fits.
    pub head: [u8; 32],
}

/// A place where the chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenLink {
    /// The place.
    pub sequence: i64,
    /// What is wrong.
    pub problem: &'static str,
}

/// The place and hashes of an entry that is about to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) sequence: i64,
    pub(crate) previous: [u8; 32],
    pub(crate) sha256: [u8; 32],
}

/// Gives each entry its place after `last` and its link to the one before.
pub(crate) fn link_up(entries: &[AuditEntry], last: i64, head: [u8; 32], now: DateTime<Utc>) -> Vec<Link> {
    let links = entries.iter().zip(last + 1..).scan(head, |previous, (entry, sequence)| {
        let link = Link { sequence, previous: *previous, sha256: new_sha256(*previous, sequence, entry, now) };
        *previous = link.sha256;
        Some(link)
    });
    links.collect()
}

fn new_sha256(previous: [u8; 32], sequence: i64, entry: &AuditEntry, now: DateTime<Utc>) -> [u8; 32] {
    let request_id = entry.request_id.map(|id| id.hyphenated().to_string()).unwrap_or_default();
    let times = [to_micros(entry.time), to_micros(now)].map(|time| time.timestamp_micros());
    let texts = [
        &entry.actor,
        &entry.role,
        entry.authentication,
        entry.action.letter(),
        &entry.event_code,
        entry.outcome.as_str(),
        &entry.object_type,
        &entry.object_id,
        &entry.office,
        &request_id,
        &entry.detail,
    ];
    hash(previous, sequence, times, texts)
}

/// The hash that an entry must have, from its fields and the hash of the one before that it carries.
pub fn entry_sha256(row: &AuditRow) -> [u8; 32] {
    let times = [row.event_time, row.recorded_time].map(|time| time.timestamp_micros());
    let texts = [
        &row.actor,
        &row.role,
        &row.authentication,
        row.action.letter(),
        &row.event_code,
        row.outcome.as_str(),
        &row.object_type,
        &row.object_id,
        &row.office,
        &row.request_id,
        &row.detail,
    ];
    hash(row.previous_sha256, row.sequence, times, texts)
}

/// SHA-256 of the hash before, the numbers (big-endian) and every text after its length (big-endian, 64 bits), so that
/// no two entries have the same bytes.
fn hash(previous: [u8; 32], sequence: i64, times: [i64; 2], texts: [&str; 11]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(previous);
    for number in [sequence, times[0], times[1]] {
        sha.update(number.to_be_bytes());
    }
    for text in texts {
        sha.update((text.len() as u64).to_be_bytes());
        sha.update(text.as_bytes());
    }
    sha.finalize().into()
}

/// Follows the chain, entry by entry, from where it was cut off or from its first entry.
#[derive(Debug)]
pub(super) struct Walk {
    /// The last entry that was removed.
    removed: (i64, [u8; 32]),
    pub(super) last: i64,
    pub(super) head: [u8; 32],
    is_vouched_for: bool,
}

impl Walk {
    /// Begins after the last entry that was removed.
    pub(super) async fn begin(tx: &mut Tx) -> Result<Walk, DatabaseError> {
        let (last, head) = tx.last_cut().await?;
        Ok(Walk { removed: (last, head), last, head, is_vouched_for: last == 0 })
    }

    pub(super) fn step(&mut self, row: &AuditRow) -> Result<(), BrokenLink> {
        let sequence = self.last + 1;
        let broken = |problem| BrokenLink { sequence, problem };
        if row.sequence < sequence {
            return Err(BrokenLink { sequence: row.sequence, problem: "the entry was removed before" });
        }
        if row.sequence > sequence {
            return Err(broken("the entry is missing"));
        }
        if row.previous_sha256 != self.head {
            return Err(broken("the entry does not follow the one before"));
        }
        if row.sha256 != entry_sha256(row) {
            return Err(broken("the entry was changed"));
        }
        // The tombstone that the walk began with is no part of the chain, and somebody could have put it there: an
        // entry must say the same.
        self.is_vouched_for |= cut::vouches(row, self.removed);
        self.last = sequence;
        self.head = row.sha256;
        Ok(())
    }

    /// What is wrong with an end at which the counter says this.
    fn end(&self, last: i64, head: &[u8]) -> Option<BrokenLink> {
        let broken = |sequence, problem| Some(BrokenLink { sequence, problem });
        if self.last < last {
            return broken(self.last + 1, "the entry is missing");
        }
        if self.last > last || head != self.head {
            return broken(self.last, "the entry was not made by the service");
        }
        if !self.is_vouched_for {
            return broken(self.removed.0 + 1, "no entry says that those before it were removed");
        }
        None
    }

    fn ended(&self, broken: Option<BrokenLink>) -> AuditCheck {
        AuditCheck { first: self.removed.0 + 1, entries: self.last - self.removed.0, broken, head: self.head }
    }
}

impl Db {
    /// Reads the whole audit log, in one snapshot and bounded memory, and finds the first entry that was changed,
    /// removed or inserted. Where the oldest entries were removed after their time, it begins after them; their
    /// tombstone and an entry in the log must agree on that.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn check_audit(&self) -> Result<AuditCheck, DatabaseError> {
        let mut tx = self.read().await?;
        let (last, head) = fetch_one!(tx, COUNTER => (i64, Option<Vec<u8>>))?;
        let mut walk = match Walk::begin(&mut tx).await {
            Err(DatabaseError::Stored(_)) => {
                let broken =
                    Some(BrokenLink { sequence: 1, problem: "the tombstone of the entries before it is broken" });
                return Ok(AuditCheck { first: 1, entries: 0, broken, head: NO_ENTRY });
            }
            begun => begun?,
        };
        let mut after = 0;
        loop {
            let rows = match tx.audit_page(after, PAGE).await {
                Ok(rows) => rows,
                Err(DatabaseError::Stored(_)) => {
                    let sequence = walk.last + 1;
                    return Ok(walk.ended(Some(BrokenLink { sequence, problem: "an entry can't be read" })));
                }
                Err(other) => return Err(other),
            };
            for row in &rows {
                if let Err(broken) = walk.step(row) {
                    return Ok(walk.ended(Some(broken)));
                }
            }
            match rows.last() {
                Some(row) => after = row.sequence,
                None => break,
            }
        }
        let broken = walk.end(last, head.as_deref().unwrap_or(&NO_ENTRY));
        Ok(walk.ended(broken))
    }
}
