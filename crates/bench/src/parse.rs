//! Reading and checking AW319 against the least a reader must do, and against a loop in Python.

use std::{hint::black_box, io::Write, path::Path, process::Command};

use chrono::NaiveDate;
use vektis::{
    check::{Checked, Checker},
    framing::{Frame, Splitter},
    layout::Performance,
};

use crate::{
    Failure,
    claim_file::{LINES, claim_file},
    measure::{Figure, Goal, seconds},
};

const CHUNK: usize = 256 << 10;
const ROUNDS: usize = 9;
/// The loop in Python gets a smaller file and is compared per byte.
const PYTHON_LINES: usize = 30_000;

/// Measures on one core.
pub fn measure() -> Result<Vec<Figure>, Failure> {
    let file = claim_file(LINES)?;
    let speed = |seconds: f64| file.len() as f64 / seconds / 1e6;
    let today = NaiveDate::from_ymd_opt(2023, 6, 1).ok_or("no such day")?;
    let (mut checked, mut read) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let newlines = speed(seconds(|| {
            black_box(memchr::memchr_iter(b'\n', black_box(&file)).count());
        }));
        checked.push((speed(seconds(|| walk(&file, today, false))), newlines));
        read.push((speed(seconds(|| walk(&file, today, true))), newlines));
    }
    let mut figures = vec![
        Figure::new("AW319 checked / newlines counted", "MB/s", &checked, Goal::AtLeast(0.1)),
        Figure::new("AW319 checked and every field read / newlines counted", "MB/s", &read, Goal::None),
    ];
    match python(&claim_file(PYTHON_LINES)?)? {
        Some(python) => {
            let rounds: Vec<(f64, f64)> = checked.iter().map(|(checked, _)| (*checked, python)).collect();
            figures.push(Figure::new("AW319 checked / Python struct loop", "MB/s", &rounds, Goal::AtLeast(5.0)));
            let rounds: Vec<(f64, f64)> = read.iter().map(|(read, _)| (*read, python)).collect();
            figures.push(Figure::new(
                "AW319 every field read / Python struct loop",
                "MB/s",
                &rounds,
                Goal::AtLeast(5.0),
            ));
        }
        None => println!("no python3 here: the loop in Python was not measured"),
    }
    Ok(figures)
}

/// Splits and checks the file as it would arrive; with `every_field` also reads each field of each line.
fn walk(file: &[u8], today: NaiveDate, every_field: bool) {
    let mut findings = Vec::new();
    let mut checker = Checker::new(today);
    let mut splitter: Splitter = Splitter::new();
    let mut work = |frame: Frame<'_>| {
        if let Checked::Performance(line, codes) = checker.check(&frame, &mut findings) {
            black_box(codes);
            if every_field {
                fields(line);
            }
        }
    };
    file.chunks(CHUNK).for_each(|chunk| splitter.feed(chunk, &mut work));
    splitter.finish(&mut work);
    black_box(checker.finish(&mut findings));
    assert!(findings.is_empty(), "a file without faults");
}

/// Reads every field of a line as its type.
fn fields(line: Performance<'_>) {
    macro_rules! read {
        ($($field:ident)*) => { $(black_box(line.$field());)* };
    }
    read! {
        mark detail_number bsn uzovi insured_number authorisation forwarding indication_body indication_client
        indication_request indication_decision function_code care_profile begin end product_list product quantity
        time_unit executor executor_specialism referrer referrer_specialism settlement tariff_cents calculated_amount
        calculated_sign vat_percentage claimed_amount claimed_sign reference previous_reference reserve
    }
}

/// Megabytes per second of the loop in Python; `None` without python3.
fn python(file: &[u8]) -> Result<Option<f64>, Failure> {
    let mut on_disk = tempfile::NamedTempFile::new()?;
    on_disk.write_all(file)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/struct_loop.py");
    let output = match Command::new("python3").arg(script).arg(on_disk.path()).output() {
        Ok(output) if output.status.success() => output,
        Ok(output) => return Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        Err(_) => return Ok(None),
    };
    let seconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(Some(file.len() as f64 / seconds / 1e6))
}
