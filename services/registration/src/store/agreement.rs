//! Agreements.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in};
use edge::{EdgeError, Office, Page, Sector};
use identifiers::Agb;

use super::{by_owner, position, stored};
use crate::domain::Agreement;

const ADD: &str = "INSERT INTO agreement (agreement_id, office, sector, agb, region, first_day, last_day,
        claiming_since, extended, registration_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const ADD_PRODUCT: &str = "INSERT INTO agreement_product (agreement_id, position, product) VALUES ($1, $2, $3)";
const OF_PROVIDER: &str = "SELECT agreement_id, office, sector, agb, region, first_day, last_day, claiming_since,
        extended, registration_id, recorded_time
    FROM agreement WHERE agb = $1 ORDER BY agreement_id";
const PAGE: &str = "SELECT agreement_id, office, sector, agb, region, first_day, last_day, claiming_since,
        extended, registration_id, recorded_time
    FROM agreement WHERE office = $1 AND ($2 = '' OR agb = $2) AND agreement_id > $3
    ORDER BY agreement_id LIMIT $4";
const PRODUCTS: &str = "SELECT agreement_id, product FROM agreement_product WHERE agreement_id IN ({keys})
    ORDER BY agreement_id, position";

#[derive(sqlx::FromRow)]
struct AgreementRow {
    agreement_id: String,
    office: String,
    sector: String,
    agb: String,
    region: Option<String>,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    claiming_since: Option<NaiveDate>,
    extended: bool,
    registration_id: Option<String>,
    recorded_time: DateTime<Utc>,
}

impl AgreementRow {
    fn read(self, products: Vec<String>) -> Result<Agreement, EdgeError> {
        let region = self.region.map(|region| region.parse().map_err(|_| stored("a region"))).transpose()?;
        Ok(Agreement {
            agreement_id: self.agreement_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            sector: Sector::from_code(&self.sector).ok_or_else(|| stored("a sector"))?,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            region,
            first_day: self.first_day,
            last_day: self.last_day,
            products,
            claiming_since: self.claiming_since,
            extended: self.extended,
            registration_id: self.registration_id,
            recorded: self.recorded_time,
        })
    }
}

/// Adds an agreement with its products.
pub async fn add_agreement(tx: &mut Tx, agreement: &Agreement) -> Result<(), DatabaseError> {
    let id = &agreement.agreement_id;
    let (agb, region) = (agreement.agb.to_string(), agreement.region.map(|region| region.to_string()));
    execute!(
        tx,
        ADD,
        id,
        agreement.office.as_str(),
        agreement.sector.as_str(),
        &agb,
        region,
        agreement.first_day,
        agreement.last_day,
        agreement.claiming_since,
        agreement.extended,
        agreement.registration_id.as_deref(),
        agreement.recorded
    )?;
    for (index, product) in agreement.products.iter().enumerate() {
        execute!(tx, ADD_PRODUCT, id, position(index), product)?;
    }
    Ok(())
}

/// Every agreement of a provider, with any office, by id.
pub async fn agreements_of(tx: &mut Tx, agb: Agb) -> Result<Vec<Agreement>, EdgeError> {
    let agb = agb.to_string();
    let rows = fetch_all!(tx, OF_PROVIDER, &agb => AgreementRow)?;
    with_products(tx, rows).await
}

/// A page of the agreements of an office, of one provider or all, by id.
pub async fn agreements(
    tx: &mut Tx,
    office: &Office,
    agb: Option<Agb>,
    page: &Page,
) -> Result<Vec<Agreement>, EdgeError> {
    let agb = agb.map(|agb| agb.to_string()).unwrap_or_default();
    let rows = fetch_all!(tx, PAGE, office.as_str(), &agb, &page.after[0], page.limit() => AgreementRow)?;
    with_products(tx, rows).await
}

async fn with_products(tx: &mut Tx, rows: Vec<AgreementRow>) -> Result<Vec<Agreement>, EdgeError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.agreement_id.as_str()).collect();
    let mut products = by_owner(fetch_in!(tx, PRODUCTS, ids => (String, String))?);
    let read = rows.into_iter().map(|row| {
        let own = products.remove(&row.agreement_id).unwrap_or_default();
        row.read(own)
    });
    read.collect()
}
