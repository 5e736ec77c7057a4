//! A transaction.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{AuditEntry, DatabaseError, Engine, db::OwnedTransaction, feed::Published};

/// A transaction on either engine; dropped without [`commit`](Self::commit) it's rolled back.
#[derive(Debug)]
pub struct Tx {
    connection: OwnedTransaction,
    newest: Arc<watch::Sender<i64>>,
    aborted: bool,
    pub(crate) events: Vec<Published>,
    pub(crate) entries: Vec<AuditEntry>,
    pub(crate) open_request: Option<Uuid>,
}

/// The driver's connection, borrowed for one statement by the query macros.
#[doc(hidden)]
#[derive(Debug)]
pub enum Connection<'t> {
    /// SQLite
    Sqlite(&'t mut sqlx::SqliteConnection),
    /// PostgreSQL
    Postgres(&'t mut sqlx::PgConnection),
}

impl Tx {
    pub(crate) fn new(connection: OwnedTransaction, newest: Arc<watch::Sender<i64>>) -> Self {
        Self { connection, newest, aborted: false, events: Vec::new(), entries: Vec::new(), open_request: None }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.connection {
            OwnedTransaction::Sqlite(_) => Engine::Sqlite,
            OwnedTransaction::Postgres(_) => Engine::Postgres,
        }
    }

    /// Commits, and with it the events published and the audit entries made. `now` becomes their
    /// recorded time.
    ///
    /// Events and entries are written by the very last statements; see [`crate::feed`] for why.
    ///
    /// # Errors
    /// [`DatabaseError::Aborted`] after a refused statement, [`DatabaseError::UnfinishedRequest`]
    /// when a request was begun and its reply not stored; then nothing was committed. After
    /// [`DatabaseError::Connection`] it's unknown whether the commit took place.
    pub async fn commit(mut self, now: DateTime<Utc>) -> Result<(), DatabaseError> {
        if self.aborted {
            return Err(DatabaseError::Aborted);
        }
        if let Some(request_id) = self.open_request {
            return Err(DatabaseError::UnfinishedRequest { request_id });
        }
        let newest = self.write_closing_rows(now).await?;
        match self.connection {
            OwnedTransaction::Sqlite(tx) => tx.commit().await?,
            OwnedTransaction::Postgres(tx) => tx.commit().await?,
        }
        if let Some(newest) = newest {
            // Two commits may pass here in the other order, so the value only ever grows.
            self.newest.send_if_modified(|known| {
                let grows = newest > *known;
                *known = newest.max(*known);
                grows
            });
        }
        Ok(())
    }

    /// Rolls back; dropping does the same, later, when the connection is used next.
    ///
    /// # Errors
    /// [`DatabaseError::Connection`]; the server then rolls back by itself.
    pub async fn rollback(self) -> Result<(), DatabaseError> {
        match self.connection {
            OwnedTransaction::Sqlite(tx) => tx.rollback().await?,
            OwnedTransaction::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// The connection for one statement; refused after a failure.
    #[doc(hidden)]
    pub fn __connection(&mut self) -> Result<Connection<'_>, DatabaseError> {
        if self.aborted { Err(DatabaseError::Aborted) } else { Ok(self.connection.connection()) }
    }

    /// Notes a failed statement.
    #[doc(hidden)]
    pub fn __settle<T>(&mut self, result: Result<T, DatabaseError>) -> Result<T, DatabaseError> {
        if let Err(error) = &result {
            self.aborted |= error.aborts();
        }
        result
    }
}
