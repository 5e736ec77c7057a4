//! Measures the intake of a claim file against a bare bulk insert of the same rows into the same tables.
//!
//! `cargo run --release -p intake --example throughput [lines]`; also on PostgreSQL when ZORGINKOOP_TEST_POSTGRES
//! names a server (`cargo xtask postgres --durable -- cargo run ...`).
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for a person to look at")]

use std::{
    error::Error,
    fs::File,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    time::{Duration, Instant},
};

use chrono::{DateTime, Days, NaiveDate, TimeDelta};
use contract::budget::SubmitClaimsResponse;
use database::{Column, Engine, Kind, Rows, Table, Tx};
use edge::{EdgeError, Office};
use futures::{StreamExt as _, stream};
use identifiers::{Agb, Bsn, Postcode, PseudonymKey, Uzovi};
use intake::{
    ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, Incoming, Intake, Limits, LineDecision, MIGRATIONS,
};
use runtime::{Clock, Ids};
use testkit::TestDb;
use vektis::{
    Message, Sign,
    aw319::FileWriter,
    layout::{HeaderFields, InsuredFields, Performance, PerformanceFields},
};

const LINES_PER_INSURED: usize = 10;
const CHUNK: usize = 256 * 1024;
const FULL: usize = 312;
const ROUNDS: u32 = 3;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let lines = std::env::args().nth(1).map_or(Ok(300_000), |text| text.parse())?;
    let mut engines = vec![Engine::Sqlite];
    if std::env::var_os("ZORGINKOOP_TEST_POSTGRES").is_some() {
        engines.push(Engine::Postgres);
    }
    // on disk, so that the peak of memory is that of the intake
    let mut file = tempfile::tempfile()?;
    {
        let bytes = claim_file(lines)?;
        println!("{lines} lines, {:.1} MB", bytes.len() as f64 / 1e6);
        file.write_all(&bytes)?;
    }
    for engine in engines {
        let (mut bare, mut whole) = (Duration::MAX, Duration::MAX);
        forget_peak();
        for _ in 0..ROUNDS {
            // both in every round, so that a disturbance of the machine hits both
            whole = whole.min(intake(engine, &file, lines).await?);
            bare = bare.min(insert_only(engine, &mut file).await?);
        }
        let speed = |time: Duration| lines as f64 / time.as_secs_f64();
        println!(
            "{engine:?}: insert_many {:.0} rows/s, intake {:.0} rows/s, {:.2}x the time; peak memory {}",
            speed(bare),
            speed(whole),
            whole.as_secs_f64() / bare.as_secs_f64(),
            peak(),
        );
    }
    Ok(())
}

/// Grants everything.
struct Everything;

impl Decider for Everything {
    async fn begin(&mut self, _: &mut Tx, _: &FileHeader) -> Result<FileVerdict, EdgeError> {
        Ok(FileVerdict::Continue)
    }
    fn decide(&mut self, _: &ClaimLine<'_>) -> LineDecision {
        LineDecision::Granted
    }
    fn take_back(&mut self, _: &ClaimLine<'_>, _: i64) {}
    async fn finish(&mut self, _: &mut Tx, _: &FileSummary<'_>) -> Result<(), EdgeError> {
        Ok(())
    }
}

async fn intake(engine: Engine, file: &File, lines: usize) -> Result<Duration, Failure> {
    let db = TestDb::open(engine, &MIGRATIONS).await;
    let intake = Intake {
        db: db.clone(),
        clock: Clock::manual(DateTime::UNIX_EPOCH + TimeDelta::days(19_500)),
        ids: Ids::random(),
        key: PseudonymKey::new(b"measured", "claims"),
        messages: &[Message::LongTermCare],
        limits: Limits::default(),
    };
    let mut source = file.try_clone()?;
    source.seek(SeekFrom::Start(0))?;
    let started = Instant::now();
    let start = stream::iter([Ok(Incoming::Start { office: "vgz".to_owned() })]);
    let chunks = stream::unfold(source, |mut source| async {
        let mut chunk = vec![0; CHUNK];
        let length = source.read(&mut chunk).ok().filter(|length| *length > 0)?;
        chunk.truncate(length);
        Some((Ok(Incoming::Chunk(chunk.into())), source))
    });
    let answer = intake.submit::<_, _, _, SubmitClaimsResponse>(start.chain(chunks), |_: &Office| Everything);
    let (mut answer, mut returned, mut granted) = (std::pin::pin!(answer), 0, 0);
    let mut decided = started;
    while let Some(part) = answer.next().await {
        use contract::budget::submit_claims_response::Part;
        match part?.part {
            Some(Part::Aw320(piece)) => returned += piece.len(),
            Some(Part::Result(result)) => {
                granted = result.granted_lines;
                decided = Instant::now();
            }
            Some(Part::Progress(progress)) if progress.decided_lines == 0 => decided = Instant::now(),
            _ => {}
        }
    }
    let took = started.elapsed();
    println!("  intake {:.2} s, of which the answer {:.2} s", took.as_secs_f64(), decided.elapsed().as_secs_f64());
    if granted as usize != lines || returned < lines * 372 {
        return Err("a file without faults wasn't granted".into());
    }
    Ok(took)
}

const CLAIM_LINE: Table = Table {
    name: "claim_line",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("file_number", Kind::Int),
        Column::new("detail_number", Kind::Int),
        Column::new("client", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("function_code", Kind::Int),
        Column::new("care_profile", Kind::Int),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("quantity", Kind::Int),
        Column::new("time_unit", Kind::Int),
        Column::new("tariff_cents", Kind::Int),
        Column::new("claimed_cents", Kind::Int),
        Column::new("granted_cents", Kind::Int),
        Column::new("outcome", Kind::Int),
        Column::new("reference", Kind::Text),
        Column::new("previous_reference", Kind::Text),
        Column::new("codes", Kind::Text),
    ],
};

/// The time of encoding, inserting and committing; reading the file doesn't count.
async fn insert_only(engine: Engine, file: &mut File) -> Result<Duration, Failure> {
    let db = TestDb::open(engine, &MIGRATIONS).await;
    file.seek(SeekFrom::Start(0))?;
    let mut tx = db.write().await?;
    let mut took = Duration::ZERO;
    let mut block = vec![0; FULL * 5_000];
    loop {
        let mut length = 0;
        while length < block.len() {
            match file.read(&mut block[length..])? {
                0 => break,
                more => length += more,
            }
        }
        if length == 0 {
            break;
        }
        let begun = Instant::now();
        let mut rows = Rows::new(engine, &CLAIM_LINE);
        for record in block[..length].chunks(FULL).filter_map(|record| record.first_chunk()) {
            if record.starts_with(b"04") {
                row(&mut rows, Performance::new(record)).ok_or("a line without value")?;
            }
        }
        tx.insert_many(rows).await?;
        took += begun.elapsed();
    }
    let begun = Instant::now();
    tx.commit(DateTime::UNIX_EPOCH).await?;
    took += begun.elapsed();
    println!("  insert_many {:.2} s", took.as_secs_f64());
    Ok(took)
}

fn row(rows: &mut Rows, line: Performance<'_>) -> Option<()> {
    rows.text("vgz").text("41410001").int(1).int(line.detail_number()?.cast_signed());
    rows.text("mJ9zZ3vWb0S0y9oVd3n3Ag").text(line.product().as_ascii()?);
    rows.int(line.function_code()?.into()).int(line.care_profile()?.into());
    rows.date(line.begin()?).date(line.end()?);
    rows.int(line.quantity()?.into()).int(line.time_unit()?.into());
    rows.int(line.tariff_cents()?).int(line.claimed_cents()?).int(line.claimed_cents()?);
    rows.int(if line.claimed_sign()? == Sign::Credit { 2 } else { 1 });
    rows.text(line.reference().as_ascii()?).text(line.previous_reference().as_ascii()?).text("");
    rows.end_row();
    Some(())
}

fn claim_file(lines: usize) -> Result<Vec<u8>, Failure> {
    let day = |day| NaiveDate::from_ymd_opt(2023, 2, day).ok_or("no such day");
    let agb = Some(Agb::parse("41410001")?);
    let uzovi = Some(Uzovi::parse("5508")?);
    let mut out = Vec::new();
    let header = HeaderFields {
        message_code: 187,
        production_or_test: "P".into(),
        uzovi,
        institution: agb,
        payee: 4,
        period_begin: Some(day(1)?),
        period_end: Some(day(28)?),
        invoice_number: "F202302".into(),
        invoice_date: NaiveDate::from_ymd_opt(2023, 3, 10),
        ..HeaderFields::default()
    };
    let mut writer = FileWriter::new(&mut out, &header)?;
    let mut numbers = (100_000_000..).filter_map(|number: u32| Bsn::parse(&number.to_string()).ok());
    for line in 0..lines {
        if line % LINES_PER_INSURED == 0 {
            writer.insured(&InsuredFields {
                bsn: numbers.next(),
                uzovi,
                birth_date: NaiveDate::from_ymd_opt(1940, 5, 6),
                gender: 2,
                name_1: "JANSEN".into(),
                initials: "A".into(),
                name_use_3: 1,
                postcode: Some(Postcode::parse("6511AB")?),
                deceased: 2,
                indication_body: 801,
                indication_client: format!("C{line:08}"),
                ..InsuredFields::default()
            })?;
        }
        let credit = line % 50 == 49;
        let of = if credit { line - 1 } else { line };
        let begin = day(1 + (of % 14) as u32)?;
        let performance = PerformanceFields {
            function_code: 31,
            indication_request: 1000,
            indication_decision: 2000,
            begin: Some(begin),
            end: Some(begin + Days::new((of % 7) as u64)),
            product_list: 55,
            product: "H126".into(),
            time_unit: 4,
            executor: agb,
            reference: format!("R{line:010}"),
            previous_reference: if credit { format!("R{of:010}") } else { String::new() },
            ..PerformanceFields::default()
        };
        let sign = if credit { Sign::Credit } else { Sign::Debit };
        writer.performance(&performance.priced(6794, 1 + (of % 40) as u32, sign))?;
    }
    writer.finish()?;
    Ok(out)
}

/// Sets the peak of memory back to what is used now.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |kilobytes| kilobytes.trim().to_owned())
}
