//! Following another service's feed, by one replica at a time.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{DatabaseError, Db, Tx, execute, fetch_all, fetch_optional};

const CURSORS: &str = "SELECT feed, sequence, as_of_time FROM feed_cursor ORDER BY feed";
const CURSOR: &str = "SELECT feed, sequence, as_of_time FROM feed_cursor WHERE feed = $1";
// The first step makes the row; should another have made it, its cursor decides.
const FIRST_STEP: &str = "INSERT INTO feed_cursor (feed, sequence, as_of_time) VALUES ($1, $2, $3)
                          ON CONFLICT (feed) DO UPDATE
                          SET sequence = excluded.sequence, as_of_time = excluded.as_of_time
                          WHERE feed_cursor.sequence = 0";
const STEP: &str = "UPDATE feed_cursor SET sequence = $3, as_of_time = $4 WHERE feed = $1 AND sequence = $2";
const TAKE: &str = "INSERT INTO lease (name, holder, expires_time) VALUES ($1, $2, $3)
                    ON CONFLICT (name) DO UPDATE
                    SET holder = excluded.holder, expires_time = excluded.expires_time
                    WHERE lease.holder = excluded.holder OR lease.expires_time <= $4";
const RELEASE: &str = "DELETE FROM lease WHERE name = $1 AND holder = $2";

/// How far a feed was applied.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Cursor {
    /// The feed.
    pub feed: String,
    /// The last event applied.
    pub sequence: i64,
    /// When that event was recorded by its owner: how old what was followed is.
    #[sqlx(rename = "as_of_time")]
    pub as_of: DateTime<Utc>,
}

impl Tx {
    /// Every feed followed, by name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn cursors(&mut self) -> Result<Vec<Cursor>, DatabaseError> {
        fetch_all!(self, CURSORS => Cursor)
    }

    /// How far `feed` was applied; none before its first event.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn cursor(&mut self, feed: &str) -> Result<Option<Cursor>, DatabaseError> {
        fetch_optional!(self, CURSOR, feed => Cursor)
    }

    /// Moves the cursor, in the transaction that applies the events between; `as_of` is when the
    /// last of them was recorded by its owner. An event applied
    /// twice is thereby impossible, whoever holds the lease.
    ///
    /// # Errors
    /// [`DatabaseError::CursorMoved`] when it isn't at `from` any more: roll back.
    pub async fn set_cursor(
        &mut self,
        feed: &str,
        from: i64,
        to: i64,
        as_of: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let moved = if from == 0 {
            execute!(self, FIRST_STEP, feed, to, as_of)?
        } else {
            execute!(self, STEP, feed, from, to, as_of)?
        };
        if moved == 1 {
            return Ok(());
        }
        self.__settle(Err(DatabaseError::CursorMoved { feed: feed.to_owned(), from }))
    }
}

impl Db {
    /// Takes or renews a lease for `ttl`: true when `holder` has it until then.
    ///
    /// A lease saves double work; it isn't relied on for correctness (clocks differ, a holder may
    /// stall): that is [`Tx::set_cursor`]'s condition.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn try_lease(
        &self,
        name: &str,
        holder: &str,
        ttl: Duration,
        now: DateTime<Utc>,
    ) -> Result<bool, DatabaseError> {
        let mut tx = self.write().await?;
        let taken = execute!(tx, TAKE, name, holder, now + ttl, now)? == 1;
        tx.commit(now).await?;
        Ok(taken)
    }

    /// Gives a lease back, when `holder` has it. It needs no time: nothing else is recorded.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<(), DatabaseError> {
        let mut tx = self.write().await?;
        execute!(tx, RELEASE, name, holder)?;
        tx.commit(DateTime::<Utc>::UNIX_EPOCH).await
    }
}
