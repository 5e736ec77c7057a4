//! What remains of what was removed.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};

/// What remains of a thing that was removed, or of many.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TombstoneRow {
    /// Its own id; later ones sort after.
    pub tombstone_id: String,
    /// The office; empty for what belongs to none.
    pub office: String,
    /// The kind of record.
    pub kind: String,
    /// The thing; empty for many. Of the audit log, the sequence of the last entry removed.
    pub object_id: String,
    /// How many things it stands for.
    pub objects: i64,
    /// How many rows they had.
    pub row_count: i64,
    /// What their time was counted from; of many, the latest.
    pub counted_from: NaiveDate,
    /// The parameter that says how long they are kept.
    pub parameter: String,
    /// Its value.
    pub years: i64,
    /// The rule file's source for it.
    pub source: String,
    /// Who had them removed.
    pub purged_by: String,
    /// When.
    pub purged_time: DateTime<Utc>,
    /// Of the audit log only: the hash of the last entry removed.
    pub sha256: Option<Vec<u8>>,
}

/// The kind of the tombstones of the audit log.
pub(crate) const AUDIT: &str = "audit";

const ADD: &str = "INSERT INTO tombstone (tombstone_id, office, kind, object_id, objects, row_count, counted_from,
                                          parameter, years, source, purged_by, purged_time, sha256)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const PAGE: &str = "SELECT tombstone_id, office, kind, object_id, objects, row_count, counted_from, parameter, years,
                           source, purged_by, purged_time, sha256
                    FROM tombstone WHERE office = $1 AND tombstone_id > $2 ORDER BY tombstone_id LIMIT $3";
const LATEST: &str = "SELECT MAX(counted_from) FROM tombstone WHERE office = $1 AND kind = $2";
// An id is as long as the number it holds, so that the last one is the longest, and of those the greatest.
const LAST_CUT: &str = "SELECT object_id, sha256 FROM tombstone WHERE office = '' AND kind = $1
                        ORDER BY LENGTH(object_id) DESC, object_id DESC LIMIT 1";

impl Tx {
    /// Leaves a tombstone.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_tombstone(&mut self, row: &TombstoneRow) -> Result<(), DatabaseError> {
        execute!(
            self,
            ADD,
            &row.tombstone_id,
            &row.office,
            &row.kind,
            &row.object_id,
            row.objects,
            row.row_count,
            row.counted_from,
            &row.parameter,
            row.years,
            &row.source,
            &row.purged_by,
            row.purged_time,
            row.sha256.as_deref(),
        )?;
        Ok(())
    }

    /// The tombstones of an office after one of them, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn tombstones(
        &mut self,
        office: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<TombstoneRow>, DatabaseError> {
        fetch_all!(self, PAGE, office, after, limit => TombstoneRow)
    }

    /// The latest day from which anything of a kind that was removed was counted; none when nothing was.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn removed_through(&mut self, office: &str, kind: &str) -> Result<Option<NaiveDate>, DatabaseError> {
        let (latest,) = fetch_one!(self, LATEST, office, kind => (Option<NaiveDate>,))?;
        Ok(latest)
    }

    /// The sequence and hash of the last entry that was removed from the audit log; those before the first entry when
    /// none was.
    pub(crate) async fn last_cut(&mut self) -> Result<(i64, [u8; 32]), DatabaseError> {
        let Some((sequence, sha256)) = fetch_optional!(self, LAST_CUT, AUDIT => (String, Option<Vec<u8>>))? else {
            return Ok((0, crate::audit::NO_ENTRY));
        };
        let sha256 = sha256.and_then(|hash| hash.try_into().ok());
        let found = sequence.parse().ok().zip(sha256);
        found.ok_or_else(|| DatabaseError::Stored("the tombstone of the audit log".to_owned()))
    }
}
