//! The service as a process: its schema brought up to date by one role, and served by another that can't change it.
#![cfg(test)]

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

use database::{Db, Migration};
use testkit::{Engine, TestDb, on_both_engines};

fn budget(database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_budget"));
    command.env("ZORGINKOOP_DATABASE", database);
    command
}

fn migrate(settings: &Path, database: &str) -> Output {
    budget(database).arg("migrate").arg("--settings").arg(settings).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Waits until a log says something.
async fn says(log: &Path, text: &str) {
    let until = Instant::now() + Duration::from_secs(30);
    while !fs::read_to_string(log).unwrap().contains(text) {
        assert!(Instant::now() < until, "{text}: {}", fs::read_to_string(log).unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_both_engines! {
    async fn the_schema_is_a_job_of_its_own(engine) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), format!("1 {}\n", "07".repeat(32))).unwrap();
        let settings = folder.path().join("budget.toml");
        let text = "listen = '127.0.0.1:0'\nmigrate = false\npseudonym_key_file = 'key'\n[peers]\n\
            registration = 'http://127.0.0.1:1'\ntariffing = 'http://127.0.0.1:1'\n";
        fs::write(&settings, text).unwrap();
        let db = TestDb::open(engine, &[]).await;

        let refused = budget(db.url()).arg("--settings").arg(&settings).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let text = said(&refused);
        assert!(text.starts_with("budget: cannot open the database: the schema lacks steps 50, "), "{text}");
        assert!(text.contains("bring it up to date first, with `migrate`"), "{text}");

        if engine == Engine::Postgres {
            let other = TestDb::open(engine, &[]).await;
            let refused = migrate(&settings, &other.url_without_ddl().await);
            assert_eq!(refused.status.code(), Some(1));
            assert!(said(&refused).contains("permission denied"), "{}", said(&refused));
        }

        // A second time there is nothing to do, and that's no failure.
        for _ in 0..2 {
            let migrated = migrate(&settings, db.url());
            assert!(migrated.status.success() && said(&migrated).contains("the schema is up to date"), "{migrated:?}");
        }

        let log = folder.path().join("log");
        let mut serve = budget(&db.url_without_ddl().await);
        serve.arg("--settings").arg(&settings).stderr(File::create(&log).unwrap());
        let mut child = serve.spawn().unwrap();
        says(&log, "listening").await;
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert!(child.wait().unwrap().success());

        // A later version was here. This one is returned to: it changes nothing, and says what is there.
        const LATER: Migration = Migration::new(900, "later", "ALTER TABLE feed ADD COLUMN weight BIGINT");
        Db::open(db.url(), [budget::SERVICE.migrations, &[LATER]].concat().leak()).await.unwrap();
        let migrated = migrate(&settings, db.url());
        let text = said(&migrated);
        assert!(migrated.status.success() && text.contains("the schema is newer than this version needs"), "{text}");
        assert!(text.contains("[900]"), "{text}");
    }
}
