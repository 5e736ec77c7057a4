//! Percentages agreed with providers.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all};
use edge::{EdgeError, Office, Page, Sector};
use identifiers::Agb;
use money::Percentage;

use crate::domain::{AgreedPercentage, Subject};

const PERCENTAGES_OF: &str = "SELECT year, agb, sector, percentage FROM agreed_percentage AS row
    WHERE office = $1
      AND version = (SELECT MAX(version) FROM agreed_percentage AS other
                     WHERE other.office = row.office AND other.year = row.year
                       AND other.agb = row.agb AND other.sector = row.sector)";
const PERCENTAGES: &str = "SELECT agb, sector, percentage, decision_id FROM agreed_percentage AS row
    WHERE office = $1 AND year = $2 AND (agb > $3 OR (agb = $3 AND sector > $4))
      AND version = (SELECT MAX(version) FROM agreed_percentage AS other
                     WHERE other.office = row.office AND other.year = row.year
                       AND other.agb = row.agb AND other.sector = row.sector)
    ORDER BY agb, sector LIMIT $5";
const ADD_PERCENTAGE: &str = "INSERT INTO agreed_percentage
        (office, year, agb, sector, version, percentage, decision_id, agreed_time)
    SELECT $1, $2, $3, $4, COALESCE(MAX(version), 0) + 1, $5, $6, $7
    FROM agreed_percentage WHERE office = $1 AND year = $2 AND agb = $3 AND sector = $4";

#[derive(sqlx::FromRow)]
struct PercentageRow {
    agb: String,
    sector: String,
    percentage: String,
    decision_id: String,
}

impl PercentageRow {
    fn read(self, office: &Office, year: i32) -> Result<AgreedPercentage, EdgeError> {
        let stored = |what: &str| EdgeError::Stored(what.to_owned());
        let subject = Subject {
            office: office.clone(),
            sector: Sector::from_code(&self.sector).ok_or_else(|| stored("a sector"))?,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            year,
        };
        let percentage = Percentage(self.percentage.parse().map_err(|_| stored("a percentage"))?);
        Ok(AgreedPercentage { subject, percentage, tariffs: Vec::new(), decision_id: self.decision_id })
    }
}

/// A percentage by provider, sector and year.
pub type PercentageOf = ((Agb, Sector, i32), Percentage);

/// The percentages agreed last with every provider, in all years.
pub async fn percentages_of(tx: &mut Tx, office: &Office) -> Result<Vec<PercentageOf>, EdgeError> {
    let stored = |what: &str| EdgeError::Stored(what.to_owned());
    let rows = fetch_all!(tx, PERCENTAGES_OF, office.as_str() => (i64, String, String, String))?;
    let read = |(year, agb, sector, percentage): (i64, String, String, String)| {
        let year = i32::try_from(year).map_err(|_| stored("a year"))?;
        let agb = agb.parse().map_err(|_| stored("an AGB code"))?;
        let sector = Sector::from_code(&sector).ok_or_else(|| stored("a sector"))?;
        let percentage = Percentage(percentage.parse().map_err(|_| stored("a percentage"))?);
        Ok(((agb, sector, year), percentage))
    };
    rows.into_iter().map(read).collect()
}

/// A page of the percentages of a year, by AGB code and sector.
pub async fn percentages(
    tx: &mut Tx,
    office: &Office,
    year: i32,
    page: &Page,
) -> Result<Vec<AgreedPercentage>, EdgeError> {
    let rows = fetch_all!(
        tx, PERCENTAGES, office.as_str(), year, &page.after[0], &page.after[1], page.limit() => PercentageRow
    )?;
    rows.into_iter().map(|row| row.read(office, year)).collect()
}

/// Adds a percentage as the provider's next version.
pub async fn add_percentage(
    tx: &mut Tx,
    subject: &Subject,
    percentage: Percentage,
    decision_id: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (agb, percentage) = (subject.agb.to_string(), percentage.0.to_string());
    let (office, sector) = (subject.office.as_str(), subject.sector.as_str());
    execute!(tx, ADD_PERCENTAGE, office, subject.year, &agb, sector, &percentage, decision_id, now)?;
    Ok(())
}
