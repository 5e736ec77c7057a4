//! Which pseudonyms are the same client's.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, fetch_in, fetch_one};
use edge::Office;

use crate::clients::{Clients, Join};

static ALIAS: Table = Table {
    name: "client_alias",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("pseudonym", Kind::Text),
        Column::new("client", Kind::Text),
    ],
};

const ANY: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM client_alias WHERE office = $1 LIMIT 1) AS found";
const LEADS_TO: &str = "SELECT pseudonym, client FROM client_alias WHERE office = $1 AND pseudonym IN ({keys})";
const LED_TO_BY: &str = "SELECT pseudonym, client FROM client_alias WHERE office = $1 AND client IN ({keys})";
const FIRST_KNOWN: &str = "SELECT client, MIN(granted_time) FROM claim WHERE office = $1 AND client IN ({keys})
    GROUP BY client";

/// Takes in what is said of clients' earlier pseudonyms, each with the current one first, and gives the clients; with
/// them, those that were told apart before and of which both have lines on record.
pub async fn clients_of(
    tx: &mut Tx,
    office: &Office,
    said: &[Vec<&str>],
) -> Result<(Clients, Vec<Join>), DatabaseError> {
    let says = said.iter().any(|set| set.len() > 1);
    if !says && fetch_one!(tx, ANY, office.as_str() => (i64,))?.0 == 0 {
        return Ok((Clients::default(), Vec::new()));
    }
    let mut clients = known(tx, office, said.iter().flatten().copied()).await?;
    let sets: BTreeSet<&Vec<&str>> = said.iter().filter(|set| set.len() > 1).collect();
    let apart: Vec<&Vec<&str>> =
        sets.into_iter().filter(|set| set.iter().any(|one| clients.of(one) != clients.of(set[0]))).collect();
    if apart.is_empty() {
        return Ok((clients, Vec::new()));
    }
    let concerned: BTreeSet<String> =
        apart.iter().flat_map(|set| set.iter()).flat_map(|one| clients.pseudonyms(clients.of(one))).collect();
    let concerned: Vec<String> = concerned.into_iter().collect();
    let first_known = fetch_in!(tx, FIRST_KNOWN, concerned, office.as_str() => (String, DateTime<Utc>))?;
    let first_known: HashMap<String, DateTime<Utc>> = first_known.into_iter().collect();
    let mut rows = Rows::new(tx.engine(), &ALIAS);
    let mut joins = Vec::new();
    for set in apart {
        for join in clients.join(set, &first_known) {
            rows.text(office.as_str()).text(&join.joining).text(&join.client).end_row();
            joins.push(join);
        }
    }
    tx.insert_many(rows).await?;
    joins.retain(|join| join.pseudonyms.iter().any(|pseudonym| first_known.contains_key(pseudonym)));
    Ok((clients, joins))
}

/// What is on record of pseudonyms, and of those that are the same clients'.
pub async fn known(
    tx: &mut Tx,
    office: &Office,
    pseudonyms: impl Iterator<Item = &str>,
) -> Result<Clients, DatabaseError> {
    let mut clients = Clients::default();
    let mut seen: BTreeSet<String> = pseudonyms.map(str::to_owned).collect();
    if fetch_one!(tx, ANY, office.as_str() => (i64,))?.0 == 0 {
        return Ok(clients);
    }
    let mut wanted: Vec<String> = seen.iter().cloned().collect();
    while !wanted.is_empty() {
        let mut found = fetch_in!(tx, LEADS_TO, wanted, office.as_str() => (String, String))?;
        found.extend(fetch_in!(tx, LED_TO_BY, wanted, office.as_str() => (String, String))?);
        wanted.clear();
        for (pseudonym, client) in found {
            clients.add(&pseudonym, &client);
            wanted.extend([pseudonym, client].into_iter().filter(|one| seen.insert(one.clone())));
        }
    }
    Ok(clients)
}
