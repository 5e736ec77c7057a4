//! Following another service's feed.
//!
//! The events that are ready are applied together with the new cursor in one transaction of the follower's own
//! database. Whatever is delivered twice, lost on the way or cut off by a restart, each fact has its effect exactly
//! once and in order.
//!
//! A feed that was restored from an earlier backup gives its numbers out again, to other events. So who opens a feed says
//! when the event that was applied last was recorded: where it is gone or another, the feed is refused, rather than that
//! events are left out which nobody would miss.
//!
//! What an event causes belongs to the trace of what caused the event: it is applied in a span that continues it.
//!
//! What a replica can't apply, another may: a newer version knows events that an older one does not. So a replica that
//! stops gives up the lease, and the cursor stays before the event until one applies it.

use std::{error::Error, time::Duration};

use contract::feed::After;
use database::{Cursor, DatabaseError, Db, Tx};
use futures::{StreamExt, future::BoxFuture, stream::BoxStream};
use tokio::time;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tracing::Instrument;

use crate::Clock;

mod measures;

/// How long a replica may follow a feed before it renews its lease; another takes over after that.
const LEASE: Duration = Duration::from_secs(15);
/// How many events are applied in one transaction at most.
const BATCH: usize = 32;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// An error of applying an event.
pub type ApplyError = Box<dyn Error + Send + Sync>;

/// An event as it came from the feed.
#[derive(Clone, Debug)]
pub struct Followed<E> {
    /// Its place in the feed.
    pub sequence: i64,
    /// When it was recorded there.
    pub recorded: chrono::DateTime<chrono::Utc>,
    /// The trace of what caused it, as a W3C traceparent; empty when there was none.
    pub trace_parent: String,
    /// The event.
    pub event: E,
}

/// A feed and what to do with its events.
pub trait Follower: Send + 'static {
    /// The service followed; also the name of the cursor.
    const FEED: &'static str;
    /// Its events.
    type Event: Send + Sync;

    /// Opens the feed after an event.
    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>>;

    /// Applies an event to the own database. The cursor moves in the same transaction.
    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        event: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>>;
}

/// A feed that stays open.
pub type Feed<E> = BoxStream<'static, Result<Followed<E>, Status>>;

/// Who follows.
#[derive(Clone, Debug)]
pub struct Own {
    /// The service.
    pub service: &'static str,
    /// Its database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// This replica, as the lease has it.
    pub holder: String,
}

/// Follows until `stop`. What fails is logged, left to another replica, and tried again, with growing pauses.
pub async fn follow<F: Follower>(mut follower: F, own: Own, stop: CancellationToken) {
    let Own { service, db, .. } = &own;
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let before = place(db, F::FEED).await.unwrap_or_default();
        let ended = tokio::select! {
            () = stop.cancelled() => break,
            ended = follow_once(&mut follower, &own) => ended,
        };
        if let Err(error) = &ended {
            measures::interrupted(service, F::FEED);
            tracing::warn!(service, feed = F::FEED, %error, "following stopped, will try again");
            release::<F>(&own).await;
        }
        let waited = matches!(ended, Ok(Turn::Waited));
        let moved = place(db, F::FEED).await.unwrap_or_default() > before;
        pause = if waited || moved { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        tokio::select! {
            () = stop.cancelled() => break,
            () = time::sleep(pause) => {}
        }
    }
    release::<F>(&own).await;
}

async fn release<F: Follower>(own: &Own) {
    if let Err(error) = own.db.release_lease(F::FEED, &own.holder).await {
        tracing::warn!(service = own.service, feed = F::FEED, %error, "the lease will run out by itself");
    }
}

/// What came of an attempt to follow.
enum Turn {
    /// Another replica has the lease.
    Waited,
    /// The feed was followed, and ended.
    Followed,
}

/// Why following stopped.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("own database: {0}")]
    Database(#[from] DatabaseError),
    #[error("feed: {} {}", .0.code(), .0.message())]
    Feed(#[from] Status),
    #[error("event {sequence}: {source}")]
    Apply { sequence: i64, source: ApplyError },
    #[error("expected event {expected}, got {got}")]
    Gap { expected: i64, got: i64 },
}

async fn follow_once<F: Follower>(follower: &mut F, own: &Own) -> Result<Turn, Stopped> {
    let Own { db, clock, holder, .. } = own;
    // Only one replica follows; the others look again every third of the lease, as does the one that has it.
    let renew = LEASE / 3;
    if !db.try_lease(F::FEED, holder, LEASE, clock.now()).await? {
        time::sleep(renew).await;
        return Ok(Turn::Waited);
    }
    let last = db.read().await?.cursor(F::FEED).await?;
    let after = last.map(|Cursor { sequence, as_of, .. }| After::event(sequence, as_of.into())).unwrap_or_default();
    let mut at = after.sequence;
    let mut feed = follower.open(after).await?.ready_chunks(BATCH);
    let mut renewal = time::interval_at(time::Instant::now() + renew, renew);
    loop {
        tokio::select! {
            _ = renewal.tick() => {
                if !db.try_lease(F::FEED, holder, LEASE, clock.now()).await? {
                    return Ok(Turn::Waited);
                }
            }
            events = feed.next() => match events {
                Some(events) => at = apply(follower, own, at, events).await?,
                None => return Ok(Turn::Followed),
            },
        }
    }
}

async fn apply<F: Follower>(
    follower: &mut F,
    own: &Own,
    from: i64,
    events: Vec<Result<Followed<F::Event>, Status>>,
) -> Result<i64, Stopped> {
    let mut tx = own.db.write().await?;
    let (mut at, mut failed) = (from, None);
    let mut recorded = Vec::new();
    for event in events {
        // An error at the end of a batch takes nothing from the events before it.
        let event = match event {
            Ok(event) => event,
            Err(status) => {
                failed = Some(status);
                break;
            }
        };
        if event.sequence != at + 1 {
            return Err(Stopped::Gap { expected: at + 1, got: event.sequence });
        }
        let sequence = event.sequence;
        let span = measures::span(own.service, F::FEED, &event);
        let applied = follower.apply(&mut tx, &event).instrument(span).await;
        applied.map_err(|source| Stopped::Apply { sequence, source })?;
        at = sequence;
        recorded.push(event.recorded);
    }
    if let Some(as_of) = recorded.last() {
        tx.set_cursor(F::FEED, from, at, *as_of).await?;
        let now = own.clock.now();
        tx.commit(now).await?;
        measures::applied(own.service, F::FEED, &recorded, now);
    }
    failed.map_or(Ok(at), |status| Err(status.into()))
}

async fn place(db: &Db, feed: &str) -> Result<i64, DatabaseError> {
    Ok(db.read().await?.cursor(feed).await?.map_or(0, |cursor| cursor.sequence))
}
