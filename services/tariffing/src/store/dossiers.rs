//! Things about a provider that change while they last, a version for every change: proposals, results and
//! hardship requests.

use chrono::{DateTime, Utc};
use database::{Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page};
use serde::{Serialize, de::DeserializeOwned};

use super::{json, to_json};
use crate::domain::Subject;

const NEWEST: &str = "SELECT dossier_id, version, office, year, agb, sector, content, decision_id FROM dossier
    WHERE kind = $1 AND dossier_id = $2 ORDER BY version DESC LIMIT 1";
const OF_YEAR: &str = "SELECT dossier_id, version, office, year, agb, sector, content, decision_id FROM dossier AS row
    WHERE kind = $1 AND office = $2 AND year = $3 AND dossier_id > $4 AND ($5 = '' OR agb = $5)
      AND version = (SELECT MAX(version) FROM dossier AS other WHERE other.dossier_id = row.dossier_id)
    ORDER BY dossier_id LIMIT $6";
// The primary key makes two changes of one version collide; the loser is asked to try again.
const ADD: &str = "INSERT INTO dossier
        (dossier_id, version, kind, office, year, agb, sector, content, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

#[derive(sqlx::FromRow)]
struct Row {
    dossier_id: String,
    version: i64,
    office: String,
    year: i64,
    agb: String,
    sector: String,
    content: String,
    decision_id: Option<String>,
}

/// The newest version of something.
#[derive(Clone, Debug)]
pub struct Dossier<T> {
    /// Its id.
    pub id: String,
    /// The version, from 1.
    pub version: i64,
    /// Whose it is, and for which year.
    pub subject: Subject,
    /// What it is.
    pub content: T,
    /// The decision that led to this version, if one did.
    pub decision_id: Option<String>,
}

/// What is kept as a dossier, with the word it is kept under.
pub trait Content: Serialize + DeserializeOwned + Send {
    /// The kind of records it is, as callers name it.
    const KIND: &'static str;
}

impl Content for crate::domain::TariffProposal {
    const KIND: &'static str = "tariff_proposal";
}

impl Content for crate::domain::ResultAgreement {
    const KIND: &'static str = "result_agreement";
}

impl Content for crate::domain::hardship::HardshipRequest {
    const KIND: &'static str = "hardship_request";
}

impl<T: Content> Dossier<T> {
    /// Something new.
    pub fn new(id: String, subject: Subject, content: T) -> Dossier<T> {
        Dossier { id, version: 0, subject, content, decision_id: None }
    }

    fn read(row: Row) -> Result<Dossier<T>, EdgeError> {
        let (agb, sector, year) = super::key(&row.agb, &row.sector, row.year)?;
        let office = super::parsed(&row.office, "an office")?;
        let subject = Subject { office, sector, agb, year };
        let content = json(&row.content)?;
        Ok(Dossier { id: row.dossier_id, version: row.version, subject, content, decision_id: row.decision_id })
    }
}

/// Adds the next version of a dossier.
pub async fn save_dossier<T: Content>(
    tx: &mut Tx,
    dossier: &mut Dossier<T>,
    now: DateTime<Utc>,
) -> Result<(), EdgeError> {
    dossier.version += 1;
    let Subject { office, sector, agb, year } = &dossier.subject;
    let (agb, content) = (agb.to_string(), to_json(&dossier.content));
    let (office, sector, decision) = (office.as_str(), sector.as_str(), dossier.decision_id.as_deref());
    execute!(tx, ADD, &dossier.id, dossier.version, T::KIND, office, *year, &agb, sector, &content, decision, now)?;
    Ok(())
}

/// The newest version of a dossier.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none of that kind.
pub async fn dossier<T: Content>(tx: &mut Tx, id: &str) -> Result<Dossier<T>, EdgeError> {
    let row = fetch_optional!(tx, NEWEST, T::KIND, id => Row)?;
    Dossier::read(row.ok_or_else(|| EdgeError::NotFound { what: T::KIND, id: id.to_owned() })?)
}

/// A page of the dossiers of a year, by id; of one provider when its AGB code is given.
pub async fn dossiers<T: Content>(
    tx: &mut Tx,
    (office, year, agb): (&Office, i32, &str),
    (after, limit): (&str, i64),
) -> Result<Vec<Dossier<T>>, EdgeError> {
    let rows = fetch_all!(tx, OF_YEAR, T::KIND, office.as_str(), year, after, agb, limit => Row)?;
    rows.into_iter().map(Dossier::read).collect()
}

/// All dossiers of a provider for a year.
pub async fn dossiers_of<T: Content>(tx: &mut Tx, subject: &Subject) -> Result<Vec<Dossier<T>>, EdgeError> {
    let whose = (&subject.office, subject.year, subject.agb.to_string());
    let mut all = dossiers(tx, (whose.0, whose.1, &whose.2), ("", i64::from(i32::MAX))).await?;
    all.retain(|dossier: &Dossier<T>| dossier.subject.sector == subject.sector);
    Ok(all)
}

/// What a page of dossiers begins after.
pub fn page_of(page: &Page) -> (&str, i64) {
    (&page.after[0], page.limit())
}
