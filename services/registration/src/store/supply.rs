//! The contracted supply of an office (REG-19).

use chrono::NaiveDate;
use database::{Tx, fetch_all};
use edge::{EdgeError, Office, Sector};

use super::{agreement::AgreementRow, stored};
use crate::domain::Agreement;

// Of the agreements of a sector, those that run on some day of the year that is not past.
const PAGE: &str = "SELECT agreement_id, office, sector, agreement.agb, region, first_day, last_day, claiming_since,
        extended, conditional, extension_day, products, modules, registration_id, agreement.recorded_time
    FROM agreement
    WHERE office = $1 AND sector = $2 AND first_day <= $3 AND (last_day IS NULL OR last_day >= $4) AND agreement_id > $5
    ORDER BY agreement_id LIMIT $6";
const NAMES: &str = "SELECT provider.agb, name FROM provider
    JOIN provider_version ON provider_version.agb = provider.agb AND version = versions
    WHERE provider.agb IN ({keys})";

/// Which supply is looked for.
#[derive(Clone, Debug)]
pub struct Supplied<'a> {
    /// The office.
    pub office: &'a Office,
    /// The sector.
    pub sector: Sector,
    /// The last day of the year.
    pub year_end: NaiveDate,
    /// The day from which an agreement must run.
    pub from: NaiveDate,
}

/// A page of agreements with the names of their providers, by id, after an id.
pub async fn supply(
    tx: &mut Tx,
    supplied: &Supplied<'_>,
    (after, limit): (&str, i64),
) -> Result<Vec<(Agreement, String)>, EdgeError> {
    let (office, sector) = (supplied.office.as_str(), supplied.sector.as_str());
    let rows = fetch_all!(tx, PAGE, office, sector, supplied.year_end, supplied.from, after, limit => AgreementRow)?;
    let agreements = rows.into_iter().map(AgreementRow::read).collect::<Result<Vec<Agreement>, _>>()?;
    let agbs: Vec<String> = agreements.iter().map(|agreement| agreement.agb.to_string()).collect();
    let keys: Vec<&str> = agbs.iter().map(String::as_str).collect();
    let names = if keys.is_empty() { Vec::new() } else { database::fetch_in!(tx, NAMES, keys => (String, String))? };
    let names: std::collections::HashMap<String, String> = names.into_iter().collect();
    let named = agreements.into_iter().map(|agreement| {
        let name = names.get(&agreement.agb.to_string()).cloned().ok_or_else(|| stored("a provider"))?;
        Ok((agreement, name))
    });
    named.collect()
}
