//! Which pseudonyms are the same client's.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contract::common::ClaimLine;
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

/// Takes in what lines say of their clients' earlier pseudonyms, and gives the clients of the lines; with them, those
/// that were told apart before and of which both have lines on record.
pub async fn clients_of(
    tx: &mut Tx,
    office: &Office,
    lines: &[ClaimLine],
) -> Result<(Clients, Vec<Join>), DatabaseError> {
    let says = lines.iter().any(|line| !line.earlier_clients.is_empty());
    if !says && fetch_one!(tx, ANY, office.as_str() => (i64,))?.0 == 0 {
        return Ok((Clients::default(), Vec::new()));
    }
    let mut clients = known(tx, office, lines).await?;
    let sets: BTreeSet<Vec<&str>> = lines.iter().map(pseudonyms).filter(|set| set.len() > 1).collect();
    let apart: Vec<&Vec<&str>> =
        sets.iter().filter(|set| set.iter().any(|one| clients.of(one) != clients.of(set[0]))).collect();
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

/// A client's pseudonyms as a line tells them, the current one first; none of a person without one.
fn pseudonyms(line: &ClaimLine) -> Vec<&str> {
    if line.client.is_empty() {
        return Vec::new();
    }
    std::iter::once(&line.client).chain(&line.earlier_clients).map(String::as_str).collect()
}

/// What is on record of the pseudonyms of lines, and of those that are the same clients'.
async fn known(tx: &mut Tx, office: &Office, lines: &[ClaimLine]) -> Result<Clients, DatabaseError> {
    let mut clients = Clients::default();
    let mut seen: BTreeSet<String> = lines.iter().flat_map(pseudonyms).map(str::to_owned).collect();
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
