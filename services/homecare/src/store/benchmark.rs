//! The benchmark: feature tables, exclusions, runs and scores.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::Decimal;

use super::{agb, json, stored, to_json};
use crate::domain::{
    BenchmarkRun, Exclusion, ExclusionGround, FeatureRow, FeatureTable, OfficeYear, ProviderYear, Score,
};

const ADD_TABLE: &str = "INSERT INTO feature_table
        (table_id, office, year, first_day, last_day, source, columns, row_count, providers, sha256, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (office, year, sha256) DO NOTHING";
const TABLE: &str = "SELECT table_id, office, year, first_day, last_day, source, columns, row_count, providers, sha256,
        recorded_time
    FROM feature_table WHERE table_id = $1";
const SAME_TABLE: &str = "SELECT table_id, office, year, first_day, last_day, source, columns, row_count, providers,
        sha256, recorded_time
    FROM feature_table WHERE office = $1 AND year = $2 AND sha256 = $3";
const TABLES: &str =
    "SELECT table_id, office, year, first_day, last_day, source, columns, row_count, providers, sha256,
        recorded_time
    FROM feature_table WHERE office = $1 AND year = $2 AND table_id > $3 ORDER BY table_id LIMIT $4";
const ROWS: &str = "SELECT line, agb, months_hundredths, cost_cents, hours_hundredths, features FROM feature_row
    WHERE table_id = $1 AND line > $2 ORDER BY line LIMIT $3";
const CONTRACTED: &str = "SELECT agb FROM agreement WHERE office = $1 AND year = $2";
const ADD_EXCLUSION: &str = "INSERT INTO benchmark_exclusion
        (office, year, agb, version, ground, motivation, decision_id, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7
    FROM benchmark_exclusion WHERE office = $1 AND year = $2 AND agb = $3";
const EXCLUSIONS: &str = "SELECT agb, ground, motivation, decision_id, recorded_time FROM benchmark_exclusion AS row
    WHERE office = $1 AND year = $2 AND agb > $3
      AND version = (SELECT MAX(version) FROM benchmark_exclusion AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.agb = row.agb)
    ORDER BY agb LIMIT $4";
const LAST_NUMBER: &str = "SELECT COALESCE(MAX(number), 0) FROM benchmark_run WHERE office = $1 AND year = $2";
const ADD_RUN: &str = "INSERT INTO benchmark_run
        (run_id, office, year, number, table_id, outcome, outcome_sha256, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const RUN: &str = "SELECT run_id, office, year, number, table_id, outcome, outcome_sha256, decision_id, recorded_time
    FROM benchmark_run WHERE run_id = $1";
const RUNS: &str = "SELECT run_id, office, year, number, table_id, outcome, outcome_sha256, decision_id, recorded_time
    FROM benchmark_run WHERE office = $1 AND year = $2 AND run_id > $3 ORDER BY run_id LIMIT $4";
const ADD_SCORE: &str = "INSERT INTO benchmark_score
        (run_id, agb, insured, months, measured, total, place, decision_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SCORES: &str = "SELECT agb, insured, months, measured, total, place, decision_id FROM benchmark_score
    WHERE run_id = $1 AND agb > $2 ORDER BY agb LIMIT $3";

/// Rows of a table that are read at a time.
pub const PAGE_OF_ROWS: i64 = 5_000;
/// More than any office has providers.
const ALL: i64 = 1_000_000;

/// The columns in which rows are inserted.
pub static FEATURE_ROW: Table = Table {
    name: "feature_row",
    columns: &[
        Column::new("table_id", Kind::Text),
        Column::new("line", Kind::Int),
        Column::new("agb", Kind::Text),
        Column::new("months_hundredths", Kind::Int),
        Column::new("cost_cents", Kind::Int),
        Column::new("hours_hundredths", Kind::Int),
        Column::new("features", Kind::Bytes),
    ],
};

#[derive(sqlx::FromRow)]
struct TableRow {
    table_id: String,
    office: String,
    year: i64,
    first_day: NaiveDate,
    last_day: NaiveDate,
    source: String,
    columns: String,
    row_count: i64,
    providers: i64,
    sha256: Vec<u8>,
    recorded_time: DateTime<Utc>,
}

impl TableRow {
    fn read(self) -> Result<FeatureTable, EdgeError> {
        Ok(FeatureTable {
            id: self.table_id,
            year: office_year(&self.office, self.year)?,
            first_day: self.first_day,
            last_day: self.last_day,
            source: self.source,
            columns: json(&self.columns)?,
            rows: self.row_count.unsigned_abs(),
            providers: self.providers.unsigned_abs(),
            sha256: self.sha256.try_into().map_err(|_| stored("a hash"))?,
            imported: self.recorded_time,
        })
    }
}

#[derive(sqlx::FromRow)]
struct FeaturesRow {
    line: i64,
    agb: String,
    months_hundredths: i64,
    cost_cents: i64,
    hours_hundredths: i64,
    features: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct ExclusionRow {
    agb: String,
    ground: Option<String>,
    motivation: String,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct RunRow {
    run_id: String,
    office: String,
    year: i64,
    number: i64,
    table_id: String,
    outcome: String,
    outcome_sha256: Vec<u8>,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

impl RunRow {
    fn read(self) -> Result<BenchmarkRun, EdgeError> {
        Ok(BenchmarkRun {
            id: self.run_id,
            year: office_year(&self.office, self.year)?,
            table_id: self.table_id,
            number: self.number.try_into().map_err(|_| stored("a number"))?,
            outcome: json(&self.outcome)?,
            outcome_sha256: self.outcome_sha256.try_into().map_err(|_| stored("a hash"))?,
            decision_id: self.decision_id,
            fitted: self.recorded_time,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ScoreRow {
    agb: String,
    insured: i64,
    months: String,
    measured: String,
    total: Option<String>,
    place: Option<i64>,
    decision_id: String,
}

impl ScoreRow {
    fn read(self) -> Result<Score, EdgeError> {
        let decimal = |text: &str| text.parse::<Decimal>().map_err(|_| stored("a number"));
        Ok(Score {
            agb: agb(&self.agb)?,
            insured: self.insured.unsigned_abs(),
            months: decimal(&self.months)?,
            measured: json(&self.measured)?,
            total: self.total.as_deref().map(decimal).transpose()?,
            rank: self.place.map(|place| place.try_into().map_err(|_| stored("a place"))).transpose()?,
            decision_id: self.decision_id,
        })
    }
}

fn office_year(office: &str, year: i64) -> Result<OfficeYear, EdgeError> {
    Ok(OfficeYear {
        office: office.parse().map_err(|_| stored("an office"))?,
        year: year.try_into().map_err(|_| stored("a year"))?,
    })
}

/// Adds a table without its rows; false when the office has the same table for that year.
pub async fn add_table(tx: &mut Tx, table: &FeatureTable) -> Result<bool, DatabaseError> {
    let (office, year, columns) = (table.year.office.as_str(), table.year.year, to_json(&table.columns));
    let (rows, providers) = (table.rows.cast_signed(), table.providers.cast_signed());
    let (id, days, sha256) = (&table.id, (table.first_day, table.last_day), table.sha256.as_slice());
    let added = execute!(
        tx,
        ADD_TABLE,
        id,
        office,
        year,
        days.0,
        days.1,
        &table.source,
        &columns,
        rows,
        providers,
        sha256,
        table.imported
    )?;
    Ok(added > 0)
}

/// Encodes a row of a table.
pub fn encode_row(rows: &mut Rows, table_id: &str, line: i64, row: &FeatureRow) {
    let features: Vec<u8> = row.features.iter().flat_map(|value| value.to_le_bytes()).collect();
    rows.text(table_id).int(line).text(&row.agb.to_string()).int(row.months_hundredths).int(row.cost_cents);
    rows.int(row.hours_hundredths).bytes(&features).end_row();
}

/// A table.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn table(tx: &mut Tx, id: &str) -> Result<FeatureTable, EdgeError> {
    let row = fetch_optional!(tx, TABLE, id => TableRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "feature table", id: id.to_owned() })?.read()
}

/// The same table of an office's year, if it was imported before.
pub async fn same_table(tx: &mut Tx, year: &OfficeYear, sha256: &[u8; 32]) -> Result<Option<FeatureTable>, EdgeError> {
    let row = fetch_optional!(tx, SAME_TABLE, year.office.as_str(), year.year, sha256.as_slice() => TableRow)?;
    row.map(TableRow::read).transpose()
}

/// A page of the tables of a year.
pub async fn page_of_tables(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<FeatureTable>, EdgeError> {
    let rows = fetch_all!(tx, TABLES, year.office.as_str(), year.year, &page.after[0], page.limit() => TableRow)?;
    rows.into_iter().map(TableRow::read).collect()
}

/// Rows of a table after a line, `PAGE_OF_ROWS` at most, and the last line among them.
pub async fn rows_after(tx: &mut Tx, table_id: &str, line: i64) -> Result<(Vec<FeatureRow>, i64), EdgeError> {
    let rows = fetch_all!(tx, ROWS, table_id, line, PAGE_OF_ROWS => FeaturesRow)?;
    let last = rows.last().map_or(line, |row| row.line);
    let read = |row: FeaturesRow| {
        let (values, []) = row.features.as_chunks::<8>() else { return Err(stored("characteristics")) };
        Ok(FeatureRow {
            agb: agb(&row.agb)?,
            months_hundredths: row.months_hundredths,
            cost_cents: row.cost_cents,
            hours_hundredths: row.hours_hundredths,
            features: values.iter().map(|value| f64::from_le_bytes(*value)).collect(),
        })
    };
    Ok((rows.into_iter().map(read).collect::<Result<_, _>>()?, last))
}

/// The providers with an agreement in a year.
pub async fn contracted(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeSet<Agb>, EdgeError> {
    let rows = fetch_all!(tx, CONTRACTED, year.office.as_str(), year.year => (String,))?;
    rows.into_iter().map(|(code,)| agb(&code)).collect()
}

/// Adds an exclusion, or the end of one.
pub async fn add_exclusion(tx: &mut Tx, exclusion: &Exclusion) -> Result<(), DatabaseError> {
    let ProviderYear { office, agb, year } = &exclusion.of;
    let (agb, ground) = (agb.to_string(), exclusion.ground.map(ExclusionGround::as_str));
    let (motivation, decision, recorded) = (&exclusion.motivation, &exclusion.decision_id, exclusion.recorded);
    execute!(tx, ADD_EXCLUSION, office.as_str(), *year, &agb, ground, motivation, decision, recorded)?;
    Ok(())
}

/// A page of the newest decisions on exclusion of a year, by AGB code; also those that lift one.
pub async fn page_of_exclusions(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<Exclusion>, EdgeError> {
    exclusions_after(tx, year, (&page.after[0], page.limit())).await
}

/// The providers that are excluded in a year.
pub async fn excluded(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeSet<Agb>, EdgeError> {
    let all = exclusions_after(tx, year, ("", ALL)).await?;
    Ok(all.into_iter().filter(|exclusion| exclusion.ground.is_some()).map(|exclusion| exclusion.of.agb).collect())
}

async fn exclusions_after(
    tx: &mut Tx,
    year: &OfficeYear,
    (after, limit): (&str, i64),
) -> Result<Vec<Exclusion>, EdgeError> {
    let rows = fetch_all!(tx, EXCLUSIONS, year.office.as_str(), year.year, after, limit => ExclusionRow)?;
    let read = |row: ExclusionRow| {
        let ground = row.ground.map(|code| ExclusionGround::from_code(&code).ok_or_else(|| stored("a ground")));
        Ok(Exclusion {
            of: year.of(agb(&row.agb)?),
            ground: ground.transpose()?,
            motivation: row.motivation,
            decision_id: row.decision_id,
            recorded: row.recorded_time,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The number of the next run of a year.
pub async fn next_number(tx: &mut Tx, year: &OfficeYear) -> Result<u32, EdgeError> {
    let (last,) = fetch_one!(tx, LAST_NUMBER, year.office.as_str(), year.year => (i64,))?;
    u32::try_from(last + 1).map_err(|_| stored("a number"))
}

/// Adds a run.
pub async fn add_run(tx: &mut Tx, run: &BenchmarkRun) -> Result<(), DatabaseError> {
    let (office, year, number) = (run.year.office.as_str(), run.year.year, i64::from(run.number));
    let (outcome, sha256) = (to_json(&run.outcome), run.outcome_sha256.as_slice());
    let (id, table, decision) = (&run.id, &run.table_id, &run.decision_id);
    execute!(tx, ADD_RUN, id, office, year, number, table, &outcome, sha256, decision, run.fitted)?;
    Ok(())
}

/// A run.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn run(tx: &mut Tx, id: &str) -> Result<BenchmarkRun, EdgeError> {
    let row = fetch_optional!(tx, RUN, id => RunRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "benchmark run", id: id.to_owned() })?.read()
}

/// A page of the runs of a year, in the order they were made.
pub async fn page_of_runs(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<BenchmarkRun>, EdgeError> {
    let rows = fetch_all!(tx, RUNS, year.office.as_str(), year.year, &page.after[0], page.limit() => RunRow)?;
    rows.into_iter().map(RunRow::read).collect()
}

/// Adds the score of a provider.
pub async fn add_score(tx: &mut Tx, run_id: &str, score: &Score) -> Result<(), DatabaseError> {
    let (agb, insured, months) = (score.agb.to_string(), score.insured.cast_signed(), score.months.to_string());
    let (measured, total) = (to_json(&score.measured), score.total.map(|total| total.to_string()));
    let (place, decision) = (score.rank.map(i64::from), &score.decision_id);
    execute!(tx, ADD_SCORE, run_id, &agb, insured, &months, &measured, total, place, decision)?;
    Ok(())
}

/// A page of the scores of a run, by AGB code.
pub async fn page_of_scores(tx: &mut Tx, run_id: &str, page: &Page) -> Result<Vec<Score>, EdgeError> {
    let rows = fetch_all!(tx, SCORES, run_id, &page.after[0], page.limit() => ScoreRow)?;
    rows.into_iter().map(ScoreRow::read).collect()
}
