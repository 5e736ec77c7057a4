//! Bulk insert, the one place where the engines differ by design.
//!
//! Measured, 300,000 rows of 8 columns with a primary key and a unique index, one transaction:
//! SQLite one row per statement 14k rows/s, 50 rows per statement 110k, 5,000 rows in one JSON
//! text 318k; PostgreSQL arrays through unnest 242k, COPY 352k. So: JSON and COPY, and arrays for
//! few rows, see [`small`].
//!
//! [`Rows`] encodes straight into the engine's format and holds no connection, so that encoding
//! the next batch in one task overlaps inserting the last in another.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use crate::{Connection, DatabaseError, Engine, Tx, small, to_micros};

/// How a column is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// TEXT
    Text,
    /// BIGINT
    Int,
    /// DATE
    Date,
    /// TIMESTAMPTZ, to the microsecond
    Time,
    /// BYTEA
    Bytes,
    /// BOOLEAN
    Bool,
}

/// A column of a bulk insert.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the table.
    pub name: &'static str,
    /// Its declared type; PostgreSQL's binary COPY needs it to be exactly that.
    pub kind: Kind,
}

impl Column {
    /// A column.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}

/// A table, or the columns of it that are inserted, in the order in which rows are written.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// The columns.
    pub columns: &'static [Column],
}

/// Rows per bound JSON text on SQLite.
const SLICE_ROWS: u64 = 5_000;
/// Bytes per COPY message on PostgreSQL.
const SLICE_BYTES: usize = 256 * 1024;
/// PostgreSQL counts days and microseconds from 2000-01-01.
pub(crate) const EPOCH_DAYS: i32 = 730_120;
pub(crate) const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// Rows encoded for one engine, ready for [`Tx::insert_many`].
///
/// A column is written by the method of its kind, in the table's order, and each row is closed by
/// [`end_row`](Self::end_row). The first mistake is kept and reported by the insert, which then
/// inserts nothing.
#[derive(Debug)]
pub struct Rows {
    engine: Engine,
    table: &'static Table,
    slices: Vec<Vec<u8>>,
    current: Vec<u8>,
    rows: u64,
    column: usize,
    problem: Option<String>,
}

impl Rows {
    /// No rows yet.
    pub fn new(engine: Engine, table: &'static Table) -> Self {
        Self { engine, table, slices: Vec::new(), current: Vec::new(), rows: 0, column: 0, problem: None }
    }

    /// The number of finished rows.
    pub fn len(&self) -> u64 {
        self.rows
    }

    /// Whether no row was finished.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Writes a BIGINT.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.open(Kind::Int);
        match self.engine {
            Engine::Sqlite => push_display(&mut self.current, value),
            Engine::Postgres => push_sized(&mut self.current, &value.to_be_bytes()),
        }
        self
    }

    /// Writes a TEXT. It can't hold a NUL, which PostgreSQL doesn't store.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.open(Kind::Text);
        if value.as_bytes().contains(&0) {
            self.fail("a text holds a NUL");
        }
        match self.engine {
            Engine::Sqlite => push_json_text(&mut self.current, value),
            Engine::Postgres => push_sized(&mut self.current, value.as_bytes()),
        }
        self
    }

    /// Writes a DATE.
    pub fn date(&mut self, value: NaiveDate) -> &mut Self {
        use chrono::Datelike as _;
        self.open(Kind::Date);
        match self.engine {
            Engine::Sqlite => {
                let _ = write!(Bytes(&mut self.current), "\"{}\"", value.format("%F"));
            }
            Engine::Postgres => {
                let days = value.num_days_from_ce() - EPOCH_DAYS;
                push_sized(&mut self.current, &days.to_be_bytes());
            }
        }
        self
    }

    /// Writes a TIMESTAMPTZ, cut to the microsecond.
    pub fn time(&mut self, value: DateTime<Utc>) -> &mut Self {
        self.open(Kind::Time);
        let value = to_micros(value);
        match self.engine {
            Engine::Sqlite => {
                // The same text that the driver makes of a bound time, so that both compare.
                let text = value.to_rfc3339_opts(SecondsFormat::AutoSi, false);
                let _ = write!(Bytes(&mut self.current), "\"{text}\"");
            }
            Engine::Postgres => {
                let micros = value.timestamp_micros() - EPOCH_MICROS;
                push_sized(&mut self.current, &micros.to_be_bytes());
            }
        }
        self
    }

    /// Writes a BYTEA.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.open(Kind::Bytes);
        match self.engine {
            Engine::Sqlite => {
                let start = self.current.len() + 1;
                self.current.resize(start + value.len() * 2 + 1, b'"');
                self.current[start - 1] = b'"';
                let end = start + value.len() * 2;
                // The target is exactly twice as long, so this can't fail.
                let _ = hex::encode_to_slice(value, &mut self.current[start..end]);
            }
            Engine::Postgres => push_sized(&mut self.current, value),
        }
        self
    }

    /// Writes a BOOLEAN.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.open(Kind::Bool);
        match self.engine {
            Engine::Sqlite => push_display(&mut self.current, value),
            Engine::Postgres => push_sized(&mut self.current, &[u8::from(value)]),
        }
        self
    }

    /// Writes a NULL into a column of any kind.
    pub fn null(&mut self) -> &mut Self {
        let kind = self.table.columns.get(self.column).map_or(Kind::Text, |column| column.kind);
        self.open(kind);
        match self.engine {
            Engine::Sqlite => self.current.extend_from_slice(b"null"),
            Engine::Postgres => self.current.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
        self
    }

    /// Closes the row.
    pub fn end_row(&mut self) {
        if self.column != self.table.columns.len() {
            self.fail(&format!("{} columns instead of {}", self.column, self.table.columns.len()));
        }
        self.column = 0;
        self.rows += 1;
        let full = match self.engine {
            Engine::Sqlite => {
                self.current.push(b']');
                self.rows.is_multiple_of(SLICE_ROWS)
            }
            Engine::Postgres => self.current.len() >= SLICE_BYTES,
        };
        if full {
            self.cut();
        }
    }

    /// Starts a value: separators or the row's header, and the check of its kind.
    fn open(&mut self, kind: Kind) {
        match self.table.columns.get(self.column) {
            Some(column) if column.kind == kind => {}
            Some(column) => self.fail(&format!("{kind:?} written to {:?} column {}", column.kind, column.name)),
            None => self.fail("too many columns"),
        }
        let first = self.column == 0;
        self.column += 1;
        match self.engine {
            Engine::Sqlite if !first => self.current.push(b','),
            Engine::Sqlite => {
                let separator: &[u8] = if self.current.is_empty() { b"[[" } else { b",[" };
                self.current.extend_from_slice(separator);
            }
            Engine::Postgres if first => {
                let columns = i16::try_from(self.table.columns.len()).unwrap_or(i16::MAX);
                self.current.extend_from_slice(&columns.to_be_bytes());
            }
            Engine::Postgres => {}
        }
    }

    fn cut(&mut self) {
        if self.current.is_empty() {
            return;
        }
        let mut slice = std::mem::take(&mut self.current);
        if self.engine == Engine::Sqlite {
            slice.push(b']');
        }
        // The next slice will be about as long.
        self.current.reserve(slice.len());
        self.slices.push(slice);
    }

    fn fail(&mut self, problem: &str) {
        if self.problem.is_none() {
            self.problem = Some(format!("row {}: {problem}", self.rows + 1));
        }
    }

    fn finish(mut self) -> Result<(Engine, &'static Table, Vec<Vec<u8>>), DatabaseError> {
        if self.column != 0 {
            self.fail("not closed by end_row");
        }
        self.cut();
        match self.problem {
            None => Ok((self.engine, self.table, self.slices)),
            Some(problem) => Err(DatabaseError::Rows { table: self.table.name, problem }),
        }
    }
}

impl Tx {
    /// Inserts all rows and gives their number. A conflict with a stored row is an error; ask
    /// first with `fetch_in!`, within the same transaction.
    ///
    /// # Errors
    /// [`DatabaseError::Rows`] when rows were encoded wrongly (nothing was sent, the transaction
    /// is usable), otherwise what the engine refuses.
    pub async fn insert_many(&mut self, rows: Rows) -> Result<u64, DatabaseError> {
        let count = rows.len();
        let (engine, table, slices) = rows.finish()?;
        if engine != self.engine() {
            let problem = format!("encoded for {engine:?}, inserted into {:?}", self.engine());
            return Err(DatabaseError::Rows { table: table.name, problem });
        }
        if slices.is_empty() {
            return Ok(0);
        }
        let result = match self.__connection()? {
            Connection::Sqlite(conn) => insert_json(conn, table, slices).await,
            Connection::Postgres(conn) if count <= small::MOST_ROWS => small::insert_arrays(conn, table, &slices).await,
            Connection::Postgres(conn) => copy(conn, table, slices).await,
        };
        self.__settle(result.map_err(DatabaseError::from))
    }
}

async fn insert_json(
    conn: &mut sqlx::SqliteConnection,
    table: &Table,
    slices: Vec<Vec<u8>>,
) -> Result<u64, sqlx::Error> {
    let mut sql = format!("INSERT INTO {} ({}) SELECT ", table.name, column_names(table));
    for (i, column) in table.columns.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        let _ = match column.kind {
            Kind::Bytes => write!(sql, "{separator}unhex(value->>{i})"),
            _ => write!(sql, "{separator}value->>{i}"),
        };
    }
    sql.push_str(" FROM json_each($1)");
    let mut inserted = 0;
    for slice in slices {
        let json = String::from_utf8(slice).map_err(|error| sqlx::Error::Encode(error.into()))?;
        // Made of the names in a constant `Table` only.
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.as_str())).bind(json);
        inserted += query.execute(&mut *conn).await?.rows_affected();
    }
    Ok(inserted)
}

async fn copy(conn: &mut sqlx::PgConnection, table: &Table, slices: Vec<Vec<u8>>) -> Result<u64, sqlx::Error> {
    let sql = format!("COPY {} ({}) FROM STDIN WITH (FORMAT binary)", table.name, column_names(table));
    let mut copy = conn.copy_in_raw(&sql).await?;
    // Signature, flags, length of the header extension.
    copy.send(&b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"[..]).await?;
    for slice in slices {
        copy.send(slice).await?;
    }
    copy.send(&(-1_i16).to_be_bytes()[..]).await?;
    copy.finish().await
}

pub(crate) fn column_names(table: &Table) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

fn push_sized(to: &mut Vec<u8>, value: &[u8]) {
    // A value past 2 GiB would wrap here; PostgreSQL refuses values past 1 GiB anyway.
    to.extend_from_slice(&(value.len() as u32).to_be_bytes());
    to.extend_from_slice(value);
}

fn push_display(to: &mut Vec<u8>, value: impl std::fmt::Display) {
    let _ = write!(Bytes(to), "{value}");
}

/// Pushes a JSON string with its quotes.
pub(crate) fn push_json_text(to: &mut Vec<u8>, value: &str) {
    to.push(b'"');
    let bytes = value.as_bytes();
    let mut clean = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        to.extend_from_slice(&bytes[clean..i]);
        clean = i + 1;
        match byte {
            b'"' => to.extend_from_slice(b"\\\""),
            b'\\' => to.extend_from_slice(b"\\\\"),
            _ => {
                let _ = write!(Bytes(to), "\\u{byte:04x}");
            }
        }
    }
    to.extend_from_slice(&bytes[clean..]);
    to.push(b'"');
}

/// Formats into bytes without a detour through a `String`.
struct Bytes<'a>(&'a mut Vec<u8>);

impl std::fmt::Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
