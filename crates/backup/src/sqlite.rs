//! SQLite: a read transaction is the snapshot, and the online backup copies it page by page.

use std::{path::PathBuf, str::FromStr as _, time::Duration};

use database::sqlx::sqlite::SqliteConnectOptions;
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use tokio::task::spawn_blocking;

use crate::{BackupError, Source};

/// How long to wait for the one writer: as long as a service does.
const WAIT: Duration = Duration::from_secs(10);

/// The write lock of a database: nobody commits while it is held.
pub(crate) struct Held {
    service: String,
    path: PathBuf,
    lock: Connection,
}

/// A read transaction that sees the database as it was.
pub(crate) struct Snapshot {
    service: String,
    reader: Connection,
    pub(crate) last_feed: i64,
}

/// The file of a database.
pub(crate) fn file(source: &Source) -> Result<PathBuf, BackupError> {
    let options = SqliteConnectOptions::from_str(&source.url).map_err(|_| BackupError::Url(source.service.clone()))?;
    Ok(options.get_filename().to_owned())
}

fn open(path: &PathBuf) -> rusqlite::Result<Connection> {
    // Never makes a file: one that is missing is an error, not an empty database.
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(WAIT)?;
    Ok(connection)
}

impl Held {
    pub(crate) async fn take(source: &Source) -> Result<Held, BackupError> {
        let (service, path) = (source.service.clone(), file(source)?);
        spawn_blocking(move || {
            let refused = BackupError::sqlite(&service);
            let lock = open(&path).map_err(refused)?;
            lock.execute_batch("BEGIN IMMEDIATE").map_err(refused)?;
            Ok(Held { service, path, lock })
        })
        .await?
    }

    pub(crate) fn snapshot(&self) -> Result<Snapshot, BackupError> {
        let refused = BackupError::sqlite(&self.service);
        let reader = open(&self.path).map_err(refused)?;
        reader.execute_batch("BEGIN").map_err(refused)?;
        let last_feed = reader.query_row("SELECT last_feed FROM commit_counter", (), |row| row.get(0));
        Ok(Snapshot { service: self.service.clone(), last_feed: last_feed.map_err(refused)?, reader })
    }

    pub(crate) fn release(self) -> Result<(), BackupError> {
        self.lock.execute_batch("ROLLBACK").map_err(BackupError::sqlite(&self.service))
    }
}

impl Snapshot {
    pub(crate) async fn copy(self, to: PathBuf) -> Result<(), BackupError> {
        spawn_blocking(move || {
            let refused = BackupError::sqlite(&self.service);
            let mut target = Connection::open(to).map_err(refused)?;
            // All pages in one step: the transaction sees none of what is written meanwhile, so nothing begins anew.
            let step = Backup::new(&self.reader, &mut target).and_then(|backup| backup.step(-1)).map_err(refused)?;
            if step != StepResult::Done {
                let problem = "the copy's file is in use by somebody else".to_owned();
                let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                return Err(refused(rusqlite::Error::SqliteFailure(busy, Some(problem))));
            }
            // The last connection that closes leaves no files beside the copy.
            target.close().map_err(|(_, error)| refused(error))
        })
        .await?
    }
}

/// What SQLite finds wrong with the file itself.
pub(crate) async fn damage(source: &Source) -> Result<Vec<String>, BackupError> {
    let (service, path) = (source.service.clone(), file(source)?);
    spawn_blocking(move || {
        let look = || {
            let connection = open(&path)?;
            let mut statement = connection.prepare("PRAGMA quick_check")?;
            let lines = statement.query_map((), |row| row.get::<_, String>(0))?;
            lines.filter(|line| line.as_ref().map_or(true, |line| line != "ok")).collect()
        };
        match look() {
            Err(rusqlite::Error::SqliteFailure(error, said)) if is_damage(error) => Ok(vec![said.unwrap_or_default()]),
            looked => looked.map_err(BackupError::sqlite(&service)),
        }
    })
    .await?
}

/// What is so broken that it can't be looked through.
fn is_damage(error: rusqlite::ffi::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.code, DatabaseCorrupt | NotADatabase)
}
