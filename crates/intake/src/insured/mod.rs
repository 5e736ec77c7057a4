//! Whether a client was insured on the days of a line (Vektis AW319, control level N6): return codes 0320 and 0506.
//!
//! An office hands in its register of insured persons as a **full extract** with the day it was drawn up: what such
//! registers give out. Each extract is the newer state of the register as a whole, and who isn't in it any more is not
//! insured any more. What is stored is the difference: a row for each person of whom an extract says something else than
//! the one before. So the register as it was known at any import can be told, and what was decided under an earlier one
//! isn't touched.
//!
//! The last import holds for what is decided after it, as far as it goes:
//!
//! - without an import nothing is checked: an office that begins to hand in extracts refuses no claim for want of them;
//! - an extract is full from the first day it names through the day it was drawn up. Days of a line outside of those are
//!   not held against it, whatever its rows say of them: who came later isn't in it yet;
//! - of the days that it covers, on none insured is 0320, on some is 0506;
//! - a credit line is not checked: it takes back what was granted;
//! - a person without citizen service number (999999999) is not checked: nobody can be found under that number. Rows of
//!   such persons are counted, and not kept;
//! - which label (UZOVI) of an office somebody is insured with is not asked: an office answers for all of its labels.
//!
//! Level N6 comes before N7: a line that is refused here isn't held against agreements, tariffs or ceilings any more.
//!
//! Persons are kept by the pseudonym of the newest key, so an extract has to be handed in again before an older key is
//! taken out. Until then it is looked up by that key; afterwards it holds for nobody, rather than refuse everybody.

mod cover;
mod extract;
mod import;
mod reads;
mod retention;
mod rpc;
mod store;

use std::collections::{BTreeMap, HashMap};

use database::{DatabaseError, Tx};
use edge::Office;
use identifiers::{Pseudonym, PseudonymKeys};
use vektis::{
    Sign,
    codes::{self, ReturnCode},
};

pub use import::{InsuredPart, InsuredReply};
pub use retention::{INSURED_KEPT, INSURED_TEXT, INSURED_YEARS};

use self::{
    cover::{Cover, Span, cover, joined},
    store::Register,
};
use crate::{batch::Batch, decider::ClaimLine, links};

/// What is known of the insurance of the clients of a batch. Nothing is asked of the database where nothing can be held
/// against a register, and otherwise once a batch.
#[derive(Debug, Default)]
pub(crate) struct Insured {
    register: Option<Register>,
    /// Whether the register's pseudonyms are those of an older key.
    of_older_key: bool,
    found: HashMap<Pseudonym, Vec<Span>>,
}

impl Insured {
    /// The register that the lines of a file are held against.
    pub(crate) async fn begin(tx: &mut Tx, office: &Office, keys: &PseudonymKeys) -> Result<Self, DatabaseError> {
        let Some(register) = store::holding(tx, office).await? else { return Ok(Self::default()) };
        if !keys.holds(register.key_version) {
            tracing::warn!(%office, import = register.import_id, "the key of the register of insured persons is gone");
            return Ok(Self::default());
        }
        let of_older_key = register.key_version != keys.newest_version();
        Ok(Self { register: Some(register), of_older_key, found: HashMap::new() })
    }

    /// The import that lines are held against; empty for none.
    pub(crate) fn import_id(&self) -> &str {
        self.register.as_ref().map_or("", |register| &register.import_id)
    }

    /// Looks up the clients of a batch. Their links are stored.
    pub(crate) async fn look_up(&mut self, tx: &mut Tx, office: &Office, batch: &Batch) -> Result<(), DatabaseError> {
        self.found.clear();
        let Some(register) = &self.register else { return Ok(()) };
        let mut names: BTreeMap<String, Pseudonym> = BTreeMap::new();
        for line in batch.lines.iter().filter(|line| line.codes.is_empty()) {
            let record = batch.record(line);
            let days = record.begin().zip(record.end()).map(|(first, last)| Span { first, last });
            let asked = days.is_some_and(|days| days.shared(register.covers).is_some());
            if let Some(client) = line.client.filter(|_| asked && record.claimed_sign() == Some(Sign::Debit)) {
                names.insert(client.to_string(), client);
            }
        }
        if self.of_older_key {
            let earlier = links::of(tx, names.keys().map(String::as_str)).await?;
            let clients: Vec<(String, Pseudonym)> =
                names.iter().map(|(name, client)| (name.clone(), *client)).collect();
            for (name, client) in clients {
                names.extend(earlier.get(&name).into_iter().flatten().map(|earlier| (earlier.clone(), client)));
            }
        }
        for (name, periods) in store::periods_of(tx, office, register.number, names.keys().collect()).await? {
            let unreadable = || DatabaseError::Stored("insured_person".to_owned());
            let client = names.get(&name).ok_or_else(unreadable)?;
            let spans: Option<Vec<Span>> = periods.split_whitespace().map(Span::read).collect();
            // of a client's names one is of the register's key
            self.found.entry(*client).or_default().extend(joined(spans.ok_or_else(unreadable)?));
        }
        Ok(())
    }

    /// Whether the client of a debit line of the batch was insured on its days.
    ///
    /// # Errors
    /// The return code of the refusal.
    pub(crate) fn approve(&self, line: &ClaimLine<'_>) -> Result<(), ReturnCode> {
        let Some((register, client)) = self.register.as_ref().zip(line.client) else { return Ok(()) };
        let insured = self.found.get(&client).map(Vec::as_slice).unwrap_or_default();
        let days = Span { first: line.first_day, last: line.last_day };
        // four digits always are a code
        let code = |code| ReturnCode::parse(code).unwrap_or(codes::OTHER.code);
        match cover(register.covers, insured, days) {
            Cover::Unknown | Cover::All => Ok(()),
            // 0320: the client is not insured
            Cover::None => Err(code("0320")),
            // 0506: the client is insured during part of the period only
            Cover::Part => Err(code("0506")),
        }
    }
}
