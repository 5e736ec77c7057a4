//! Facts that stand in no claim line, and the files they came in.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_in, fetch_one, fetch_optional};
use edge::{EdgeError, Office};
use uuid::Uuid;

use super::stored;
use crate::{
    domain::{About, FactKind, Statement},
    evaluate::Done,
};

static FACT: Table = Table {
    name: "fact",
    columns: &[
        Column::new("fact_id", Kind::Text),
        Column::new("office", Kind::Text),
        Column::new("subject", Kind::Text),
        Column::new("about", Kind::Text),
        Column::new("kind", Kind::Text),
        Column::new("thing", Kind::Text),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("fact_value", Kind::Text),
        Column::new("due_day", Kind::Date),
        Column::new("withdrawn", Kind::Bool),
        Column::new("source", Kind::Text),
        Column::new("import_id", Kind::Text),
        Column::new("row_number", Kind::Int),
        Column::new("stated_time", Kind::Time),
    ],
};

const ANY_ABOUT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM fact WHERE office = $1 AND about = $2 LIMIT 1) AS found";
const OF_SUBJECTS: &str = "SELECT fact_id, subject, about, kind, thing, first_day, last_day, fact_value, withdrawn,
        source, import_id, row_number, stated_time
    FROM fact WHERE office = $1 AND subject IN ({keys})";
const EXIST: &str = "SELECT fact_id FROM fact WHERE office = $1 AND fact_id IN ({keys})";
const ADD_IMPORT: &str = "INSERT INTO fact_import
        (import_id, request_id, office, kind, source, sha256, file_rows, clients, raised, withdrawn, imported_by,
         recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const ANSWERED: &str = "SELECT import_id, office, kind, source, sha256, clients, raised, withdrawn
    FROM fact_import WHERE request_id = $1";
const CLIENTS_OF_LINES: &str = "SELECT DISTINCT claim.client FROM claim
    WHERE claim.office = $1 AND claim.service = $2 AND claim.agb = $3 AND claim.reference IN ({keys})
      AND claim.client <> ''";

/// A row of a file of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// The pseudonym of a client, the AGB code of a provider, or a line.
    pub subject: String,
    /// Which of the subject's facts of the kind it is.
    pub thing: String,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day, unless it is open.
    pub last_day: Option<NaiveDate>,
    /// The value.
    pub value: String,
    /// The day by which a document was to be handed in.
    pub due_day: Option<NaiveDate>,
    /// Whether what was stated before is taken back.
    pub withdrawn: bool,
    /// Its number in the file.
    pub row_number: i64,
}

/// An import that was carried out before.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Answered {
    /// Its id.
    pub import_id: String,
    /// The office.
    pub office: String,
    /// The kind of its facts.
    pub kind: String,
    /// Who said so.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
    /// Clients evaluated.
    pub clients: i64,
    /// Signals raised.
    pub raised: i64,
    /// Signals withdrawn.
    pub withdrawn: i64,
}

/// The import of a request, when it was carried out.
pub async fn answered(tx: &mut Tx, request_id: Uuid) -> Result<Option<Answered>, DatabaseError> {
    fetch_optional!(tx, ANSWERED, request_id => Answered)
}

/// A file of facts.
#[derive(Clone, Debug)]
pub struct FactImport {
    /// Its id.
    pub import_id: String,
    /// The request.
    pub request_id: Uuid,
    /// The kind of all its facts.
    pub kind: FactKind,
    /// Who says so.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How many rows it has.
    pub rows: i64,
    /// Who imported it.
    pub imported_by: String,
    /// When.
    pub recorded_time: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    fact_id: String,
    subject: String,
    about: String,
    kind: String,
    thing: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    fact_value: String,
    withdrawn: bool,
    source: String,
    import_id: String,
    row_number: i64,
    stated_time: DateTime<Utc>,
}

/// The word of what facts are about.
pub fn about_word(about: About) -> &'static str {
    match about {
        About::Client => "client",
        About::Provider => "provider",
        About::Line => "line",
    }
}

/// Adds a file of facts.
pub async fn add_import(tx: &mut Tx, office: &Office, import: &FactImport, done: Done) -> Result<(), DatabaseError> {
    let (id, request, office, kind) = (&import.import_id, import.request_id, office.as_str(), import.kind.as_str());
    let FactImport { source, sha256, rows, imported_by, recorded_time, .. } = import;
    let Done { clients, raised, withdrawn } = done;
    execute!(
        tx,
        ADD_IMPORT,
        id,
        request,
        office,
        kind,
        source,
        sha256,
        rows,
        clients,
        raised,
        withdrawn,
        imported_by,
        recorded_time
    )?;
    Ok(())
}

/// Adds facts of a file.
pub async fn add_facts(
    tx: &mut Tx,
    office: &Office,
    import: &FactImport,
    facts: &[FactRow],
) -> Result<(), DatabaseError> {
    let mut rows = Rows::new(tx.engine(), &FACT);
    for fact in facts {
        rows.text(&format!("{}-{}", import.import_id, fact.row_number)).text(office.as_str()).text(&fact.subject);
        rows.text(about_word(import.kind.about())).text(import.kind.as_str()).text(&fact.thing).date(fact.first_day);
        match fact.last_day {
            Some(day) => rows.date(day),
            None => rows.null(),
        };
        rows.text(&fact.value);
        match fact.due_day {
            Some(day) => rows.date(day),
            None => rows.null(),
        };
        rows.bool(fact.withdrawn).text(&import.source).text(&import.import_id).int(fact.row_number);
        rows.time(import.recorded_time).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// Whether an office has any facts about such things.
pub async fn any_about(tx: &mut Tx, office: &Office, about: About) -> Result<bool, DatabaseError> {
    let word = about_word(about);
    Ok(fetch_one!(tx, ANY_ABOUT, office.as_str(), word => (i64,))?.0 > 0)
}

/// What counts of the facts about subjects, each with its subject as `rename` has it: the latest statement of each thing.
/// A client's pseudonyms are one subject.
pub async fn facts_of(
    tx: &mut Tx,
    office: &Office,
    subjects: &[String],
    rename: impl Fn(&str) -> String,
) -> Result<HashMap<String, Vec<Statement>>, EdgeError> {
    let mut rows = fetch_in!(tx, OF_SUBJECTS, subjects, office.as_str() => Row)?;
    rows.sort_by(|a, b| (a.stated_time, &a.import_id, a.row_number).cmp(&(b.stated_time, &b.import_id, b.row_number)));
    let mut latest: HashMap<(String, String, String), Row> = HashMap::new();
    for row in rows {
        latest.insert((rename(&row.subject), row.kind.clone(), row.thing.clone()), row);
    }
    let mut facts: HashMap<String, Vec<Statement>> = HashMap::new();
    for ((subject, ..), row) in latest.into_iter().filter(|(_, row)| !row.withdrawn) {
        facts.entry(subject).or_default().push(statement(row)?);
    }
    facts.values_mut().for_each(|facts| facts.sort());
    Ok(facts)
}

fn statement(row: Row) -> Result<Statement, EdgeError> {
    Ok(Statement {
        kind: FactKind::from_code(&row.kind).ok_or_else(|| stored("a kind of fact"))?,
        fact_id: row.fact_id,
        // The client of a history is told with it.
        subject: if row.about == "client" { String::new() } else { row.subject },
        first_day: row.first_day,
        last_day: row.last_day,
        value: row.fact_value,
        stated_time: row.stated_time,
        source: row.source,
    })
}

/// How many of these facts are on record.
pub async fn count_of(tx: &mut Tx, office: &Office, fact_ids: &[String]) -> Result<usize, DatabaseError> {
    Ok(fetch_in!(tx, EXIST, fact_ids, office.as_str() => (String,))?.len())
}

/// The clients of lines of a provider.
pub async fn clients_of_lines(
    tx: &mut Tx,
    office: &Office,
    (service, agb): (&str, &str),
    references: &[&str],
) -> Result<Vec<String>, DatabaseError> {
    let rows = fetch_in!(tx, CLIENTS_OF_LINES, references, office.as_str(), service, agb => (String,))?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}
