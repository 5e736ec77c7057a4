//! Events of a kind that only a newer version knows: they wait for it.

use chrono::{DateTime, Utc};
use contract::{
    feed::After,
    registration::{Event as Told, WatchRequest},
};
use database::{Event, Migration, Tx, execute, fetch_all};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use prost::Message;
use runtime::{
    Clock,
    follow::{ApplyError, Feed, Followed, Follower, Own, follow},
};
use testkit::{TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::{
    calls::OFFICE,
    world::{World, is_followed, until},
};

/// The name of a feed, whose last event is this one.
const NEIGHBOUR: &str = "neighbour";
const LAST: i64 = 5;

const APPLIED: &[Migration] = &[Migration::new(
    100,
    "applied",
    "CREATE TABLE applied (sequence BIGINT NOT NULL PRIMARY KEY, replica TEXT NOT NULL)",
)];

/// A replica whose version knows the events of the neighbour up to one.
struct Replica {
    name: &'static str,
    knows: i64,
}

fn then() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

impl Follower for Replica {
    const FEED: &'static str = NEIGHBOUR;
    type Event = ();

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<()>, Status>> {
        let knows = self.knows;
        let events = (after.sequence + 1..=LAST).map(move |sequence| match sequence <= knows {
            true => Ok(Followed { sequence, recorded: then(), trace_parent: String::new(), event: () }),
            false => Err(Status::unimplemented("of a newer version")),
        });
        async move { Ok(stream::iter(events).chain(stream::pending()).boxed()) }.boxed()
    }

    fn apply<'a>(&'a mut self, tx: &'a mut Tx, event: &'a Followed<()>) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            execute!(tx, "INSERT INTO applied (sequence, replica) VALUES ($1, $2)", event.sequence, self.name)?;
            Ok(())
        })
    }
}

on_both_engines! {
    async fn a_follower_leaves_what_it_does_not_know_to_a_replica_that_does(engine) {
        let db = TestDb::open(engine, APPLIED).await;
        let stop = CancellationToken::new();
        // The clock stands still, so that no lease runs out: it is given up.
        let clock = Clock::manual(then());
        let started = |name: &'static str, knows: i64| {
            let own = Own { service: "own", db: (*db).clone(), clock: clock.clone(), holder: name.to_owned() };
            tokio::spawn(follow(Replica { name, knows }, own, stop.clone()))
        };
        let at = async |sequence: i64| {
            db.read().await.unwrap().cursor(NEIGHBOUR).await.unwrap().is_some_and(|cursor| cursor.sequence == sequence)
        };
        let older = started("older", 2);
        until(async || at(2).await).await;
        let newer = started("newer", LAST);
        until(async || at(LAST).await).await;
        stop.cancel();
        older.await.unwrap();
        newer.await.unwrap();
        let mut tx = db.read().await.unwrap();
        let applied = fetch_all!(tx, "SELECT sequence, replica FROM applied ORDER BY sequence" => (i64, String)).unwrap();
        let expected = [(1, "older"), (2, "older"), (3, "newer"), (4, "newer"), (5, "newer")];
        assert_eq!(applied, expected.map(|(sequence, replica)| (sequence, replica.to_owned())));
    }

    async fn a_replica_that_does_not_know_an_event_tells_nobody_a_part_of_it(engine) {
        let world = World::open(engine).await;
        let (mut a, mut b) = (world.start(true).await.unwrap(), world.start(true).await.unwrap());
        let budget = world.follow(&a).await;
        world.conclude(1, &mut a, &mut b).await;
        until(async || world.cursor().await == 2).await;

        // Field 1023 of the event: a newer version's fact.
        let known = Told { office: OFFICE.to_owned(), ..Told::default() };
        let payload = [known.encode_to_vec(), vec![0xfa, 0x3f, 0]].concat();
        let mut tx = world.registration.write().await.unwrap();
        tx.publish(Event { office: OFFICE.to_owned(), kind: "something_new", payload });
        tx.commit(world.clock.now()).await.unwrap();
        world.conclude(2, &mut a, &mut b).await;

        let mut events = a.client.watch(WatchRequest { after_sequence: 0, ..Default::default() }).await.unwrap().into_inner();
        for sequence in 1..=2 {
            assert_eq!(events.message().await.unwrap().unwrap().event.unwrap().sequence, sequence);
        }
        let ended = events.message().await.unwrap_err();
        assert_eq!(ended.code(), Code::Unavailable, "{ended}");
        assert!(ended.message().starts_with("event 3 is a newer version's"), "{}", ended.message());
        // Whoever follows gives way to others, and stays before it.
        until(async || !is_followed(&world.budget).await.unwrap()).await;
        assert_eq!((world.cursor().await, world.agreements().await), (2, 1));
        budget.stop().await.unwrap();
    }
}
