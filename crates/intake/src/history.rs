//! [`History`]: which references of a provider were granted before, in earlier files and in this one.
//!
//! A batch is looked up while the one before it is not inserted yet, so that its lines can be decided while the
//! database works. What the lookup can't see is therefore kept here: the lines of the batch before.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use database::{DatabaseError, Engine, Tx, execute, fetch_in, fetch_optional};
use edge::Office;
use identifiers::Agb;
use money::Money;
use vektis::{Sign, layout::Performance};

use crate::{
    batch::Batch,
    results::{Decided, Outcome},
};

/// A reference as it stands in a record, filling spaces included.
pub(crate) type Reference = [u8; 20];

/// A line that was granted before.
#[derive(Clone, Copy, Debug)]
struct Granted {
    outcome: Outcome,
    product: [u8; 5],
    /// First and last day of the care.
    days: (Option<NaiveDate>, Option<NaiveDate>),
    claimed_cents: i64,
    granted_cents: i64,
    taken_back: bool,
}

/// What is known of a batch of references.
#[derive(Debug, Default)]
struct Known {
    granted: HashMap<Reference, Granted>,
    /// Debit lines that lines of this batch took back.
    taken_back: HashSet<Reference>,
}

/// What was granted before, as far as the lines of the batch in hand can ask.
#[derive(Debug, Default)]
pub(crate) struct History {
    before: Known,
    current: Known,
}

// Looks every key up in the index by itself and gives a row per key found, which is few: a file mostly brings new
// references. As a join it would leave PostgreSQL to choose, and without statistics on rows that this transaction
// just inserted it reads all lines of the provider for each batch.
const FIND: &str = "
    WITH wanted (reference) AS ({keys})
    SELECT reference, found FROM (
        SELECT wanted.reference,
               (SELECT CAST(line.outcome AS TEXT) || ' ' || CAST(line.claimed_cents AS TEXT)
                       || ' ' || CAST(line.granted_cents AS TEXT)
                       || ' ' || CAST((SELECT COUNT(*) FROM claim_line credit
                                       WHERE credit.office = $1 AND credit.agb = $2
                                         AND credit.previous_reference = line.reference
                                         AND credit.outcome = 2) AS TEXT)
                       || ' ' || CAST(line.first_day AS TEXT) || ' ' || CAST(line.last_day AS TEXT)
                       || ' ' || line.product
                FROM claim_line line
                WHERE line.office = $1 AND line.agb = $2 AND line.outcome > 0
                  AND line.reference = wanted.reference) AS found
        FROM wanted) looked_up
    WHERE found IS NOT NULL";

const LINE: &str = "SELECT line.first_day, line.granted_cents,
        (SELECT COUNT(*) FROM claim_line AS credit
         WHERE credit.office = $1 AND credit.agb = $2 AND credit.previous_reference = $3 AND credit.outcome = 2)
            AS credits
    FROM claim_line AS line
    WHERE line.office = $1 AND line.agb = $2 AND line.reference = $3 AND line.outcome = 1";

// A plan made while the table was small must not be kept for when it no longer is, and compiling one takes longer
// than the lookup itself.
const PLANNING: &str =
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)";

impl Granted {
    /// Reads what `FIND` puts together.
    fn read(found: &str) -> Option<Self> {
        let mut parts = found.splitn(7, ' ');
        let mut number = || parts.next()?.parse::<i64>().ok();
        let (outcome, claimed_cents, granted_cents, credits) = (number()?, number()?, number()?, number()?);
        let days = (Some(parts.next()?.parse().ok()?), Some(parts.next()?.parse().ok()?));
        Some(Self {
            outcome: Outcome::from_stored(outcome)?,
            product: padded(parts.next()?),
            days,
            claimed_cents,
            granted_cents,
            taken_back: credits > 0,
        })
    }
}

/// A debit line that was granted: its first day, what was granted, and whether a credit took it back. None when there is
/// no such line, or it is on record no more.
///
/// # Errors
/// What the store reports.
pub async fn granted_line(
    tx: &mut Tx,
    office: &Office,
    agb: Agb,
    reference: &str,
) -> Result<Option<(NaiveDate, Money, bool)>, DatabaseError> {
    let row = fetch_optional!(tx, LINE, office.as_str(), agb.to_string(), reference => (NaiveDate, i64, i64))?;
    Ok(row.map(|(day, granted, credits)| (day, Money::from_cents(granted), credits > 0)))
}

/// Tells PostgreSQL how to plan the statements of this transaction.
pub(crate) async fn plan(tx: &mut Tx) -> Result<(), DatabaseError> {
    if tx.engine() == Engine::Postgres {
        execute!(tx, PLANNING)?;
    }
    Ok(())
}

impl History {
    /// Nothing known yet; tells PostgreSQL how to plan the lookups of this transaction.
    pub(crate) async fn begin(tx: &mut Tx) -> Result<Self, DatabaseError> {
        plan(tx).await?;
        Ok(Self::default())
    }

    /// Looks up what the lines of a batch name: their own references and those they take back.
    pub(crate) async fn look_up(
        &mut self,
        tx: &mut Tx,
        office: &Office,
        agb: Agb,
        batch: &Batch,
    ) -> Result<(), DatabaseError> {
        let mut names = Vec::with_capacity(batch.lines.len());
        for line in batch.lines.iter().filter(|line| line.codes.is_empty()) {
            let record = batch.record(line);
            names.push(record.reference().to_string());
            if record.claimed_sign() == Some(Sign::Credit) {
                names.push(record.previous_reference().to_string());
            }
        }
        self.before = std::mem::take(&mut self.current);
        if names.is_empty() {
            return Ok(());
        }
        let agb = agb.to_string();
        for (reference, found) in fetch_in!(tx, FIND, names, office.as_str(), agb.as_str() => (String, String))? {
            let granted = Granted::read(&found).ok_or_else(|| DatabaseError::Stored("claim_line".to_owned()))?;
            self.current.granted.insert(padded(&reference), granted);
        }
        Ok(())
    }

    /// Whether a line with this reference was granted.
    pub(crate) fn has(&self, reference: &Reference) -> bool {
        self.find(reference).is_some()
    }

    /// What was granted on the debit line that a credit takes back: one of the same product, days and amount that
    /// wasn't taken back before. None when there is no such line.
    pub(crate) fn debit_of(&self, credit: Performance<'_>) -> Option<i64> {
        let reference = bytes(credit.previous_reference().padded());
        let debit = self.find(&reference)?;
        let taken_back = debit.taken_back || !self.stands(&reference);
        let same = debit.outcome == Outcome::Debit
            && debit.product == bytes(credit.product().padded())
            && debit.days == (credit.begin(), credit.end())
            && Some(-debit.claimed_cents) == credit.claimed_cents();
        (same && !taken_back).then_some(debit.granted_cents)
    }

    /// Whether no line of this batch or the one before takes the debit line with this reference back.
    pub(crate) fn stands(&self, reference: &Reference) -> bool {
        !self.current.taken_back.contains(reference) && !self.before.taken_back.contains(reference)
    }

    /// Remembers a granted line of the batch in hand.
    pub(crate) fn remember(&mut self, line: Performance<'_>, decided: &Decided) {
        let granted = Granted {
            outcome: decided.outcome,
            product: bytes(line.product().padded()),
            days: (line.begin(), line.end()),
            claimed_cents: line.claimed_cents().unwrap_or(0),
            granted_cents: decided.granted_cents,
            taken_back: false,
        };
        self.current.granted.insert(bytes(line.reference().padded()), granted);
        if decided.outcome == Outcome::Credit {
            self.current.taken_back.insert(bytes(line.previous_reference().padded()));
        }
    }

    fn find(&self, reference: &Reference) -> Option<&Granted> {
        self.current.granted.get(reference).or_else(|| self.before.granted.get(reference))
    }
}

/// The bytes of a field of which the length is known.
pub(crate) fn bytes<const N: usize>(field: &[u8]) -> [u8; N] {
    field.first_chunk().copied().unwrap_or([b' '; N])
}

/// A stored text as it stood in its field.
pub(crate) fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [b' '; N];
    for (place, letter) in field.iter_mut().zip(text.chars()) {
        *place = u8::try_from(letter).unwrap_or(b'?');
    }
    field
}
