//! Copies of the databases of all services, of one moment, and whether databases fit together.
//!
//! Services follow each other's feeds, each with a database of its own. Copied one after the other, a follower would have
//! applied events that the copy of the service it follows doesn't have: restored, that service would give the numbers of
//! those events to others. So [`make`] stops the commits of all of them for an instant, at the row that numbers events
//! and audit entries, fixes a snapshot of each, lets go, and copies the snapshots while everybody works on: those of
//! SQLite by its online backup, those of PostgreSQL by `pg_dump`.
//!
//! [`check`] tells of databases, restored or not, whether each is whole and all are of one moment.

mod check;
mod error;
mod make;
mod postgres;
mod sqlite;

pub use check::{Checked, check};
pub use error::BackupError;
pub use make::{Copied, make};

/// The database of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The service, by which the feeds of others know it.
    pub service: String,
    /// `sqlite:///path/file.db` or `postgres://...`.
    pub url: String,
}

/// What a database is on.
enum On {
    Sqlite,
    Postgres,
}

impl Source {
    fn on(&self) -> Result<On, BackupError> {
        match self.url.split_once(':') {
            Some(("sqlite", _)) => Ok(On::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(On::Postgres),
            // The URL may hold a password, so it isn't quoted.
            _ => Err(BackupError::Url(self.service.clone())),
        }
    }
}
