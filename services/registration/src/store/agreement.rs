//! Agreements, as they are and as they were.

use chrono::{DateTime, NaiveDate, Utc};
use database::{Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page, Sector};
use identifiers::Agb;

use super::{json, of_json, stored};
use crate::domain::{Agreement, Terms};

const ADD: &str = "INSERT INTO agreement (agreement_id, office, sector, agb, region, first_day, last_day,
        claiming_since, extended, conditional, extension_day, products, modules, registration_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const TAKE: &str = "UPDATE agreement SET extended = extended WHERE agreement_id = $1";
const SET_TERMS: &str = "UPDATE agreement SET first_day = $2, last_day = $3, products = $4, modules = $5,
        extended = $6
    WHERE agreement_id = $1";
const ADD_TERMS: &str = "INSERT INTO agreement_terms (agreement_id, number, terms, motivation, recorded_time)
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4 FROM agreement_terms WHERE agreement_id = $1";
const ONE: &str = "SELECT agreement_id, office, sector, agb, region, first_day, last_day, claiming_since, extended,
        conditional, extension_day, products, modules, registration_id, recorded_time
    FROM agreement WHERE agreement_id = $1";
const OF_REGISTRATION: &str = "SELECT agreement_id, office, sector, agb, region, first_day, last_day, claiming_since,
        extended, conditional, extension_day, products, modules, registration_id, recorded_time
    FROM agreement WHERE registration_id = $1";
const OF_PROVIDER: &str = "SELECT agreement_id, office, sector, agb, region, first_day, last_day, claiming_since,
        extended, conditional, extension_day, products, modules, registration_id, recorded_time
    FROM agreement WHERE agb = $1 ORDER BY agreement_id";
const PAGE: &str = "SELECT agreement_id, office, sector, agb, region, first_day, last_day, claiming_since, extended,
        conditional, extension_day, products, modules, registration_id, recorded_time
    FROM agreement WHERE office = $1 AND ($2 = '' OR agb = $2) AND agreement_id > $3
    ORDER BY agreement_id LIMIT $4";

#[derive(sqlx::FromRow)]
pub(super) struct AgreementRow {
    agreement_id: String,
    office: String,
    sector: String,
    agb: String,
    region: Option<String>,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    claiming_since: Option<NaiveDate>,
    extended: bool,
    conditional: bool,
    extension_day: Option<NaiveDate>,
    products: String,
    modules: String,
    registration_id: Option<String>,
    recorded_time: DateTime<Utc>,
}

impl AgreementRow {
    pub(super) fn read(self) -> Result<Agreement, EdgeError> {
        let region = self.region.map(|region| region.parse().map_err(|_| stored("a region"))).transpose()?;
        Ok(Agreement {
            agreement_id: self.agreement_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            sector: Sector::from_code(&self.sector).ok_or_else(|| stored("a sector"))?,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            region,
            first_day: self.first_day,
            last_day: self.last_day,
            products: of_json(&self.products, "products")?,
            modules: of_json(&self.modules, "modules")?,
            claiming_since: self.claiming_since,
            extended: self.extended,
            conditional: self.conditional,
            extension: self.extension_day,
            registration_id: self.registration_id,
            recorded: self.recorded_time,
        })
    }
}

/// Adds an agreement.
pub async fn add_agreement(tx: &mut Tx, agreement: &Agreement, motivation: &str) -> Result<(), EdgeError> {
    let id = &agreement.agreement_id;
    let (agb, region) = (agreement.agb.to_string(), agreement.region.map(|region| region.to_string()));
    let (products, modules) = (json(&agreement.products)?, json(&agreement.modules)?);
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
        agreement.conditional,
        agreement.extension,
        &products,
        &modules,
        agreement.registration_id.as_deref(),
        agreement.recorded
    )?;
    keep_terms(tx, agreement, motivation, agreement.recorded).await
}

/// Saves that an agreement runs other days, or has other products, from now on.
pub async fn save_terms(
    tx: &mut Tx,
    agreement: &Agreement,
    motivation: &str,
    now: DateTime<Utc>,
) -> Result<(), EdgeError> {
    let (products, modules) = (json(&agreement.products)?, json(&agreement.modules)?);
    let Agreement { agreement_id, first_day, last_day, .. } = agreement;
    execute!(tx, SET_TERMS, agreement_id, *first_day, *last_day, &products, &modules, agreement.extended)?;
    keep_terms(tx, agreement, motivation, now).await
}

async fn keep_terms(tx: &mut Tx, agreement: &Agreement, motivation: &str, now: DateTime<Utc>) -> Result<(), EdgeError> {
    let Agreement { agreement_id, first_day, last_day, products, modules, .. } = agreement;
    let terms =
        Terms { first_day: *first_day, last_day: *last_day, products: products.clone(), modules: modules.clone() };
    let terms = json(&terms)?;
    execute!(tx, ADD_TERMS, agreement_id, &terms, motivation, now)?;
    Ok(())
}

/// Takes an agreement to change it: another one who does waits until this transaction ends.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn take_agreement(tx: &mut Tx, agreement_id: &str) -> Result<Agreement, EdgeError> {
    execute!(tx, TAKE, agreement_id)?;
    agreement(tx, agreement_id).await
}

/// An agreement.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn agreement(tx: &mut Tx, agreement_id: &str) -> Result<Agreement, EdgeError> {
    let row = fetch_optional!(tx, ONE, agreement_id => AgreementRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "agreement", id: agreement_id.to_owned() })?.read()
}

/// The agreement that was concluded on a registration.
pub async fn agreement_on(tx: &mut Tx, registration_id: &str) -> Result<Option<Agreement>, EdgeError> {
    fetch_optional!(tx, OF_REGISTRATION, registration_id => AgreementRow)?.map(AgreementRow::read).transpose()
}

/// Every agreement of a provider, with any office, by id.
pub async fn agreements_of(tx: &mut Tx, agb: Agb) -> Result<Vec<Agreement>, EdgeError> {
    let rows = fetch_all!(tx, OF_PROVIDER, &agb.to_string() => AgreementRow)?;
    rows.into_iter().map(AgreementRow::read).collect()
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
    rows.into_iter().map(AgreementRow::read).collect()
}
