//! The last statements of a transaction: numbers for its events and audit entries, and their rows.

use chrono::{DateTime, Utc};

use crate::{AuditEntry, Connection, DatabaseError, Event, Tx, execute, fetch_one, to_micros};

const TAKE: &str = "UPDATE commit_counter SET last_feed = last_feed + $1, last_audit = last_audit + $2
                    WHERE counter_id = 1 RETURNING last_feed, last_audit";
const PUBLISH: &str = "INSERT INTO feed (sequence, office, kind, payload, recorded_time)
                       VALUES ($1, $2, $3, $4, $5)";
const RECORD: &str = "INSERT INTO audit (sequence, event_time, actor, role, action, event_code, object_type,
                                         object_id, office, request_id, detail, recorded_time)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

// PostgreSQL does the same in one statement, whatever the number of rows: the counter's lock is
// then held for one round trip and the commit.
const ALL_AT_ONCE: &str = "
    WITH taken AS (
        UPDATE commit_counter SET last_feed = last_feed + $1, last_audit = last_audit + $2
        WHERE counter_id = 1 RETURNING last_feed, last_audit
    ), published AS (
        INSERT INTO feed (sequence, office, kind, payload, recorded_time)
        SELECT last_feed - $1 + n, office, kind, payload, $3
        FROM taken, unnest($4::text[], $5::text[], $6::bytea[])
            WITH ORDINALITY AS event (office, kind, payload, n)
    ), recorded AS (
        INSERT INTO audit (sequence, event_time, actor, role, action, event_code, object_type, object_id,
                           office, request_id, detail, recorded_time)
        SELECT last_audit - $2 + n, event_time, actor, role, action, event_code, object_type, object_id,
               office, request_id, detail, $3
        FROM taken, unnest($7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                           $13::text[], $14::text[], $15::text[], $16::text[])
            WITH ORDINALITY AS entry (event_time, actor, role, action, event_code, object_type, object_id,
                                      office, request_id, detail, n)
    )
    SELECT last_feed FROM taken";

impl Tx {
    /// Whether anything is left for the last statements.
    pub(crate) fn has_closing_rows(&self) -> bool {
        !self.events.is_empty() || !self.entries.is_empty()
    }

    /// Takes the numbers and writes the rows; gives the newest feed sequence, if any.
    pub(crate) async fn write_closing_rows(&mut self, now: DateTime<Utc>) -> Result<Option<i64>, DatabaseError> {
        if !self.has_closing_rows() {
            return Ok(None);
        }
        let events = std::mem::take(&mut self.events);
        let entries = std::mem::take(&mut self.entries);
        let last = match self.__connection()? {
            Connection::Sqlite(_) => self.write_one_by_one(&events, &entries, now).await?,
            Connection::Postgres(connection) => {
                let last = write_at_once(connection, &events, &entries, now).await;
                self.__settle(last.map_err(DatabaseError::from))?
            }
        };
        Ok((!events.is_empty()).then_some(last))
    }

    async fn write_one_by_one(
        &mut self,
        events: &[Event],
        entries: &[AuditEntry],
        now: DateTime<Utc>,
    ) -> Result<i64, DatabaseError> {
        let (event_count, entry_count) = (events.len() as i64, entries.len() as i64);
        let (last_feed, last_audit) = fetch_one!(self, TAKE, event_count, entry_count => (i64, i64))?;
        for (sequence, event) in (last_feed - event_count + 1..).zip(events) {
            execute!(self, PUBLISH, sequence, &event.office, event.kind, &event.payload, now)?;
        }
        for (sequence, entry) in (last_audit - entry_count + 1..).zip(entries) {
            execute!(
                self,
                RECORD,
                sequence,
                entry.time,
                &entry.actor,
                &entry.role,
                entry.action.letter(),
                &entry.event_code,
                &entry.object_type,
                &entry.object_id,
                &entry.office,
                entry.request_id,
                &entry.detail,
                now,
            )?;
        }
        Ok(last_feed)
    }
}

async fn write_at_once(
    connection: &mut sqlx::PgConnection,
    events: &[Event],
    entries: &[AuditEntry],
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    fn column<'r, R, C>(rows: &'r [R], of: impl Fn(&'r R) -> C) -> Vec<C> {
        rows.iter().map(of).collect()
    }
    let (last,): (i64,) = sqlx::query_as(ALL_AT_ONCE)
        .bind(events.len() as i64)
        .bind(entries.len() as i64)
        .bind(to_micros(now))
        .bind(column(events, |event| event.office.as_str()))
        .bind(column(events, |event| event.kind))
        .bind(column(events, |event| event.payload.as_slice()))
        .bind(column(entries, |entry| to_micros(entry.time)))
        .bind(column(entries, |entry| entry.actor.as_str()))
        .bind(column(entries, |entry| entry.role.as_str()))
        .bind(column(entries, |entry| entry.action.letter()))
        .bind(column(entries, |entry| entry.event_code.as_str()))
        .bind(column(entries, |entry| entry.object_type.as_str()))
        .bind(column(entries, |entry| entry.object_id.as_str()))
        .bind(column(entries, |entry| entry.office.as_str()))
        .bind(column(entries, |entry| entry.request_id.map(|id| id.hyphenated().to_string())))
        .bind(column(entries, |entry| entry.detail.as_str()))
        .fetch_one(connection)
        .await?;
    Ok(last)
}
