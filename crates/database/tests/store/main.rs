//! The one suite of the store: every test runs on both engines.

#![cfg(test)]

mod audit;
mod bulk;
mod decisions;
mod feed;
mod opening;
mod purge;
mod requests;
mod schema;
mod types;

use chrono::{DateTime, TimeDelta, Utc};
use database::Migration;
use uuid::Uuid;

/// A table with a column of each type, and one that grows only.
const MIGRATIONS: &[Migration] = &[
    Migration::new(
        100,
        "tables",
        "CREATE TABLE item (
             item_id TEXT NOT NULL PRIMARY KEY,
             agb TEXT NOT NULL,
             cents BIGINT NOT NULL CHECK (cents >= 0),
             day DATE,
             seen_time TIMESTAMPTZ,
             raw BYTEA,
             open BOOLEAN
         );
         CREATE TABLE part (
             part_id TEXT NOT NULL PRIMARY KEY,
             item_id TEXT NOT NULL REFERENCES item (item_id)
         );
         CREATE TABLE ledger (entry BIGINT NOT NULL PRIMARY KEY);",
    ),
    Migration::append_only(101, "ledger", &["ledger"]),
];

/// A fixed time, with nanoseconds that no engine keeps.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 123_456_789).unwrap()
}

fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

const ADD: &str = "INSERT INTO item (item_id, agb, cents) VALUES ($1, $2, $3)";
const COUNT: &str = "SELECT COUNT(*) FROM item";
