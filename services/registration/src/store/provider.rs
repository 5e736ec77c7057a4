//! Providers, with what they were before.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;

use super::stored;
use crate::domain::Provider;

const ADD: &str = "INSERT INTO provider (agb, versions, recorded_time) VALUES ($1, 1, $2) ON CONFLICT (agb) DO NOTHING";
const RAISE: &str = "UPDATE provider SET versions = versions + 1 WHERE agb = $1";
const ADD_VERSION: &str = "INSERT INTO provider_version (agb, version, name, kvk, recorded_time)
    SELECT agb, versions, $2, $3, $4 FROM provider WHERE agb = $1";
const ONE: &str = "SELECT provider.agb, name, kvk FROM provider
    JOIN provider_version ON provider_version.agb = provider.agb AND version = versions
    WHERE provider.agb = $1";
const AT: &str = "SELECT agb, name, kvk FROM provider_version WHERE agb = $1 AND recorded_time <= $2
    ORDER BY version DESC LIMIT 1";
const PAGE: &str = "SELECT provider.agb, name, kvk FROM provider
    JOIN provider_version ON provider_version.agb = provider.agb AND version = versions
    WHERE provider.agb > $1 ORDER BY provider.agb LIMIT $2";

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
    let added = execute!(tx, ADD, &provider.agb.to_string(), now)? == 1;
    if added {
        add_version(tx, provider, now).await?;
    }
    Ok(added)
}

/// Records what a provider is from now on; false when its AGB code is not on record.
pub async fn update_provider(tx: &mut Tx, provider: &Provider, now: DateTime<Utc>) -> Result<bool, DatabaseError> {
    let found = execute!(tx, RAISE, &provider.agb.to_string())? == 1;
    if found {
        add_version(tx, provider, now).await?;
    }
    Ok(found)
}

async fn add_version(tx: &mut Tx, provider: &Provider, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let (agb, kvk) = (provider.agb.to_string(), provider.kvk.to_string());
    execute!(tx, ADD_VERSION, &agb, &provider.name, &kvk, now)?;
    Ok(())
}

/// A provider as it is, or as it was at a moment.
pub async fn provider(tx: &mut Tx, agb: Agb, at: Option<DateTime<Utc>>) -> Result<Option<Provider>, EdgeError> {
    let agb = agb.to_string();
    let row = match at {
        None => fetch_optional!(tx, ONE, &agb => ProviderRow)?,
        Some(moment) => fetch_optional!(tx, AT, &agb, moment => ProviderRow)?,
    };
    row.map(ProviderRow::read).transpose()
}

/// A provider that must be on record.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not.
pub async fn known_provider(tx: &mut Tx, agb: Agb) -> Result<Provider, EdgeError> {
    let found = provider(tx, agb, None).await?;
    found.ok_or_else(|| EdgeError::NotFound { what: "provider", id: agb.to_string() })
}

/// A page of the providers, by AGB code.
pub async fn providers(tx: &mut Tx, page: &Page) -> Result<Vec<Provider>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, &page.after[0], page.limit() => ProviderRow)?;
    rows.into_iter().map(ProviderRow::read).collect()
}
