//! Cutting off the oldest entries when they were kept long enough.
//!
//! The entries go from the first one on, so that what is left is still a chain. Two things tell where it begins: the
//! tombstone, and an entry of its own in the same chain, written in the same transaction. A forged tombstone has no
//! entry that says the same, and such an entry can't be put in without breaking the chain.

use chrono::{DateTime, Utc};

use super::{AuditEntry, AuditRow, chain::Walk};
use crate::{DatabaseError, Tx, execute, fetch_one};

/// What the entry that tells of a cut is called. No call has this name.
const EVENT_CODE: &str = "CutAuditLog";
const TABLE: &str = "audit";

const CUT: &str = "DELETE FROM audit WHERE sequence <= $1";
const OVERVIEW: &str = "SELECT COUNT(*), MIN(recorded_time) FROM audit WHERE recorded_time < $1";

/// The oldest entries of the log, all of them due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCut {
    /// The place of the last one.
    pub sequence: i64,
    /// Its hash, from which the chain goes on.
    pub sha256: [u8; 32],
    /// How many they are.
    pub entries: i64,
    /// The last one's time.
    pub recorded_time: DateTime<Utc>,
}

/// Whether an entry says that all entries up to this one, with this hash, were cut off.
pub(super) fn vouches(row: &AuditRow, (sequence, sha256): (i64, [u8; 32])) -> bool {
    row.event_code == EVENT_CODE && row.object_id == sequence.to_string() && row.detail == hex::encode(sha256)
}

impl Tx {
    /// How many entries were recorded before a moment, and when the oldest was.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn overview_of_audit(
        &mut self,
        before: DateTime<Utc>,
    ) -> Result<(i64, Option<DateTime<Utc>>), DatabaseError> {
        fetch_one!(self, OVERVIEW, before => (i64, Option<DateTime<Utc>>))
    }

    /// The oldest entries up to the first one that is not due, at most `limit`, and whether more are due.
    ///
    /// # Errors
    /// [`DatabaseError::BrokenAudit`] when one of them doesn't fit the chain; what the engine reports.
    pub async fn due_audit(
        &mut self,
        limit: u32,
        mut is_due: impl FnMut(&AuditRow) -> bool + Send,
    ) -> Result<(Option<AuditCut>, bool), DatabaseError> {
        let mut walk = Walk::begin(self).await?;
        let before = walk.last;
        let rows = self.audit_page(0, limit.saturating_add(1)).await?;
        let due = rows.iter().take_while(|row| is_due(row)).count();
        let more = due > limit as usize;
        let going = &rows[..due.min(limit as usize)];
        for row in going {
            walk.step(row)
                .map_err(|link| DatabaseError::BrokenAudit { sequence: link.sequence, problem: link.problem })?;
        }
        let cut = going.last().map(|last| AuditCut {
            sequence: last.sequence,
            sha256: last.sha256,
            entries: walk.last - before,
            recorded_time: last.recorded_time,
        });
        Ok((cut, more))
    }

    /// Cuts entries off. The entry becomes the one in the log that tells so; the tombstone is the caller's to leave.
    ///
    /// # Errors
    /// [`DatabaseError::PurgeMet`] when somebody else cut some of them off meanwhile; what the engine reports.
    pub async fn cut_audit(&mut self, cut: &AuditCut, entry: AuditEntry) -> Result<(), DatabaseError> {
        self.permit_deletes([TABLE].into_iter()).await?;
        if execute!(self, CUT, cut.sequence)?.cast_signed() != cut.entries {
            return Err(DatabaseError::PurgeMet { kind: crate::tombstone::AUDIT });
        }
        self.end_permits().await?;
        self.audit(AuditEntry {
            event_code: EVENT_CODE.to_owned(),
            object_type: "audit_log".to_owned(),
            object_id: cut.sequence.to_string(),
            detail: hex::encode(cut.sha256),
            ..entry
        });
        Ok(())
    }
}
