//! What a service tells the others: events, committed with the write that causes them.
//!
//! # Why a counter
//!
//! A watcher reads `sequence > cursor ORDER BY sequence` and must never miss an event, although
//! transactions commit out of order on PostgreSQL. So the sequence is taken from a row
//! (`commit_counter`) by the last statement before the commit: whoever waits for that row gets the
//! next number only after the commit before it, and a rollback gives its number back. Numbers are
//! therefore gap-free, in commit order, and visible in that order. As the row is always the last
//! lock that a transaction takes, it can't be part of a deadlock. [`Tx::publish`] only collects, so
//! that the lock is held for one round trip and the commit, not for the transaction.
//!
//! The price is that commits with events queue. Transactions per second of two inserts, a select
//! and an event of 200 bytes, PostgreSQL 15, fsync on, server and clients together on two cores
//! that others used too (so take them for an order of magnitude; `examples/feed_cost.rs`):
//!
//! | writers | no event | counter | identity + transaction id |
//! |---|---|---|---|
//! | 2 | 3,100 | 2,350 | 2,650 |
//! | 8 | 4,750 | 2,050 | 3,100 |
//! | 16 | 3,300 | 1,400 | 3,950 |
//!
//! In later runs with busier cores the counter fell to about 550 to 1,300 with 8 and 16 writers
//! and the alternative to about 2,100 to 4,200: the counter caps a service at the rate at which one commit
//! can follow another. The alternative (rows numbered by an identity column, read below
//! `pg_snapshot_xmin`) keeps writers parallel, but is PostgreSQL only, leaves gaps that a follower
//! can't tell from losses, and lets one long transaction, a bulk intake for one, stop every
//! watcher. A purchasing office writes tens of events per second, and bulk facts travel by
//! reference, so the counter's simplicity is worth its cap. Queueing the writers of one process in
//! front of the counter was tried and was slower.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use futures::Stream;
use telemetry::trace;
use tokio::{sync::watch, time::timeout};

use crate::{DatabaseError, Db, Tx, fetch_all, fetch_one};

/// Something others must learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The office whose data it concerns.
    pub office: String,
    /// What kind of event.
    pub kind: &'static str,
    /// The event, encoded.
    pub payload: Vec<u8>,
}

/// An event, waiting for the commit.
#[derive(Debug)]
pub(crate) struct Published {
    pub event: Event,
    pub trace_parent: Option<String>,
}

/// A committed event.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FeedRow {
    /// Its place: 1, 2, 3, ... without gaps, in commit order.
    pub sequence: i64,
    /// The office whose data it concerns.
    pub office: String,
    /// What kind of event.
    pub kind: String,
    /// The event, encoded.
    pub payload: Vec<u8>,
    /// When it was committed.
    pub recorded_time: DateTime<Utc>,
    /// The trace of what caused it, as a W3C traceparent; none for what was not traced.
    pub trace_parent: Option<String>,
}

const PAGE: &str = "SELECT sequence, office, kind, payload, recorded_time, trace_parent
                    FROM feed WHERE sequence > $1 ORDER BY sequence LIMIT $2";
const LAST: &str = "SELECT last_feed FROM commit_counter WHERE counter_id = 1";

/// Rows a watcher reads at a time.
const WATCH_PAGE: u32 = 500;

impl Tx {
    /// Publishes an event. It's written at [`commit`](Self::commit), together with its cause and with the trace that it
    /// was published in.
    pub fn publish(&mut self, event: Event) {
        self.events.push(Published { event, trace_parent: trace::current() });
    }
}

impl Tx {
    /// The newest event's sequence in this transaction's snapshot; 0 when there is none. What is read beside it is
    /// of the same moment.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn feed_last(&mut self) -> Result<i64, DatabaseError> {
        Ok(fetch_one!(self, LAST => (i64,))?.0)
    }
}

impl Db {
    /// The events after `cursor`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn feed_page(&self, cursor: i64, limit: u32) -> Result<Vec<FeedRow>, DatabaseError> {
        let mut tx = self.read().await?;
        let rows = fetch_all!(tx, PAGE, cursor, limit => FeedRow)?;
        tx.rollback().await?;
        Ok(rows)
    }

    /// The newest event's sequence; 0 when there is none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn feed_last(&self) -> Result<i64, DatabaseError> {
        let mut tx = self.read().await?;
        let last = tx.feed_last().await?;
        tx.rollback().await?;
        Ok(last)
    }

    /// The newest sequence this process knows of: its own commits at once, those of other processes as of the last
    /// [`refresh_newest`](Self::refresh_newest). It costs no statement.
    pub fn known_newest(&self) -> i64 {
        *self.newest.borrow()
    }

    /// Asks for the newest sequence, so that [`known_newest`](Self::known_newest) knows of other processes' commits.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn refresh_newest(&self) -> Result<i64, DatabaseError> {
        let last = self.feed_last().await?;
        self.newest.send_if_modified(|known| {
            let grows = last > *known;
            *known = last.max(*known);
            grows
        });
        Ok(last)
    }

    /// All events after `cursor`, in order, and then new ones as they are committed; it stays open
    /// until it's dropped. After an error it ends: watch again from the last sequence seen.
    pub fn watch_feed(
        &self,
        cursor: i64,
    ) -> impl Stream<Item = Result<FeedRow, DatabaseError>> + Send + 'static + use<> {
        let watcher =
            Watcher { db: self.clone(), newest: self.newest.subscribe(), cursor, read: VecDeque::new(), failed: false };
        futures::stream::unfold(watcher, |mut watcher| async {
            if watcher.failed {
                return None;
            }
            let row = watcher.next().await;
            watcher.failed = row.is_err();
            Some((row, watcher))
        })
    }
}

struct Watcher {
    db: Db,
    newest: watch::Receiver<i64>,
    cursor: i64,
    read: VecDeque<FeedRow>,
    failed: bool,
}

impl Watcher {
    async fn next(&mut self) -> Result<FeedRow, DatabaseError> {
        loop {
            if let Some(row) = self.read.pop_front() {
                self.cursor = row.sequence;
                return Ok(row);
            }
            // Marked as seen before reading: what is committed after this wakes the wait below.
            self.newest.mark_unchanged();
            self.read = self.db.feed_page(self.cursor, WATCH_PAGE).await?.into();
            if self.read.is_empty() {
                // The sender lives in `self.db`, so `changed` can't fail; time out to look for
                // what other processes committed.
                let _ = timeout(self.db.feed_poll, self.newest.changed()).await;
            }
        }
    }
}
