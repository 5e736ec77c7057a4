//! PostgreSQL: a snapshot that a transaction exports, which `pg_dump` takes over.

use std::{
    path::{Path, PathBuf},
    str::FromStr as _,
};

use database::sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, Row as _,
    postgres::{PgConnectOptions, PgConnection},
};
use percent_encoding::percent_decode_str;
use tokio::process::Command;
use url::Url;

use crate::{BackupError, Source};

// Every commit with events or audit entries changes this row last; who holds it holds them all up.
const HOLD: &str = "SELECT last_feed FROM commit_counter WHERE counter_id = 1 FOR UPDATE";
const EXPORT: &str = "SELECT pg_export_snapshot(), last_feed FROM commit_counter WHERE counter_id = 1";

/// The row that commits wait for.
pub(crate) struct Held {
    service: String,
    options: PgConnectOptions,
    connection: PgConnection,
}

/// A transaction that keeps its snapshot alive while `pg_dump` reads it.
pub(crate) struct Snapshot {
    service: String,
    connection: PgConnection,
    name: String,
    pub(crate) last_feed: i64,
}

impl Held {
    pub(crate) async fn take(source: &Source) -> Result<Held, BackupError> {
        let options = PgConnectOptions::from_str(&source.url)
            .map_err(|_| BackupError::Url(source.service.clone()))?
            .application_name("zorginkoop backup")
            // The snapshots stay open as long as the copying takes.
            .options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "0")]);
        let service = source.service.clone();
        let refused = BackupError::postgres(&source.service);
        let mut connection = options.connect().await.map_err(refused)?;
        connection.execute("BEGIN").await.map_err(refused)?;
        connection.execute(HOLD).await.map_err(refused)?;
        Ok(Held { service, options, connection })
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, BackupError> {
        let refused = BackupError::postgres(&self.service);
        let mut connection = self.options.connect().await.map_err(refused)?;
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map_err(refused)?;
        let row = connection.fetch_one(EXPORT).await.map_err(refused)?;
        let (name, last_feed) = (row.try_get(0).map_err(refused)?, row.try_get(1).map_err(refused)?);
        Ok(Snapshot { service: self.service.clone(), connection, name, last_feed })
    }

    pub(crate) async fn release(self) -> Result<(), BackupError> {
        self.connection.close().await.map_err(BackupError::postgres(&self.service))
    }
}

impl Snapshot {
    /// Dumps the snapshot in PostgreSQL's custom format, with `pg_dump` of this folder or of the path.
    pub(crate) async fn copy(self, url: &str, to: PathBuf, programs: Option<&Path>) -> Result<(), BackupError> {
        let program = programs.map_or_else(|| PathBuf::from("pg_dump"), |folder| folder.join("pg_dump"));
        let (url, password) = for_programs(url).ok_or_else(|| BackupError::Url(self.service.clone()))?;
        let mut command = Command::new(&program);
        command.arg("--format=custom").arg(format!("--snapshot={}", self.name)).arg("--file").arg(to);
        command.arg(format!("--dbname={url}")).kill_on_drop(true);
        if let Some(password) = password {
            // Arguments can be read by everybody on the machine, the environment by its owner only.
            command.env("PGPASSWORD", password);
        }
        let failed =
            |problem| BackupError::Program { service: self.service.clone(), program: program.clone(), problem };
        let output = command.output().await.map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        self.connection.close().await.map_err(BackupError::postgres(&self.service))
    }
}

/// A URL as PostgreSQL's own programs read it, and the password that was in it.
fn for_programs(url: &str) -> Option<(String, Option<String>)> {
    let mut url = Url::parse(url).ok()?;
    let mut password = url.password().map(|password| percent_decode_str(password).decode_utf8_lossy().into_owned());
    if password.is_some() {
        url.set_password(None).ok()?;
    }
    let mut known = Vec::new();
    for (name, value) in url.query_pairs() {
        match &*name {
            "password" => password = Some(value.into_owned()),
            // Of the driver that services use.
            "statement-cache-capacity" => {}
            "ssl-ca" => known.push(("sslrootcert".to_owned(), value.into_owned())),
            dashed if dashed.starts_with("ssl-") => known.push((dashed.replace('-', ""), value.into_owned())),
            _ => known.push((name.into_owned(), value.into_owned())),
        }
    }
    url.set_query(None);
    if !known.is_empty() {
        url.query_pairs_mut().extend_pairs(known);
    }
    Some((url.into(), password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_driver_reads_and_the_password_are_taken_out_of_the_url() {
        let cases = [
            (
                "postgres://backup:p%40ss%2Fw@db:5432/budget?sslmode=verify-full&statement-cache-capacity=100",
                ("postgres://backup@db:5432/budget?sslmode=verify-full", Some("p@ss/w")),
            ),
            (
                "postgres://db/budget?password=x&ssl-mode=require&ssl-root-cert=%2Fca.pem&ssl-ca=b",
                ("postgres://db/budget?sslmode=require&sslrootcert=%2Fca.pem&sslrootcert=b", Some("x")),
            ),
            ("postgres:///budget?host=%2Frun%2Fpostgresql", ("postgres:///budget?host=%2Frun%2Fpostgresql", None)),
            ("postgres://me@db/budget?statement-cache-capacity=100", ("postgres://me@db/budget", None)),
        ];
        for (url, (expected, secret)) in cases {
            assert_eq!(for_programs(url), Some((expected.to_owned(), secret.map(str::to_owned))));
        }
    }
}
