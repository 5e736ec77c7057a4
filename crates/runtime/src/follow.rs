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
        let ended = follow_once(&mut follower, &own, &stop).await;
        if let Err(error) = &ended {
            measures::interrupted(service, F::FEED);
            tracing::warn!(service, feed = F::FEED, %error, "following stopped, will try again");
            release::<F>(&own).await;
        }
        let waited = matches!(ended, Ok(Turn::Waited));
        let moved = place(db, F::FEED).await.unwrap_or_default() > before;
        pause = if waited || moved { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        stop.run_until_cancelled(time::sleep(pause)).await;
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
    /// The feed was followed, and ended or is followed no more.
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

/// Waits and follows. A stop ends the waiting, and no transaction halfway.
async fn follow_once<F: Follower>(follower: &mut F, own: &Own, stop: &CancellationToken) -> Result<Turn, Stopped> {
    let Own { db, clock, holder, .. } = own;
    // Only one replica follows; the others look again every third of the lease, as does the one that has it.
    let renew = LEASE / 3;
    if !db.try_lease(F::FEED, holder, LEASE, clock.now()).await? {
        stop.run_until_cancelled(time::sleep(renew)).await;
        return Ok(Turn::Waited);
    }
    let last = db.read().await?.cursor(F::FEED).await?;
    let after = last.map(|Cursor { sequence, as_of, .. }| After::event(sequence, as_of.into())).unwrap_or_default();
    let mut at = after.sequence;
    let Some(opened) = stop.run_until_cancelled(follower.open(after)).await else {
        return Ok(Turn::Followed);
    };
    let mut feed = opened?.ready_chunks(BATCH);
    let mut renewal = time::interval_at(time::Instant::now() + renew, renew);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(Turn::Followed),
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

/// Applies what arrived. An error takes nothing from the events before it.
async fn apply<F: Follower>(
    follower: &mut F,
    own: &Own,
    from: i64,
    arrived: Vec<Result<Followed<F::Event>, Status>>,
) -> Result<i64, Stopped> {
    let (events, cut) = in_order(from, arrived);
    let at = match commit(follower, own, from, &events).await {
        Err(Stopped::Apply { sequence, source }) => {
            // The transaction took back the events before the one that failed.
            let before = events.partition_point(|event| event.sequence < sequence);
            commit(follower, own, from, &events[..before]).await?;
            return Err(Stopped::Apply { sequence, source });
        }
        ended => ended?,
    };
    cut.map_or(Ok(at), Err)
}

/// The events that follow each other, and why no more do.
fn in_order<E>(from: i64, arrived: Vec<Result<Followed<E>, Status>>) -> (Vec<Followed<E>>, Option<Stopped>) {
    let mut events = Vec::with_capacity(arrived.len());
    for (expected, event) in (from + 1..).zip(arrived) {
        match event {
            Ok(event) if event.sequence == expected => events.push(event),
            Ok(event) => return (events, Some(Stopped::Gap { expected, got: event.sequence })),
            Err(status) => return (events, Some(status.into())),
        }
    }
    (events, None)
}

/// Applies events in one transaction, which moves the cursor.
async fn commit<F: Follower>(
    follower: &mut F,
    own: &Own,
    from: i64,
    events: &[Followed<F::Event>],
) -> Result<i64, Stopped> {
    let Some(Followed { sequence: at, recorded: as_of, .. }) = events.last() else {
        return Ok(from);
    };
    let mut tx = own.db.write().await?;
    for event in events {
        let span = measures::span(own.service, F::FEED, event);
        let applied = follower.apply(&mut tx, event).instrument(span).await;
        applied.map_err(|source| Stopped::Apply { sequence: event.sequence, source })?;
    }
    tx.set_cursor(F::FEED, from, *at, *as_of).await?;
    let now = own.clock.now();
    tx.commit(now).await?;
    measures::applied(own.service, F::FEED, events.iter().map(|event| event.recorded), now);
    Ok(*at)
}

async fn place(db: &Db, feed: &str) -> Result<i64, DatabaseError> {
    Ok(db.read().await?.cursor(feed).await?.map_or(0, |cursor| cursor.sequence))
}
