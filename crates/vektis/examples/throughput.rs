//! Measures reading and checking against the least a reader must do: finding the line ends.
//!
//! `cargo run --release -p vektis --example throughput [lines]` prints megabytes per second on one core.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for a person to look at")]

use std::{error::Error, hint::black_box, time::Instant};

use chrono::NaiveDate;
use identifiers::{Agb, Bsn, Postcode, Uzovi};
use vektis::{
    Sign,
    aw319::FileWriter,
    check::{Checked, Checker},
    framing::{Frame, Splitter},
    layout::{HeaderFields, InsuredFields, PerformanceFields},
};

const LINES_PER_INSURED: usize = 10;
const CHUNK: usize = 256 * 1024;
const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let lines = std::env::args().nth(1).map_or(Ok(300_000), |text| text.parse())?;
    let file = file(lines)?;
    println!("{} lines, {:.1} MB", lines, file.len() as f64 / 1e6);

    let newlines = best(file.len(), || {
        black_box(memchr::memchr_iter(b'\n', black_box(&file)).count());
    });
    println!("memchr newline counting: {newlines:>7.0} MB/s");

    let split = best(file.len(), || {
        let mut records = 0_u64;
        let mut splitter: Splitter = Splitter::new();
        for chunk in file.chunks(CHUNK) {
            splitter.feed(chunk, |frame| {
                black_box(frame);
                records += 1;
            });
        }
        black_box(records);
    });
    println!("split only:              {split:>7.0} MB/s");

    let today = NaiveDate::from_ymd_opt(2023, 6, 1).ok_or("no such day")?;
    let mut refused = 0_u64;
    let checked = best(file.len(), || {
        let mut findings = Vec::new();
        let mut checker = Checker::new(today);
        let mut splitter: Splitter = Splitter::new();
        let mut work = |frame: Frame<'_>| {
            if let Checked::Performance(_, codes) = checker.check(&frame, &mut findings) {
                refused += u64::from(!codes.is_empty());
            }
        };
        for chunk in file.chunks(CHUNK) {
            splitter.feed(chunk, &mut work);
        }
        splitter.finish(&mut work);
        let summary = checker.finish(&mut findings);
        refused += u64::from(summary.is_rejected()) + findings.len() as u64;
    });
    println!("split and check:         {checked:>7.0} MB/s, 1/{:.1} of newline counting", newlines / checked);
    if refused > 0 {
        return Err("a file without faults was refused".into());
    }
    Ok(())
}

/// Megabytes per second of the fastest round: the others were disturbed by something.
fn best(bytes: usize, mut work: impl FnMut()) -> f64 {
    let mut fastest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work();
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    bytes as f64 / fastest / 1e6
}

fn file(lines: usize) -> Result<Vec<u8>, Box<dyn Error>> {
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
    for line in 0..lines {
        if line % LINES_PER_INSURED == 0 {
            writer.insured(&InsuredFields {
                bsn: Some(Bsn::parse("123456782")?),
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
        let begin = day(1 + (line % 14) as u32)?;
        let performance = PerformanceFields {
            function_code: 31,
            indication_request: 1000,
            indication_decision: 2000,
            begin: Some(begin),
            end: Some(begin + chrono::Days::new((line % 7) as u64)),
            product_list: 55,
            product: "H126".into(),
            time_unit: 4,
            executor: agb,
            reference: format!("R{line:010}"),
            previous_reference: if line % 50 == 49 { format!("R{:010}", line - 1) } else { String::new() },
            ..PerformanceFields::default()
        };
        let sign = if line % 50 == 49 { Sign::Credit } else { Sign::Debit };
        writer.performance(&performance.priced(6794, 1 + (line % 40) as u32, sign))?;
    }
    writer.finish()?;
    Ok(out)
}
