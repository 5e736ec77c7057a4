//! What is to be evaluated before a transaction ends. Whoever writes here has its turn, so that it is empty before.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_all};
use edge::{EdgeError, Office};
use identifiers::Agb;

use super::agb;

static CLIENT: Table = Table {
    name: "touched_client",
    columns: &[Column::new("client", Kind::Text), Column::new("first_day", Kind::Date)],
};
static MONTH: Table =
    Table { name: "touched_month", columns: &[Column::new("agb", Kind::Text), Column::new("month", Kind::Date)] };

const CLIENTS: &str = "SELECT client, MIN(first_day) AS first_day, MAX(first_day) AS last_day,
        COUNT(*) - COUNT(first_day) AS whole
    FROM touched_client WHERE client > $1 GROUP BY client ORDER BY client LIMIT $2";
const MONTHS: &str = "SELECT DISTINCT agb, month FROM touched_month
    WHERE agb > $1 OR (agb = $1 AND month > $2) ORDER BY agb, month LIMIT $3";
const OF_PROVIDER: &str = "INSERT INTO touched_client (client)
    SELECT DISTINCT client FROM claim WHERE office = $1 AND agb = $2 AND client <> ''";
const CLEAR_CLIENTS: &str = "DELETE FROM touched_client";
const CLEAR_MONTHS: &str = "DELETE FROM touched_month";

/// A client noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The client.
    pub client: String,
    /// The first and the last of the days on which lines began that came or went; none when all of it is looked at.
    pub days: Option<(NaiveDate, NaiveDate)>,
}

#[derive(sqlx::FromRow)]
struct TouchedRow {
    client: String,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    whole: i64,
}

/// Notes clients, each with the day on which a line began that came or went; without one, all of the client.
pub async fn touch_clients(tx: &mut Tx, clients: &BTreeSet<(&str, Option<NaiveDate>)>) -> Result<(), DatabaseError> {
    let mut rows = Rows::new(tx.engine(), &CLIENT);
    for (client, day) in clients.iter().filter(|(client, _)| !client.is_empty()) {
        rows.text(client);
        match day {
            Some(day) => rows.date(*day),
            None => rows.null(),
        };
        rows.end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// Notes months of providers, by first day.
pub async fn touch_months(tx: &mut Tx, months: &BTreeSet<(Agb, NaiveDate)>) -> Result<(), DatabaseError> {
    let mut rows = Rows::new(tx.engine(), &MONTH);
    for (agb, month) in months {
        rows.text(&agb.to_string()).date(*month).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// Notes all clients of a provider.
pub async fn touch_provider(tx: &mut Tx, office: &Office, agb: &str) -> Result<(), DatabaseError> {
    execute!(tx, OF_PROVIDER, office.as_str(), agb)?;
    Ok(())
}

/// The clients noted, after one, in order.
pub async fn touched_clients(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Touched>, DatabaseError> {
    let rows = fetch_all!(tx, CLIENTS, after, limit => TouchedRow)?;
    let read = |row: TouchedRow| {
        let days = row.first_day.zip(row.last_day).filter(|_| row.whole == 0);
        Touched { client: row.client, days }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The months noted, after one, in order.
pub async fn touched_months(
    tx: &mut Tx,
    after: &(String, NaiveDate),
    limit: i64,
) -> Result<Vec<(Agb, NaiveDate)>, EdgeError> {
    let rows = fetch_all!(tx, MONTHS, &after.0, after.1, limit => (String, NaiveDate))?;
    rows.into_iter().map(|(of, month)| Ok((agb(&of)?, month))).collect()
}

/// Forgets what was noted.
pub async fn clear_touched(tx: &mut Tx) -> Result<(), DatabaseError> {
    execute!(tx, CLEAR_CLIENTS)?;
    execute!(tx, CLEAR_MONTHS)?;
    Ok(())
}
