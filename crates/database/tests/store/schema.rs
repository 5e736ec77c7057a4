//! Opening a database without changing its schema, or with one that is newer.

use database::{
    DatabaseError, Db, Engine, Event, Migration, Options, execute, fetch_all, fetch_one, sqlx::migrate::MigrateError,
};
use testkit::{TestDb, on_both_engines};

use crate::{ADD, COUNT, MIGRATIONS, now};

/// What an earlier version needs.
const EARLIER: &[Migration] = MIGRATIONS.split_at(1).0;

async fn as_it_is(url: &str, migrations: &'static [Migration]) -> Result<Db, DatabaseError> {
    Db::open_with(url, migrations, Options { migrate: false, ..Options::default() }).await
}

on_both_engines! {
    async fn an_older_schema_is_refused_and_left_as_it_is(engine) {
        let db = TestDb::open(engine, EARLIER).await;
        // Twice: had the first one changed anything, the second would find it.
        for _ in 0..2 {
            let error = as_it_is(db.url(), MIGRATIONS).await.unwrap_err();
            assert!(matches!(&error, DatabaseError::Outdated { missing } if *missing == [101]), "{error:?}");
            assert!(error.to_string().starts_with("the schema lacks step 101 that this version needs"), "{error}");
        }
        Db::open(db.url(), MIGRATIONS).await.unwrap();
        as_it_is(db.url(), MIGRATIONS).await.unwrap();
    }

    /// During an upgrade the earlier version goes on beside the newer one, and may start again.
    async fn a_newer_schema_is_served(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let earlier = as_it_is(db.url(), EARLIER).await.unwrap();
        let mut tx = earlier.read().await.unwrap();
        assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (0,));
    }

    /// As a replica that restarts during an upgrade does, and the version that is returned to.
    async fn an_earlier_version_that_may_migrate_leaves_a_newer_schema_as_it_is(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        for number in 1..=2 {
            let earlier = Db::open(db.url(), EARLIER).await.unwrap();
            let mut tx = earlier.write().await.unwrap();
            execute!(tx, ADD, format!("i-{number}"), "41410001", 5_i64).unwrap();
            tx.commit(now()).await.unwrap();
        }
        let newer = as_it_is(db.url(), MIGRATIONS).await.unwrap();
        let mut tx = newer.read().await.unwrap();
        assert_eq!(fetch_one!(tx, COUNT => (i64,)).unwrap(), (2,));
        // What the schema lacks of a version is added beside the steps of another.
        const OTHER: &[Migration] = &[MIGRATIONS[0], Migration::new(102, "other", "CREATE TABLE other (id BIGINT)")];
        let other = Db::open(db.url(), OTHER).await.unwrap();
        let mut tx = other.read().await.unwrap();
        let applied = "SELECT version FROM _sqlx_migrations WHERE version >= 100 ORDER BY version";
        assert_eq!(fetch_all!(tx, applied => (i64,)).unwrap(), [(100,), (101,), (102,)]);
    }

    async fn a_changed_migration_is_refused(engine) {
        const CHANGED: &[Migration] = &[Migration::new(100, "tables", "SELECT 1;")];
        let db = TestDb::open(engine, MIGRATIONS).await;
        let error = as_it_is(db.url(), CHANGED).await.unwrap_err();
        assert!(matches!(error, DatabaseError::Migration(MigrateError::VersionMismatch(100))), "{error:?}");
    }

    /// Whoever left it halfway: what the tables are then, nobody knows.
    async fn a_step_that_was_left_halfway_is_refused_by_the_earlier_version_too(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let mut tx = db.write().await.unwrap();
        execute!(tx, "UPDATE _sqlx_migrations SET success = FALSE WHERE version = 101").unwrap();
        tx.commit(now()).await.unwrap();
        for opened in [Db::open(db.url(), EARLIER).await, as_it_is(db.url(), EARLIER).await] {
            let error = opened.unwrap_err();
            assert!(matches!(error, DatabaseError::Migration(MigrateError::Dirty(101))), "{error:?}");
        }
    }

    async fn rights_to_read_and_write_are_enough(engine) {
        let db = TestDb::open(engine, MIGRATIONS).await;
        let url = db.url_without_ddl().await;
        let served = as_it_is(&url, MIGRATIONS).await.unwrap();
        let mut tx = served.write().await.unwrap();
        execute!(tx, ADD, "a", "41410001", 5_i64).unwrap();
        tx.publish(Event { office: "vgz".to_owned(), kind: "item_added", payload: Vec::new() });
        tx.commit(now()).await.unwrap();
        assert_eq!(served.feed_last().await.unwrap(), 1);
        if engine == Engine::Postgres {
            let mut tx = served.write().await.unwrap();
            let error = execute!(tx, "CREATE TABLE other (id BIGINT)").unwrap_err();
            assert!(error.to_string().contains("database error"), "{error:?}");
            assert!(Db::open(&url, MIGRATIONS).await.is_err(), "it can't bring the schema up to date");
        }
    }
}

#[tokio::test]
async fn an_embedded_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/deep/file.db", folder.path().display());
    assert!(as_it_is(&url, MIGRATIONS).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_empty_database_lacks_every_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.db");
    std::fs::write(&path, b"").unwrap();
    let error = as_it_is(&format!("sqlite://{}", path.display()), MIGRATIONS).await.unwrap_err();
    assert!(matches!(&error, DatabaseError::Outdated { missing } if missing.starts_with(&[1, 2])), "{error:?}");
}
