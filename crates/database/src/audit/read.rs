//! Reading the audit log.

use chrono::{DateTime, Utc};

use super::{AuditAction, AuditOutcome, AuditRow};
use crate::{DatabaseError, Tx, fetch_all};

const PAGE: &str = "SELECT sequence, event_time, actor, role, authentication, action, event_code, outcome, object_type,
                           object_id, office, request_id, detail, recorded_time, previous_sha256, sha256
                    FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2";

#[derive(sqlx::FromRow)]
struct Stored {
    sequence: i64,
    event_time: DateTime<Utc>,
    actor: String,
    role: String,
    authentication: String,
    action: String,
    event_code: String,
    outcome: String,
    object_type: String,
    object_id: String,
    office: String,
    request_id: Option<String>,
    detail: String,
    recorded_time: DateTime<Utc>,
    previous_sha256: Vec<u8>,
    sha256: Vec<u8>,
}

impl Stored {
    fn into_row(self) -> Result<AuditRow, DatabaseError> {
        let sequence = self.sequence;
        self.read().ok_or_else(|| DatabaseError::Stored(format!("audit {sequence}")))
    }

    fn read(self) -> Option<AuditRow> {
        Some(AuditRow {
            sequence: self.sequence,
            event_time: self.event_time,
            actor: self.actor,
            role: self.role,
            authentication: self.authentication,
            action: AuditAction::from_letter(&self.action)?,
            event_code: self.event_code,
            outcome: AuditOutcome::from_word(&self.outcome)?,
            object_type: self.object_type,
            object_id: self.object_id,
            office: self.office,
            request_id: self.request_id.unwrap_or_default(),
            detail: self.detail,
            recorded_time: self.recorded_time,
            previous_sha256: self.previous_sha256.try_into().ok()?,
            sha256: self.sha256.try_into().ok()?,
        })
    }
}

impl Tx {
    /// The entries after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the engine reports; [`DatabaseError::Stored`] when an entry can't be read.
    pub async fn audit_page(&mut self, after: i64, limit: u32) -> Result<Vec<AuditRow>, DatabaseError> {
        let rows = fetch_all!(self, PAGE, after, limit => Stored)?;
        rows.into_iter().map(Stored::into_row).collect()
    }
}
