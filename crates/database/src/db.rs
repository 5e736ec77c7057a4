//! Opening a database.

use std::{path::Path, str::FromStr as _, sync::Arc, time::Duration};

use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::watch;

use crate::{Connection, DatabaseError, Migration, Tx, migrations, waiting::Waiting};

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded: one file per service.
    Sqlite,
    /// A server: one database per service.
    Postgres,
}

/// Whose database it is, whether the schema may be changed, pool sizes and timeouts.
#[derive(Clone, Debug)]
pub struct Options {
    /// The service whose transactions these are, for what is measured of them: in one process there may be all five.
    pub service: Option<&'static str>,
    /// Whether the schema is brought up to date. Otherwise it is left as it is, one that is older than is needed is
    /// refused, and a role without the right to change it is enough.
    pub migrate: bool,
    /// Connections at most: all on PostgreSQL, the readers on SQLite (which has one writer).
    pub max_connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long a statement waits for another transaction's lock.
    pub lock_timeout: Duration,
    /// PostgreSQL: how long a transaction may sit between statements before the server ends it,
    /// so that a stuck replica doesn't hold its locks for ever.
    pub idle_in_transaction_timeout: Duration,
    /// How often a feed watcher looks for what another process committed.
    pub feed_poll: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            service: None,
            migrate: true,
            max_connections: 16,
            acquire_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_in_transaction_timeout: Duration::from_secs(60),
            feed_poll: Duration::from_millis(250),
        }
    }
}

/// A pool of connections, at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// Which: `writer` and `readers` on SQLite, `postgres`.
    pub name: &'static str,
    /// Connections in use.
    pub used: u32,
    /// Connections that wait for use.
    pub idle: u32,
    /// Connections that there may be.
    pub max: u32,
}

impl Pool {
    fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Pool {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        let max = pool.options().get_max_connections();
        Pool { name, used: pool.size().saturating_sub(idle), idle, max }
    }
}

/// An open database with the schema that is needed. Clones share the connections.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    /// The newest feed sequence known to be committed by this process.
    pub(crate) newest: Arc<watch::Sender<i64>>,
    pub(crate) feed_poll: Duration,
    service: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite { writer: sqlx::SqlitePool, readers: sqlx::SqlitePool },
    Postgres(sqlx::PgPool),
}

impl Db {
    /// Opens a database and brings its schema up to date: this crate's tables, then `migrations`
    /// (versions from 100). Several replicas may do so at once. Steps of a newer version are left as they are.
    ///
    /// `sqlite:///path/file.db` (made when missing, its folder too) or `postgres://...`.
    ///
    /// # Errors
    /// [`DatabaseError::Url`], [`DatabaseError::Folder`], [`DatabaseError::Connection`], or
    /// [`DatabaseError::Migration`], also when an applied migration's text was changed since.
    pub async fn open(url: &str, migrations: &'static [Migration]) -> Result<Self, DatabaseError> {
        Self::open_with(url, migrations, Options::default()).await
    }

    /// As [`open`](Self::open), with other pool sizes and timeouts, or leaving the schema as it is.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`DatabaseError::Outdated`] when the schema is left as it is and lacks something.
    pub async fn open_with(
        url: &str,
        migrations: &'static [Migration],
        options: Options,
    ) -> Result<Self, DatabaseError> {
        // The URL may hold a password, so errors quote the scheme at most.
        let pools = match url.split_once(':') {
            Some(("sqlite", _)) => open_sqlite(url, &options).await?,
            Some(("postgres" | "postgresql", _)) => open_postgres(url, &options).await?,
            Some((scheme, _)) => return Err(DatabaseError::Url(format!("scheme {scheme}"))),
            None => return Err(DatabaseError::Url("no scheme".to_owned())),
        };
        match (&pools, options.migrate) {
            (Pools::Sqlite { writer, .. }, true) => migrations::run_sqlite(writer, migrations).await?,
            (Pools::Sqlite { writer, .. }, false) => migrations::check_sqlite(writer, migrations).await?,
            (Pools::Postgres(pool), true) => migrations::run_postgres(pool, migrations).await?,
            (Pools::Postgres(pool), false) => migrations::check_postgres(pool, migrations).await?,
        }
        let newest = Arc::new(watch::Sender::new(0));
        Ok(Self { pools, newest, feed_poll: options.feed_poll, service: options.service })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The pools of connections, as they are now.
    pub fn pools(&self) -> Vec<Pool> {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                vec![Pool::of("writer", writer), Pool::of("readers", readers)]
            }
            Pools::Postgres(pool) => vec![Pool::of("postgres", pool)],
        }
    }

    /// Starts a read transaction: one consistent snapshot, taken by its first statement. A
    /// statement that writes is refused.
    ///
    /// # Errors
    /// [`DatabaseError::Connection`], or [`DatabaseError::Busy`] when no connection came free.
    pub async fn read(&self) -> Result<Tx, DatabaseError> {
        let _waiting = Waiting::begins(self.service, "read");
        let connection = match &self.pools {
            Pools::Sqlite { readers, .. } => begin_sqlite(readers, "BEGIN").await?,
            Pools::Postgres(pool) => begin_postgres(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        };
        Ok(Tx::new(connection, self.newest.clone()))
    }

    /// Starts a write transaction.
    ///
    /// SQLite has one writer: the transaction takes the write lock at once, so it waits here and
    /// never fails halfway. PostgreSQL runs it READ COMMITTED: make writes conditional and look at
    /// the rows affected.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn write(&self) -> Result<Tx, DatabaseError> {
        let _waiting = Waiting::begins(self.service, "write");
        let connection = match &self.pools {
            Pools::Sqlite { writer, .. } => begin_sqlite(writer, "BEGIN IMMEDIATE").await?,
            Pools::Postgres(pool) => begin_postgres(pool, "BEGIN ISOLATION LEVEL READ COMMITTED").await?,
        };
        Ok(Tx::new(connection, self.newest.clone()))
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

// A transaction begins in a task of its own. Dropped halfway, `BEGIN` would have been sent and nothing would know: the
// connection would go back to its pool within a transaction, and whoever got it next would be in that one, read only as
// it may be. The task goes on, and drops, with its rollback, what nobody waits for any more.

async fn begin_sqlite(pool: &sqlx::SqlitePool, begin: &'static str) -> Result<OwnedTransaction, DatabaseError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(begin).await }).await;
    Ok(OwnedTransaction::Sqlite(begun.map_err(DatabaseError::Task)??))
}

async fn begin_postgres(pool: &sqlx::PgPool, begin: &'static str) -> Result<OwnedTransaction, DatabaseError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(begin).await }).await;
    Ok(OwnedTransaction::Postgres(begun.map_err(DatabaseError::Task)??))
}

/// A transaction that owns its connection.
#[derive(Debug)]
pub(crate) enum OwnedTransaction {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl OwnedTransaction {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(tx) => Connection::Sqlite(tx),
            Self::Postgres(tx) => Connection::Postgres(tx),
        }
    }
}

async fn open_sqlite(url: &str, options: &Options) -> Result<Pools, DatabaseError> {
    let connect = SqliteConnectOptions::from_str(url)
        .map_err(|_| DatabaseError::Url("unreadable sqlite url".to_owned()))?
        .create_if_missing(options.migrate)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was answered must survive a power cut, as it does on PostgreSQL.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.lock_timeout);
    let folder = connect.get_filename().parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|_| options.migrate) {
        std::fs::create_dir_all(folder).map_err(DatabaseError::Folder)?;
    }
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(options.acquire_timeout)
            // There is one writer, and waiting for it is no news.
            .acquire_slow_threshold(options.acquire_timeout)
            // An embedded connection can't go stale; keep its page cache and statements.
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    // The one writer keeps the pages that a bulk write touches again and again; the default is 2 MiB. And it brings its
    // log into the file for every 64 MiB rather than for every 4: what a claim file adds to the indexes of a large
    // database is a page for nearly every line, and to sync those at each commit costs more the larger it is.
    let writing = connect.clone().pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "16384");
    let writer = pool().max_connections(1).connect_with(writing).await?;
    let readers = pool().max_connections(options.max_connections).connect_lazy_with(connect.pragma("query_only", "ON"));
    Ok(Pools::Sqlite { writer, readers })
}

async fn open_postgres(url: &str, options: &Options) -> Result<Pools, DatabaseError> {
    let connect = PgConnectOptions::from_str(url)
        .map_err(|_| DatabaseError::Url("unreadable postgres url".to_owned()))?
        .application_name("zorginkoop")
        .options([
            ("lock_timeout", options.lock_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", options.idle_in_transaction_timeout.as_millis().to_string()),
            // Times are shown in UTC, whatever the server's own zone.
            ("timezone", "UTC".to_owned()),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .connect_with(connect)
        .await?;
    Ok(Pools::Postgres(pool))
}
