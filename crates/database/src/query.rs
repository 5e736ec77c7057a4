//! The query macros, and what may be bound in them.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

/// A value that can be bound to a statement, the same way on both engines.
///
/// Implement it for a domain type by turning that into one of the types below; that way an
/// identifier is written `execute!(tx, SQL, agb)` in a store and never unwrapped there.
pub trait Param<'q> {
    /// What the drivers see.
    type Value: sqlx::Encode<'q, sqlx::Sqlite>
        + sqlx::Type<sqlx::Sqlite>
        + sqlx::Encode<'q, sqlx::Postgres>
        + sqlx::Type<sqlx::Postgres>
        + Send
        + 'q;
    /// Turns the value into what the drivers see.
    fn into_param(self) -> Self::Value;
}

/// Cuts a time to the microsecond, which is what PostgreSQL keeps: a time read back equals the
/// time written, on both engines.
pub fn to_micros(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(time)
}

macro_rules! param {
    ($($from:ty => $to:ty, |$value:ident| $body:expr;)*) => {$(
        impl<'q> Param<'q> for $from {
            type Value = $to;
            fn into_param(self) -> Self::Value {
                let $value = self;
                $body
            }
        }
    )*};
}

param! {
    i64 => i64, |value| value;
    &'q i64 => i64, |value| *value;
    i32 => i64, |value| i64::from(value);
    u32 => i64, |value| i64::from(value);
    bool => bool, |value| value;
    String => String, |value| value;
    &'q String => &'q str, |value| value.as_str();
    &'q str => &'q str, |value| value;
    &'q &'q str => &'q str, |value| *value;
    NaiveDate => NaiveDate, |value| value;
    &'q NaiveDate => NaiveDate, |value| *value;
    DateTime<Utc> => DateTime<Utc>, |value| to_micros(value);
    &'q DateTime<Utc> => DateTime<Utc>, |value| to_micros(*value);
    Vec<u8> => Vec<u8>, |value| value;
    &'q Vec<u8> => &'q [u8], |value| value.as_slice();
    &'q [u8] => &'q [u8], |value| value;
    [u8; 32] => Vec<u8>, |value| value.to_vec();
    &'q [u8; 32] => &'q [u8], |value| value.as_slice();
    // Ids are TEXT on both engines; a row reads one back with `#[sqlx(try_from = "String")]`.
    Uuid => String, |value| value.hyphenated().to_string();
    &'q Uuid => String, |value| value.hyphenated().to_string();
}

impl<'q, P: Param<'q>> Param<'q> for Option<P>
where
    Option<P::Value>: sqlx::Encode<'q, sqlx::Sqlite>
        + sqlx::Type<sqlx::Sqlite>
        + sqlx::Encode<'q, sqlx::Postgres>
        + sqlx::Type<sqlx::Postgres>,
{
    type Value = Option<P::Value>;
    fn into_param(self) -> Self::Value {
        self.map(Param::into_param)
    }
}

/// The one place where a statement meets its engine: `$conn` is the driver's connection and `$db`
/// the driver's type in `$body`, a future that gives a driver's result.
#[doc(hidden)]
#[macro_export]
macro_rules! __dispatch {
    ($tx:expr, |$conn:ident, $db:ident| sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {{
        let result = match $tx.__connection() {
            Ok($crate::Connection::Sqlite($conn)) => {
                #[allow(dead_code)]
                type $db = $crate::sqlx::Sqlite;
                $sqlite.await.map_err($crate::DatabaseError::from)
            }
            Ok($crate::Connection::Postgres($conn)) => {
                #[allow(dead_code)]
                type $db = $crate::sqlx::Postgres;
                $postgres.await.map_err($crate::DatabaseError::from)
            }
            Err(error) => Err(error),
        };
        $tx.__settle(result)
    }};
    ($tx:expr, |$conn:ident, $db:ident| $body:expr) => {
        $crate::__dispatch!($tx, |$conn, $db| sqlite: $body, postgres: $body)
    };
}

/// Runs a statement: `execute!(tx, SQL, a, b)?` gives the number of rows affected.
///
/// `tx` is a [`Tx`](crate::Tx) or `&mut Tx`; the text is a constant with `$1`, `$2`, ...; every
/// argument is a [`Param`]. The macro awaits.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::__dispatch!($tx, |conn, Engine| async {
            $crate::sqlx::query::<Engine>($sql)
                $(.bind($crate::Param::into_param($arg)))*
                .execute(&mut *conn)
                .await
                .map(|done| done.rows_affected())
        })
    };
}

/// Fetches exactly one row: `fetch_one!(tx, SQL, a, b => Row)?`, an error when there is none.
///
/// `Row` derives `sqlx::FromRow`, or is a tuple: `let (count,) = fetch_one!(tx, COUNT => (i64,))?;`
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $sql:expr $(, $arg:expr)* => $row:ty) => {
        $crate::__dispatch!($tx, |conn, Engine| $crate::sqlx::query_as::<Engine, $row>($sql)
            $(.bind($crate::Param::into_param($arg)))*
            .fetch_one(&mut *conn))
    };
}

/// Fetches at most one row: `fetch_optional!(tx, SQL, a, b => Row)?` gives an `Option<Row>`.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $sql:expr $(, $arg:expr)* => $row:ty) => {
        $crate::__dispatch!($tx, |conn, Engine| $crate::sqlx::query_as::<Engine, $row>($sql)
            $(.bind($crate::Param::into_param($arg)))*
            .fetch_optional(&mut *conn))
    };
}

/// Fetches all rows: `fetch_all!(tx, SQL, a, b => Row)?` gives a `Vec<Row>`. Page what can be long.
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $sql:expr $(, $arg:expr)* => $row:ty) => {
        $crate::__dispatch!($tx, |conn, Engine| $crate::sqlx::query_as::<Engine, $row>($sql)
            $(.bind($crate::Param::into_param($arg)))*
            .fetch_all(&mut *conn))
    };
}
