//! The feed, its followers, their leases.

use std::{collections::HashSet, pin::pin, time::Duration};

use chrono::SubsecRound as _;
use database::{DatabaseError, Db, Event, execute};
use futures::StreamExt as _;
use testkit::{TestDb, on_both_engines};
use tokio::time::{sleep, timeout};

use crate::{ADD, MIGRATIONS, later, now};

fn event(payload: String) -> Event {
    Event { office: "nl-428".to_owned(), kind: "item_added", payload: payload.into_bytes() }
}

/// A delay that differs per writer and step without randomness.
fn jitter(writer: u64, step: u64) -> Duration {
    Duration::from_micros((writer * 7919 + step * 104_729) % 4000)
}

const WRITERS: u64 = 40;
const STEPS: u64 = 5;

/// One transaction of one or two events around other work; every third is rolled back.
async fn write(db: &Db, writer: u64, step: u64) -> Result<Vec<String>, DatabaseError> {
    let mut tx = db.write().await?;
    execute!(tx, ADD, format!("{writer}-{step}"), "01234567", 1_i64)?;
    let mut published = vec![format!("{writer}-{step}-a")];
    if step.is_multiple_of(2) {
        published.push(format!("{writer}-{step}-b"));
    }
    for payload in &published {
        tx.publish(event(payload.clone()));
    }
    sleep(jitter(writer, step)).await;
    if (writer + step).is_multiple_of(3) {
        tx.rollback().await?;
        return Ok(Vec::new());
    }
    tx.commit(now()).await?;
    Ok(published)
}

on_both_engines! {
    /// Forty writers, delays and rollbacks, one watcher of this replica and one of another.
    async fn watchers_skip_nothing_and_keep_order(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let replica = Db::open(db.url(), MIGRATIONS).await.unwrap();
        let (total, known) = tokio::sync::watch::channel(None::<usize>);
        let watchers: Vec<_> = [Db::clone(&db), replica]
            .into_iter()
            .map(|db| {
                let mut known = known.clone();
                tokio::spawn(async move {
                    let mut rows = pin!(db.watch_feed(0));
                    let mut seen = Vec::new();
                    loop {
                        let total = *known.borrow_and_update();
                        if total == Some(seen.len()) {
                            return seen;
                        }
                        tokio::select! {
                            row = rows.next() => seen.push(row.unwrap().unwrap()),
                            _ = known.changed(), if total.is_none() => {}
                        }
                    }
                })
            })
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let db = Db::clone(&db);
                tokio::spawn(async move {
                    let mut published = Vec::new();
                    for step in 0..STEPS {
                        published.extend(write(&db, writer, step).await.unwrap());
                    }
                    published
                })
            })
            .collect();
        let mut published = HashSet::new();
        for writer in writers {
            published.extend(writer.await.unwrap());
        }
        total.send_replace(Some(published.len()));
        for watcher in watchers {
            let seen = timeout(Duration::from_secs(20), watcher).await.unwrap().unwrap();
            let sequences: Vec<i64> = seen.iter().map(|row| row.sequence).collect();
            assert_eq!(sequences, (1..=published.len() as i64).collect::<Vec<_>>());
            let payloads = seen.into_iter().map(|row| String::from_utf8(row.payload).unwrap());
            assert_eq!(payloads.collect::<HashSet<_>>(), published);
        }
        assert_eq!(db.feed_last().await.unwrap(), published.len() as i64);
    }

    async fn pages_and_a_late_watcher(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        assert_eq!(db.feed_last().await.unwrap(), 0);
        for n in 0..5 {
            let mut tx = db.write().await.unwrap();
            tx.publish(event(n.to_string()));
            tx.commit(now()).await.unwrap();
        }
        let page = db.feed_page(2, 2).await.unwrap();
        assert_eq!(page.iter().map(|row| row.sequence).collect::<Vec<_>>(), [3, 4]);
        assert_eq!((page[0].kind.as_str(), page[0].office.as_str()), ("item_added", "nl-428"));
        let late: Vec<_> = db.watch_feed(3).take(2).map(|row| row.unwrap().sequence).collect().await;
        assert_eq!(late, [4, 5]);
        // Nothing new: it waits rather than ends.
        let mut waiting = pin!(db.watch_feed(5));
        assert!(timeout(Duration::from_millis(50), waiting.next()).await.is_err());
    }

    /// A commit of this process wakes a watcher at once, long before it would look by itself.
    async fn a_commit_wakes_the_watcher(engine) {
        let options = database::Options { feed_poll: Duration::from_secs(3600), ..Default::default() };
        let db = TestDb::open_with(engine, MIGRATIONS, options).await;
        let watching = Db::clone(&db);
        let watcher = tokio::spawn(async move { pin!(watching.watch_feed(0)).next().await });
        sleep(Duration::from_millis(50)).await;
        let mut tx = db.write().await.unwrap();
        tx.publish(event("a".to_owned()));
        tx.commit(now()).await.unwrap();
        let row = timeout(Duration::from_secs(5), watcher).await.unwrap().unwrap().unwrap().unwrap();
        assert_eq!(row.sequence, 1);
    }

    async fn a_cursor_moves_only_from_where_it_is(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        for (from, to, moves) in [(3, 4, false), (0, 5, true), (0, 5, false), (4, 6, false), (5, 9, true)] {
            let mut tx = db.write().await.unwrap();
            let moved = tx.set_cursor("tariffing", from, to, now()).await;
            assert_eq!(moved.is_ok(), moves, "{from} to {to}: {moved:?}");
            match moved {
                Ok(()) => tx.commit(now()).await.unwrap(),
                Err(error) => assert!(matches!(error, DatabaseError::CursorMoved { .. }), "{error:?}"),
            }
        }
        let mut tx = db.read().await.unwrap();
        let at = tx.cursor("tariffing").await.unwrap().unwrap();
        // Both engines keep microseconds.
        assert_eq!((at.sequence, at.as_of), (9, now().trunc_subsecs(6)));
        let cursors = tx.cursors().await.unwrap();
        assert_eq!((cursors.len(), cursors[0].feed.as_str(), cursors[0].sequence), (1, "tariffing", 9));
        assert_eq!(tx.cursor("budget").await.unwrap(), None);
    }

    async fn a_lease_has_one_holder_until_it_expires(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let ttl = Duration::from_secs(10);
        let mut candidates = Vec::new();
        for n in 0..8 {
            let db = Db::clone(&db);
            candidates.push(tokio::spawn(async move {
                db.try_lease("follow", &format!("replica {n}"), ttl, now()).await.unwrap()
            }));
        }
        let mut holders = Vec::new();
        for (n, candidate) in candidates.into_iter().enumerate() {
            if candidate.await.unwrap() {
                holders.push(format!("replica {n}"));
            }
        }
        assert_eq!(holders.len(), 1);
        assert!(db.try_lease("follow", &holders[0], ttl, later(5)).await.unwrap());
        assert!(!db.try_lease("follow", "other", ttl, later(14)).await.unwrap());
        assert!(db.try_lease("follow", "other", ttl, later(15)).await.unwrap());
        db.release_lease("follow", &holders[0]).await.unwrap();
        assert!(!db.try_lease("follow", "third", ttl, later(16)).await.unwrap());
        db.release_lease("follow", "other").await.unwrap();
        assert!(db.try_lease("follow", "third", ttl, later(16)).await.unwrap());
    }
}
