//! Sums of approved care.

use std::collections::{BTreeMap, HashMap};

use calendar::CareMonth;
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one};
use edge::{EdgeError, Office, Sector};
use identifiers::Agb;
use money::Money;

use crate::domain::ApprovedCare;

const SECTORS_OF: &str = "SELECT product, sector FROM maximum_tariff AS row
    WHERE office = $1
      AND version = (SELECT MAX(version) FROM maximum_tariff AS other
                     WHERE other.office = row.office AND other.product = row.product)";
const ADD_CARE: &str = "INSERT INTO approved_care
        (office, year, agb, sector, product, unit, care_month, quantity, granted_cents)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (office, year, agb, sector, product, unit, care_month) DO UPDATE SET
        quantity = approved_care.quantity + excluded.quantity,
        granted_cents = approved_care.granted_cents + excluded.granted_cents";
const ADD_CLIENTS: &str = "INSERT INTO approved_clients
        (office, year, agb, sector, care_profile, care_month, clients)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (office, year, agb, sector, care_profile, care_month) DO UPDATE SET
        clients = approved_clients.clients + excluded.clients";
const CARE: &str = "SELECT agb, CAST(SUM(granted_cents) AS BIGINT) FROM approved_care
    WHERE office = $1 AND year = $2 AND sector = $3 GROUP BY agb ORDER BY agb";
const CLIENTS: &str = "SELECT agb, care_profile, CAST(SUM(clients) AS BIGINT) FROM approved_clients
    WHERE office = $1 AND year = $2 AND sector = $3 GROUP BY agb, care_profile ORDER BY agb, care_profile";
const WITHOUT_SECTOR: &str = "SELECT CAST(COALESCE(SUM(granted_cents), 0) AS BIGINT) FROM approved_care
    WHERE office = $1 AND year = $2 AND agb = $3 AND sector = ''";

/// What approved care is summed by, beside its office and provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CareKey {
    /// The sector; absent when the office's tables don't tell it.
    pub sector: Option<Sector>,
    /// The product.
    pub product: String,
    /// The time unit.
    pub unit: String,
    /// The month in which the care began.
    pub care_month: CareMonth,
}

/// A sum of approved care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CareSum {
    /// In the unit, credits taken off.
    pub quantity: i64,
    /// The amount granted, credits taken off.
    pub granted_cents: i64,
}

/// What clients are counted by, beside their office and provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientsKey {
    /// The sector; absent when the office's tables don't tell it.
    pub sector: Option<Sector>,
    /// The care profile, three digits; empty for all clients.
    pub care_profile: String,
    /// The month in which the care began.
    pub care_month: CareMonth,
}

/// The sector of each product in the newest table of the office that has it.
pub async fn sectors_of(tx: &mut Tx, office: &Office) -> Result<HashMap<String, Sector>, EdgeError> {
    let rows = fetch_all!(tx, SECTORS_OF, office.as_str() => (String, String))?;
    let read = |(product, sector): (String, String)| {
        let sector = Sector::from_code(&sector).ok_or_else(|| EdgeError::Stored("a sector".to_owned()))?;
        Ok((product, sector))
    };
    rows.into_iter().map(read).collect()
}

/// Adds to the sums of a provider.
pub async fn add_care(
    tx: &mut Tx,
    (office, agb): (&Office, Agb),
    sums: &BTreeMap<CareKey, CareSum>,
) -> Result<(), DatabaseError> {
    let agb = agb.to_string();
    for (key, sum) in sums {
        let (sector, month) = (code(key.sector), key.care_month.to_string());
        let of = (office.as_str(), key.care_month.year());
        let (product, unit) = (&key.product, &key.unit);
        execute!(tx, ADD_CARE, of.0, of.1, &agb, sector, product, unit, &month, sum.quantity, sum.granted_cents)?;
    }
    Ok(())
}

/// Adds to the numbers of clients of a provider.
pub async fn add_clients(
    tx: &mut Tx,
    (office, agb): (&Office, Agb),
    counts: &BTreeMap<ClientsKey, i64>,
) -> Result<(), DatabaseError> {
    let agb = agb.to_string();
    for (key, clients) in counts {
        let (sector, month) = (code(key.sector), key.care_month.to_string());
        let (office, year) = (office.as_str(), key.care_month.year());
        execute!(tx, ADD_CLIENTS, office, year, &agb, sector, &key.care_profile, &month, *clients)?;
    }
    Ok(())
}

/// What was approved of every provider of a sector in a year, by AGB code.
pub async fn approved_care(
    tx: &mut Tx,
    (office, sector, year): (&Office, Sector, i32),
) -> Result<Vec<ApprovedCare>, EdgeError> {
    let care = fetch_all!(&mut *tx, CARE, office.as_str(), year, sector.as_str() => (String, i64))?;
    let counts = fetch_all!(tx, CLIENTS, office.as_str(), year, sector.as_str() => (String, String, i64))?;
    let mut profiles: HashMap<String, BTreeMap<String, i64>> = HashMap::new();
    for (agb, care_profile, clients) in counts {
        profiles.entry(agb).or_default().insert(care_profile, clients);
    }
    let read = |(agb, granted_cents): (String, i64)| {
        let mut profiles = profiles.remove(&agb).unwrap_or_default();
        let client_months = profiles.remove("").unwrap_or_default();
        let agb = agb.parse().map_err(|_| EdgeError::Stored("an AGB code".to_owned()))?;
        Ok(ApprovedCare { agb, granted: Money::from_cents(granted_cents), client_months, profiles })
    };
    care.into_iter().map(read).collect()
}

/// The amount approved of a provider in a year for products of which no sector is known.
pub async fn without_sector(tx: &mut Tx, (office, agb, year): (&Office, Agb, i32)) -> Result<Money, DatabaseError> {
    let (cents,) = fetch_one!(tx, WITHOUT_SECTOR, office.as_str(), year, agb.to_string() => (i64,))?;
    Ok(Money::from_cents(cents))
}

fn code(sector: Option<Sector>) -> &'static str {
    sector.map(Sector::as_str).unwrap_or_default()
}
