//! The contract room; how large it is stands in the ledger.

use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::EdgeError;

use super::stored;
use crate::domain::OfficeYear;

const ADD_ROOM: &str = "INSERT INTO room (office, year, regions, version) VALUES ($1, $2, $3, 1)
    ON CONFLICT (office, year) DO NOTHING";
const TAKE: &str = "UPDATE room SET version = version + 1 WHERE office = $1 AND year = $2";
const REGIONS: &str = "SELECT regions FROM room WHERE office = $1 AND year = $2";
const ROOMS: &str = "SELECT office, year FROM room ORDER BY year DESC, office";

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

/// The offices and years that have a room, the newest year first: some hundreds in a country, so all at once.
pub async fn rooms(tx: &mut Tx) -> Result<Vec<OfficeYear>, EdgeError> {
    let rows = fetch_all!(tx, ROOMS => (String, i64))?;
    let read = |(office, year): (String, i64)| {
        Ok(OfficeYear {
            office: office.parse().map_err(|_| stored("an office"))?,
            year: year.try_into().map_err(|_| stored("a year"))?,
        })
    };
    rows.into_iter().map(read).collect()
}
