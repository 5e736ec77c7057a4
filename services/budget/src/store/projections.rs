//! What registration and tariffing made known, as far as budget needs it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use database::{DatabaseError, Tx, execute, fetch_all};
use edge::{EdgeError, Office};
use identifiers::Agb;
use money::Money;

use super::agb;
use crate::domain::{Agreement, OfficeYear, Tariff};

const ADD_AGREEMENT: &str = "INSERT INTO agreement
        (agreement_id, office, agb, sector, first_day, last_day, products, region)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (agreement_id) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day,
        products = excluded.products, region = excluded.region";
const AGREEMENTS_OF: &str = "SELECT agb, first_day, last_day, products, region FROM agreement
    WHERE office = $1 AND agb = $2 ORDER BY first_day, agreement_id";
const PROVIDERS: &str = "SELECT DISTINCT agb FROM agreement
    WHERE office = $1 AND first_day <= $3 AND (last_day IS NULL OR last_day >= $2) ORDER BY agb";
// Of a provider with agreements in several regions, or without one, it is not known where its care is.
const REGIONS: &str = "SELECT agb, MIN(region) FROM agreement
    WHERE office = $1 AND first_day <= $3 AND (last_day IS NULL OR last_day >= $2)
    GROUP BY agb HAVING MIN(region) = MAX(region) ORDER BY agb";
const FORGET_TARIFFS: &str = "DELETE FROM tariff WHERE office = $1 AND agb = $2 AND year = $3 AND sector = $4";
const ADD_TARIFF: &str = "INSERT INTO tariff
        (office, agb, year, sector, product, first_day, last_day, unit, tariff_cents)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const TARIFFS_OF: &str = "SELECT agb, product, unit, first_day, last_day, tariff_cents FROM tariff
    WHERE office = $1 AND agb = $2 ORDER BY product, first_day";
const TARIFFS_OF_YEAR: &str = "SELECT agb, product, unit, first_day, last_day, tariff_cents FROM tariff
    WHERE office = $1 AND year = $2 ORDER BY agb, product, first_day";

#[derive(sqlx::FromRow)]
struct AgreementRow {
    agb: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    products: String,
    region: String,
}

#[derive(sqlx::FromRow)]
struct TariffRow {
    agb: String,
    product: String,
    unit: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    tariff_cents: i64,
}

impl TariffRow {
    fn read(self) -> Result<Tariff, EdgeError> {
        Ok(Tariff {
            agb: agb(&self.agb)?,
            product: self.product,
            unit: self.unit,
            first_day: self.first_day,
            last_day: self.last_day,
            tariff: Money::from_cents(self.tariff_cents),
        })
    }
}

/// Adds an agreement, or its newer period and products.
pub async fn add_agreement(
    tx: &mut Tx,
    agreement_id: &str,
    office: &str,
    sector: &str,
    agreement: &Agreement,
) -> Result<(), DatabaseError> {
    let (agb, products) = (agreement.agb.to_string(), agreement.products.join(","));
    let (first, last, region) = (agreement.first_day, agreement.last_day, &agreement.region);
    execute!(tx, ADD_AGREEMENT, agreement_id, office, &agb, sector, first, last, &products, region)?;
    Ok(())
}

/// The agreements of a provider.
pub async fn agreements_of(tx: &mut Tx, office: &Office, of: Agb) -> Result<Vec<Agreement>, EdgeError> {
    let code = of.to_string();
    let rows = fetch_all!(tx, AGREEMENTS_OF, office.as_str(), &code => AgreementRow)?;
    let read = |row: AgreementRow| {
        let products = row.products.split(',').filter(|product| !product.is_empty()).map(str::to_owned).collect();
        Ok(Agreement {
            agb: agb(&row.agb)?,
            first_day: row.first_day,
            last_day: row.last_day,
            products,
            region: row.region,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The providers with an agreement on any day of a year.
pub async fn providers_with_agreement(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeSet<Agb>, EdgeError> {
    let rows = fetch_all!(tx, PROVIDERS, year.office.as_str(), year.first_day(), year.last_day() => (String,))?;
    rows.into_iter().map(|(code,)| agb(&code)).collect()
}

/// The region of every provider whose agreements of a year are all in one; empty where they name none.
pub async fn regions_of_providers(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, String>, EdgeError> {
    let (office, first, last) = (year.office.as_str(), year.first_day(), year.last_day());
    let rows = fetch_all!(tx, REGIONS, office, first, last => (String, String))?;
    rows.into_iter().map(|(code, region)| Ok((agb(&code)?, region))).collect()
}

/// Replaces the tariffs of a provider, sector and year.
pub async fn replace_tariffs(
    tx: &mut Tx,
    (office, of, year, sector): (&str, Agb, i32, &str),
    tariffs: &[Tariff],
) -> Result<(), DatabaseError> {
    let agb = of.to_string();
    execute!(tx, FORGET_TARIFFS, office, &agb, year, sector)?;
    for tariff in tariffs {
        let (first, last, cents) = (tariff.first_day, tariff.last_day, tariff.tariff.cents());
        execute!(tx, ADD_TARIFF, office, &agb, year, sector, &tariff.product, first, last, &tariff.unit, cents)?;
    }
    Ok(())
}

/// The tariffs of a provider in all years, by product and first day.
pub async fn tariffs_of(tx: &mut Tx, office: &Office, of: Agb) -> Result<Vec<Tariff>, EdgeError> {
    let code = of.to_string();
    let rows = fetch_all!(tx, TARIFFS_OF, office.as_str(), &code => TariffRow)?;
    rows.into_iter().map(TariffRow::read).collect()
}

/// The tariffs of every provider in a year.
pub async fn tariffs_of_year(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, Vec<Tariff>>, EdgeError> {
    let rows = fetch_all!(tx, TARIFFS_OF_YEAR, year.office.as_str(), year.year => TariffRow)?;
    let mut tariffs: BTreeMap<Agb, Vec<Tariff>> = BTreeMap::new();
    for tariff in rows.into_iter().map(TariffRow::read) {
        let tariff = tariff?;
        tariffs.entry(tariff.agb).or_default().push(tariff);
    }
    Ok(tariffs)
}
