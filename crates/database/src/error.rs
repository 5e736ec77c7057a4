//! What can go wrong with a store, told apart as far as a caller acts on it.

use uuid::Uuid;

/// A failure of the store.
///
/// The text is meant for logs, never for a client: services map the kinds they know to a status
/// and everything else to an internal error without detail.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// A row with this key exists already.
    #[error("unique constraint violated on {}", known(.table, .constraint))]
    Unique {
        /// The table, when the engine names it (both engines do).
        table: Option<String>,
        /// PostgreSQL: the constraint's name. SQLite: the columns, `table.column, table.column`.
        constraint: Option<String>,
        /// The driver's error.
        source: sqlx::Error,
    },
    /// A row refers to one that doesn't exist, or is still referred to.
    #[error("foreign key violated on {}", known(.table, .constraint))]
    ForeignKey {
        /// The table, when the engine names it (PostgreSQL only).
        table: Option<String>,
        /// The constraint, when the engine names it (PostgreSQL only).
        constraint: Option<String>,
        /// The driver's error.
        source: sqlx::Error,
    },
    /// A CHECK or NOT NULL constraint refuses the row.
    #[error("check violated on {}", known(.table, .constraint))]
    Check {
        /// The table, when the engine names it.
        table: Option<String>,
        /// The constraint or column, when the engine names it.
        constraint: Option<String>,
        /// The driver's error.
        source: sqlx::Error,
    },
    /// A table that may only grow was asked to change or forget a row.
    #[error("an append-only table refuses UPDATE and DELETE")]
    AppendOnly(#[source] sqlx::Error),
    /// A deadlock, a serialisation failure or a lock not obtained in time: the same transaction,
    /// run again from its start, may well succeed.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// The database can't be reached, or the connection was lost. Whether a commit under way
    /// took place is unknown: run it again under the same request id.
    #[error("no connection to the database")]
    Connection(#[source] sqlx::Error),
    /// `fetch_one!` found no row.
    #[error("no row found")]
    NotFound,
    /// An earlier statement of this transaction failed. PostgreSQL refuses everything after that;
    /// SQLite wouldn't, so this crate does, to keep the engines alike.
    #[error("the transaction was aborted by an earlier failure")]
    Aborted,
    /// The request id was used before with another method or payload.
    #[error("request {request_id} was made before with another payload")]
    DifferentPayload {
        /// The request's id.
        request_id: Uuid,
    },
    /// A transaction began a request and was committed without storing its reply.
    #[error("request {request_id} has no stored reply")]
    UnfinishedRequest {
        /// The request's id.
        request_id: Uuid,
    },
    /// Another follower moved the cursor first: roll back, read the cursor again.
    #[error("cursor of feed {feed} is no longer at {from}")]
    CursorMoved {
        /// The feed followed.
        feed: String,
        /// Where the caller thought the cursor stood.
        from: i64,
    },
    /// What was being removed changed meanwhile: run the purge again.
    #[error("a purge of {kind} met another writer")]
    PurgeMet {
        /// The kind of record.
        kind: &'static str,
    },
    /// The oldest entries of the audit log don't fit the chain: they are evidence, and not removed.
    #[error("the audit log is broken at {sequence}: {problem}")]
    BrokenAudit {
        /// The place.
        sequence: i64,
        /// What is wrong there.
        problem: &'static str,
    },
    /// A bulk insert was encoded wrongly: number or kind of columns, or a text with a NUL in it.
    #[error("bulk rows for table {table}: {problem}")]
    Rows {
        /// The table.
        table: &'static str,
        /// What is wrong, with the row's number.
        problem: String,
    },
    /// The URL is neither `sqlite:` nor `postgres:`, or can't be read.
    #[error("not a database url: {0}")]
    Url(String),
    /// The folder of an SQLite file can't be made.
    #[error("cannot prepare the folder of the database file")]
    Folder(#[source] std::io::Error),
    /// The schema can't be brought up to date.
    #[error("migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The schema is older than this version needs, and is not to be changed.
    #[error("the schema lacks {} that this version needs: bring it up to date first, with `migrate`", steps(.missing))]
    Outdated {
        /// The steps that were not applied, in order.
        missing: Vec<i64>,
    },
    /// A stored value isn't what this version expects.
    #[error("stored value unreadable: {0}")]
    Stored(String),
    /// A task of the store ended badly: the process is stopping, or has a fault.
    #[error("a task of the store ended")]
    Task(#[source] tokio::task::JoinError),
    /// Anything else the driver reports.
    #[error("database error")]
    Other(#[source] sqlx::Error),
}

impl DatabaseError {
    /// Whether the same transaction, run again from its start, may succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Connection(_) | Self::CursorMoved { .. } | Self::PurgeMet { .. })
    }

    /// Whether a unique constraint of `table` was violated.
    pub fn is_unique_on(&self, table: &str) -> bool {
        matches!(self, Self::Unique { table: Some(found), .. } if found == table)
    }

    /// Whether the engine refused a statement, after which a transaction is lost. A missing row
    /// or a value that doesn't decode leaves the transaction usable.
    pub(crate) fn aborts(&self) -> bool {
        !matches!(self, Self::NotFound | Self::Stored(_) | Self::DifferentPayload { .. })
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => return Self::NotFound,
            sqlx::Error::ColumnDecode { index, source } => {
                return Self::Stored(format!("column {index}: {source}"));
            }
            sqlx::Error::PoolTimedOut => return Self::Busy(error),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                return Self::Connection(error);
            }
            _ => {}
        }
        match kind(&error) {
            Kind::Unique => {
                let (table, constraint) = place(&error);
                Self::Unique { table, constraint, source: error }
            }
            Kind::ForeignKey => {
                let (table, constraint) = place(&error);
                Self::ForeignKey { table, constraint, source: error }
            }
            Kind::Check => {
                let (table, constraint) = place(&error);
                Self::Check { table, constraint, source: error }
            }
            Kind::AppendOnly => Self::AppendOnly(error),
            Kind::Busy => Self::Busy(error),
            Kind::Connection => Self::Connection(error),
            Kind::Other => Self::Other(error),
        }
    }
}

enum Kind {
    Unique,
    ForeignKey,
    Check,
    AppendOnly,
    Busy,
    Connection,
    Other,
}

fn kind(error: &sqlx::Error) -> Kind {
    let Some(error) = error.as_database_error() else { return Kind::Other };
    if error.message().ends_with(crate::migrations::APPEND_ONLY_TEXT) {
        return Kind::AppendOnly;
    }
    match error.kind() {
        sqlx::error::ErrorKind::UniqueViolation => return Kind::Unique,
        sqlx::error::ErrorKind::ForeignKeyViolation => return Kind::ForeignKey,
        sqlx::error::ErrorKind::CheckViolation | sqlx::error::ErrorKind::NotNullViolation => {
            return Kind::Check;
        }
        _ => {}
    }
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // Extended result codes carry the primary code in their low byte: 5 BUSY, 6 LOCKED.
        return match code.parse::<i32>().map(|code| code & 0xff) {
            Ok(5 | 6) => Kind::Busy,
            _ => Kind::Other,
        };
    }
    match &*code {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Kind::Busy,
        // admin_shutdown, crash_shutdown, cannot_connect_now, read_only_sql_transaction after a
        // failover demoted the server, idle_in_transaction_session_timeout
        "57P01" | "57P02" | "57P03" | "25P03" => Kind::Connection,
        code if code.starts_with("08") || code.starts_with("53") => Kind::Connection,
        _ => Kind::Other,
    }
}

/// Table and constraint as far as the engine names them.
fn place(error: &sqlx::Error) -> (Option<String>, Option<String>) {
    let Some(error) = error.as_database_error() else { return (None, None) };
    if let Some(pg) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return (pg.table().map(str::to_owned), pg.constraint().or(pg.column()).map(str::to_owned));
    }
    // SQLite: "UNIQUE constraint failed: claim.agb, claim.reference"
    let Some((_, columns)) = error.message().split_once("constraint failed: ") else { return (None, None) };
    let table = columns.split_once('.').map(|(table, _)| table.to_owned());
    (table, Some(columns.to_owned()))
}

fn steps(missing: &[i64]) -> String {
    let noun = if missing.len() == 1 { "step" } else { "steps" };
    let numbers: Vec<String> = missing.iter().map(ToString::to_string).collect();
    format!("{noun} {}", numbers.join(", "))
}

fn known(table: &Option<String>, constraint: &Option<String>) -> String {
    match (table, constraint) {
        (Some(table), Some(constraint)) => format!("{table} ({constraint})"),
        (Some(name), None) | (None, Some(name)) => name.clone(),
        (None, None) => "an unnamed constraint".to_owned(),
    }
}
