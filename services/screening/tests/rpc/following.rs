//! Following: nothing twice, nothing lost.

use chrono::{DateTime, Utc};
use contract::common::{ClaimFile, ClaimLine, Money, Period};
use database::fetch_one;
use edge::{Core, EdgeError};
use futures::future::try_join_all;
use runtime::{Clock, Ids, Settings};
use testkit::{Engine, TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;

use crate::support::*;

const ROWS: &str = "SELECT (SELECT COUNT(*) FROM claim), (SELECT COUNT(*) FROM credit), (SELECT COUNT(*) FROM signal),
    (SELECT COUNT(*) FROM evidence), (SELECT COUNT(*) FROM withdrawal)";

/// Lines, credits, signals, evidence and withdrawals on record.
async fn rows(world: &World) -> (i64, i64, i64, i64, i64) {
    let mut tx = world.db.read().await.unwrap();
    fetch_one!(tx, ROWS => (i64, i64, i64, i64, i64)).unwrap()
}

/// What both feeds use, over a database of its own.
async fn core(engine: Engine) -> (TestDb, Core) {
    let db = TestDb::open(engine, screening::store::MIGRATIONS).await;
    let settings = Settings { database: db.url().to_owned(), ..Settings::default() };
    let with = (Clock::manual("2024-06-01T10:00:00Z".parse::<DateTime<Utc>>().unwrap()), Ids::random());
    let with = (with.0, with.1, CancellationToken::new());
    (db, Core::open(&settings, &screening::SERVICE, with).await.unwrap())
}

/// Applies a file with a line per client on 4 March.
async fn apply(core: &Core, service: &'static str, file_id: &str, clients: i64) -> Result<(), EdgeError> {
    let mut tx = core.db().write().await?;
    let file = ClaimFile {
        file_id: file_id.to_owned(),
        office: "vgz".to_owned(),
        agb: FIRST.to_owned(),
        received_time: edge::to_proto::time(core.clock.now()),
        ..ClaimFile::default()
    };
    let line = |number: i64| ClaimLine {
        detail_number: number,
        client: format!("{number:022}"),
        product: "1000".to_owned(),
        period: Some(Period { first_day: march(4), last_day: march(4) }),
        granted: Some(Money { cents: TARIFF }),
        reference: format!("{file_id}-{number}"),
        ..ClaimLine::default()
    };
    let lines: Vec<ClaimLine> = (0..clients).map(line).collect();
    let mut applying = screening::apply::File::begin(core, &mut tx, service, &file).await?;
    for page in lines.chunks(2) {
        applying.page(page).await?;
    }
    applying.finish().await?;
    tx.commit(core.clock.now()).await?;
    Ok(())
}

on_both_engines! {
    async fn scr_04_of_files_applied_at_the_same_time_neither_misses_the_other(engine) {
        let (db, core) = core(engine).await;
        let budget = (0..4).map(|number| apply(&core, "budget", ["B0", "B1", "B2", "B3"][number], 3));
        let homecare = (0..4).map(|number| apply(&core, "homecare", ["H0", "H1", "H2", "H3"][number], 3));
        try_join_all(budget.chain(homecare)).await.unwrap();
        let (signals,) = fetch_one!(db.read().await.unwrap(), "SELECT COUNT(*) FROM signal" => (i64,)).unwrap();
        assert_eq!(signals, 3 * 8 * 7 / 2, "every two of eight files, for each client");
    }

    async fn scr_04_a_restart_applies_nothing_twice_and_misses_nothing(engine) {
        let mut world = World::open(engine).await;
        let (a1, b1) = (debit("A1", (4, 5), 1), debit("B1", (5, 6), 1));
        world.submit(FIRST, "F1", std::slice::from_ref(&a1)).await;
        world.caught_up().await;
        world.stop().await;
        world.submit(SECOND, "F1", &[b1, debit("B2", (10, 11), 1)]).await;
        assert_eq!(rows(&world).await, (1, 0, 0, 0, 0));
        world.start().await;
        world.caught_up().await;
        assert_eq!(world.standing().await, [pair("A1", "B1")]);
        assert_eq!(rows(&world).await, (3, 0, 1, 2, 0));

        world.stop().await;
        world.start().await;
        world.submit(FIRST, "F2", &[credit("C1", &a1), debit("A2", (11, 11), 1)]).await;
        world.caught_up().await;
        assert_eq!(world.standing().await, [pair("B2", "A2")]);
        assert_eq!((rows(&world).await, world.published().await), ((4, 1, 2, 4, 1), 3));
    }

    async fn scr_04_only_what_was_granted_is_compared(engine) {
        let world = World::open(engine).await;
        world.conclude("41410003", TARIFF + 1_000).await;
        let lines = [debit("A1", (4, 5), 1), debit("A2", (4, 5), 1)];
        world.submit("41410003", "F1", &lines).await;
        world.caught_up().await;
        let signals = world.signals("").await;
        assert_eq!(signals.iter().map(|signal| signal.at_stake.unwrap().cents).collect::<Vec<_>>(), [1_000]);
    }
}
