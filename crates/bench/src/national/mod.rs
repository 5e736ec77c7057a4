//! A year of an office of national scale: 3,000 providers and twelve times a million lines, generated on the fly, with
//! base production, click, reallocation and reconciliation in it. What is asked is whether it grows with the claims and
//! with nothing else: a month late in the year against one early in it.
//!
//! It takes a quarter of an hour or more for each engine, so only `cargo xtask bench national` runs it.
//! `ZORGINKOOP_NATIONAL_LINES` says how many lines a month has.

mod files;
mod year;

use std::{env, fs, hint::black_box, time::Instant};

use contract::budget::RoundKind;
use database::sqlx::{self, Connection, PgConnection};
use identifiers::Agb;
use testkit::{Engine, TestDb};
use year::{Month, Took, Year};

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
    services::peak_megabytes,
};

/// The providers of the office.
const PROVIDERS: usize = 3_000;
/// The lines of a month, where nothing else is asked.
const LINES: usize = 1_000_000;
/// The year.
const YEAR: i32 = 2023;
/// The months at either end of the year that are held against each other; the first brings no credits yet.
const QUARTER: usize = 3;
/// How much more a line may cost at the end of the year than at its beginning.
const GROWTH: f64 = 1.25;
const MEMORY_MEGABYTES: f64 = 400.0;
const MILLION: f64 = 1e6;

/// Measures on one engine.
pub async fn measure(engine: Engine) -> Result<Vec<Figure>, Failure> {
    let name = if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    let lines = asked_lines()?;
    let mut year = Year::start(engine, lines).await?;
    let generated = generate(&year)?;
    forget_peak();
    println!(
        "{name}: base production of {PROVIDERS} providers entered and filed in {:.1} s",
        year.base_production().await?
    );
    let mut played = Played::default();
    for month in 1..=12 {
        // What rounds add is not counted among the claims.
        let before = megabytes(engine, &year.alone.db).await?;
        let claims = year.claims(month).await?;
        let after = megabytes(engine, &year.alone.db).await?;
        played.months.push(Month { grown: after - before, ..claims });
        told(name, &played, after);
        match month {
            4 => played.click = year.allocate(RoundKind::Click).await?,
            8 => played.reallocation = year.allocate(RoundKind::Reallocation).await?,
            _ => {}
        }
    }
    let paid = year.pay().await?;
    played.reconciliation = year.commit(RoundKind::Reconciliation).await?;
    year.balanced().await?;
    println!("{name}: {PROVIDERS} payments in {paid:.2} s; click: {}", played.click);
    println!("{name}: reallocation: {}; reconciliation: {}", played.reallocation, played.reconciliation);
    Ok(figures(name, &played, generated))
}

/// What was measured in a year.
#[derive(Debug, Default)]
struct Played {
    months: Vec<Month>,
    click: Took,
    reallocation: Took,
    reconciliation: Took,
}

impl Played {
    /// Seconds and megabytes for a million lines of these months.
    fn cost(&self, first: usize, count: usize) -> (f64, f64) {
        let months = &self.months[first..first + count];
        let millions = months.iter().map(|month| month.lines as f64).sum::<f64>() / MILLION;
        let seconds = months.iter().map(|month| month.seconds).sum::<f64>();
        (seconds / millions, months.iter().map(|month| month.grown).sum::<f64>() / millions)
    }
}

fn told(name: &str, played: &Played, size: f64) {
    let month = played.months.len();
    let (seconds, grown) = played.cost(month - 1, 1);
    let Month { lines, granted, .. } = played.months[month - 1];
    let peak = peak_megabytes("self").unwrap_or_default();
    println!(
        "{name}: month {month}: {granted} of {lines} lines granted; of a million {seconds:.1} s and {grown:.0} MB; \
         {size:.0} MB in all, peak of memory {peak:.0} MB"
    );
}

fn figures(name: &str, played: &Played, generated: f64) -> Vec<Figure> {
    let months = played.months.len();
    // January has no credits: February is the first month like the others.
    let (early, late) = (played.cost(1, QUARTER), played.cost(months - QUARTER, QUARTER));
    let whole = played.cost(0, months);
    let figure =
        |what: &str, unit, rounds: (f64, f64), goal| Figure::new(format!("{what}, {name}"), unit, &[rounds], goal);
    let mut figures = vec![
        figure("a million lines in 3,000 files taken in / generated alone", "s", (whole.0, generated), Goal::None),
        figure(
            "a million lines at the end of the year / at its beginning",
            "s",
            (late.0, early.0),
            Goal::AtMost(GROWTH),
        ),
        figure(
            "database for a million lines at the end of the year / at its beginning",
            "MB",
            (late.1, early.1),
            Goal::AtMost(GROWTH),
        ),
        figure("click of 3,000 providers / a million lines", "s", (played.click.round(), whole.0), Goal::None),
        figure("reallocation of the same / a million lines", "s", (played.reallocation.round(), whole.0), Goal::None),
        figure(
            "reconciliation of the same / a million lines",
            "s",
            (played.reconciliation.round(), whole.0),
            Goal::None,
        ),
    ];
    if let Some(peak) = peak_megabytes("self") {
        let of = (peak, MEMORY_MEGABYTES);
        figures.push(figure("peak memory of the year, generator included / 400 MB", "MB", of, Goal::AtMost(1.0)));
    }
    figures
}

/// Seconds of making the files of a month alone, for a million lines.
fn generate(year: &Year) -> Result<f64, Failure> {
    let begun = Instant::now();
    let mut lines = 0;
    for provider in 0..PROVIDERS {
        black_box(year.files.of(provider, 2)?);
        lines += year.files.lines_of(provider);
    }
    Ok(in_seconds(begun.elapsed()) / (lines as f64 / MILLION))
}

fn asked_lines() -> Result<usize, Failure> {
    match env::var("ZORGINKOOP_NATIONAL_LINES") {
        Ok(lines) => Ok(lines.parse()?),
        Err(_) => Ok(LINES),
    }
}

/// Lets the peak of memory start at what is used now, where the system can.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// What the database takes on disk.
async fn megabytes(engine: Engine, db: &TestDb) -> Result<f64, Failure> {
    let bytes = match engine {
        Engine::Sqlite => {
            let path = db.url().trim_start_matches("sqlite://");
            let of = |path: String| fs::metadata(path).map_or(0, |found| found.len());
            of(path.to_owned()) + of(format!("{path}-wal"))
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(db.url()).await?;
            let size = "SELECT pg_database_size(current_database())";
            let bytes: i64 = sqlx::query_scalar(size).fetch_one(&mut connection).await?;
            connection.close().await?;
            bytes.unsigned_abs()
        }
    };
    Ok(bytes as f64 / MILLION)
}

fn agb(provider: usize) -> Result<Agb, Failure> {
    Ok(format!("41{:06}", provider + 1).parse()?)
}
