//! Requests made twice are carried out once.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Counted, DatabaseError, Perishable, Remains, Removal, Tx, due, execute, fetch_one};

/// Replies that are kept for requests that are sent again. A request that is sent again after its reply was removed is
/// carried out as a new one.
pub const REQUESTS: Perishable = Perishable {
    kind: "request",
    counted: Counted::Moment,
    due: due!(
        "SELECT request_id AS object_id, begun_time AS counted, CAST(1 AS BIGINT) AS row_count FROM request
         WHERE office = $1 AND begun_time < $2"
    ),
    lock: None,
    removals: &[Removal {
        table: "request",
        sql: "DELETE FROM request WHERE office = $1 AND begun_time < $2
              AND request_id IN (SELECT object_id FROM purge_item)",
    }],
    remains: Remains::Together,
};

/// What [`Tx::begin_request`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The request is new: carry it out, store its reply with [`Tx::finish_request`], commit.
    New,
    /// It was carried out before; this is the reply it got.
    Replay(Vec<u8>),
}

// Inserting first makes a duplicate that arrives meanwhile wait here for the first one's commit,
// on PostgreSQL on the key and on SQLite on the write lock; then it reads the reply.
const BEGIN: &str = "INSERT INTO request (request_id, office, method, payload_sha256, begun_time)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (request_id) DO NOTHING";
const STORED: &str = "SELECT method, payload_sha256, reply FROM request WHERE request_id = $1";
const FINISH: &str = "UPDATE request SET reply = $2 WHERE request_id = $1 AND reply IS NULL";

#[derive(sqlx::FromRow)]
struct Stored {
    method: String,
    payload_sha256: Vec<u8>,
    reply: Option<Vec<u8>>,
}

impl Tx {
    /// Begins a request of an office (empty for none), as the first statement of its write transaction. When the same
    /// request is under way elsewhere, waits for its outcome.
    ///
    /// # Errors
    /// [`DatabaseError::DifferentPayload`] when the id was used for another method or payload,
    /// [`DatabaseError::Busy`] when the other takes longer than the lock timeout.
    pub async fn begin_request(
        &mut self,
        request_id: Uuid,
        office: &str,
        method: &str,
        payload_sha256: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Begun, DatabaseError> {
        if execute!(self, BEGIN, request_id, office, method, payload_sha256, now)? == 1 {
            self.open_request = Some(request_id);
            return Ok(Begun::New);
        }
        let stored = fetch_one!(self, STORED, request_id => Stored)?;
        if stored.method != method || stored.payload_sha256 != payload_sha256 {
            return Err(DatabaseError::DifferentPayload { request_id });
        }
        stored.reply.map(Begun::Replay).ok_or(DatabaseError::UnfinishedRequest { request_id })
    }

    /// Stores the reply of the request begun in this transaction.
    ///
    /// # Errors
    /// [`DatabaseError::NotFound`] when no such request was begun or it has a reply already.
    pub async fn finish_request(&mut self, request_id: Uuid, reply: &[u8]) -> Result<(), DatabaseError> {
        if execute!(self, FINISH, request_id, reply)? != 1 {
            return Err(DatabaseError::NotFound);
        }
        self.open_request = None;
        Ok(())
    }
}
