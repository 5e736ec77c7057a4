//! Measures what the feed's numbering costs on PostgreSQL; the figures in the module `feed` are
//! from here:
//!
//! ```text
//! cargo xtask postgres --durable -- cargo run --release -p database --example feed_cost
//! ```
#![allow(clippy::print_stdout, reason = "prints its measurements")]

use std::{
    error::Error,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use chrono::DateTime;
use database::{Db, Engine, Event, Migration, Tx, execute, fetch_one};
use testkit::TestDb;

const MIGRATIONS: &[Migration] = &[Migration::per_engine(
    100,
    "tables",
    "SELECT 1",
    "CREATE TABLE item (item_id BIGINT PRIMARY KEY, note TEXT NOT NULL);
     CREATE TABLE parallel_feed (
         event_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         written_by XID8 NOT NULL DEFAULT pg_current_xact_id(),
         office TEXT NOT NULL, kind TEXT NOT NULL, payload BYTEA NOT NULL
     );
     CREATE INDEX parallel_feed_order ON parallel_feed (written_by, event_id);",
)];
const ADD: &str = "INSERT INTO item (item_id, note) VALUES ($1, $2)";
const PARALLEL: &str = "INSERT INTO parallel_feed (office, kind, payload) VALUES ($1, $2, $3)";
const SECONDS: u64 = 4;

#[derive(Clone, Copy, Debug)]
enum Way {
    /// Writes a row and no event.
    NoEvent,
    /// As [`Tx::commit`] does it.
    Counter,
    /// Identity and transaction id; readers look below the oldest transaction running.
    Parallel,
}

async fn write(db: &Db, way: Way, item: i64) -> Result<(), database::DatabaseError> {
    let mut tx: Tx = db.write().await?;
    // Three statements stand for a small service call.
    execute!(tx, ADD, item * 2, "note")?;
    execute!(tx, ADD, item * 2 + 1, "note")?;
    let _ = fetch_one!(tx, "SELECT note FROM item WHERE item_id = $1", item * 2 => (String,))?;
    let payload = vec![7; 200];
    let (office, kind) = ("nl-428", "item_added");
    match way {
        Way::NoEvent => {}
        Way::Counter => tx.publish(Event { office: office.to_owned(), kind, payload }),
        Way::Parallel => {
            execute!(tx, PARALLEL, office, kind, payload)?;
        }
    }
    tx.commit(DateTime::UNIX_EPOCH).await
}

async fn measure(way: Way, writers: usize) -> Result<f64, Box<dyn Error>> {
    let options = database::Options { max_connections: 20, ..Default::default() };
    let db = TestDb::open_with(Engine::Postgres, MIGRATIONS, options).await;
    let next = std::sync::Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let (db, next) = (Db::clone(&db), next.clone());
            tokio::spawn(async move {
                while begun.elapsed() < Duration::from_secs(SECONDS) {
                    write(&db, way, next.fetch_add(1, Ordering::Relaxed) as i64).await?;
                }
                Ok::<_, database::DatabaseError>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(next.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Runtime::new()?.block_on(async {
        // The first run only warms the server up.
        measure(Way::NoEvent, 8).await?;
        for writers in [1, 2, 8, 16] {
            for way in [Way::NoEvent, Way::Counter, Way::Parallel] {
                let per_second = measure(way, writers).await?;
                println!("{writers:>2} writers {way:?}: {per_second:.0} transactions/s");
            }
        }
        Ok(())
    })
}
