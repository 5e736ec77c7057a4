//! The tables of the register: statements, and what is read back from them.

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_all, fetch_in, fetch_one, fetch_optional};
use edge::{EdgeError, Office};
use identifiers::Pseudonym;

use super::cover::Span;

static INSURED_ROW: Table = Table {
    name: "insured_row",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("client", Kind::Text),
        Column::new("days", Kind::Text),
        Column::new("last_day", Kind::Date),
    ],
};

const ADD_OFFICE: &str = "INSERT INTO insured_office (office, imports) VALUES ($1, 0) ON CONFLICT (office) DO NOTHING";
const TAKE: &str = "UPDATE insured_office SET imports = imports WHERE office = $1 RETURNING imports";
const COUNT_ON: &str = "UPDATE insured_office SET imports = $2 WHERE office = $1";

macro_rules! imports {
    ($rest:literal) => {
        concat!(
            "SELECT office, number, import_id, first_day, reference_day, sha256, key_version, file_rows, persons,
                    unnamed_rows, outside_rows, changed_persons, gone_persons, imported_by, recorded_time
             FROM insured_import WHERE office = $1 AND ",
            $rest
        )
    };
}
const IMPORT: &str = imports!("number = $2");
const SAME: &str =
    imports!("sha256 = $2 AND first_day = $3 AND reference_day = $4 AND key_version = $5 ORDER BY number DESC LIMIT 1");
const AS_OF: &str = imports!("recorded_time <= $2 ORDER BY number DESC LIMIT 1");
const IMPORTS: &str = imports!("($2 = 0 OR number < $2) ORDER BY number DESC LIMIT $3");
const ADD_IMPORT: &str = "
    INSERT INTO insured_import (office, number, import_id, first_day, reference_day, sha256, key_version, file_rows,
                                persons, unnamed_rows, outside_rows, changed_persons, gone_persons, imported_by,
                                recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

const PERSONS: &str = "SELECT COUNT(DISTINCT client) FROM insured_row WHERE office = $1";
// Of whom something else is said than before. What was said before is looked up person by person, whose rows lie together.
const CHANGED: &str = "
    INSERT INTO insured_person (client, office, number, periods, latest_day)
    SELECT told.client, $1, $2, told.periods, told.latest_day
    FROM (SELECT client, STRING_AGG(days, ' ' ORDER BY days) AS periods,
                 CASE WHEN COUNT(last_day) < COUNT(*) THEN NULL
                      WHEN MAX(last_day) < $3 THEN $3
                      ELSE MAX(last_day) END AS latest_day
          FROM insured_row WHERE office = $1 GROUP BY client) AS told
    WHERE told.periods <> COALESCE((SELECT held.periods FROM insured_person AS held
                                    WHERE held.client = told.client AND held.office = $1 AND held.number < $2
                                    ORDER BY held.number DESC LIMIT 1), '')";
// Who was in the register and isn't any more.
const GONE: &str = "
    INSERT INTO insured_person (client, office, number, periods, latest_day)
    SELECT held.client, $1, $2, '', $3
    FROM insured_person AS held
    WHERE held.office = $1 AND held.number < $2 AND held.periods <> ''
      AND NOT EXISTS (SELECT 1 FROM insured_person AS later
                      WHERE later.client = held.client AND later.office = $1 AND later.number > held.number)
      AND NOT EXISTS (SELECT 1 FROM insured_row AS told WHERE told.client = held.client AND told.office = $1)";
const CLEAR: &str = "DELETE FROM insured_row WHERE office = $1";

// Looks every client up in the index by itself, as the other lookups of the intake do.
const PERIODS: &str = "
    WITH wanted (client) AS ({keys})
    SELECT client, periods FROM (
        SELECT wanted.client,
               (SELECT held.periods FROM insured_person AS held
                WHERE held.client = wanted.client AND held.office = $1 AND held.number <= $2
                ORDER BY held.number DESC LIMIT 1) AS periods
        FROM wanted) looked_up
    WHERE periods IS NOT NULL";

/// The register as lines are held against it.
#[derive(Debug)]
pub(super) struct Register {
    pub(super) import_id: String,
    pub(super) number: i64,
    /// The days it is full for.
    pub(super) covers: Span,
    pub(super) key_version: u32,
}

/// An import on record.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct StoredImport {
    pub(super) office: String,
    pub(super) number: i64,
    pub(super) import_id: String,
    pub(super) first_day: NaiveDate,
    pub(super) reference_day: NaiveDate,
    pub(super) sha256: Vec<u8>,
    pub(super) key_version: i64,
    pub(super) file_rows: i64,
    pub(super) persons: i64,
    pub(super) unnamed_rows: i64,
    pub(super) outside_rows: i64,
    pub(super) changed_persons: i64,
    pub(super) gone_persons: i64,
    pub(super) imported_by: String,
    pub(super) recorded_time: DateTime<Utc>,
}

/// A period of insurance, ready to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Insurance {
    pub(super) client: Pseudonym,
    pub(super) first_day: NaiveDate,
    /// None while the end is open.
    pub(super) last_day: Option<NaiveDate>,
}

/// Takes the office's row, so that its imports are recorded one after the other, and gives the number of the last one; 0
/// before the first.
pub(super) async fn take(tx: &mut Tx, office: &Office) -> Result<i64, DatabaseError> {
    execute!(tx, ADD_OFFICE, office.as_str())?;
    let (last,) = fetch_one!(tx, TAKE, office.as_str() => (i64,))?;
    Ok(last)
}

/// An import by its number.
pub(super) async fn import(tx: &mut Tx, office: &Office, number: i64) -> Result<Option<StoredImport>, DatabaseError> {
    fetch_optional!(tx, IMPORT, office.as_str(), number => StoredImport)
}

/// The last import of the same file, for the same days, under the same key.
pub(super) async fn same(
    tx: &mut Tx,
    office: &Office,
    (sha256, covers): (&[u8; 32], Span),
    key_version: u32,
) -> Result<Option<StoredImport>, DatabaseError> {
    fetch_optional!(tx, SAME, office.as_str(), sha256, covers.first, covers.last, key_version => StoredImport)
}

/// Sets rows of an extract ready for [`settle`].
pub(super) async fn stage(
    tx: &mut Tx,
    office: &Office,
    insured: impl Iterator<Item = Insurance>,
) -> Result<(), DatabaseError> {
    let mut rows = Rows::new(tx.engine(), &INSURED_ROW);
    for Insurance { client, first_day, last_day } in insured {
        rows.text(office.as_str()).text(&client.to_string());
        match last_day {
            Some(last) => rows.text(&format!("{first_day}/{last}")).date(last),
            None => rows.text(&format!("{first_day}/")).null(),
        };
        rows.end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// What an extract changes, in persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) persons: i64,
    pub(super) changed: i64,
    pub(super) gone: i64,
}

/// Records the rows that were set ready as the state of the register at an import.
pub(super) async fn settle(
    tx: &mut Tx,
    office: &Office,
    number: i64,
    reference_day: NaiveDate,
) -> Result<Settled, DatabaseError> {
    crate::history::plan(tx).await?;
    let (persons,) = fetch_one!(tx, PERSONS, office.as_str() => (i64,))?;
    let changed = execute!(tx, CHANGED, office.as_str(), number, reference_day)?.cast_signed();
    let gone = execute!(tx, GONE, office.as_str(), number, reference_day)?.cast_signed();
    execute!(tx, CLEAR, office.as_str())?;
    Ok(Settled { persons, changed, gone })
}

/// Records an import, which then is the office's last one.
pub(super) async fn add(tx: &mut Tx, office: &Office, import: &StoredImport) -> Result<(), DatabaseError> {
    execute!(
        tx,
        ADD_IMPORT,
        office.as_str(),
        import.number,
        &import.import_id,
        import.first_day,
        import.reference_day,
        &import.sha256,
        import.key_version,
        import.file_rows,
        import.persons,
        import.unnamed_rows,
        import.outside_rows,
        import.changed_persons,
        import.gone_persons,
        &import.imported_by,
        import.recorded_time,
    )?;
    execute!(tx, COUNT_ON, office.as_str(), import.number)?;
    Ok(())
}

/// The register that holds now.
pub(super) async fn holding(tx: &mut Tx, office: &Office) -> Result<Option<Register>, DatabaseError> {
    let last = fetch_optional!(tx, IMPORTS, office.as_str(), 0_i64, 1_i64 => StoredImport)?;
    let read = |import: StoredImport| {
        let key_version = import.key_version();
        let covers = Span { first: import.first_day, last: import.reference_day };
        Register { import_id: import.import_id, number: import.number, covers, key_version }
    };
    Ok(last.map(read))
}

/// The import that held at a moment.
pub(super) async fn as_of(
    tx: &mut Tx,
    office: &Office,
    moment: DateTime<Utc>,
) -> Result<Option<StoredImport>, EdgeError> {
    Ok(fetch_optional!(tx, AS_OF, office.as_str(), moment => StoredImport)?)
}

/// Imports before a number, the newest first; 0 for all.
pub(super) async fn imports(
    tx: &mut Tx,
    office: &Office,
    before: i64,
    limit: i64,
) -> Result<Vec<StoredImport>, EdgeError> {
    Ok(fetch_all!(tx, IMPORTS, office.as_str(), before, limit => StoredImport)?)
}

/// What the register says of clients as known at an import: each that it ever named, with the periods as they are stored.
pub(super) async fn periods_of(
    tx: &mut Tx,
    office: &Office,
    number: i64,
    clients: Vec<&String>,
) -> Result<Vec<(String, String)>, DatabaseError> {
    if clients.is_empty() {
        return Ok(Vec::new());
    }
    fetch_in!(tx, PERIODS, clients, office.as_str(), number => (String, String))
}

impl StoredImport {
    /// The version of the key of its pseudonyms.
    pub(super) fn key_version(&self) -> u32 {
        // It was one when it was stored; 0 is none that any key has.
        u32::try_from(self.key_version).unwrap_or(0)
    }
}
