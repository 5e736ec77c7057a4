//! Ceilings and how far they are used.

use std::collections::BTreeMap;

use database::{DatabaseError, Tx, execute_in, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::{Agb, Pseudonym};
use money::Money;

use super::{agb, stored};
use crate::{
    decide::ceiling::{Terms, Use},
    domain::{Consumption, ProviderYear},
};

// Writing the rows takes them: whoever decides on them next waits until this transaction ends.
const TAKE: &str = "UPDATE ceiling SET version = version + 1 WHERE office = $1 AND agb = $2
    RETURNING year, ceiling_cents, spent_cents";
const TARIFFS: &str = "SELECT year, product, tariff_cents FROM agreement_tariff WHERE office = $1 AND agb = $2";
const SPEND: &str = "UPDATE ceiling SET spent_cents = spent_cents + $4, beyond_cents = beyond_cents + $5
    WHERE office = $1 AND agb = $2 AND year = $3 AND spent_cents + $4 <= ceiling_cents
    RETURNING ceiling_cents, spent_cents";
// A key is a pseudonym, 22 characters, and a number of lines. `WHERE true` keeps SQLite from taking ON for a join.
const ADD_CLIENTS: &str = "WITH given (entry) AS ({keys})
    INSERT INTO ceiling_client (office, agb, year, client, lines)
    SELECT $1, $2, $3, SUBSTR(entry, 1, 22), CAST(SUBSTR(entry, 23) AS BIGINT) FROM given WHERE true
    ON CONFLICT (office, agb, year, client) DO UPDATE SET lines = ceiling_client.lines + excluded.lines";
macro_rules! consumption {
    ($rest:literal) => {
        concat!(
            "SELECT agb, year, ceiling_cents, spent_cents, beyond_cents,
                    (SELECT COUNT(*) FROM ceiling_client client
                     WHERE client.office = held.office AND client.agb = held.agb AND client.year = held.year
                       AND client.lines > 0) AS clients
             FROM ceiling held WHERE ",
            $rest
        )
    };
}
const CONSUMPTION: &str = consumption!("office = $1 AND agb = $2 AND year = $3");
const PAGE: &str = consumption!("office = $1 AND year = $2 AND agb > $3 ORDER BY agb LIMIT $4");

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    year: i64,
    ceiling_cents: i64,
    spent_cents: i64,
    beyond_cents: i64,
    clients: i64,
}

impl Row {
    fn read(self) -> Result<Consumption, EdgeError> {
        Ok(Consumption {
            agb: agb(&self.agb)?,
            year: read_year(self.year)?,
            ceiling: Money::from_cents(self.ceiling_cents),
            spent: Money::from_cents(self.spent_cents),
            beyond: Money::from_cents(self.beyond_cents),
            clients: self.clients,
        })
    }
}

fn read_year(year: i64) -> Result<i32, EdgeError> {
    i32::try_from(year).map_err(|_| stored("a year"))
}

/// Takes the ceilings of a provider until the transaction ends, and gives its agreements by year.
pub async fn take_ceilings(tx: &mut Tx, office: &Office, of: Agb) -> Result<BTreeMap<i32, Terms>, EdgeError> {
    let code = of.to_string();
    let mut terms: BTreeMap<i32, Terms> = BTreeMap::new();
    for (year, ceiling_cents, spent_cents) in fetch_all!(tx, TAKE, office.as_str(), &code => (i64, i64, i64))? {
        terms.insert(read_year(year)?, Terms { ceiling_cents, spent_cents, ..Terms::default() });
    }
    for (year, product, cents) in fetch_all!(tx, TARIFFS, office.as_str(), &code => (i64, String, i64))? {
        if let Some(terms) = terms.get_mut(&read_year(year)?) {
            terms.tariffs.insert(product, cents);
        }
    }
    Ok(terms)
}

/// A ceiling after something was spent of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
}

/// Adds what a file did to a ceiling; none when it would go over it.
pub async fn spend(tx: &mut Tx, of: &ProviderYear, used: &Use) -> Result<Option<Spent>, DatabaseError> {
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    let (spent, beyond) = (used.spent_cents(), used.beyond_cents() - used.credited_beyond_cents);
    let row = fetch_optional!(tx, SPEND, office, &agb, of.year, spent, beyond => (i64, i64))?;
    Ok(row.map(|(ceiling, spent)| Spent { ceiling: Money::from_cents(ceiling), spent: Money::from_cents(spent) }))
}

/// Adds granted lines, credits taken off, per client.
pub async fn add_clients(
    tx: &mut Tx,
    of: &ProviderYear,
    clients: impl Iterator<Item = (Pseudonym, i64)>,
) -> Result<(), DatabaseError> {
    let entries: Vec<String> = clients.map(|(client, lines)| format!("{client}{lines}")).collect();
    if !entries.is_empty() {
        execute_in!(tx, ADD_CLIENTS, entries, of.office.as_str(), of.agb.to_string(), of.year)?;
    }
    Ok(())
}

/// How far the ceiling of a provider's year is used.
pub async fn consumption_of(tx: &mut Tx, of: &ProviderYear) -> Result<Option<Consumption>, EdgeError> {
    let agb = of.agb.to_string();
    let row = fetch_optional!(tx, CONSUMPTION, of.office.as_str(), &agb, of.year => Row)?;
    row.map(Row::read).transpose()
}

/// A page of the use of a year's ceilings, by AGB code.
pub async fn page_of_consumption(
    tx: &mut Tx,
    office: &Office,
    year: i32,
    page: &Page,
) -> Result<Vec<Consumption>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, office.as_str(), year, &page.after[0], page.limit() => Row)?;
    rows.into_iter().map(Row::read).collect()
}
