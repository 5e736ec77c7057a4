//! One store over SQLite and PostgreSQL.
//!
//! A service keeps its statements as constants, one text for both engines, and runs them in a
//! transaction:
//!
//! ```ignore
//! const SPEND: &str = "UPDATE ceiling SET spent_cents = spent_cents + $2
//!                      WHERE ceiling_id = $1 AND spent_cents + $2 <= ceiling_cents";
//!
//! let mut tx = db.write().await?;
//! let spent = execute!(tx, SPEND, ceiling_id, cents)? == 1;
//! tx.publish(Event { office, kind: "ceiling_spent", payload });
//! tx.commit(now).await?;
//! ```
//!
//! What a store can rely on, on both engines alike:
//!
//! - a write transaction's statements, its events and its audit entries commit together or not at
//!   all;
//! - a read transaction sees one snapshot;
//! - after a refused statement the transaction can only be rolled back;
//! - times come back as they were written, to the microsecond, and compare in SQL.
//!
//! Module by module: [`Db`] and [`Tx`]; the macros [`execute!`], [`fetch_one!`],
//! [`fetch_optional!`], [`fetch_all!`], [`fetch_in!`], [`execute_in!`]; [`Rows`] for bulk;
//! [`Begun`] for requests made twice; [`Event`] and the [`feed`] others follow; [`AuditEntry`];
//! [`DecisionRow`] and [`RuleSet`]; [`ProposalRow`];
//! [`Perishable`] for what is removed when it was kept long enough, and its [`TombstoneRow`].

mod audit;
mod closing;
mod db;
mod decision;
mod error;
pub mod feed;
mod follow;
mod keys;
mod migrations;
mod proposal;
mod purge;
mod query;
mod request;
mod rows;
mod small;
mod tombstone;
mod tx;
mod waiting;

pub use sqlx;

pub use audit::{AuditAction, AuditCheck, AuditCut, AuditEntry, AuditOutcome, AuditRow, BrokenLink, entry_sha256};
pub use db::{Db, Engine, Options, Pool};
pub use decision::{DecisionRow, RuleSet};
pub use error::DatabaseError;
pub use feed::{Event, FeedRow};
pub use follow::Cursor;
#[doc(hidden)]
pub use keys::{KeyedText, keys_as_array, keys_as_json};
pub use migrations::Migration;
pub use proposal::{ProposalRow, VerdictRow};
pub use purge::{Before, Counted, CountedFrom, Due, DueObject, Perishable, PurgeLimits, Purged, Remains, Removal};
pub use query::{Param, to_micros};
pub use request::{Begun, REQUESTS};
pub use rows::{Column, Kind, Rows, Table};
pub use tombstone::TombstoneRow;
#[doc(hidden)]
pub use tx::Connection;
pub use tx::Tx;
