//! Bringing a schema up to date, or finding that it is.

use std::collections::HashMap;

use sqlx::{
    AssertSqlSafe, SqlSafeStr as _,
    migrate::{Migrate, MigrateError, MigrationType, Migrator},
};

use crate::{DatabaseError, Engine};

/// How the trigger of an append-only table refuses.
pub(crate) const APPEND_ONLY_TEXT: &str = "is append-only";

/// One step of a schema. A step that was applied is never changed; a later step corrects it.
///
/// During an upgrade two versions work on one schema, so a step after the first release only expands: what it may hold
/// is looked at in `tests/upgrade`.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    version: i64,
    name: &'static str,
    step: Step,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Both(&'static str),
    PerEngine { sqlite: &'static str, postgres: &'static str },
    AppendOnly(&'static [&'static str]),
    Purgeable(&'static [&'static str]),
}

impl Migration {
    /// A step with one text for both engines. Types that both take and the driver decodes:
    /// BIGINT, TEXT, DATE, TIMESTAMPTZ, BYTEA, BOOLEAN. Versions from 100; lower ones are this
    /// crate's.
    pub const fn new(version: i64, name: &'static str, sql: &'static str) -> Self {
        Self { version, name, step: Step::Both(sql) }
    }

    /// A step that the engines spell differently.
    pub const fn per_engine(version: i64, name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { version, name, step: Step::PerEngine { sqlite, postgres } }
    }

    /// A step after which these tables only grow: triggers refuse UPDATE and DELETE.
    pub const fn append_only(version: i64, name: &'static str, tables: &'static [&'static str]) -> Self {
        Self { version, name, step: Step::AppendOnly(tables) }
    }

    /// A step after which a purge may remove rows of these append-only tables: DELETE is refused without a permit, and
    /// UPDATE always. See [`Perishable`](crate::Perishable).
    pub const fn purgeable(version: i64, name: &'static str, tables: &'static [&'static str]) -> Self {
        Self { version, name, step: Step::Purgeable(tables) }
    }

    /// The steps of this crate's own tables, which come before a service's.
    pub const fn core() -> &'static [Migration] {
        CORE
    }

    /// Its number: below 50 of this crate, below 100 of the intake, from there on of the service.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it does on an engine.
    pub fn sql(&self, engine: Engine) -> String {
        match (self.step, engine) {
            (Step::Both(sql), _)
            | (Step::PerEngine { sqlite: sql, .. }, Engine::Sqlite)
            | (Step::PerEngine { postgres: sql, .. }, Engine::Postgres) => sql.to_owned(),
            (Step::AppendOnly(tables), _) => tables.iter().map(|table| append_only_triggers(table, engine)).collect(),
            (Step::Purgeable(tables), _) => tables.iter().map(|table| purge_triggers(table, engine)).collect(),
        }
    }
}

/// This crate's own tables.
const CORE: &[Migration] = &[
    Migration::new(1, "core", include_str!("../migrations/0001_core.sql")),
    Migration::per_engine(
        2,
        "append_only",
        "",
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    ),
    Migration::append_only(3, "append_only_core", &["audit", "decision", "rule_set"]),
    Migration::new(4, "audit_chain", include_str!("../migrations/0004_audit_chain.sql")),
    Migration::append_only(5, "append_only_audit", &["audit"]),
    Migration::new(6, "proposal", include_str!("../migrations/0006_proposal.sql")),
    Migration::append_only(7, "append_only_proposal", &["proposal", "proposal_verdict"]),
    Migration::new(8, "purge", include_str!("../migrations/0008_purge.sql")),
    Migration::per_engine(
        9,
        "purge_permit",
        "",
        "CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF NOT EXISTS (SELECT FROM purge_permit WHERE table_name = TG_TABLE_NAME) THEN
                 RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
             END IF;
             RETURN NULL;
         END $$",
    ),
    Migration::append_only(10, "append_only_tombstone", &["tombstone", "purge_nothing"]),
    Migration::purgeable(11, "purgeable_audit", &["audit"]),
    // Without a value for what was published before, or by a replica that does not know of it yet.
    Migration::new(12, "feed_trace", "ALTER TABLE feed ADD COLUMN trace_parent TEXT"),
];

fn append_only_triggers(table: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => ["UPDATE", "DELETE"]
            .map(|action| {
                let name = action.to_lowercase();
                format!(
                    "CREATE TRIGGER {table}_no_{name} BEFORE {action} ON {table}
                     BEGIN SELECT RAISE(ABORT, '{table} {APPEND_ONLY_TEXT}'); END;\n"
                )
            })
            .concat(),
        // For each statement, so that TRUNCATE is caught too.
        Engine::Postgres => format!(
            "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        ),
    }
}

/// In place of what [`append_only_triggers`] made.
fn purge_triggers(table: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => format!(
            "DROP TRIGGER {table}_no_delete;
             CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
             WHEN NOT EXISTS (SELECT 1 FROM purge_permit WHERE table_name = '{table}')
             BEGIN SELECT RAISE(ABORT, '{table} {APPEND_ONLY_TEXT}'); END;\n"
        ),
        Engine::Postgres => format!(
            "DROP TRIGGER {table}_append_only ON {table};
             CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
             CREATE TRIGGER {table}_purge_only BEFORE DELETE ON {table}
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();\n"
        ),
    }
}

/// Where the migrator keeps which steps were applied.
const APPLIED: &str = "_sqlx_migrations";

/// What was applied and is not among these steps is left alone: it is a newer version's.
fn migrator(own: &'static [Migration], engine: Engine) -> Migrator {
    let steps = CORE.iter().chain(own).map(|step| {
        // Constants of this workspace, put together above.
        let sql = AssertSqlSafe(step.sql(engine)).into_sql_str();
        sqlx::migrate::Migration::new(step.version, step.name.into(), MigrationType::Simple, sql, false)
    });
    let mut migrator = Migrator::with_migrations(steps.collect());
    migrator.set_ignore_missing(true);
    migrator
}

/// All steps in one immediate transaction: another process waits for it and then finds nothing to
/// do. (The migrator itself takes no lock on SQLite.)
pub(crate) async fn run_sqlite(writer: &sqlx::SqlitePool, own: &'static [Migration]) -> Result<(), DatabaseError> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    run(&mut *tx, &migrator(own, Engine::Sqlite)).await?;
    tx.commit().await?;
    Ok(())
}

/// Under the migrator's advisory lock, on which another replica waits.
pub(crate) async fn run_postgres(pool: &sqlx::PgPool, own: &'static [Migration]) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    let result = run(&mut *connection, &migrator(own, Engine::Postgres)).await;
    if result.is_err() {
        // The lock belongs to the session: it goes with the connection.
        connection.close().await?;
    }
    result
}

async fn run<C: Migrate>(connection: &mut C, migrator: &Migrator) -> Result<(), DatabaseError> {
    migrator.run_direct(None, connection, false).await?;
    let applied = connection.list_applied_migrations(APPLIED).await?;
    tell_newer(applied.iter().map(|step| step.version), migrator);
    Ok(())
}

/// Finds out whether all steps were applied, and changes nothing.
pub(crate) async fn check_sqlite(pool: &sqlx::SqlitePool, own: &'static [Migration]) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    let exists = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = $1)").bind(APPLIED);
    let exists: bool = exists.fetch_one(&mut *connection).await?;
    check(&mut *connection, exists, &migrator(own, Engine::Sqlite)).await
}

/// As [`check_sqlite`].
pub(crate) async fn check_postgres(pool: &sqlx::PgPool, own: &'static [Migration]) -> Result<(), DatabaseError> {
    let mut connection = pool.acquire().await?;
    let exists = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(APPLIED);
    let exists: bool = exists.fetch_one(&mut *connection).await?;
    check(&mut *connection, exists, &migrator(own, Engine::Postgres)).await
}

async fn check<C: Migrate>(connection: &mut C, any: bool, migrator: &Migrator) -> Result<(), DatabaseError> {
    let mut applied = HashMap::new();
    if any {
        if let Some(version) = connection.dirty_version(APPLIED).await? {
            return Err(MigrateError::Dirty(version).into());
        }
        let steps = connection.list_applied_migrations(APPLIED).await?;
        applied.extend(steps.into_iter().map(|step| (step.version, step.checksum)));
    }
    let mut missing = Vec::new();
    for step in migrator.iter() {
        match applied.get(&step.version) {
            Some(checksum) if *checksum == step.checksum => {}
            Some(_) => return Err(MigrateError::VersionMismatch(step.version).into()),
            None => missing.push(step.version),
        }
    }
    if !missing.is_empty() {
        return Err(DatabaseError::Outdated { missing });
    }
    tell_newer(applied.into_keys(), migrator);
    Ok(())
}

/// Says so when the schema has steps of a newer version. That one is being upgraded to, or was returned from; its steps
/// only expanded the schema, so that this version can work on it.
fn tell_newer(applied: impl Iterator<Item = i64>, migrator: &Migrator) {
    let mut steps: Vec<i64> = applied.filter(|version| !migrator.version_exists(*version)).collect();
    if !steps.is_empty() {
        steps.sort_unstable();
        tracing::warn!(?steps, "the schema is newer than this version needs: it has steps of another version");
    }
}
