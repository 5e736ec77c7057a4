//! Agreements and their tariffs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in};
use edge::{EdgeError, Office, Page};
use money::Money;

use super::{CeilingChange, add_ceiling_entry, agb, stored};
use crate::domain::{Agreement, AgreementType, ProductTariff, ProviderYear};

const ADD: &str = "INSERT INTO agreement
        (office, agb, year, agreement_id, type, ceiling_cents, hours_per_client_month, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (office, agb, year) DO NOTHING";
const ADD_TARIFF: &str = "INSERT INTO agreement_tariff (office, agb, year, product, unit, tariff_cents)
    VALUES ($1, $2, $3, $4, $5, $6)";
const ADD_CEILING: &str = "INSERT INTO ceiling
        (office, agb, year, ceiling_cents, spent_cents, beyond_cents, version)
    VALUES ($1, $2, $3, $4, 0, 0, 0)";
const PAGE: &str = "SELECT agb, agreement_id, type, ceiling_cents, hours_per_client_month FROM agreement
    WHERE office = $1 AND year = $2 AND agb > $3 ORDER BY agb LIMIT $4";
const TARIFFS: &str = "SELECT agb, product, unit, tariff_cents FROM agreement_tariff
    WHERE office = $1 AND year = $2 AND agb IN ({keys}) ORDER BY agb, product";

const YEARS: &str = "SELECT office, year, COUNT(*) FROM agreement GROUP BY office, year ORDER BY year DESC, office";

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    agreement_id: String,
    #[sqlx(rename = "type")]
    kind: String,
    ceiling_cents: i64,
    hours_per_client_month: String,
}

/// Adds an agreement with an unused ceiling; false when the provider has one for that year.
pub async fn add_agreement(tx: &mut Tx, agreement: &Agreement, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let ProviderYear { office, agb, year } = &agreement.of;
    let (office, agb, year) = (office.as_str(), agb.to_string(), *year);
    let (kind, ceiling) = (agreement.kind.as_str(), agreement.ceiling.cents());
    let (id, hours) = (&agreement.agreement_id, agreement.hours_per_client_month.to_string());
    if execute!(tx, ADD, office, &agb, year, id, kind, ceiling, &hours, now)? == 0 {
        return Ok(false);
    }
    for ProductTariff { product, unit, tariff } in &agreement.tariffs {
        execute!(tx, ADD_TARIFF, office, &agb, year, product, unit, tariff.cents())?;
    }
    execute!(tx, ADD_CEILING, office, &agb, year, ceiling)?;
    let change = CeilingChange { ceiling_cents: ceiling, ..CeilingChange::default() };
    add_ceiling_entry(tx, &agreement.of, id, &change, now).await?;
    Ok(true)
}

/// A page of the agreements of a year, by AGB code, and the token of the next one.
pub async fn page_of_agreements(
    tx: &mut Tx,
    office: &Office,
    year: i32,
    page: &Page,
) -> Result<(Vec<Agreement>, String), EdgeError> {
    let mut rows = fetch_all!(tx, PAGE, office.as_str(), year, &page.after[0], page.limit() => Row)?;
    let next = page.cut(&mut rows, |row| vec![row.agb.clone()]);
    let codes: Vec<&str> = rows.iter().map(|row| row.agb.as_str()).collect();
    let mut tariffs: HashMap<String, Vec<ProductTariff>> = HashMap::new();
    for (agb, product, unit, cents) in
        fetch_in!(tx, TARIFFS, codes, office.as_str(), year => (String, String, String, i64))?
    {
        let tariff = ProductTariff { product, unit, tariff: Money::from_cents(cents) };
        tariffs.entry(agb).or_default().push(tariff);
    }
    let read = |row: Row| {
        Ok(Agreement {
            agreement_id: row.agreement_id,
            of: ProviderYear { office: office.clone(), agb: agb(&row.agb)?, year },
            kind: AgreementType::from_code(&row.kind).ok_or_else(|| stored("a type of agreement"))?,
            ceiling: Money::from_cents(row.ceiling_cents),
            hours_per_client_month: row.hours_per_client_month.parse().map_err(|_| stored("hours"))?,
            tariffs: tariffs.remove(&row.agb).unwrap_or_default(),
        })
    };
    let agreements: Result<_, EdgeError> = rows.into_iter().map(read).collect();
    Ok((agreements?, next))
}

/// The years with agreements and how many there are, the newest first: some hundreds in a country, so all at once.
pub async fn agreement_years(tx: &mut Tx) -> Result<Vec<(String, i64, i64)>, DatabaseError> {
    fetch_all!(tx, YEARS => (String, i64, i64))
}
