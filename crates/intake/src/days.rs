//! [`Days`]: on which days a client was granted a product before, where a day can be bought once (control level N7).
//!
//! As with [`History`](crate::history::History), a batch is looked up while the one before it is not inserted yet: the
//! lines of that one are kept here. Keys are per client and product, which is fewer than lines, and only of lines whose
//! days can be bought once: a file of other care asks the database nothing.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use database::{DatabaseError, Tx, fetch_in};
use edge::Office;
use identifiers::{Agb, Pseudonym};
use vektis::layout::Performance;

use crate::{
    batch::{Batch, Line},
    history::{Reference, bytes, padded},
    links,
};

/// A client and a product.
type Care = (Pseudonym, [u8; 5]);

/// Days that were granted, and the line they were granted on.
#[derive(Clone, Copy, Debug)]
struct Granted {
    first_day: NaiveDate,
    last_day: NaiveDate,
    reference: Reference,
}

/// The days granted before, as far as the lines of the batch in hand can ask.
#[derive(Debug, Default)]
pub(crate) struct Days {
    found: HashMap<Care, Vec<Granted>>,
    before: HashMap<Care, Vec<Granted>>,
    current: HashMap<Care, Vec<Granted>>,
    /// Whether any client has an earlier pseudonym.
    linked: bool,
}

/// Characters of a client in a key; the product comes after it.
const CLIENT: usize = 22;
/// Characters of one line in what `FIND` gives: two days and a reference.
const ITEM: usize = 40;

// Looks every key up in the index by itself, as the lookup of references does, and for the same reason. A credit line
// frees the days of its debit line.
const FIND: &str = "
    WITH wanted (care) AS ({keys})
    SELECT care, found FROM (
        SELECT wanted.care,
               (SELECT STRING_AGG(CAST(line.first_day AS TEXT) || CAST(line.last_day AS TEXT)
                                  || SUBSTR(line.reference || '                    ', 1, 20), '')
                FROM claim_line line
                WHERE line.days_once = 1 AND line.client = SUBSTR(wanted.care, 1, 22)
                  AND line.product = SUBSTR(wanted.care, 23)
                  AND line.last_day >= $3 AND line.first_day <= $4
                  AND line.office = $1 AND line.agb = $2
                  AND (SELECT COUNT(*) FROM claim_line credit
                       WHERE credit.office = $1 AND credit.agb = $2
                         AND credit.previous_reference = line.reference AND credit.outcome = 2) = 0) AS found
        FROM wanted) looked_up
    WHERE found IS NOT NULL";

impl Granted {
    /// Reads the lines that `FIND` put together.
    fn read_all(found: &str) -> Option<Vec<Self>> {
        let letters: Vec<char> = found.chars().collect();
        let day = |letters: &[char]| letters.iter().collect::<String>().parse().ok();
        let read = |item: &[char]| {
            let reference: String = item.get(20..ITEM)?.iter().collect();
            Some(Self { first_day: day(&item[..10])?, last_day: day(&item[10..20])?, reference: padded(&reference) })
        };
        letters.chunks(ITEM).map(read).collect()
    }

    fn overlaps(&self, first_day: NaiveDate, last_day: NaiveDate) -> bool {
        self.first_day <= last_day && first_day <= self.last_day
    }
}

/// The client and the product of a line whose days can be bought once.
fn care(line: &Line, record: Performance<'_>) -> Option<(Care, (NaiveDate, NaiveDate))> {
    let client = line.client.filter(|_| line.days_once)?;
    Some(((client, bytes(record.product().padded())), (record.begin()?, record.end()?)))
}

impl Days {
    /// Nothing known yet.
    pub(crate) async fn begin(tx: &mut Tx) -> Result<Self, DatabaseError> {
        Ok(Self { linked: links::any(tx).await?, ..Self::default() })
    }

    /// Looks up the days that lines of the batch may have been granted on before. The clients' links are stored.
    pub(crate) async fn look_up(
        &mut self,
        tx: &mut Tx,
        office: &Office,
        agb: Agb,
        batch: &Batch,
    ) -> Result<(), DatabaseError> {
        self.before = std::mem::take(&mut self.current);
        self.found.clear();
        self.linked |= !batch.links.is_empty();
        let asked = batch.lines.iter().filter_map(|line| care(line, batch.record(line)));
        let (mut keys, mut range) = (BTreeMap::new(), None);
        for (care, (first, last)) in asked {
            let (from, until) = range.get_or_insert((first, last));
            (*from, *until) = (first.min(*from), last.max(*until));
            keys.insert(key(&care.0.to_string(), &care.1), care);
        }
        let Some((from, until)) = range else { return Ok(()) };
        if self.linked {
            let clients: Vec<(String, Care)> = keys.values().map(|care| (care.0.to_string(), *care)).collect();
            let earlier = links::of(tx, clients.iter().map(|(client, _)| client.as_str())).await?;
            for (client, care) in clients {
                let names = earlier.get(&client).into_iter().flatten();
                keys.extend(names.map(|name| (key(name, &care.1), care)));
            }
        }
        let names: Vec<&String> = keys.keys().collect();
        let agb = agb.to_string();
        for (name, found) in fetch_in!(tx, FIND, names, office.as_str(), &agb, from, until => (String, String))? {
            let unreadable = || DatabaseError::Stored("claim_line".to_owned());
            let care = keys.get(&name).ok_or_else(unreadable)?;
            self.found.entry(*care).or_default().extend(Granted::read_all(&found).ok_or_else(unreadable)?);
        }
        Ok(())
    }

    /// Whether a day of this line was granted before on a line that still stands.
    pub(crate) fn overlap(&self, line: &Line, record: Performance<'_>, stands: impl Fn(&Reference) -> bool) -> bool {
        let Some((care, (first, last))) = care(line, record) else { return false };
        let known = [&self.found, &self.before, &self.current].into_iter().filter_map(|granted| granted.get(&care));
        known.flatten().any(|granted| granted.overlaps(first, last) && stands(&granted.reference))
    }

    /// Remembers a debit line of the batch in hand that was granted.
    pub(crate) fn remember(&mut self, line: &Line, record: Performance<'_>) {
        if let Some((care, (first_day, last_day))) = care(line, record) {
            let reference = bytes(record.reference().padded());
            self.current.entry(care).or_default().push(Granted { first_day, last_day, reference });
        }
    }
}

/// A key as the lookup reads it: the client, and the product as it is stored.
fn key(client: &str, product: &[u8; 5]) -> String {
    let product: String = product.iter().map(|byte| char::from(*byte)).collect();
    debug_assert_eq!(client.len(), CLIENT);
    format!("{client}{}", product.trim_end_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whatever_their_reference_holds() {
        let references = ["R1|2023-01-01", "é ü"];
        let found: String = references.iter().map(|reference| format!("2023-02-012023-02-28{reference:<20}")).collect();
        let lines = Granted::read_all(&found).unwrap();
        assert_eq!(lines.iter().map(|line| line.reference).collect::<Vec<_>>(), references.map(padded));
        assert!(lines.iter().all(|line| line.overlaps(line.last_day, line.last_day)));
        assert!(!lines[0].overlaps(line_day("2023-03-01"), line_day("2023-03-02")));
        assert!(Granted::read_all("2023-02-01").is_none());
    }

    fn line_day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
}
