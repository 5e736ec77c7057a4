//! Few rows on PostgreSQL: one statement over arrays instead of a COPY.
//!
//! A COPY is several messages without an answer in between. The driver leaves Nagle's algorithm on, so the last of
//! them waits for the server's delayed acknowledgement: some 40 ms each time, whatever the number of rows. Below
//! [`MOST_ROWS`] that is the greater cost; above it COPY is faster than arrays.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, postgres::PgArguments, query::Query};

use crate::rows::{EPOCH_DAYS, EPOCH_MICROS, Kind, Table, column_names};

/// The most rows that go as arrays.
pub(crate) const MOST_ROWS: u64 = 1_000;

/// A column of values taken out of rows in COPY's binary format.
enum Values {
    Text(Vec<Option<String>>),
    Int(Vec<Option<i64>>),
    Date(Vec<Option<NaiveDate>>),
    Time(Vec<Option<DateTime<Utc>>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Bool(Vec<Option<bool>>),
}

/// Inserts rows that were encoded for COPY with one statement.
pub(crate) async fn insert_arrays(
    conn: &mut PgConnection,
    table: &Table,
    slices: &[Vec<u8>],
) -> Result<u64, sqlx::Error> {
    let mut columns: Vec<Values> = table.columns.iter().map(|column| Values::new(column.kind)).collect();
    for slice in slices {
        read(slice, &mut columns).ok_or_else(|| sqlx::Error::Encode("rows that are not in COPY's format".into()))?;
    }
    let types =
        table.columns.iter().enumerate().map(|(index, column)| format!("${}::{}[]", index + 1, array(column.kind)));
    let types = types.collect::<Vec<_>>().join(", ");
    let sql = format!("INSERT INTO {} ({}) SELECT * FROM unnest({types})", table.name, column_names(table));
    // Made of the names in a constant `Table` only.
    let query = columns.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, values| values.bind(query));
    Ok(query.execute(conn).await?.rows_affected())
}

fn array(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Int => "bigint",
        Kind::Date => "date",
        Kind::Time => "timestamptz",
        Kind::Bytes => "bytea",
        Kind::Bool => "boolean",
    }
}

/// Reads rows into columns; `None` when they are cut short.
fn read(mut rows: &[u8], columns: &mut [Values]) -> Option<()> {
    while !rows.is_empty() {
        // The number of columns, which the encoder has checked.
        rows = rows.get(2..)?;
        for column in &mut *columns {
            let (length, rest) = rows.split_first_chunk::<4>()?;
            let length = i32::from_be_bytes(*length);
            let value = match usize::try_from(length) {
                Ok(length) => Some(rest.get(..length)?),
                Err(_) => None,
            };
            column.push(value)?;
            rows = &rest[value.map_or(0, <[u8]>::len)..];
        }
    }
    Some(())
}

impl Values {
    fn new(kind: Kind) -> Values {
        match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Int => Values::Int(Vec::new()),
            Kind::Date => Values::Date(Vec::new()),
            Kind::Time => Values::Time(Vec::new()),
            Kind::Bytes => Values::Bytes(Vec::new()),
            Kind::Bool => Values::Bool(Vec::new()),
        }
    }

    /// Adds a value in COPY's format; `None` when it is not of this kind.
    fn push(&mut self, value: Option<&[u8]>) -> Option<()> {
        let Some(bytes) = value else {
            match self {
                Values::Text(values) => values.push(None),
                Values::Int(values) => values.push(None),
                Values::Date(values) => values.push(None),
                Values::Time(values) => values.push(None),
                Values::Bytes(values) => values.push(None),
                Values::Bool(values) => values.push(None),
            }
            return Some(());
        };
        match self {
            Values::Text(values) => values.push(Some(std::str::from_utf8(bytes).ok()?.to_owned())),
            Values::Int(values) => values.push(Some(i64::from_be_bytes(bytes.try_into().ok()?))),
            Values::Date(values) => {
                let days = i32::from_be_bytes(bytes.try_into().ok()?);
                values.push(Some(NaiveDate::from_num_days_from_ce_opt(days.checked_add(EPOCH_DAYS)?)?));
            }
            Values::Time(values) => {
                let micros = i64::from_be_bytes(bytes.try_into().ok()?).checked_add(EPOCH_MICROS)?;
                values.push(Some(DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::microseconds(micros))?));
            }
            Values::Bytes(values) => values.push(Some(bytes.to_vec())),
            Values::Bool(values) => values.push(Some(*bytes.first()? != 0)),
        }
        Some(())
    }

    fn bind(self, query: Query<'_, Postgres, PgArguments>) -> Query<'_, Postgres, PgArguments> {
        match self {
            Values::Text(values) => query.bind(values),
            Values::Int(values) => query.bind(values),
            Values::Date(values) => query.bind(values),
            Values::Time(values) => query.bind(values),
            Values::Bytes(values) => query.bind(values),
            Values::Bool(values) => query.bind(values),
        }
    }
}
