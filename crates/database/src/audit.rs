//! The audit trail: who did what, when, to which object. It only grows.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{DatabaseError, Tx, fetch_all};

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

/// An act to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it was done.
    pub time: DateTime<Utc>,
    /// Who did it: the identity of the certificate or token.
    pub actor: String,
    /// The role in which it was allowed.
    pub role: String,
    /// What kind of act.
    pub action: AuditAction,
    /// Which act: the method's name or a finer code.
    pub event_code: String,
    /// The kind of object.
    pub object_type: String,
    /// Which object.
    pub object_id: String,
    /// The office whose data it is.
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
    /// The act.
    pub entry: AuditEntry,
    /// When it was committed.
    pub recorded_time: DateTime<Utc>,
}

const PAGE: &str = "SELECT sequence, event_time, actor, role, action, event_code, object_type, object_id,
                           office, request_id, detail, recorded_time
                    FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2";

#[derive(sqlx::FromRow)]
struct Stored {
    sequence: i64,
    event_time: DateTime<Utc>,
    actor: String,
    role: String,
    action: String,
    event_code: String,
    object_type: String,
    object_id: String,
    office: String,
    request_id: Option<String>,
    detail: String,
    recorded_time: DateTime<Utc>,
}

impl Stored {
    fn into_row(self) -> Result<AuditRow, DatabaseError> {
        let unreadable = || DatabaseError::Stored(format!("audit {}", self.sequence));
        let action = AuditAction::from_letter(&self.action).ok_or_else(unreadable)?;
        let request_id = match &self.request_id {
            None => None,
            Some(text) => Some(Uuid::try_parse(text).map_err(|_| unreadable())?),
        };
        let entry = AuditEntry {
            time: self.event_time,
            actor: self.actor,
            role: self.role,
            action,
            event_code: self.event_code,
            object_type: self.object_type,
            object_id: self.object_id,
            office: self.office,
            request_id,
            detail: self.detail,
        };
        Ok(AuditRow { sequence: self.sequence, entry, recorded_time: self.recorded_time })
    }
}

impl Tx {
    /// Records an act. It's written at [`commit`](Self::commit), together with what was done.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.entries.push(entry);
    }

    /// The entries after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn audit_page(&mut self, after: i64, limit: u32) -> Result<Vec<AuditRow>, DatabaseError> {
        let rows = fetch_all!(self, PAGE, after, limit => Stored)?;
        rows.into_iter().map(Stored::into_row).collect()
    }
}
