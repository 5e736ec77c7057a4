//! The contract room and its entries.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_one, fetch_optional};
use money::Money;

use crate::domain::{EntryKind, Lot, LotMoney, OfficeYear};

const ADD_ROOM: &str = "INSERT INTO room (office, year, regions, version) VALUES ($1, $2, $3, 1)
    ON CONFLICT (office, year) DO NOTHING";
const TAKE: &str = "UPDATE room SET version = version + 1 WHERE office = $1 AND year = $2";
const REGIONS: &str = "SELECT regions FROM room WHERE office = $1 AND year = $2";
const ADD_ENTRY: &str = "INSERT INTO room_entry
        (office, year, number, lot, kind, room_cents, reserve_cents, motivation, recorded_time)
    SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5, $6, $7, $8
    FROM room_entry WHERE office = $1 AND year = $2";
const MONEY_AT: &str = "SELECT CAST(COALESCE(SUM(room_cents), 0) AS BIGINT) AS room,
        CAST(COALESCE(SUM(reserve_cents), 0) AS BIGINT) AS reserve
    FROM room_entry WHERE office = $1 AND year = $2 AND lot = $3 AND recorded_time <= $4";

/// A change of the room or of its reserve.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The lot.
    pub lot: Lot,
    /// Why.
    pub kind: EntryKind,
    /// By how much the room changes.
    pub room: Money,
    /// By how much the reserve changes.
    pub reserve: Money,
    /// The decision it comes from.
    pub motivation: &'a str,
}

/// Adds the room of a year; false when there is one.
pub async fn add_room(tx: &mut Tx, year: &OfficeYear, regions: &[String]) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, ADD_ROOM, year.office.as_str(), year.year, regions.join(","))? == 1)
}

/// Takes the year: until this transaction ends, no other decides on it. False when there is no room for it.
pub async fn take(tx: &mut Tx, year: &OfficeYear) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, TAKE, year.office.as_str(), year.year)? == 1)
}

/// The regions of a room, or `None` when there is no room.
pub async fn regions(tx: &mut Tx, year: &OfficeYear) -> Result<Option<Vec<String>>, DatabaseError> {
    let row = fetch_optional!(tx, REGIONS, year.office.as_str(), year.year => (String,))?;
    Ok(row.map(|(regions,)| regions.split(',').filter(|region| !region.is_empty()).map(str::to_owned).collect()))
}

/// Adds an entry. The year must be taken.
pub async fn add_entry(
    tx: &mut Tx,
    year: &OfficeYear,
    entry: &Entry<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (lot, kind) = (entry.lot.as_str(), entry.kind.as_str());
    let (room, reserve) = (entry.room.cents(), entry.reserve.cents());
    execute!(tx, ADD_ENTRY, year.office.as_str(), year.year, lot, kind, room, reserve, entry.motivation, now)?;
    Ok(())
}

/// The room and the reserve of a lot as they were recorded at a moment.
pub async fn money_at(tx: &mut Tx, year: &OfficeYear, lot: Lot, at: DateTime<Utc>) -> Result<LotMoney, DatabaseError> {
    let (room, reserve) = fetch_one!(tx, MONEY_AT, year.office.as_str(), year.year, lot.as_str(), at => (i64, i64))?;
    Ok(LotMoney { room: Money::from_cents(room), reserve: Money::from_cents(reserve) })
}
