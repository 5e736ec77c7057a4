//! Percentages agreed with providers.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use database::{Tx, fetch_all, fetch_one};
use edge::{EdgeError, Office, Page, Sector};
use identifiers::Agb;
use money::Percentage;

use super::{Key, json, known_by, parsed, to_json};
use crate::domain::{Basis, Kept, Subject};

const ALL: &str = "SELECT year, agb, sector, version, from_day, percentage, forms, basis, decision_id, agreed_time
    FROM agreed_percentage WHERE office = $1 AND agreed_time <= $2 ORDER BY year, agb, sector, version";
const OF_SUBJECT: &str =
    "SELECT year, agb, sector, version, from_day, percentage, forms, basis, decision_id, agreed_time
    FROM agreed_percentage
    WHERE office = $1 AND year = $2 AND agb = $3 AND sector = $4 AND agreed_time <= $5 ORDER BY version";
const NEWEST: &str = "SELECT year, agb, sector, version, from_day, percentage, forms, basis, decision_id, agreed_time
    FROM agreed_percentage AS row
    WHERE office = $1 AND year = $2 AND (agb > $3 OR (agb = $3 AND sector > $4))
      AND version = (SELECT MAX(version) FROM agreed_percentage AS other
                     WHERE other.office = row.office AND other.year = row.year
                       AND other.agb = row.agb AND other.sector = row.sector AND other.agreed_time <= $5)
    ORDER BY agb, sector LIMIT $6";
// The primary key makes two agreements at once collide; the loser is asked to try again.
const ADD: &str = "INSERT INTO agreed_percentage
        (office, year, agb, sector, version, from_day, percentage, forms, basis, decision_id, agreed_time)
    SELECT $1, $2, $3, $4, COALESCE(MAX(version), 0) + 1, $5, $6, $7, $8, $9, $10
    FROM agreed_percentage WHERE office = $1 AND year = $2 AND agb = $3 AND sector = $4
    RETURNING version";

#[derive(sqlx::FromRow)]
struct Row {
    year: i64,
    agb: String,
    sector: String,
    version: i64,
    from_day: NaiveDate,
    percentage: String,
    forms: String,
    basis: String,
    decision_id: String,
    agreed_time: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<(Key, Kept), EdgeError> {
        let key = super::key(&self.agb, &self.sector, self.year)?;
        let kept = Kept {
            version: self.version,
            from: self.from_day,
            percentage: Percentage(parsed(&self.percentage, "a percentage")?),
            forms: json(&self.forms)?,
            basis: json(&self.basis)?,
            decision_id: self.decision_id,
            recorded: self.agreed_time,
        };
        Ok((key, kept))
    }
}

/// A percentage to be put on record.
#[derive(Debug)]
pub struct NewPercentage<'a> {
    /// The first day it holds.
    pub from: NaiveDate,
    /// The percentage of the provider.
    pub percentage: Percentage,
    /// The delivery forms that have another one.
    pub forms: &'a BTreeMap<String, Percentage>,
    /// What it rests on.
    pub basis: Basis,
    /// The decision.
    pub decision_id: &'a str,
}

/// Adds a percentage as the provider's next version, and gives its number.
pub async fn add_percentage(
    tx: &mut Tx,
    subject: &Subject,
    new: NewPercentage<'_>,
    now: DateTime<Utc>,
) -> Result<i64, EdgeError> {
    let (agb, percentage) = (subject.agb.to_string(), new.percentage.0.to_string());
    let (office, sector) = (subject.office.as_str(), subject.sector.as_str());
    let (forms, basis) = (to_json(new.forms), to_json(&new.basis));
    let (version,) = fetch_one!(
        tx, ADD, office, subject.year, &agb, sector, new.from, &percentage, &forms, &basis, new.decision_id, now => (i64,)
    )?;
    Ok(version)
}

/// All that was agreed with a provider for a year, as known at a moment; the oldest first.
pub async fn versions_of(tx: &mut Tx, subject: &Subject, known: Option<DateTime<Utc>>) -> Result<Vec<Kept>, EdgeError> {
    let (office, sector, agb) = (subject.office.as_str(), subject.sector.as_str(), subject.agb.to_string());
    let rows = fetch_all!(tx, OF_SUBJECT, office, subject.year, &agb, sector, known_by(known) => Row)?;
    rows.into_iter().map(|row| row.read().map(|(_, kept)| kept)).collect()
}

/// All that was agreed with every provider, as known at a moment; the oldest first.
pub async fn all_versions(
    tx: &mut Tx,
    office: &Office,
    known: Option<DateTime<Utc>>,
) -> Result<Vec<(Key, Kept)>, EdgeError> {
    let rows = fetch_all!(tx, ALL, office.as_str(), known_by(known) => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// A page of what was agreed last with the providers for a year, as known at a moment; by AGB code and sector.
pub async fn newest_percentages(
    tx: &mut Tx,
    office: &Office,
    year: i32,
    known: Option<DateTime<Utc>>,
    page: &Page,
) -> Result<Vec<((Agb, Sector), Kept)>, EdgeError> {
    let (agb, sector) = (&page.after[0], &page.after[1]);
    let rows = fetch_all!(tx, NEWEST, office.as_str(), year, agb, sector, known_by(known), page.limit() => Row)?;
    let read = |row: Row| row.read().map(|((agb, sector, _), kept)| ((agb, sector), kept));
    rows.into_iter().map(read).collect()
}
