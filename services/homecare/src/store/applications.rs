//! Applications beside the agreement.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Page};

use super::{json, to_json};
use crate::domain::{Application, OfficeYear};

const ADD: &str = "INSERT INTO application (application_id, office, agb, year, kind, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6)";
const ADD_VERSION: &str = "INSERT INTO application_version (application_id, version, content, recorded_time)
    SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3 FROM application_version WHERE application_id = $1";
const ONE: &str = "SELECT content FROM application_version WHERE application_id = $1 ORDER BY version DESC LIMIT 1";
const PAGE: &str = "SELECT row.content FROM application
    JOIN application_version AS row ON row.application_id = application.application_id
    WHERE application.office = $1 AND application.year = $2 AND application.application_id > $3
      AND row.version = (SELECT MAX(version) FROM application_version AS other
                         WHERE other.application_id = row.application_id)
    ORDER BY application.application_id LIMIT $4";

/// Adds an application.
pub async fn add_application(tx: &mut Tx, application: &Application) -> Result<(), DatabaseError> {
    let (of, kind, filed) = (&application.of, application.kind.as_str(), application.filed);
    execute!(tx, ADD, &application.id, of.office.as_str(), of.agb.to_string(), of.year, kind, filed)?;
    save_application(tx, application, filed).await
}

/// Adds what an application is now.
pub async fn save_application(tx: &mut Tx, application: &Application, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    execute!(tx, ADD_VERSION, &application.id, to_json(application), now)?;
    Ok(())
}

/// An application as it is now.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn application(tx: &mut Tx, id: &str) -> Result<Application, EdgeError> {
    let row = fetch_optional!(tx, ONE, id => (String,))?;
    let (content,) = row.ok_or_else(|| EdgeError::NotFound { what: "application", id: id.to_owned() })?;
    json(&content)
}

/// A page of the applications of a year, in the order they were filed.
pub async fn page_of_applications(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<Application>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, year.office.as_str(), year.year, &page.after[0], page.limit() => (String,))?;
    rows.into_iter().map(|(content,)| json(&content)).collect()
}
