//! Forecasts.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, json, stored, to_json};
use crate::domain::{Forecast, ForecastState, OfficeYear, RoundKind};

const ADD: &str =
    "INSERT INTO forecast (office, year, round, agb, version, office_cents, provider_cents, holding_cents,
        products, state, answer_due_date, motivation, decision_id, recorded_time)
    SELECT $1, $2, $3, $4, COALESCE(MAX(version), 0) + 1, $5, $6, $7, $8, $9, $10, $11, $12, $13
    FROM forecast WHERE office = $1 AND year = $2 AND round = $3 AND agb = $4";
const PAGE: &str = "SELECT agb, office_cents, provider_cents, holding_cents, products, state, answer_due_date,
        motivation, decision_id
    FROM forecast AS row
    WHERE office = $1 AND year = $2 AND round = $3 AND agb > $4
      AND version = (SELECT MAX(version) FROM forecast AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.round = row.round
                       AND other.agb = row.agb)
    ORDER BY agb LIMIT $5";
const ONE: &str = "SELECT agb, office_cents, provider_cents, holding_cents, products, state, answer_due_date,
        motivation, decision_id
    FROM forecast WHERE office = $1 AND year = $2 AND round = $3 AND agb = $4 AND recorded_time <= $5
    ORDER BY version DESC LIMIT 1";
// Of the last round that forecasts were made for until then: reallocation comes after click, also in the alphabet.
macro_rules! at {
    ($what:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM forecast AS row
    WHERE office = $1 AND year = $2
      AND round = (SELECT MAX(other.round) FROM forecast AS other
                   WHERE other.office = row.office AND other.year = row.year AND other.recorded_time <= $3)
      AND version = (SELECT MAX(version) FROM forecast AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.round = row.round
                       AND other.agb = row.agb AND other.recorded_time <= $3)"
        )
    };
}
const TOTAL_AT: &str = at!("CAST(COALESCE(SUM(holding_cents), 0) AS BIGINT)");
const ALL_AT: &str = at!("agb, holding_cents");

/// More than any office has providers.
const ALL: i64 = 1_000_000;

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    office_cents: i64,
    provider_cents: Option<i64>,
    holding_cents: i64,
    products: String,
    state: String,
    answer_due_date: NaiveDate,
    motivation: String,
    decision_id: String,
}

impl Row {
    fn read(self) -> Result<Forecast, EdgeError> {
        Ok(Forecast {
            agb: agb(&self.agb)?,
            office: Money::from_cents(self.office_cents),
            provider: self.provider_cents.map(Money::from_cents),
            holding: Money::from_cents(self.holding_cents),
            products: json(&self.products)?,
            state: ForecastState::from_code(&self.state).ok_or_else(|| stored("a state of a forecast"))?,
            answer_due_date: self.answer_due_date,
            motivation: self.motivation,
            decision_id: self.decision_id,
        })
    }
}

/// Adds a forecast as the provider's next version.
pub async fn add_forecast(
    tx: &mut Tx,
    (year, round): (&OfficeYear, RoundKind),
    forecast: &Forecast,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let agb = forecast.agb.to_string();
    execute!(
        tx,
        ADD,
        year.office.as_str(),
        year.year,
        round.as_str(),
        &agb,
        forecast.office.cents(),
        forecast.provider.map(Money::cents),
        forecast.holding.cents(),
        to_json(&forecast.products),
        forecast.state.as_str(),
        forecast.answer_due_date,
        &forecast.motivation,
        &forecast.decision_id,
        now
    )?;
    Ok(())
}

/// Every forecast for a round of a year, by AGB code.
pub async fn forecasts(tx: &mut Tx, year: &OfficeYear, round: RoundKind) -> Result<Vec<Forecast>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, year.office.as_str(), year.year, round.as_str(), "", ALL => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// A page of the forecasts for a round of a year.
pub async fn page_of_forecasts(
    tx: &mut Tx,
    (year, round): (&OfficeYear, RoundKind),
    page: &Page,
) -> Result<Vec<Forecast>, EdgeError> {
    let (office, after, limit) = (year.office.as_str(), &page.after[0], page.limit());
    let rows = fetch_all!(tx, PAGE, office, year.year, round.as_str(), after, limit => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// The forecast of a provider for a round, as it was recorded at a moment.
pub async fn forecast_of(
    tx: &mut Tx,
    (year, round): (&OfficeYear, RoundKind),
    agb: Agb,
    at: DateTime<Utc>,
) -> Result<Option<Forecast>, EdgeError> {
    let (office, agb) = (year.office.as_str(), agb.to_string());
    let row = fetch_optional!(tx, ONE, office, year.year, round.as_str(), &agb, at => Row)?;
    row.map(Row::read).transpose()
}

/// The forecasts together, as they were recorded at a moment.
pub async fn forecast_total_at(tx: &mut Tx, year: &OfficeYear, at: DateTime<Utc>) -> Result<Money, DatabaseError> {
    let (cents,) = fetch_one!(tx, TOTAL_AT, year.office.as_str(), year.year, at => (i64,))?;
    Ok(Money::from_cents(cents))
}

/// The forecasts of all providers, as they were recorded at a moment.
pub async fn forecasts_at(
    tx: &mut Tx,
    year: &OfficeYear,
    at: DateTime<Utc>,
) -> Result<BTreeMap<Agb, Money>, EdgeError> {
    let rows = fetch_all!(tx, ALL_AT, year.office.as_str(), year.year, at => (String, i64))?;
    rows.into_iter().map(|(provider, cents)| Ok((agb(&provider)?, Money::from_cents(cents)))).collect()
}
