//! What an event that can't be applied, or that is missing, takes from the events around it: nothing.
#![cfg(test)]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use contract::feed::After;
use database::{Migration, Tx, execute, fetch_all};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use runtime::{
    Clock,
    follow::{ApplyError, Feed, Followed, Follower, Own, follow},
};
use testkit::{TestDb, on_both_engines};
use tokio::time::{Duration, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tonic::Status;

const APPLIED: &[Migration] =
    &[Migration::new(100, "applied", "CREATE TABLE applied (sequence BIGINT NOT NULL PRIMARY KEY)")];
const LAST: i64 = 5;

/// Applies up to an event, of a feed that leaves one out; 0 for none.
#[derive(Clone, Default)]
struct Upto {
    bad: Arc<AtomicI64>,
    missing: Arc<AtomicI64>,
    opened: Arc<AtomicI64>,
}

fn then() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

impl Follower for Upto {
    const FEED: &'static str = "neighbour";
    type Event = ();

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<()>, Status>> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let missing = self.missing.load(Ordering::SeqCst);
        // All of it is ready at once: one batch.
        let events = (after.sequence + 1..=LAST)
            .filter(move |sequence| *sequence != missing)
            .map(|sequence| Ok(Followed { sequence, recorded: then(), trace_parent: String::new(), event: () }));
        async move { Ok(stream::iter(events).chain(stream::pending()).boxed()) }.boxed()
    }

    fn apply<'a>(&'a mut self, tx: &'a mut Tx, event: &'a Followed<()>) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            execute!(tx, "INSERT INTO applied (sequence) VALUES ($1)", event.sequence)?;
            match event.sequence == self.bad.load(Ordering::SeqCst) {
                true => Err("not today".into()),
                false => Ok(()),
            }
        })
    }
}

/// What was applied, and where the cursor is.
async fn state(db: &TestDb) -> (Vec<i64>, i64) {
    let mut tx = db.read().await.unwrap();
    let applied = fetch_all!(tx, "SELECT sequence FROM applied ORDER BY sequence" => (i64,)).unwrap();
    let cursor = tx.cursor(Upto::FEED).await.unwrap().map_or(0, |cursor| cursor.sequence);
    (applied.into_iter().map(|(sequence,)| sequence).collect(), cursor)
}

/// Follows until the feed was opened for the third time, which is after it stopped twice.
async fn stopped_twice(db: &TestDb, follower: Upto) -> (Vec<i64>, i64) {
    let stop = CancellationToken::new();
    let own = Own { service: "own", db: (**db).clone(), clock: Clock::manual(then()), holder: "a".to_owned() };
    let following = tokio::spawn(follow(follower.clone(), own, stop.clone()));
    let opened = async {
        while follower.opened.load(Ordering::SeqCst) < 3 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), opened).await.unwrap();
    let before = state(db).await;
    // What was in the way no longer is.
    follower.bad.store(0, Ordering::SeqCst);
    follower.missing.store(0, Ordering::SeqCst);
    let whole = async {
        while state(db).await.1 < LAST {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), whole).await.unwrap();
    stop.cancel();
    following.await.unwrap();
    assert_eq!(state(db).await, ((1..=LAST).collect(), LAST));
    before
}

on_both_engines! {
    async fn an_event_that_cannot_be_applied_takes_none_from_before_it(engine) {
        let db = TestDb::open(engine, APPLIED).await;
        let follower = Upto::default();
        follower.bad.store(3, Ordering::SeqCst);
        assert_eq!(stopped_twice(&db, follower).await, (vec![1, 2], 2));
    }

    async fn an_event_that_is_missing_takes_none_from_before_it(engine) {
        let db = TestDb::open(engine, APPLIED).await;
        let follower = Upto::default();
        follower.missing.store(4, Ordering::SeqCst);
        assert_eq!(stopped_twice(&db, follower).await, (vec![1, 2, 3], 3));
    }

    async fn nothing_is_applied_after_an_event_that_cannot_be(engine) {
        let db = TestDb::open(engine, APPLIED).await;
        let follower = Upto::default();
        follower.bad.store(1, Ordering::SeqCst);
        assert_eq!(stopped_twice(&db, follower).await, (vec![], 0));
    }
}
