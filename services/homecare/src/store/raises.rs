//! Requests to raise a ceiling, and stops for new clients.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::{Decimal, Money};

use super::{agb, json, stored, to_json};
use crate::{
    decide::raise::Standing,
    domain::{AgreementType, ClientStop, OfficeYear, ProviderYear, Raise},
};

const ADD: &str = "INSERT INTO raise_request (raise_id, office, agb, year, recorded_time) VALUES ($1, $2, $3, $4, $5)";
const ADD_VERSION: &str = "INSERT INTO raise_version (raise_id, version, content, open, due_day, recorded_time)
    SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4, $5 FROM raise_version WHERE raise_id = $1";
// Of the newest version of each.
const ONE: &str = "SELECT content FROM raise_version WHERE raise_id = $1 ORDER BY version DESC LIMIT 1";
const OPEN: &str = "SELECT request.raise_id FROM raise_request AS request
    JOIN raise_version AS row ON row.raise_id = request.raise_id
    WHERE request.office = $1 AND request.agb = $2 AND request.year = $3 AND row.open
      AND row.version = (SELECT MAX(version) FROM raise_version AS other WHERE other.raise_id = row.raise_id)";
const PAGE: &str = "SELECT row.content FROM raise_request AS request
    JOIN raise_version AS row ON row.raise_id = request.raise_id
    WHERE request.office = $1 AND request.year = $2 AND request.raise_id > $3
      AND (CAST($4 AS DATE) IS NULL OR (row.open AND row.due_day < $4))
      AND row.version = (SELECT MAX(version) FROM raise_version AS other WHERE other.raise_id = row.raise_id)
    ORDER BY request.raise_id LIMIT $5";
// Writing the row takes it: no file of the provider is decided meanwhile.
const TAKE: &str = "UPDATE ceiling SET version = version + 1 WHERE office = $1 AND agb = $2 AND year = $3
    RETURNING ceiling_cents, spent_cents";
const RAISE: &str = "UPDATE ceiling SET ceiling_cents = $4 WHERE office = $1 AND agb = $2 AND year = $3";
const AGREED: &str = "SELECT type, hours_per_client_month FROM agreement WHERE office = $1 AND agb = $2 AND year = $3";
const STANDING: &str = "SELECT score.total, score.place,
        (SELECT COUNT(*) FROM benchmark_score AS other WHERE other.run_id = score.run_id AND other.place IS NOT NULL)
    FROM benchmark_score AS score JOIN benchmark_run AS run ON run.run_id = score.run_id
    WHERE run.office = $1 AND score.agb = $2 AND run.year <= $3 AND score.place IS NOT NULL
    ORDER BY run.year DESC, run.number DESC LIMIT 1";
const ADD_STOP: &str =
    "INSERT INTO client_stop (stop_id, office, agb, year, raise_id, first_day, informing, consultation,
        alternatives, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const END_STOP: &str = "INSERT INTO client_stop_end (stop_id, last_day, motivation, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (stop_id) DO NOTHING";
const STOP: &str = "SELECT stop.stop_id, office, agb, year, raise_id, first_day, informing, consultation, alternatives,
        stop.decision_id, stop.recorded_time, ended.last_day
    FROM client_stop AS stop LEFT JOIN client_stop_end AS ended ON ended.stop_id = stop.stop_id
    WHERE stop.stop_id = $1";
const STOPS: &str =
    "SELECT stop.stop_id, office, agb, year, raise_id, first_day, informing, consultation, alternatives,
        stop.decision_id, stop.recorded_time, ended.last_day
    FROM client_stop AS stop LEFT JOIN client_stop_end AS ended ON ended.stop_id = stop.stop_id
    WHERE office = $1 AND year = $2 AND stop.stop_id > $3 ORDER BY stop.stop_id LIMIT $4";
const RUNNING: &str = "SELECT stop.stop_id FROM client_stop AS stop
    LEFT JOIN client_stop_end AS ended ON ended.stop_id = stop.stop_id
    WHERE office = $1 AND agb = $2 AND year = $3 AND (ended.last_day IS NULL OR ended.last_day >= $4)";

#[derive(sqlx::FromRow)]
struct StopRow {
    stop_id: String,
    office: String,
    agb: String,
    year: i64,
    raise_id: String,
    first_day: NaiveDate,
    informing: String,
    consultation: String,
    alternatives: String,
    decision_id: String,
    recorded_time: DateTime<Utc>,
    last_day: Option<NaiveDate>,
}

impl StopRow {
    fn read(self) -> Result<ClientStop, EdgeError> {
        Ok(ClientStop {
            id: self.stop_id,
            of: ProviderYear {
                office: self.office.parse().map_err(|_| stored("an office"))?,
                agb: agb(&self.agb)?,
                year: self.year.try_into().map_err(|_| stored("a year"))?,
            },
            raise_id: self.raise_id,
            first_day: self.first_day,
            informing: self.informing,
            consultation: self.consultation,
            alternatives: json(&self.alternatives)?,
            decision_id: self.decision_id,
            recorded: self.recorded_time,
            last_day: self.last_day,
        })
    }
}

/// Adds a request.
pub async fn add_raise(tx: &mut Tx, raise: &Raise) -> Result<(), DatabaseError> {
    let (office, agb) = (raise.of.office.as_str(), raise.of.agb.to_string());
    execute!(tx, ADD, &raise.id, office, &agb, raise.of.year, raise.filed)?;
    save_raise(tx, raise, raise.filed).await
}

/// Adds what a request is now.
pub async fn save_raise(tx: &mut Tx, raise: &Raise, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    execute!(tx, ADD_VERSION, &raise.id, to_json(raise), raise.state.is_open(), raise.due_day, now)?;
    Ok(())
}

/// A request as it is now.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn raise(tx: &mut Tx, id: &str) -> Result<Raise, EdgeError> {
    let row = fetch_optional!(tx, ONE, id => (String,))?;
    let (content,) = row.ok_or_else(|| EdgeError::NotFound { what: "raise", id: id.to_owned() })?;
    json(&content)
}

/// Whether a request of a provider's year waits for something.
pub async fn raise_is_open(tx: &mut Tx, of: &ProviderYear) -> Result<bool, DatabaseError> {
    let agb = of.agb.to_string();
    Ok(fetch_optional!(tx, OPEN, of.office.as_str(), &agb, of.year => (String,))?.is_some())
}

/// A page of the requests of a year; of those alone that were due before a day, when it is given.
pub async fn page_of_raises(
    tx: &mut Tx,
    year: &OfficeYear,
    due_before: Option<NaiveDate>,
    page: &Page,
) -> Result<Vec<Raise>, EdgeError> {
    let rows = fetch_all!(
        tx, PAGE, year.office.as_str(), year.year, &page.after[0], due_before, page.limit() => (String,)
    )?;
    rows.into_iter().map(|(content,)| json(&content)).collect()
}

/// Takes the ceiling of a provider's year until the transaction ends: the ceiling, and what is granted of it.
pub async fn take_ceiling(tx: &mut Tx, of: &ProviderYear) -> Result<Option<(Money, Money)>, DatabaseError> {
    let agb = of.agb.to_string();
    let row = fetch_optional!(tx, TAKE, of.office.as_str(), &agb, of.year => (i64, i64))?;
    Ok(row.map(|(ceiling, spent)| (Money::from_cents(ceiling), Money::from_cents(spent))))
}

/// Raises a ceiling that was taken. What changed of it is an entry of its own.
pub async fn raise_ceiling(tx: &mut Tx, of: &ProviderYear, ceiling: Money) -> Result<(), DatabaseError> {
    execute!(tx, RAISE, of.office.as_str(), of.agb.to_string(), of.year, ceiling.cents())?;
    Ok(())
}

/// The type and the agreed hours per client per month of a provider's year.
pub async fn agreed(tx: &mut Tx, of: &ProviderYear) -> Result<Option<(AgreementType, Decimal)>, EdgeError> {
    let agb = of.agb.to_string();
    let row = fetch_optional!(tx, AGREED, of.office.as_str(), &agb, of.year => (String, String))?;
    row.map(|(kind, hours)| {
        let kind = AgreementType::from_code(&kind).ok_or_else(|| stored("a type of agreement"))?;
        Ok((kind, hours.parse().map_err(|_| stored("hours"))?))
    })
    .transpose()
}

/// How a provider stood in the last benchmark for a year or one before it.
pub async fn standing(tx: &mut Tx, of: &ProviderYear) -> Result<Option<Standing>, EdgeError> {
    let agb = of.agb.to_string();
    let row = fetch_optional!(tx, STANDING, of.office.as_str(), &agb, of.year => (Option<String>, i64, i64))?;
    row.map(|(total, rank, of)| {
        let total = total.and_then(|total| total.parse().ok()).ok_or_else(|| stored("a score"))?;
        let number = |number: i64| u32::try_from(number).map_err(|_| stored("a place"));
        Ok(Standing { total, rank: number(rank)?, of: number(of)? })
    })
    .transpose()
}

/// Adds a stop.
pub async fn add_stop(tx: &mut Tx, stop: &ClientStop) -> Result<(), DatabaseError> {
    let (office, agb, year) = (stop.of.office.as_str(), stop.of.agb.to_string(), stop.of.year);
    let (told, said) = (&stop.informing, &stop.consultation);
    let alternatives = to_json::<Vec<Agb>>(&stop.alternatives);
    let (id, raise, first) = (&stop.id, &stop.raise_id, stop.first_day);
    let (decision, recorded) = (&stop.decision_id, stop.recorded);
    execute!(tx, ADD_STOP, id, office, &agb, year, raise, first, told, said, &alternatives, decision, recorded)?;
    Ok(())
}

/// Ends a stop; false when it was ended before.
pub async fn end_stop(
    tx: &mut Tx,
    (stop_id, last_day): (&str, NaiveDate),
    (motivation, decision_id): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, END_STOP, stop_id, last_day, motivation, decision_id, now)? > 0)
}

/// A stop.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn client_stop(tx: &mut Tx, id: &str) -> Result<ClientStop, EdgeError> {
    let row = fetch_optional!(tx, STOP, id => StopRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "client stop", id: id.to_owned() })?.read()
}

/// Whether a stop of a provider's year runs on a day or later.
pub async fn is_stopped(tx: &mut Tx, of: &ProviderYear, day: NaiveDate) -> Result<bool, DatabaseError> {
    let agb = of.agb.to_string();
    Ok(fetch_optional!(tx, RUNNING, of.office.as_str(), &agb, of.year, day => (String,))?.is_some())
}

/// A page of the stops of a year, in the order they were started.
pub async fn page_of_stops(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<ClientStop>, EdgeError> {
    let rows = fetch_all!(tx, STOPS, year.office.as_str(), year.year, &page.after[0], page.limit() => StopRow)?;
    rows.into_iter().map(StopRow::read).collect()
}
