//! Providers.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;

use super::stored;
use crate::domain::Provider;

const ADD: &str = "INSERT INTO provider (agb, name, kvk, recorded_time) VALUES ($1, $2, $3, $4)
    ON CONFLICT (agb) DO NOTHING";
const ONE: &str = "SELECT agb, name, kvk FROM provider WHERE agb = $1";
const PAGE: &str = "SELECT agb, name, kvk FROM provider WHERE agb > $1 ORDER BY agb LIMIT $2";

#[derive(sqlx::FromRow)]
struct ProviderRow {
    agb: String,
    name: String,
    kvk: String,
}

impl ProviderRow {
    fn read(self) -> Result<Provider, EdgeError> {
        let agb = self.agb.parse().map_err(|_| stored("an AGB code"))?;
        let kvk = self.kvk.parse().map_err(|_| stored("a KvK number"))?;
        Ok(Provider { agb, name: self.name, kvk })
    }
}

/// Adds a provider; false when its AGB code is on record.
pub async fn add_provider(tx: &mut Tx, provider: &Provider, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let (agb, kvk) = (provider.agb.to_string(), provider.kvk.to_string());
    Ok(execute!(tx, ADD, &agb, &provider.name, &kvk, now)? == 1)
}

/// A provider.
pub async fn provider(tx: &mut Tx, agb: Agb) -> Result<Option<Provider>, EdgeError> {
    let agb = agb.to_string();
    fetch_optional!(tx, ONE, &agb => ProviderRow)?.map(ProviderRow::read).transpose()
}

/// A provider that must be on record.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not.
pub async fn provider_exists(tx: &mut Tx, agb: Agb) -> Result<(), EdgeError> {
    let found = provider(tx, agb).await?;
    found.map(|_| ()).ok_or_else(|| EdgeError::NotFound { what: "provider", id: agb.to_string() })
}

/// A page of the providers, by AGB code.
pub async fn providers(tx: &mut Tx, page: &Page) -> Result<Vec<Provider>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, &page.after[0], page.limit() => ProviderRow)?;
    rows.into_iter().map(ProviderRow::read).collect()
}
