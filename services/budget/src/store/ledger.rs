//! The ledger: entries and their postings, which are never changed, and the balances they add up to.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_all};
use edge::{EdgeError, Page};
use money::Money;

use super::{agb, stored};
use crate::{
    decide::Balances,
    domain::{Account, Entry, EntryKind, Lot, OfficeYear, Posting},
};

const ADD_ENTRY: &str = "INSERT INTO ledger_entry
        (office, year, entry_id, kind, day, motivation, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const MISSING_BALANCES: &str = "INSERT INTO ledger_balance (office, year, lot, account, agb, cents)
    SELECT DISTINCT office, year, lot, account, agb, 0 FROM ledger_posting
    WHERE office = $1 AND year = $2 AND entry_id = $3
    ON CONFLICT (office, year, agb, account, lot) DO NOTHING";
// Not the other half of the insertion: the check of the table would look at what is added rather than at the sum. In
// order, so that two entries at once do not wait for each other in a circle.
const CHANGE_BALANCES: &str = "UPDATE ledger_balance AS held SET cents = held.cents + change.cents
    FROM (SELECT lot, account, agb, CAST(SUM(cents) AS BIGINT) AS cents FROM ledger_posting
          WHERE office = $1 AND year = $2 AND entry_id = $3 GROUP BY agb, account, lot
          ORDER BY agb, account, lot) AS change
    WHERE held.office = $1 AND held.year = $2 AND held.lot = change.lot AND held.account = change.account
      AND held.agb = change.agb";
const BALANCES: &str = "SELECT lot, account, agb, cents FROM ledger_balance WHERE office = $1 AND year = $2";
const BALANCES_AT: &str = "SELECT lot, account, agb, CAST(SUM(cents) AS BIGINT) AS cents FROM ledger_posting
    WHERE office = $1 AND year = $2 AND recorded_time <= $3 AND day <= $4 GROUP BY lot, account, agb";
const PAGE: &str = "SELECT entry_id, kind, day, motivation, decision_id, recorded_time FROM ledger_entry AS entry
    WHERE office = $1 AND year = $2 AND entry_id > $3 AND recorded_time <= $4
      AND ($5 = '' OR EXISTS (SELECT 1 FROM ledger_posting AS posting
                              WHERE posting.office = entry.office AND posting.year = entry.year
                                AND posting.entry_id = entry.entry_id AND posting.agb = $5))
    ORDER BY entry_id LIMIT $6";
const POSTINGS: &str = "SELECT entry_id, lot, account, agb, cents FROM ledger_posting
    WHERE office = $1 AND year = $2 AND entry_id >= $3 AND entry_id <= $4 AND ($5 = '' OR agb = $5)
    ORDER BY entry_id, place";

const LEDGER_POSTING: Table = Table {
    name: "ledger_posting",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("year", Kind::Int),
        Column::new("entry_id", Kind::Text),
        Column::new("place", Kind::Int),
        Column::new("lot", Kind::Text),
        Column::new("account", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("cents", Kind::Int),
        Column::new("day", Kind::Date),
        Column::new("recorded_time", Kind::Time),
    ],
};

/// After every day that anything is of.
pub const END: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};
/// After every moment that anything is recorded at; both engines hold it.
pub const FAR_FUTURE: DateTime<Utc> = END.and_time(NaiveTime::MIN).and_utc();

#[derive(sqlx::FromRow)]
struct PostingRow {
    lot: String,
    account: String,
    agb: String,
    cents: i64,
}

impl PostingRow {
    fn read(self) -> Result<Posting, EdgeError> {
        let agb = if self.agb.is_empty() { None } else { Some(agb(&self.agb)?) };
        Ok(Posting {
            lot: Lot::from_code(&self.lot).ok_or_else(|| stored("a lot"))?,
            account: Account::read(&self.account, agb).ok_or_else(|| stored("an account"))?,
            amount: Money::from_cents(self.cents),
        })
    }
}

#[derive(sqlx::FromRow)]
struct OfEntry {
    entry_id: String,
    #[sqlx(flatten)]
    posting: PostingRow,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    entry_id: String,
    kind: String,
    day: NaiveDate,
    motivation: String,
    decision_id: Option<String>,
    recorded_time: DateTime<Utc>,
}

/// Until when a question about the ledger looks.
#[derive(Clone, Copy, Debug)]
pub struct Until {
    /// Entries recorded until this moment.
    pub recorded: DateTime<Utc>,
    /// And of this day at the latest.
    pub day: NaiveDate,
}

/// Adds an entry, and its postings to the balances.
pub async fn add_entry(tx: &mut Tx, year: &OfficeYear, entry: &Entry) -> Result<(), DatabaseError> {
    let (office, kind, decision) = (year.office.as_str(), entry.kind.as_str(), entry.decision_id.as_deref());
    execute!(
        tx,
        ADD_ENTRY,
        office,
        year.year,
        &entry.id,
        kind,
        entry.day,
        &entry.motivation,
        decision,
        entry.recorded
    )?;
    let mut rows = Rows::new(tx.engine(), &LEDGER_POSTING);
    for (place, posting) in (0_i64..).zip(&entry.postings) {
        let (lot, account) = (posting.lot.as_str(), posting.account.as_str());
        let agb = posting.account.agb().map(|agb| agb.to_string()).unwrap_or_default();
        rows.text(office).int(i64::from(year.year)).text(&entry.id).int(place);
        rows.text(lot).text(account).text(&agb).int(posting.amount.cents()).date(entry.day).time(entry.recorded);
        rows.end_row();
    }
    tx.insert_many(rows).await?;
    execute!(tx, MISSING_BALANCES, office, year.year, &entry.id)?;
    execute!(tx, CHANGE_BALANCES, office, year.year, &entry.id)?;
    Ok(())
}

/// What is in every account now.
pub async fn balances(tx: &mut Tx, year: &OfficeYear) -> Result<Balances, EdgeError> {
    read(fetch_all!(tx, BALANCES, year.office.as_str(), year.year => PostingRow)?)
}

/// What was in every account: the sum of the postings until then.
pub async fn balances_at(tx: &mut Tx, year: &OfficeYear, until: Until) -> Result<Balances, EdgeError> {
    let office = year.office.as_str();
    read(fetch_all!(tx, BALANCES_AT, office, year.year, until.recorded, until.day => PostingRow)?)
}

fn read(rows: Vec<PostingRow>) -> Result<Balances, EdgeError> {
    let mut balances = Balances::default();
    for row in rows {
        balances.add(&row.read()?)?;
    }
    Ok(balances)
}

/// A page of the entries of a year, in the order they were made; those of one provider when it is given, with its own
/// postings alone.
pub async fn page_of_entries(
    tx: &mut Tx,
    year: &OfficeYear,
    (agb, recorded): (&str, DateTime<Utc>),
    page: &Page,
) -> Result<Vec<Entry>, EdgeError> {
    let (office, after, limit) = (year.office.as_str(), &page.after[0], page.limit());
    let rows = fetch_all!(tx, PAGE, office, year.year, after, recorded, agb, limit => EntryRow)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let found = fetch_all!(
        tx, POSTINGS, office, year.year, &first.entry_id, &last.entry_id, agb => OfEntry
    )?;
    let mut postings: HashMap<String, Vec<Posting>> = HashMap::new();
    for OfEntry { entry_id, posting } in found {
        postings.entry(entry_id).or_default().push(posting.read()?);
    }
    let entry = |row: EntryRow| {
        Ok(Entry {
            kind: EntryKind::from_code(&row.kind).ok_or_else(|| stored("a kind of entry"))?,
            day: row.day,
            motivation: row.motivation,
            decision_id: row.decision_id,
            postings: postings.remove(&row.entry_id).unwrap_or_default(),
            recorded: row.recorded_time,
            id: row.entry_id,
        })
    };
    rows.into_iter().map(entry).collect()
}
