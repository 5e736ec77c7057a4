//! Opening, migrating, transactions.

use std::pin::pin;

use database::{DatabaseError, Db, Engine, Options, Tx, execute, fetch_one, sqlx::migrate::MigrateError};
use testkit::{TestDb, on_both_engines};

use crate::{ADD, COUNT, MIGRATIONS, now};

/// Waits for a transaction to begin, and gives up after so many looks.
async fn give_up(begin: impl Future<Output = Result<Tx, DatabaseError>>, looks: u32) {
    let mut begin = pin!(begin);
    for _ in 0..looks {
        if futures::poll!(begin.as_mut()).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn a_transaction_that_nobody_waits_for_leaves_its_connection_clean(engine) {
        // With one connection the next transaction gets the one that was given up on.
        let options = Options { max_connections: 1, ..Options::default() };
        let db = TestDb::open_with(engine, MIGRATIONS, options).await;
        for round in 0..300 {
            give_up(db.read(), round).await;
            let mut tx = db.write().await.unwrap();
            execute!(tx, ADD, format!("i-{round}"), "41410001", 1).unwrap();
            tx.commit(now()).await.unwrap();
            give_up(db.write(), round).await;
        }
        let mut tx = db.read().await.unwrap();
        assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (300,));
    }

    /// Replicas start at once; each finds the schema complete.
    async fn several_replicas_migrate_at_once(engine) {
        let db = TestDb::open(engine, &[]).await;
        let replicas: Vec<_> = (0..6)
            .map(|_| {
                let url = db.url().to_owned();
                tokio::spawn(async move { Db::open(&url, MIGRATIONS).await })
            })
            .collect();
        for replica in replicas {
            let replica = replica.await.unwrap().unwrap();
            let mut tx = replica.read().await.unwrap();
            assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (0,));
        }
    }

    /// An applied migration whose text changed stops the start.
    async fn a_changed_migration_is_refused(engine) {
        const CHANGED: &[database::Migration] = &[database::Migration::new(100, "tables", "SELECT 1;")];
        let db = TestDb::open(engine, MIGRATIONS).await;
        let error = Db::open(db.url(), CHANGED).await.unwrap_err();
        assert!(matches!(error, DatabaseError::Migration(MigrateError::VersionMismatch(100))), "{error:?}");
    }

    /// A read transaction keeps its snapshot and can't write.
    async fn a_read_transaction_is_a_snapshot(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut reader = db.read().await.unwrap();
        assert_eq!(fetch_one!(reader, COUNT => (i64,)).unwrap(), (0,));
        let mut writer = db.write().await.unwrap();
        execute!(writer, ADD, "a", "01234567", 5_i64).unwrap();
        writer.commit(now()).await.unwrap();
        assert_eq!(fetch_one!(reader, COUNT => (i64,)).unwrap(), (0,));
        assert!(execute!(reader, ADD, "b", "01234567", 5_i64).is_err());
        let mut reader = db.read().await.unwrap();
        assert_eq!(fetch_one!(reader, COUNT => (i64,)).unwrap(), (1,));
    }

    /// Dropping a transaction undoes it.
    async fn a_dropped_transaction_leaves_nothing(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        execute!(tx, ADD, "a", "01234567", 5_i64).unwrap();
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (0,));
    }

    /// After a refused statement nothing works but rolling back, on SQLite too.
    async fn a_failed_transaction_cannot_commit(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        execute!(tx, ADD, "a", "01234567", 5_i64).unwrap();
        let error = execute!(tx, ADD, "a", "01234567", 5_i64).unwrap_err();
        assert!(error.is_unique_on("item"), "{error:?}");
        assert!(matches!(fetch_one!(tx, COUNT => (i64,)), Err(DatabaseError::Aborted)));
        assert!(matches!(tx.commit(now()).await, Err(DatabaseError::Aborted)));
        let mut tx = db.read().await.unwrap();
        assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (0,));
    }

    /// Forty writers at once: none fails, none is lost.
    async fn concurrent_writers_all_succeed(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        execute!(tx, ADD, "sum", "01234567", 0_i64).unwrap();
        tx.commit(now()).await.unwrap();
        let writers: Vec<_> = (0..40)
            .map(|_| {
                let db = Db::clone(&db);
                tokio::spawn(async move {
                    let mut tx = db.write().await?;
                    execute!(tx, "UPDATE item SET cents = cents + $1 WHERE item_id = $2", 3_i64, "sum")?;
                    tx.commit(now()).await
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        let mut tx = db.read().await.unwrap();
        let (sum,) = fetch_one!(tx, "SELECT CAST(SUM(cents) AS BIGINT) FROM item" => (i64,)).unwrap();
        assert_eq!(sum, 120);
    }
}

#[tokio::test]
async fn a_folder_is_made_and_a_strange_url_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/deep/er/file.db", folder.path().display());
    assert_eq!(Db::open(&url, MIGRATIONS).await.unwrap().engine(), Engine::Sqlite);
    let error = Db::open("mysql://root:secret@localhost/x", MIGRATIONS).await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}
