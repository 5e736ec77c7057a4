//! How far ceilings are used: what each file changed, and the sums of that as known at a moment.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::{Agb, Pseudonym};
use money::Money;

use super::{agb, ceilings::read_year, stored};
use crate::{
    decide::hours::YearSums,
    domain::{Consumption, MonthUse, ProviderYear, Sums, YearUse},
};

/// After everything that is recorded.
const END: DateTime<Utc> = match DateTime::from_timestamp_secs(253_402_300_799) {
    Some(end) => end,
    None => DateTime::<Utc>::MAX_UTC,
};

const ADD_ENTRY: &str = "INSERT INTO ceiling_entry
        (office, agb, year, source_id, ceiling_cents, spent_cents, beyond_cents, clients, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const ADD_MONTH: &str = "INSERT INTO care_month_entry
        (office, agb, year, month, file_id, granted_cents, minutes, client_months, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
// A key is a pseudonym of 22 characters, a month of 2, lines of 10, minutes of 15, and cents. `WHERE true` keeps SQLite from
// taking ON for a join.
const ADD_CLIENTS: &str = "WITH given (entry) AS ({keys})
    INSERT INTO ceiling_client (office, agb, year, client, month, lines, minutes, granted_cents)
    SELECT $1, $2, $3, SUBSTR(entry, 1, 22), CAST(SUBSTR(entry, 23, 2) AS BIGINT),
           CAST(SUBSTR(entry, 25, 10) AS BIGINT), CAST(SUBSTR(entry, 35, 15) AS BIGINT),
           CAST(SUBSTR(entry, 50) AS BIGINT)
    FROM given WHERE true
    ON CONFLICT (office, agb, year, client, month) DO UPDATE SET
        lines = ceiling_client.lines + excluded.lines,
        minutes = ceiling_client.minutes + excluded.minutes,
        granted_cents = ceiling_client.granted_cents + excluded.granted_cents
    RETURNING client, month, lines";
const CLIENT_LINES: &str = "SELECT client, CAST(SUM(lines) AS BIGINT) FROM ceiling_client
    WHERE office = $1 AND agb = $2 AND year = $3 AND client IN ({keys}) GROUP BY client";
macro_rules! consumption {
    ($rest:literal) => {
        concat!(
            "SELECT entry.agb, agreement.hours_per_client_month,
                    CAST(SUM(entry.ceiling_cents) AS BIGINT) AS ceiling_cents,
                    CAST(SUM(entry.spent_cents) AS BIGINT) AS spent_cents,
                    CAST(SUM(entry.beyond_cents) AS BIGINT) AS beyond_cents,
                    CAST(SUM(entry.clients) AS BIGINT) AS clients
             FROM ceiling_entry entry
             JOIN agreement ON agreement.office = entry.office AND agreement.agb = entry.agb
                           AND agreement.year = entry.year
             WHERE entry.office = $1 AND entry.year = $2 AND entry.recorded_time <= $3 AND ",
            $rest
        )
    };
}
const CONSUMPTION: &str = consumption!("entry.agb = $4 GROUP BY entry.agb, agreement.hours_per_client_month");
const PAGE: &str =
    consumption!("entry.agb > $4 GROUP BY entry.agb, agreement.hours_per_client_month ORDER BY entry.agb LIMIT $5");
const MONTHS: &str = "SELECT agb, year, month, CAST(SUM(granted_cents) AS BIGINT), CAST(SUM(minutes) AS BIGINT),
        CAST(SUM(client_months) AS BIGINT)
    FROM care_month_entry
    WHERE office = $1 AND year >= $2 AND year <= $3 AND recorded_time <= $4 AND agb IN ({keys})
    GROUP BY agb, year, month";

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    hours_per_client_month: String,
    ceiling_cents: i64,
    spent_cents: i64,
    beyond_cents: i64,
    clients: i64,
}

/// How much something changed of a ceiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CeilingChange {
    /// By how much the ceiling itself grew, in eurocents.
    pub ceiling_cents: i64,
    /// What was granted, credits taken off, in eurocents.
    pub spent_cents: i64,
    /// What was refused because of the ceiling, in eurocents.
    pub beyond_cents: i64,
    /// By how many the clients grew for whom anything is granted.
    pub clients: i64,
}

/// By how many the clients grew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grown {
    /// Those of the year.
    pub clients: i64,
    /// Those of its months.
    pub months: BTreeMap<u32, i64>,
}

/// Adds what changed a ceiling: a file, or whatever else `source_id` names, once.
pub async fn add_ceiling_entry(
    tx: &mut Tx,
    of: &ProviderYear,
    source_id: &str,
    change: &CeilingChange,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    let CeilingChange { ceiling_cents, spent_cents, beyond_cents, clients } = *change;
    execute!(tx, ADD_ENTRY, office, &agb, of.year, source_id, ceiling_cents, spent_cents, beyond_cents, clients, now)?;
    Ok(())
}

/// Adds what a file changed of the months of a year.
pub async fn add_months(
    tx: &mut Tx,
    of: &ProviderYear,
    file_id: &str,
    (months, grown): (&BTreeMap<u32, Sums>, &Grown),
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    for (month, Sums { minutes, cents, .. }) in months {
        let clients = grown.months.get(month).copied().unwrap_or_default();
        execute!(tx, ADD_MONTH, office, &agb, of.year, *month, file_id, cents, minutes, clients, now)?;
    }
    Ok(())
}

/// Adds granted lines, credits taken off, per client and month, and tells by how many the clients grew.
pub async fn add_clients(tx: &mut Tx, of: &ProviderYear, sums: &YearSums) -> Result<Grown, EdgeError> {
    let entry = |((client, month), sums): (&(Pseudonym, u32), &Sums)| {
        format!("{client}{month:02}{:+010}{:+015}{:+}", sums.lines, sums.minutes, sums.cents)
    };
    let entries: Vec<String> = sums.clients.iter().map(entry).collect();
    if entries.is_empty() {
        return Ok(Grown::default());
    }
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    let mut added: HashMap<(String, i64), i64> = HashMap::new();
    let mut by_client: HashMap<String, i64> = HashMap::new();
    for ((client, month), sums) in &sums.clients {
        added.insert((client.to_string(), (*month).into()), sums.lines);
        *by_client.entry(client.to_string()).or_default() += sums.lines;
    }
    let mut grown = Grown::default();
    for (client, month, lines) in fetch_in!(tx, ADD_CLIENTS, entries, office, &agb, of.year => (String, i64, i64))? {
        let added = added.get(&(client, month)).copied().unwrap_or_default();
        let month = u32::try_from(month).map_err(|_| stored("a month"))?;
        *grown.months.entry(month).or_default() += growth(lines, added);
    }
    let clients: Vec<&String> = by_client.keys().collect();
    for (client, lines) in fetch_in!(tx, CLIENT_LINES, clients, office, &agb, of.year => (String, i64))? {
        grown.clients += growth(lines, by_client.get(&client).copied().unwrap_or_default());
    }
    Ok(grown)
}

/// One more, one fewer or none: whether there are lines after some were added and whether there were before.
fn growth(lines: i64, added: i64) -> i64 {
    i64::from(lines > 0) - i64::from(lines - added > 0)
}

/// How far the ceiling of a provider's year is used, now or as known at a moment; none without agreement at that time.
pub async fn consumption_of(
    tx: &mut Tx,
    of: &ProviderYear,
    at: Option<DateTime<Utc>>,
) -> Result<Option<Consumption>, EdgeError> {
    let (agb, at) = (of.agb.to_string(), at.unwrap_or(END));
    let row = fetch_optional!(tx, CONSUMPTION, of.office.as_str(), of.year, at, &agb => Row)?;
    Ok(read(tx, (&of.office, of.year, at), row.into_iter().collect()).await?.pop())
}

/// A page of the use of a year's ceilings, by AGB code, now or as known at a moment.
pub async fn page_of_consumption(
    tx: &mut Tx,
    (office, year): (&Office, i32),
    at: Option<DateTime<Utc>>,
    page: &Page,
) -> Result<Vec<Consumption>, EdgeError> {
    let at = at.unwrap_or(END);
    let rows = fetch_all!(tx, PAGE, office.as_str(), year, at, &page.after[0], page.limit() => Row)?;
    read(tx, (office, year, at), rows).await
}

async fn read(
    tx: &mut Tx,
    (office, year, at): (&Office, i32, DateTime<Utc>),
    rows: Vec<Row>,
) -> Result<Vec<Consumption>, EdgeError> {
    let codes: Vec<&String> = rows.iter().map(|row| &row.agb).collect();
    let mut months: HashMap<(Agb, i32), YearUse> = HashMap::new();
    for (code, of_year, month, cents, minutes, clients) in fetch_in!(
        tx, MONTHS, codes, office.as_str(), year - 1, year, at => (String, i64, i64, i64, i64, i64)
    )? {
        let use_of = months.entry((agb(&code)?, read_year(of_year)?)).or_default();
        let month = usize::try_from(month - 1).ok().and_then(|index| use_of.get_mut(index));
        *month.ok_or_else(|| stored("a month"))? = MonthUse { granted: Money::from_cents(cents), minutes, clients };
    }
    let read = |row: Row| {
        let agb = agb(&row.agb)?;
        Ok(Consumption {
            agb,
            year,
            ceiling: Money::from_cents(row.ceiling_cents),
            spent: Money::from_cents(row.spent_cents),
            beyond: Money::from_cents(row.beyond_cents),
            clients: row.clients,
            hours_agreed: row.hours_per_client_month.parse().map_err(|_| stored("hours"))?,
            months: months.get(&(agb, year)).copied().unwrap_or_default(),
            last_year: months.get(&(agb, year - 1)).copied().unwrap_or_default(),
        })
    };
    rows.into_iter().map(read).collect()
}
