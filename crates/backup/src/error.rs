//! Why databases can't be copied or looked at.

use std::{io, path::PathBuf};

/// Why databases can't be copied or looked at. The text names the service and holds no password.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The URL of a service's database is none.
    #[error("{0}: expected sqlite:///path/file.db or postgres://user@host/name")]
    Url(String),
    /// A service was named twice, or none was.
    #[error("{0}")]
    Services(String),
    /// There is something in the folder for the copies.
    #[error("{0} is there already; a backup goes to a folder of its own")]
    Taken(PathBuf),
    /// A file can't be written or read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// SQLite refuses.
    #[error("{service}: {source}")]
    Sqlite {
        /// The service.
        service: String,
        /// What it says.
        source: rusqlite::Error,
    },
    /// PostgreSQL refuses.
    #[error("{service}: {source}")]
    Postgres {
        /// The service.
        service: String,
        /// What it says.
        source: database::sqlx::Error,
    },
    /// `pg_dump` is missing, or failed.
    #[error("{service}: {program}: {problem}")]
    Program {
        /// The service.
        service: String,
        /// The program.
        program: PathBuf,
        /// What it says.
        problem: String,
    },
    /// A database can't be opened, or what is in it can't be read.
    #[error("{service}: {source}")]
    Database {
        /// The service.
        service: String,
        /// What it says.
        source: Box<database::DatabaseError>,
    },
    /// A task of this program ended badly.
    #[error("a task ended badly")]
    Task(#[from] tokio::task::JoinError),
}

impl BackupError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BackupError {
        let path = path.into();
        move |source| BackupError::File { path, source }
    }

    pub(crate) fn sqlite(service: &str) -> impl Fn(rusqlite::Error) -> BackupError + Copy + use<'_> {
        move |source| BackupError::Sqlite { service: service.to_owned(), source }
    }

    pub(crate) fn postgres(service: &str) -> impl Fn(database::sqlx::Error) -> BackupError + Copy + use<'_> {
        move |source| BackupError::Postgres { service: service.to_owned(), source }
    }

    pub(crate) fn database(service: &str) -> impl Fn(database::DatabaseError) -> BackupError + Copy + use<'_> {
        move |source| BackupError::Database { service: service.to_owned(), source: Box::new(source) }
    }
}
