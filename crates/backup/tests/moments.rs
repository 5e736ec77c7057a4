//! Databases that follow each other, copied while both work on, and put together from copies of different moments.
#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use backup::{BackupError, Checked, Source};
use chrono::{DateTime, TimeDelta, Utc};
use database::{AuditAction, AuditEntry, AuditOutcome, Db, Event, execute};
use testkit::{Engine, TestDb, on_both_engines};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::seconds(second)
}

/// Commits an event and an entry in the audit log.
async fn publish(db: &Db, second: i64) {
    let mut tx = db.write().await.unwrap();
    tx.publish(Event { office: "vgz".to_owned(), kind: "thing", payload: second.to_be_bytes().to_vec() });
    tx.audit(AuditEntry {
        time: at(second),
        actor: "somebody".to_owned(),
        role: "purchaser".to_owned(),
        authentication: "certificate",
        action: AuditAction::Create,
        event_code: "thing".to_owned(),
        outcome: AuditOutcome::Done,
        object_type: "thing".to_owned(),
        object_id: second.to_string(),
        office: "vgz".to_owned(),
        request_id: None,
        detail: String::new(),
    });
    tx.commit(at(second)).await.unwrap();
}

/// Applies what is new in the feed of another.
async fn catch_up(db: &Db, (name, other): (&str, &Db)) {
    let from = db.read().await.unwrap().cursor(name).await.unwrap().map_or(0, |cursor| cursor.sequence);
    let news = other.feed_page(from, 100).await.unwrap();
    let Some(last) = news.last() else { return };
    let mut tx = db.write().await.unwrap();
    tx.set_cursor(name, from, last.sequence, last.recorded_time).await.unwrap();
    tx.commit(last.recorded_time).await.unwrap();
}

/// Two services that follow each other.
struct Two {
    registration: TestDb,
    screening: TestDb,
    folder: tempfile::TempDir,
}

fn source(service: &str, url: impl Into<String>) -> Source {
    Source { service: service.to_owned(), url: url.into() }
}

fn programs() -> PathBuf {
    postgres_cluster::find().expect("PostgreSQL's programs, which `cargo xtask test` sees to")
}

impl Two {
    async fn open(engine: Engine) -> Two {
        let (registration, screening) = (TestDb::open(engine, &[]).await, TestDb::open(engine, &[]).await);
        Two { registration, screening, folder: tempfile::tempdir().unwrap() }
    }

    async fn backup(&self, name: &str) -> Result<PathBuf, BackupError> {
        let sources = [source("registration", self.registration.url()), source("screening", self.screening.url())];
        let to = self.folder.path().join(name);
        let copied = backup::make(&sources, &to, Some(&programs())).await?;
        assert_eq!(copied.iter().map(|copy| copy.file.parent().unwrap()).collect::<Vec<_>>(), [to.as_path(); 2]);
        let checksums = Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(&to).output().unwrap();
        assert!(checksums.status.success(), "{}", String::from_utf8_lossy(&checksums.stdout));
        Ok(to)
    }

    /// Both work and follow each other, until they are told to stop.
    fn work(&self, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
        let (one, other) = (Db::clone(&self.registration), Db::clone(&self.screening));
        let sides = [("screening", one.clone(), other.clone()), ("registration", other, one)];
        let tasks = sides.into_iter().map(|(followed, own, other)| {
            let stop = Arc::clone(stop);
            tokio::spawn(async move {
                for second in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    publish(&own, second).await;
                    catch_up(&own, (followed, &other)).await;
                }
            })
        });
        tasks.collect()
    }
}

/// A database made of a copy.
async fn restored(engine: Engine, folder: &Path, service: &str) -> (Source, Option<TestDb>) {
    match engine {
        Engine::Sqlite => (source(service, format!("sqlite://{}/{service}.db", folder.display())), None),
        Engine::Postgres => {
            let db = TestDb::open(engine, &[]).await;
            let mut restore = Command::new(programs().join("pg_restore"));
            restore.args(["--clean", "--if-exists", "--exit-on-error", "--no-owner", "--dbname"]);
            restore.arg(db.url().split('?').next().unwrap());
            let output = restore.arg(folder.join(format!("{service}.dump"))).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            (source(service, db.url()), Some(db))
        }
    }
}

fn problems(checked: &[Checked]) -> Vec<&str> {
    checked.iter().flat_map(|one| &one.problems).map(String::as_str).collect()
}

on_both_engines! {
    async fn what_is_copied_at_work_is_of_one_moment(engine) {
        let two = Two::open(engine).await;
        let stop = Arc::new(AtomicBool::new(false));
        let work = two.work(&stop);
        while two.screening.feed_last().await.unwrap() < 20 {
            tokio::task::yield_now().await;
        }
        // On SQLite the moment in which a copy could go wrong is short.
        let times = if engine == Engine::Sqlite { 40 } else { 3 };
        let mut copies = Vec::new();
        for number in 0..times {
            copies.push(two.backup(&format!("copy{number}")).await.unwrap());
        }
        stop.store(true, Ordering::Relaxed);
        for task in work {
            task.await.unwrap();
        }
        let mut before = 0;
        for copy in copies {
            let (one, _one) = restored(engine, &copy, "registration").await;
            let (other, _other) = restored(engine, &copy, "screening").await;
            let checked = backup::check(&[one, other]).await.unwrap();
            assert_eq!(problems(&checked), [] as [&str; 0]);
            assert!(checked.iter().all(|one| one.events == one.audit_entries && one.events > before), "{checked:?}");
            before = checked[0].events.min(checked[1].events);
        }
        assert!(two.screening.feed_last().await.unwrap() > before, "they worked on meanwhile");
    }

    async fn copies_of_two_moments_are_told_apart(engine) {
        let two = Two::open(engine).await;
        publish(&two.registration, 1).await;
        let early = two.backup("early").await.unwrap();
        publish(&two.registration, 2).await;
        catch_up(&two.screening, ("registration", &two.registration)).await;
        let late = two.backup("late").await.unwrap();
        let (registration, _one) = restored(engine, &early, "registration").await;
        let (screening, _other) = restored(engine, &late, "screening").await;
        let sources = [registration, screening];
        let checked = backup::check(&sources).await.unwrap();
        assert_eq!(problems(&checked), ["applied event 2 of registration, of which the feed ends at 1"]);
        // Nobody looked, and the service went on: its second event is not the one that was applied.
        let again = Db::open(&sources[0].url, &[]).await.unwrap();
        publish(&again, 3).await;
        publish(&again, 4).await;
        again.close().await;
        let checked = backup::check(&sources).await.unwrap();
        let expected = "applied another event 2 of registration than is there now, recorded at 2023-11-14 22:13:22 UTC";
        assert_eq!(problems(&checked), [expected]);
        let alone = backup::check(&sources[1..]).await.unwrap();
        assert_eq!(problems(&alone), ["follows registration, of which nothing can be told"]);
    }

    async fn a_copy_that_was_changed_is_not_whole(engine) {
        let two = Two::open(engine).await;
        for second in 1..=3 {
            publish(&two.registration, second).await;
        }
        let copy = two.backup("copy").await.unwrap();
        let (registration, _one) = restored(engine, &copy, "registration").await;
        let changed = Db::open(&registration.url, &[]).await.unwrap();
        let mut tx = changed.write().await.unwrap();
        assert_eq!(execute!(tx, "DELETE FROM feed WHERE sequence = $1", 2_i64).unwrap(), 1);
        assert_eq!(execute!(tx, "UPDATE commit_counter SET last_audit = $1 WHERE counter_id = 1", 2_i64).unwrap(), 1);
        tx.commit(at(4)).await.unwrap();
        changed.close().await;
        let checked = backup::check(&[registration]).await.unwrap();
        let expected = [
            "the audit log is broken at entry 3: the entry was not made by the service",
            "the feed has 2 events, 1 to 3; it should have 1 to 3",
        ];
        assert_eq!(problems(&checked), expected);
    }

    async fn what_cannot_be_copied_leaves_nothing_behind(engine) {
        let two = Two::open(engine).await;
        two.backup("copy").await.unwrap();
        assert!(matches!(two.backup("copy").await, Err(BackupError::Taken(_))));
        let missing = match engine {
            Engine::Sqlite => two.screening.url().replace(".db", ".not"),
            Engine::Postgres => two.screening.url().replace("/test_", "/not_"),
        };
        let sources = [source("registration", two.registration.url()), source("screening", missing)];
        let to = two.folder.path().join("other");
        let refused = backup::make(&sources, &to, Some(&programs())).await.unwrap_err();
        assert!(refused.to_string().starts_with("screening: "), "{refused}");
        assert_eq!(fs::read_dir(two.folder.path()).unwrap().count(), 1, "only the first copy is there");
        let twice = [sources[0].clone(), sources[0].clone()];
        let refused = backup::make(&twice, &to, None).await.unwrap_err();
        assert_eq!(refused.to_string(), "registration is named twice");
        let wrong = backup::check(&[source("budget", "mysql://root:secret@db/x")]).await.unwrap_err();
        assert_eq!(wrong.to_string(), "budget: expected sqlite:///path/file.db or postgres://user@host/name");
        // Nobody waits for what was held.
        publish(&two.registration, 1).await;
    }
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let two = Two::open(Engine::Sqlite).await;
    for second in 1..=200 {
        publish(&two.registration, second).await;
    }
    let copy = two.backup("copy").await.unwrap();
    let path = copy.join("registration.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let checked = backup::check(&[restored(Engine::Sqlite, &copy, "registration").await.0]).await.unwrap();
    assert!(!checked[0].problems.is_empty());
}

#[tokio::test]
async fn pg_dump_that_is_missing_is_named() {
    let two = Two::open(Engine::Postgres).await;
    let sources = [source("registration", two.registration.url())];
    let to = two.folder.path().join("copy");
    let refused = backup::make(&sources, &to, Some(two.folder.path())).await.unwrap_err();
    assert!(
        refused.to_string().starts_with("registration: ") && refused.to_string().contains("pg_dump: "),
        "{refused}"
    );
    assert!(!to.exists());
}
