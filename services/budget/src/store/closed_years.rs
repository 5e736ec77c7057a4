//! Years closed for a provider, and the corrections that come after (BUD-11).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;

use super::{agb, stored};
use crate::domain::{Cell, Correction, CubeRow, Figures, OfficeYear};

const CLOSE: &str = "INSERT INTO closed_year (office, year, agb, closed_time, decision_id)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (office, agb, year) DO NOTHING";
const CLOSED: &str = "SELECT year FROM closed_year WHERE office = $1 AND agb = $2";
const CORRECTIONS: &str = "SELECT agb, product, care_month, unit, file_id, submitted_lines, submitted_quantity,
        submitted_cents, approved_lines, approved_quantity, approved_cents, credited_lines, credited_quantity,
        credited_cents, recorded_time
    FROM correction
    WHERE office = $1 AND year = $2 AND ($3 = '' OR agb = $3)
      AND (agb > $4 OR (agb = $4 AND (product > $5 OR (product = $5 AND (care_month > $6 OR (care_month = $6
           AND (unit > $7 OR (unit = $7 AND file_id > $8))))))))
    ORDER BY agb, product, care_month, unit, file_id LIMIT $9";

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    product: String,
    care_month: String,
    unit: String,
    file_id: String,
    submitted_lines: i64,
    submitted_quantity: i64,
    submitted_cents: i64,
    approved_lines: i64,
    approved_quantity: i64,
    approved_cents: i64,
    credited_lines: i64,
    credited_quantity: i64,
    credited_cents: i64,
    recorded_time: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Correction, EdgeError> {
        let figures = |lines, quantity, cents| Figures { lines, quantity, cents };
        let cell = Cell {
            submitted: figures(self.submitted_lines, self.submitted_quantity, self.submitted_cents),
            approved: figures(self.approved_lines, self.approved_quantity, self.approved_cents),
            credited: figures(self.credited_lines, self.credited_quantity, self.credited_cents),
            refused: Figures::default(),
        };
        let care_month = self.care_month.parse().map_err(|_| stored("a month"))?;
        let row = CubeRow { agb: agb(&self.agb)?, product: self.product, care_month, unit: self.unit, cell };
        Ok(Correction { row, file_id: self.file_id, recorded_time: self.recorded_time })
    }
}

/// Closes a year for a provider: from here on its production stays as it is. False when it was closed before.
///
/// No file of the provider is decided meanwhile, so that one either counts in the year or finds it closed. What the
/// decision is taken from is to be read after this.
pub async fn close_year(
    tx: &mut Tx,
    year: &OfficeYear,
    agb: Agb,
    decision_id: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    intake::hold_files(tx, &year.office, agb).await?;
    let agb = agb.to_string();
    Ok(execute!(tx, CLOSE, year.office.as_str(), year.year, &agb, now, decision_id)? == 1)
}

/// The years closed for a provider.
pub async fn closed_years_of(tx: &mut Tx, office: &Office, agb: Agb) -> Result<BTreeSet<i32>, EdgeError> {
    let agb = agb.to_string();
    let rows = fetch_all!(tx, CLOSED, office.as_str(), &agb => (i64,))?;
    rows.into_iter().map(|(year,)| i32::try_from(year).map_err(|_| stored("a year"))).collect()
}

/// A page of the corrections of a closed year, by provider (empty for all), product, month, unit and file.
pub async fn page_of_corrections(
    tx: &mut Tx,
    year: &OfficeYear,
    agb: &str,
    page: &Page,
) -> Result<Vec<Correction>, EdgeError> {
    let (office, limit) = (year.office.as_str(), page.limit());
    let (a, p, m, u, f) = (&page.after[0], &page.after[1], &page.after[2], &page.after[3], &page.after[4]);
    let rows = fetch_all!(tx, CORRECTIONS, office, year.year, agb, a, p, m, u, f, limit => Row)?;
    rows.into_iter().map(Row::read).collect()
}
