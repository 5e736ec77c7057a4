//! A fresh database per test.

use std::{ops::Deref, str::FromStr as _};

use database::{Db, Engine, Migration, Options};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _,
    postgres::{PgConnectOptions, PgConnection},
};
use tempfile::TempDir;

/// A database of its own, with its schema, gone after the test. Derefs to [`Db`].
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Removes the folder when dropped.
    Folder(#[allow(dead_code, reason = "held for its drop")] TempDir),
    Server {
        url: String,
        name: String,
    },
}

#[allow(clippy::expect_used, clippy::panic, reason = "a test that can't start must fail")]
impl TestDb {
    /// Makes a database and applies the migrations.
    ///
    /// # Panics
    /// When that fails; for PostgreSQL also when `ZORGINKOOP_TEST_POSTGRES` names no server, since
    /// a test that passes by being skipped shows nothing.
    pub async fn open(engine: Engine, migrations: &'static [Migration]) -> Self {
        Self::open_with(engine, migrations, Options::default()).await
    }

    /// As [`open`](Self::open), with other pool sizes and timeouts.
    ///
    /// # Panics
    /// As [`open`](Self::open).
    pub async fn open_with(engine: Engine, migrations: &'static [Migration], options: Options) -> Self {
        let (url, place) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                (format!("sqlite://{}/test.db", folder.path().display()), Place::Folder(folder))
            }
            Engine::Postgres => make_on_server().await,
        };
        let db = Db::open_with(&url, migrations, options).await.expect("the database opens");
        Self { db, url, place }
    }

    /// The URL for a role that may read and write the tables there are now, and may not change the schema. SQLite knows
    /// no roles: there it is the URL.
    ///
    /// # Panics
    /// When the role can't be made.
    pub async fn url_without_ddl(&self) -> String {
        let Place::Server { url, name } = &self.place else { return self.url.clone() };
        // The role has the name of the database, so that both go together.
        let own = PgConnectOptions::from_str(url).expect("the server's url").database(name);
        let mut connection = own.connect().await.expect("the database answers");
        let sql = format!(
            "CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA public TO {name};
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
        );
        connection.execute(AssertSqlSafe(sql)).await.expect("a role is made");
        connection.close().await.expect("the connection closes");
        own.username(name).to_url_lossy().to_string()
    }

    /// The URL, to open it a second time as another replica would.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Place::Server { url, name } = &self.place else { return };
        let (url, name) = (url.clone(), name.clone());
        // Drop can't await, and blocking the test's own runtime could starve its connections: a
        // thread with a runtime of its own does it. A failure leaves a database on a server that is
        // thrown away itself, so it's not worth hiding the test's own outcome.
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let Ok(mut connection) = PgConnection::connect(&url).await else { return };
                // A statement each: a database can't be dropped in a transaction.
                for sql in
                    [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("DROP ROLE IF EXISTS {name}")]
                {
                    let _ = connection.execute(AssertSqlSafe(sql)).await;
                }
                let _ = connection.close().await;
            });
        })
        .join();
    }
}

#[allow(clippy::expect_used, clippy::panic, reason = "a test that can't start must fail")]
#[allow(clippy::disallowed_methods, reason = "the test's server and its database's name come from outside it")]
async fn make_on_server() -> (String, Place) {
    let Ok(server) = std::env::var("ZORGINKOOP_TEST_POSTGRES") else {
        panic!("no PostgreSQL to test on: run `cargo xtask test`");
    };
    let admin = PgConnectOptions::from_str(&server).expect("a postgres:// url in ZORGINKOOP_TEST_POSTGRES");
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = admin.connect().await.expect("the server of ZORGINKOOP_TEST_POSTGRES answers");
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0")))
        .await
        .expect("a database is made");
    connection.close().await.expect("the connection closes");
    let url = admin.database(&name).to_url_lossy().to_string();
    (url, Place::Server { url: server, name })
}
