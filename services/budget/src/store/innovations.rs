//! Agreements on zinnige zorg & innovatie.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, json, to_json};
use crate::domain::{AgreedInnovation, Innovation, Lot, OfficeYear};

const ADD: &str = "INSERT INTO innovation
        (office, year, lot, agb, version, products, amount_cents, motivation, decision_id, recorded_time)
    SELECT $1, $2, $3, $4, COALESCE(MAX(version), 0) + 1, $5, $6, $7, $8, $9
    FROM innovation WHERE office = $1 AND year = $2 AND lot = $3 AND agb = $4";
const ONE: &str = "SELECT agb, products, motivation, decision_id, recorded_time FROM innovation
    WHERE office = $1 AND year = $2 AND lot = $3 AND agb = $4 ORDER BY version DESC LIMIT 1";
const PAGE: &str = "SELECT agb, products, motivation, decision_id, recorded_time FROM innovation AS row
    WHERE office = $1 AND year = $2 AND lot = $3 AND agb > $4 AND amount_cents > 0
      AND version = (SELECT MAX(version) FROM innovation AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.lot = row.lot
                       AND other.agb = row.agb)
    ORDER BY agb LIMIT $5";

/// More than any office has providers.
const ALL: i64 = 1_000_000;

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    products: String,
    motivation: String,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Innovation, EdgeError> {
        Ok(Innovation {
            agb: agb(&self.agb)?,
            agreed: AgreedInnovation { decision_id: self.decision_id, products: json(&self.products)? },
            motivation: self.motivation,
            recorded: self.recorded_time,
        })
    }
}

/// Adds an agreement of this amount in all; it replaces the provider's earlier one.
pub async fn add_innovation(
    tx: &mut Tx,
    (year, lot): (&OfficeYear, Lot),
    innovation: &Innovation,
    amount: Money,
) -> Result<(), DatabaseError> {
    let (office, agb) = (year.office.as_str(), innovation.agb.to_string());
    let Innovation { agreed: AgreedInnovation { decision_id, products }, motivation, recorded, .. } = innovation;
    let (products, cents) = (to_json(products), amount.cents());
    execute!(tx, ADD, office, year.year, lot.as_str(), &agb, &products, cents, motivation, decision_id, *recorded)?;
    Ok(())
}

/// The last agreement with a provider, also when it was withdrawn.
pub async fn innovation_of(
    tx: &mut Tx,
    (year, lot): (&OfficeYear, Lot),
    agb: Agb,
) -> Result<Option<Innovation>, EdgeError> {
    let agb = agb.to_string();
    let row = fetch_optional!(tx, ONE, year.office.as_str(), year.year, lot.as_str(), &agb => Row)?;
    row.map(Row::read).transpose()
}

/// The agreements of a year that hold.
pub async fn innovations(
    tx: &mut Tx,
    (year, lot): (&OfficeYear, Lot),
) -> Result<BTreeMap<Agb, AgreedInnovation>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, year.office.as_str(), year.year, lot.as_str(), "", ALL => Row)?;
    rows.into_iter().map(|row| row.read().map(|one| (one.agb, one.agreed))).collect()
}

/// A page of the agreements of a year that hold.
pub async fn page_of_innovations(
    tx: &mut Tx,
    (year, lot): (&OfficeYear, Lot),
    page: &Page,
) -> Result<Vec<Innovation>, EdgeError> {
    let (office, after, limit) = (year.office.as_str(), &page.after[0], page.limit());
    let rows = fetch_all!(tx, PAGE, office, year.year, lot.as_str(), after, limit => Row)?;
    rows.into_iter().map(Row::read).collect()
}
