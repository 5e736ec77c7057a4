//! The last statements of a transaction: numbers for its events and audit entries, and their rows.

use chrono::{DateTime, Utc};

use crate::{
    AuditEntry, Connection, DatabaseError, Tx,
    audit::{Link, NO_ENTRY, link_up},
    execute,
    feed::Published,
    fetch_one, to_micros,
};

const TAKE: &str = "UPDATE commit_counter SET last_feed = last_feed + $1, last_audit = last_audit + $2
                    WHERE counter_id = 1 RETURNING last_feed, last_audit, audit_head";
const PUBLISH: &str = "INSERT INTO feed (sequence, office, kind, payload, recorded_time, trace_parent)
                       VALUES ($1, $2, $3, $4, $5, $6)";
const RECORD: &str =
    "INSERT INTO audit (sequence, event_time, actor, role, authentication, action, event_code, outcome,
                                         object_type, object_id, office, request_id, detail, recorded_time,
                                         previous_sha256, sha256)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const HEAD: &str = "UPDATE commit_counter SET audit_head = $1 WHERE counter_id = 1";

// PostgreSQL writes events in one statement, whatever their number: the counter's lock is then held for one round
// trip and the commit.
const ALL_EVENTS: &str = "
    WITH taken AS (
        UPDATE commit_counter SET last_feed = last_feed + $1 WHERE counter_id = 1 RETURNING last_feed
    ), published AS (
        INSERT INTO feed (sequence, office, kind, payload, recorded_time, trace_parent)
        SELECT last_feed - $1 + n, office, kind, payload, $2, trace_parent
        FROM taken, unnest($3::text[], $4::text[], $5::bytea[], $6::text[])
            WITH ORDINALITY AS event (office, kind, payload, trace_parent, n)
    )
    SELECT last_feed FROM taken";

// An entry's hash needs that of the entry before, which is known once the counter is taken: one round trip more.
const ALL_ROWS: &str = "
    WITH headed AS (
        UPDATE commit_counter SET audit_head = $1 WHERE counter_id = 1
    ), published AS (
        INSERT INTO feed (sequence, office, kind, payload, recorded_time, trace_parent)
        SELECT $2 + n, office, kind, payload, $3, trace_parent
        FROM unnest($4::text[], $5::text[], $6::bytea[], $7::text[])
            WITH ORDINALITY AS event (office, kind, payload, trace_parent, n)
    )
    INSERT INTO audit (sequence, event_time, actor, role, authentication, action, event_code, outcome, object_type,
                       object_id, office, request_id, detail, recorded_time, previous_sha256, sha256)
    SELECT sequence, event_time, actor, role, authentication, action, event_code, outcome, object_type,
           object_id, office, request_id, detail, $3, previous_sha256, sha256
    FROM unnest($8::bigint[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::bytea[], $22::bytea[])
        AS entry (sequence, event_time, actor, role, authentication, action, event_code, outcome, object_type,
                  object_id, office, request_id, detail, previous_sha256, sha256)";

/// What a transaction leaves for its end.
struct Closing<'a> {
    events: &'a [Published],
    entries: &'a [AuditEntry],
    now: DateTime<Utc>,
}

/// The counter after it was taken.
struct Taken {
    last_feed: i64,
    links: Vec<Link>,
}

impl Tx {
    /// Takes the numbers and writes the rows; gives the newest feed sequence, if any.
    pub(crate) async fn write_closing_rows(&mut self, now: DateTime<Utc>) -> Result<Option<i64>, DatabaseError> {
        let events = std::mem::take(&mut self.events);
        let entries = std::mem::take(&mut self.entries);
        let closing = Closing { events: &events, entries: &entries, now };
        if events.is_empty() && entries.is_empty() {
            return Ok(None);
        }
        let last = match self.__connection()? {
            Connection::Postgres(connection) if entries.is_empty() => {
                let last = closing.write_events(connection).await;
                self.__settle(last.map_err(DatabaseError::from))?
            }
            _ => self.write_with_entries(&closing).await?,
        };
        Ok((!events.is_empty()).then_some(last))
    }

    async fn write_with_entries(&mut self, closing: &Closing<'_>) -> Result<i64, DatabaseError> {
        let (event_count, entry_count) = (closing.events.len() as i64, closing.entries.len() as i64);
        let (last_feed, last_audit, head) =
            fetch_one!(self, TAKE, event_count, entry_count => (i64, i64, Option<Vec<u8>>))?;
        let head = match head {
            None => NO_ENTRY,
            Some(head) => head.try_into().map_err(|_| DatabaseError::Stored("the head of the audit log".to_owned()))?,
        };
        let links = link_up(closing.entries, last_audit - entry_count, head, closing.now);
        let taken = Taken { last_feed, links };
        match self.__connection()? {
            Connection::Sqlite(_) => self.write_one_by_one(closing, &taken).await?,
            Connection::Postgres(connection) => {
                let written = closing.write_rows(connection, &taken).await;
                self.__settle(written.map_err(DatabaseError::from))?;
            }
        }
        Ok(last_feed)
    }

    async fn write_one_by_one(&mut self, closing: &Closing<'_>, taken: &Taken) -> Result<(), DatabaseError> {
        let first = taken.last_feed - closing.events.len() as i64 + 1;
        for (sequence, Published { event, trace_parent }) in (first..).zip(closing.events) {
            execute!(
                self,
                PUBLISH,
                sequence,
                &event.office,
                event.kind,
                &event.payload,
                closing.now,
                trace_parent.as_deref(),
            )?;
        }
        for (link, entry) in taken.links.iter().zip(closing.entries) {
            execute!(
                self,
                RECORD,
                link.sequence,
                entry.time,
                &entry.actor,
                &entry.role,
                entry.authentication,
                entry.action.letter(),
                &entry.event_code,
                entry.outcome.as_str(),
                &entry.object_type,
                &entry.object_id,
                &entry.office,
                entry.request_id,
                &entry.detail,
                closing.now,
                link.previous.as_slice(),
                link.sha256.as_slice(),
            )?;
        }
        if let Some(link) = taken.links.last() {
            execute!(self, HEAD, link.sha256.as_slice())?;
        }
        Ok(())
    }
}

fn column<'r, R, C>(rows: &'r [R], of: impl Fn(&'r R) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

impl Closing<'_> {
    async fn write_events(&self, connection: &mut sqlx::PgConnection) -> Result<i64, sqlx::Error> {
        let (last,): (i64,) = sqlx::query_as(ALL_EVENTS)
            .bind(self.events.len() as i64)
            .bind(to_micros(self.now))
            .bind(column(self.events, |published| published.event.office.as_str()))
            .bind(column(self.events, |published| published.event.kind))
            .bind(column(self.events, |published| published.event.payload.as_slice()))
            .bind(column(self.events, |published| published.trace_parent.as_deref()))
            .fetch_one(connection)
            .await?;
        Ok(last)
    }

    async fn write_rows(&self, connection: &mut sqlx::PgConnection, taken: &Taken) -> Result<(), sqlx::Error> {
        let (events, entries, links) = (self.events, self.entries, taken.links.as_slice());
        sqlx::query(ALL_ROWS)
            .bind(links.last().map(|link| link.sha256.as_slice()))
            .bind(taken.last_feed - events.len() as i64)
            .bind(to_micros(self.now))
            .bind(column(events, |published| published.event.office.as_str()))
            .bind(column(events, |published| published.event.kind))
            .bind(column(events, |published| published.event.payload.as_slice()))
            .bind(column(events, |published| published.trace_parent.as_deref()))
            .bind(column(links, |link| link.sequence))
            .bind(column(entries, |entry| to_micros(entry.time)))
            .bind(column(entries, |entry| entry.actor.as_str()))
            .bind(column(entries, |entry| entry.role.as_str()))
            .bind(column(entries, |entry| entry.authentication))
            .bind(column(entries, |entry| entry.action.letter()))
            .bind(column(entries, |entry| entry.event_code.as_str()))
            .bind(column(entries, |entry| entry.outcome.as_str()))
            .bind(column(entries, |entry| entry.object_type.as_str()))
            .bind(column(entries, |entry| entry.object_id.as_str()))
            .bind(column(entries, |entry| entry.office.as_str()))
            .bind(column(entries, |entry| entry.request_id.map(|id| id.hyphenated().to_string())))
            .bind(column(entries, |entry| entry.detail.as_str()))
            .bind(column(links, |link| link.previous.as_slice()))
            .bind(column(links, |link| link.sha256.as_slice()))
            .execute(connection)
            .await?;
        Ok(())
    }
}
