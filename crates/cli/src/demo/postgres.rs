//! Fresh databases on a PostgreSQL server.

use database::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::failure::Failure;

const PREFIX: &str = "zorginkoop_demo_";

/// Drops and makes the demo's databases, and gives the start of their addresses.
pub async fn fresh_databases(server: &str) -> Result<String, Failure> {
    let server = server.trim_end_matches('/');
    let failed = |error: database::sqlx::Error| Failure::Other(format!("PostgreSQL: {error}"));
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.map_err(failed)?;
    for service in ["registration", "tariffing", "budget", "homecare", "screening"] {
        // Names are constants of this file.
        let drop = format!("DROP DATABASE IF EXISTS {PREFIX}{service} WITH (FORCE)");
        connection.execute(AssertSqlSafe(drop)).await.map_err(failed)?;
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {PREFIX}{service}"))).await.map_err(failed)?;
    }
    connection.close().await.map_err(failed)?;
    Ok(format!("{server}/{PREFIX}"))
}
