//! Base production, budgets and the click.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::domain::{BaseKind, Budget, Entered, OfficeYear, Volume};

const NEXT_BASE: &str = "INSERT INTO base_production (office, year, agb, kind, version, motivation, recorded_time)
    SELECT $1, $2, $3, $4, COALESCE(MAX(version), 0) + 1, $5, $6
    FROM base_production WHERE office = $1 AND year = $2 AND agb = $3 AND kind = $4 RETURNING version";
const ADD_VOLUME: &str = "INSERT INTO base_volume (office, year, agb, kind, version, product, volume)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const BASE_OF_YEAR: &str = "SELECT agb, kind, product, volume FROM base_volume AS row
    WHERE office = $1 AND year = $2
      AND version = (SELECT MAX(version) FROM base_production AS other
                     WHERE other.office = row.office AND other.year = row.year
                       AND other.agb = row.agb AND other.kind = row.kind)
    ORDER BY agb, kind, product";
const ADD_BUDGET: &str = "INSERT INTO budget
        (office, year, agb, version, base_cents, scaled_cents, filed_cents, current_cents, decision_id, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7, $8, $9
    FROM budget WHERE office = $1 AND year = $2 AND agb = $3";
const BUDGETS_AT: &str = "SELECT agb, base_cents, scaled_cents, filed_cents, current_cents, decision_id
    FROM budget AS row
    WHERE office = $1 AND year = $2 AND agb > $4
      AND version = (SELECT MAX(version) FROM budget AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.agb = row.agb
                       AND other.recorded_time <= $3)
    ORDER BY agb LIMIT $5";
const ADD_CLICK: &str = "INSERT INTO click (office, year, decision_id, answer, committed_time)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (office, year) DO NOTHING";
const CLICK_OF: &str = "SELECT answer FROM click WHERE office = $1 AND year = $2";

/// More than any office has providers.
const ALL: i64 = 1_000_000;

/// Base production to be entered.
#[derive(Clone, Debug)]
pub struct BaseEntry {
    /// The provider, the kind and the volumes.
    pub entered: Entered,
    /// Why these volumes.
    pub motivation: String,
}

#[derive(sqlx::FromRow)]
struct VolumeRow {
    agb: String,
    kind: String,
    product: String,
    volume: String,
}

#[derive(sqlx::FromRow)]
struct BudgetRow {
    agb: String,
    base_cents: i64,
    scaled_cents: i64,
    filed_cents: i64,
    current_cents: i64,
    decision_id: String,
}

impl BudgetRow {
    fn read(self) -> Result<Budget, EdgeError> {
        Ok(Budget {
            agb: agb(&self.agb)?,
            base: Money::from_cents(self.base_cents),
            scaled: Money::from_cents(self.scaled_cents),
            filed: Money::from_cents(self.filed_cents),
            current: Money::from_cents(self.current_cents),
            decision_id: self.decision_id,
        })
    }
}

/// Enters base production; it replaces what was entered before for this provider and kind.
pub async fn add_base(
    tx: &mut Tx,
    year: &OfficeYear,
    entry: &BaseEntry,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb, kind) = (year.office.as_str(), entry.entered.agb.to_string(), entry.entered.kind.as_str());
    let (version,) = fetch_one!(tx, NEXT_BASE, office, year.year, &agb, kind, &entry.motivation, now => (i64,))?;
    for Volume { product, volume } in &entry.entered.volumes {
        execute!(tx, ADD_VOLUME, office, year.year, &agb, kind, version, product, volume.to_string())?;
    }
    Ok(())
}

/// Everything entered for a year, by provider.
pub async fn base_of_year(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, Vec<Entered>>, EdgeError> {
    let rows = fetch_all!(tx, BASE_OF_YEAR, year.office.as_str(), year.year => VolumeRow)?;
    let mut entered: BTreeMap<Agb, Vec<Entered>> = BTreeMap::new();
    for row in rows {
        let agb = agb(&row.agb)?;
        let kind = BaseKind::from_code(&row.kind).ok_or_else(|| stored("a kind of base production"))?;
        let volume = row.volume.parse().map_err(|_| stored("a volume"))?;
        let volume = Volume { product: row.product, volume };
        let of_provider = entered.entry(agb).or_default();
        match of_provider.last_mut() {
            Some(last) if last.kind == kind => last.volumes.push(volume),
            _ => of_provider.push(Entered { agb, kind, volumes: vec![volume] }),
        }
    }
    Ok(entered)
}

/// Adds a budget as the provider's next version.
pub async fn add_budget(
    tx: &mut Tx,
    year: &OfficeYear,
    budget: &Budget,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (base, scaled) = (budget.base.cents(), budget.scaled.cents());
    let (filed, current) = (budget.filed.cents(), budget.current.cents());
    let (office, agb) = (year.office.as_str(), budget.agb.to_string());
    execute!(tx, ADD_BUDGET, office, year.year, &agb, base, scaled, filed, current, &budget.decision_id, now)?;
    Ok(())
}

/// The budgets now.
pub async fn budgets(tx: &mut Tx, year: &OfficeYear) -> Result<Vec<Budget>, EdgeError> {
    budgets_at(tx, year, far_future()).await
}

/// The budgets as they were recorded at a moment, by AGB code.
pub async fn budgets_at(tx: &mut Tx, year: &OfficeYear, at: DateTime<Utc>) -> Result<Vec<Budget>, EdgeError> {
    let rows = fetch_all!(tx, BUDGETS_AT, year.office.as_str(), year.year, at, "", ALL => BudgetRow)?;
    rows.into_iter().map(BudgetRow::read).collect()
}

/// A page of the budgets now.
pub async fn page_of_budgets(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<Budget>, EdgeError> {
    let (office, after, limit) = (year.office.as_str(), &page.after[0], page.limit());
    let rows = fetch_all!(tx, BUDGETS_AT, office, year.year, far_future(), after, limit => BudgetRow)?;
    rows.into_iter().map(BudgetRow::read).collect()
}

/// Adds the click of a year; false when there is one.
pub async fn add_click(
    tx: &mut Tx,
    year: &OfficeYear,
    decision_id: &str,
    answer: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, ADD_CLICK, year.office.as_str(), year.year, decision_id, answer, now)? == 1)
}

/// The answer of a year's click as it was committed.
pub async fn click_of(tx: &mut Tx, year: &OfficeYear) -> Result<Option<Vec<u8>>, DatabaseError> {
    let row = fetch_optional!(tx, CLICK_OF, year.office.as_str(), year.year => (Vec<u8>,))?;
    Ok(row.map(|(answer,)| answer))
}

/// A moment after everything that is on record.
fn far_future() -> DateTime<Utc> {
    // 1 January 9999, which both engines hold.
    DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
