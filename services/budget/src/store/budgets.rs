//! Base production, budgets and affordability agreements.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::{Money, Percentage};

use super::{agb, json, stored, to_json};
use crate::domain::{Affordability, BaseKind, Budget, Entered, OfficeYear, Volume};

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
        (office, year, agb, version, base_cents, scaled_cents, filed_cents, products, decision_id, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7, $8, $9
    FROM budget WHERE office = $1 AND year = $2 AND agb = $3";
const BUDGETS: &str = "SELECT agb, base_cents, scaled_cents, filed_cents, products, decision_id
    FROM budget AS row
    WHERE office = $1 AND year = $2 AND agb > $3
      AND version = (SELECT MAX(version) FROM budget AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.agb = row.agb)
    ORDER BY agb LIMIT $4";
const BUDGET: &str = "SELECT agb, base_cents, scaled_cents, filed_cents, products, decision_id FROM budget
    WHERE office = $1 AND year = $2 AND agb = $3 ORDER BY version DESC LIMIT 1";
const ADD_AFFORDABILITY: &str = "INSERT INTO affordability
        (office, year, agb, version, budget_cents, tariff_percentage, motivation, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7
    FROM affordability WHERE office = $1 AND year = $2 AND agb = $3";
const AFFORDABILITY: &str = "SELECT agb, budget_cents, tariff_percentage FROM affordability AS row
    WHERE office = $1 AND year = $2
      AND version = (SELECT MAX(version) FROM affordability AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.agb = row.agb)";

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
    products: String,
    decision_id: String,
}

impl BudgetRow {
    fn read(self) -> Result<Budget, EdgeError> {
        Ok(Budget {
            agb: agb(&self.agb)?,
            base: Money::from_cents(self.base_cents),
            scaled: Money::from_cents(self.scaled_cents),
            filed: Money::from_cents(self.filed_cents),
            products: json(&self.products)?,
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
    let (filed, products) = (budget.filed.cents(), to_json(&budget.products));
    let (office, agb) = (year.office.as_str(), budget.agb.to_string());
    execute!(tx, ADD_BUDGET, office, year.year, &agb, base, scaled, filed, &products, &budget.decision_id, now)?;
    Ok(())
}

/// How the budgets of now came about, by AGB code.
pub async fn budgets(tx: &mut Tx, year: &OfficeYear) -> Result<Vec<Budget>, EdgeError> {
    let rows = fetch_all!(tx, BUDGETS, year.office.as_str(), year.year, "", ALL => BudgetRow)?;
    rows.into_iter().map(BudgetRow::read).collect()
}

/// How the budget of a provider came about.
pub async fn budget_of(tx: &mut Tx, year: &OfficeYear, agb: Agb) -> Result<Option<Budget>, EdgeError> {
    let row = fetch_optional!(tx, BUDGET, year.office.as_str(), year.year, agb.to_string() => BudgetRow)?;
    row.map(BudgetRow::read).transpose()
}

/// A page of the budgets now.
pub async fn page_of_budgets(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<Budget>, EdgeError> {
    let (office, after, limit) = (year.office.as_str(), &page.after[0], page.limit());
    let rows = fetch_all!(tx, BUDGETS, office, year.year, after, limit => BudgetRow)?;
    rows.into_iter().map(BudgetRow::read).collect()
}

/// Adds an affordability agreement; it replaces the provider's earlier one.
pub async fn add_affordability(
    tx: &mut Tx,
    (year, agb): (&OfficeYear, Agb),
    agreement: &Affordability,
    motivation: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb) = (year.office.as_str(), agb.to_string());
    let budget = agreement.budget.map(Money::cents);
    let tariff = agreement.tariff.map(|tariff| tariff.0.to_string());
    execute!(tx, ADD_AFFORDABILITY, office, year.year, &agb, budget, tariff, motivation, now)?;
    Ok(())
}

/// The affordability agreements of a year.
pub async fn affordability(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, Affordability>, EdgeError> {
    let rows = fetch_all!(
        tx, AFFORDABILITY, year.office.as_str(), year.year => (String, Option<i64>, Option<String>)
    )?;
    let mut agreements = BTreeMap::new();
    for (provider, budget, tariff) in rows {
        let tariff = tariff.map(|tariff| tariff.parse().map(Percentage)).transpose();
        let tariff = tariff.map_err(|_| stored("a percentage"))?;
        let agreement = Affordability { budget: budget.map(Money::from_cents), tariff };
        if agreement.budget.is_some() || agreement.tariff.is_some() {
            agreements.insert(agb(&provider)?, agreement);
        }
    }
    Ok(agreements)
}
