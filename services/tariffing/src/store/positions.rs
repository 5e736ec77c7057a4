//! What is on record of providers for a year.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use database::{Tx, execute, fetch_all};
use edge::{EdgeError, Office};

use super::{Key, json, known_by, to_json};
use crate::domain::{Finding, Position, Subject};

const ALL: &str = "SELECT year, agb, sector, kind, name, finding FROM finding
    WHERE office = $1 AND recorded_time <= $2 ORDER BY year, agb, sector, place";
const OF_SUBJECT: &str = "SELECT year, agb, sector, kind, name, finding FROM finding
    WHERE office = $1 AND year = $2 AND agb = $3 AND sector = $4 AND recorded_time <= $5 ORDER BY place";
// The primary key makes two findings at once collide; the loser is asked to try again.
const ADD: &str = "INSERT INTO finding
        (office, year, agb, sector, place, kind, name, finding, motivation, decision_id, recorded_time)
    SELECT $1, $2, $3, $4, COALESCE(MAX(place), 0) + 1, $5, $6, $7, $8, $9, $10
    FROM finding WHERE office = $1 AND year = $2 AND agb = $3 AND sector = $4";

#[derive(sqlx::FromRow)]
struct Row {
    year: i64,
    agb: String,
    sector: String,
    kind: String,
    name: String,
    finding: String,
}

/// Something to be put on record of a provider.
#[derive(Debug)]
pub struct NewFinding<'a> {
    /// Its kind.
    pub kind: &'static str,
    /// Its name within the kind: the id of a grant, nothing for the others.
    pub name: &'a str,
    /// What it is.
    pub finding: &'a Finding,
    /// Why.
    pub motivation: &'a str,
    /// The decision.
    pub decision_id: &'a str,
}

/// Adds a finding of a provider for a year.
pub async fn add_finding(
    tx: &mut Tx,
    subject: &Subject,
    new: NewFinding<'_>,
    now: DateTime<Utc>,
) -> Result<(), EdgeError> {
    let (office, sector, agb) = (subject.office.as_str(), subject.sector.as_str(), subject.agb.to_string());
    let NewFinding { kind, name, finding, motivation, decision_id } = new;
    let finding = to_json(finding);
    execute!(tx, ADD, office, subject.year, &agb, sector, kind, name, &finding, motivation, decision_id, now)?;
    Ok(())
}

/// What is on record of a provider for a year, as known at a moment.
pub async fn position_of(tx: &mut Tx, subject: &Subject, known: Option<DateTime<Utc>>) -> Result<Position, EdgeError> {
    let (office, sector, agb) = (subject.office.as_str(), subject.sector.as_str(), subject.agb.to_string());
    let rows = fetch_all!(tx, OF_SUBJECT, office, subject.year, &agb, sector, known_by(known) => Row)?;
    let read = |row: Row| Ok((row.kind, row.name, json(&row.finding)?));
    Ok(Position::of(rows.into_iter().map(read).collect::<Result<Vec<_>, EdgeError>>()?))
}

/// What is on record of all providers of an office, as known at a moment.
pub async fn positions(
    tx: &mut Tx,
    office: &Office,
    known: Option<DateTime<Utc>>,
) -> Result<HashMap<Key, Position>, EdgeError> {
    let mut findings: HashMap<Key, Vec<(String, String, Finding)>> = HashMap::new();
    for row in fetch_all!(tx, ALL, office.as_str(), known_by(known) => Row)? {
        let key = super::key(&row.agb, &row.sector, row.year)?;
        findings.entry(key).or_default().push((row.kind, row.name, json(&row.finding)?));
    }
    Ok(findings.into_iter().map(|(key, findings)| (key, Position::of(findings))).collect())
}
