//! Rounds.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page, Sector};

use super::stored;
use crate::domain::Round;

const ADD: &str = "INSERT INTO purchase_round (round_id, office, sector, year, opened_time) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (office, sector, year) DO NOTHING";
const ONE: &str = "SELECT round_id, office, sector, year FROM purchase_round WHERE round_id = $1";
const OF: &str = "SELECT round_id, office, sector, year FROM purchase_round
    WHERE office = $1 AND sector = $2 AND year = $3";
const ALL: &str = "SELECT round_id, office, sector, year FROM purchase_round
    WHERE office = $1 ORDER BY year, sector";
const PAGE: &str = "SELECT round_id, office, sector, year FROM purchase_round
    WHERE office = $1 AND round_id > $2 ORDER BY round_id LIMIT $3";

#[derive(sqlx::FromRow)]
struct RoundRow {
    round_id: String,
    office: String,
    sector: String,
    year: i64,
}

impl RoundRow {
    fn read(self) -> Result<Round, EdgeError> {
        Ok(Round {
            round_id: self.round_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            sector: Sector::from_code(&self.sector).ok_or_else(|| stored("a sector"))?,
            year: i32::try_from(self.year).map_err(|_| stored("a year"))?,
        })
    }
}

/// Adds a round; false when the office has one of that sector and year.
pub async fn add_round(tx: &mut Tx, round: &Round, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let (office, sector) = (round.office.as_str(), round.sector.as_str());
    Ok(execute!(tx, ADD, &round.round_id, office, sector, round.year, now)? == 1)
}

/// A round.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn round(tx: &mut Tx, round_id: &str) -> Result<Round, EdgeError> {
    let row = fetch_optional!(tx, ONE, round_id => RoundRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "round", id: round_id.to_owned() })?.read()
}

/// The round of an office for a sector and a year.
///
/// # Errors
/// [`EdgeError::NotFound`] when it was not opened.
pub async fn round_of(tx: &mut Tx, office: &Office, sector: Sector, year: i32) -> Result<Round, EdgeError> {
    let row = fetch_optional!(tx, OF, office.as_str(), sector.as_str(), year => RoundRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "round", id: format!("{office} {sector} {year}") })?.read()
}

/// Every round of an office; there is one a year and sector.
pub async fn all_rounds(tx: &mut Tx, office: &Office) -> Result<Vec<Round>, EdgeError> {
    let rows = fetch_all!(tx, ALL, office.as_str() => RoundRow)?;
    rows.into_iter().map(RoundRow::read).collect()
}

/// A page of the rounds of an office, by id.
pub async fn rounds(tx: &mut Tx, office: &Office, page: &Page) -> Result<Vec<Round>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, office.as_str(), &page.after[0], page.limit() => RoundRow)?;
    rows.into_iter().map(RoundRow::read).collect()
}
