//! Clients under more than one key: which pseudonyms are the same person's.
//!
//! While older keys are there beside the newest, each client of a file is linked to its earlier pseudonyms, in the
//! file's transaction. The links stay when the older keys are gone. With one key nothing is computed or stored.

use std::collections::{BTreeSet, HashMap};

use database::{DatabaseError, Tx, execute_in, fetch_in, fetch_one};
use identifiers::Pseudonym;

/// Characters of a pseudonym.
const LENGTH: usize = 22;

// A key is the client's pseudonym and the earlier one.
const ADD: &str = "WITH wanted (entry) AS ({keys})
    INSERT INTO client_link (client, earlier)
    SELECT SUBSTR(entry, 1, 22), SUBSTR(entry, 23) FROM wanted WHERE LENGTH(entry) = 44
    ON CONFLICT (client, earlier) DO NOTHING";
const ANY: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM client_link LIMIT 1) AS found";
const LATER: &str = "SELECT client, earlier FROM client_link WHERE earlier IN ({keys}) ORDER BY client, earlier";
const OF: &str = "SELECT client, earlier FROM client_link WHERE client IN ({keys}) ORDER BY client, earlier";

/// Links clients to their earlier pseudonyms, unless they were before.
///
/// # Errors
/// What the store reports.
pub async fn add(tx: &mut Tx, links: &BTreeSet<(Pseudonym, Pseudonym)>) -> Result<(), DatabaseError> {
    if links.is_empty() {
        return Ok(());
    }
    // In the same order by everybody, so that two files seldom wait for each other.
    let entries: Vec<String> = links.iter().map(|(client, earlier)| format!("{client}{earlier}")).collect();
    execute_in!(tx, ADD, entries)?;
    Ok(())
}

/// Whether any client is linked.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool, DatabaseError> {
    let (found,) = fetch_one!(tx, ANY => (i64,))?;
    Ok(found > 0)
}

/// The earlier pseudonyms of clients, also those of earlier ones in their turn.
///
/// # Errors
/// What the store reports.
pub async fn of(
    tx: &mut Tx,
    clients: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Vec<String>>, DatabaseError> {
    let clients: BTreeSet<&str> = clients.filter(|client| client.len() == LENGTH).collect();
    let mut known: HashMap<String, Vec<String>> = HashMap::new();
    let mut wanted: Vec<String> = clients.iter().map(|client| (*client).to_owned()).collect();
    while !wanted.is_empty() {
        let mut next = BTreeSet::new();
        for (client, earlier) in fetch_in!(tx, OF, wanted => (String, String))? {
            if !known.contains_key(&earlier) {
                next.insert(earlier.clone());
            }
            known.entry(client).or_default().push(earlier);
        }
        wanted = next.into_iter().filter(|client| !known.contains_key(client)).collect();
    }
    let of_client = |client: &str| {
        let mut found: Vec<String> = known.get(client).cloned().unwrap_or_default();
        let mut at = 0;
        while let Some(earlier) = found.get(at) {
            let more = known.get(earlier).cloned().unwrap_or_default();
            more.into_iter().for_each(|one| {
                if one != client && !found.contains(&one) {
                    found.push(one);
                }
            });
            at += 1;
        }
        found
    };
    let all = clients.into_iter().map(|client| (client.to_owned(), of_client(client)));
    Ok(all.filter(|(_, earlier)| !earlier.is_empty()).collect())
}

/// The later pseudonyms of clients, each with the one that it follows; also those that follow later ones in their turn,
/// after those.
///
/// # Errors
/// What the store reports.
pub async fn later(tx: &mut Tx, clients: impl Iterator<Item = String>) -> Result<Vec<(String, String)>, DatabaseError> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<String> = clients.collect();
    let mut wanted: Vec<String> = seen.iter().cloned().collect();
    while !wanted.is_empty() {
        let links = fetch_in!(tx, LATER, wanted => (String, String))?;
        wanted = links.iter().map(|(client, _)| client.clone()).filter(|client| seen.insert(client.clone())).collect();
        found.extend(links);
    }
    Ok(found)
}
