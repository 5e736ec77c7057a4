//! Approved production.

use std::collections::BTreeMap;

use calendar::CareMonth;
use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::{
    decide::Approved,
    domain::{OfficeYear, Production},
};

const ADD: &str = "INSERT INTO production
        (office, year, agb, product, care_month, unit, quantity, granted_cents, lines)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (office, year, agb, product, care_month, unit) DO UPDATE SET
        quantity = production.quantity + excluded.quantity,
        granted_cents = production.granted_cents + excluded.granted_cents,
        lines = production.lines + excluded.lines";
const APPROVED: &str = "SELECT agb, product, unit, CAST(SUM(quantity) AS BIGINT) FROM production
    WHERE office = $1 AND year = $2 AND care_month <= $3 GROUP BY agb, product, unit ORDER BY agb, product, unit";
const PAGE: &str = "SELECT agb, product, care_month, unit, quantity, granted_cents, lines FROM production
    WHERE office = $1 AND year = $2 AND ($3 = '' OR agb = $3)
      AND (agb > $4 OR (agb = $4 AND (product > $5 OR (product = $5
           AND (care_month > $6 OR (care_month = $6 AND unit > $7))))))
    ORDER BY agb, product, care_month, unit LIMIT $8";
const REALISED: &str = "SELECT CAST(COALESCE(SUM(granted_cents), 0) AS BIGINT) FROM production
    WHERE office = $1 AND year = $2";

// A question about the past is answered from the lines themselves: the sums above only know the present.
const REALISED_AT: &str = "SELECT CAST(COALESCE(SUM(line.granted_cents), 0) AS BIGINT)
    FROM claim_line AS line
    JOIN claim_file AS file
      ON file.office = line.office AND file.agb = line.agb AND file.file_number = line.file_number
    WHERE line.office = $1 AND line.first_day >= $2 AND line.first_day <= $3 AND file.received_time <= $4";

/// What a file adds to the production of a product in a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// The quantity, credits taken off.
    pub quantity: i64,
    /// The amount, credits taken off.
    pub granted_cents: i64,
    /// Lines granted.
    pub lines: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    product: String,
    care_month: String,
    unit: String,
    quantity: i64,
    granted_cents: i64,
    lines: i64,
}

impl Row {
    fn read(self) -> Result<Production, EdgeError> {
        Ok(Production {
            agb: agb(&self.agb)?,
            product: self.product,
            care_month: self.care_month.parse().map_err(|_| stored("a month"))?,
            unit: self.unit,
            quantity: self.quantity,
            granted: Money::from_cents(self.granted_cents),
            lines: self.lines,
        })
    }
}

/// Adds to the production of a product in a month.
pub async fn add_production(
    tx: &mut Tx,
    office: &str,
    agb: Agb,
    (product, month, unit): (&str, CareMonth, &str),
    delta: &Delta,
) -> Result<(), DatabaseError> {
    let (agb, care_month) = (agb.to_string(), month.to_string());
    let Delta { quantity, granted_cents, lines } = *delta;
    execute!(tx, ADD, office, month.year(), &agb, product, &care_month, unit, quantity, granted_cents, lines)?;
    Ok(())
}

/// What was approved in the first months of a year of care, by provider.
pub async fn approved_of_year(
    tx: &mut Tx,
    year: &OfficeYear,
    months: u32,
) -> Result<BTreeMap<Agb, Vec<Approved>>, EdgeError> {
    let last = format!("{}-{months:02}", year.year);
    let rows = fetch_all!(
        tx, APPROVED, year.office.as_str(), year.year, &last => (String, String, String, i64)
    )?;
    let mut approved: BTreeMap<Agb, Vec<Approved>> = BTreeMap::new();
    for (provider, product, unit, quantity) in rows {
        approved.entry(agb(&provider)?).or_default().push(Approved { product, unit, quantity });
    }
    Ok(approved)
}

/// A page of the production of a year of care.
pub async fn page_of_production(
    tx: &mut Tx,
    year: &OfficeYear,
    agb: &str,
    page: &Page,
) -> Result<Vec<Production>, EdgeError> {
    let after = &page.after;
    let (office, limit) = (year.office.as_str(), page.limit());
    let rows = fetch_all!(
        tx, PAGE, office, year.year, agb, &after[0], &after[1], &after[2], &after[3], limit => Row
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// The amount that was approved for a year of care at a moment.
pub async fn realised_at(tx: &mut Tx, year: &OfficeYear, at: DateTime<Utc>) -> Result<Money, DatabaseError> {
    let (first, last) = (year.first_day(), year.last_day());
    let (cents,) = fetch_one!(tx, REALISED_AT, year.office.as_str(), first, last, at => (i64,))?;
    Ok(Money::from_cents(cents))
}

/// The amount approved for a year of care.
pub async fn realised_of_year(tx: &mut Tx, year: &OfficeYear) -> Result<Money, DatabaseError> {
    let (cents,) = fetch_one!(tx, REALISED, year.office.as_str(), year.year => (i64,))?;
    Ok(Money::from_cents(cents))
}
