//! The rule about doubles over lines in a file, against the same rule in polars.

use std::{
    collections::HashMap,
    env,
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::Command,
    time::Instant,
};

use chrono::{DateTime, NaiveDate};
use explain::{RuleFile, Rules};
use labelled::{Source, Volume};
use money::Money;
use screening::{
    decide::claim_rules::{ClientHistory, of_client},
    domain::{Claim, LineKey},
};

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
};

/// The Python that has polars.
const PYTHON: &str = "ZORGINKOOP_POLARS_PYTHON";
const MILLIONS: [usize; 2] = [1, 3];
const ROUNDS: usize = 3;
const THREADS: usize = 2;

/// Measures with one and three million lines.
pub fn measure() -> Result<Vec<Figure>, Failure> {
    let Ok(python) = env::var(PYTHON) else {
        println!("{PYTHON} names no Python with polars: the rule in polars was not measured");
        return Ok(Vec::new());
    };
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::new();
    for millions in MILLIONS {
        let path = folder.path().join(format!("{millions}.csv"));
        write(&path, millions * 1_000_000 / Volume::OF_FILE)?;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let (pairs, seconds) = in_polars(&python, &path)?;
            let begun = Instant::now();
            let found = all_rules(&path)?;
            if found != pairs {
                return Err(format!("{found} doubles here, {pairs} in polars").into());
            }
            rounds.push((in_seconds(begun.elapsed()), seconds));
        }
        let what =
            format!("all claim rules over {millions} million lines of a file / the rule about doubles in polars");
        figures.push(Figure::new(what, "s", &rounds, Goal::AtMost(1.0)));
        fs::remove_file(path)?;
    }
    Ok(figures)
}

/// Writes lines as both read them.
fn write(path: &Path, files: usize) -> Result<(), Failure> {
    let volume = Volume::new(files);
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "id,client,product,first_day,last_day,quantity,unit,function,profile,cents")?;
    let mut id = 0;
    for number in 0..files {
        for line in volume.made(number).into_iter().flat_map(|made| made.lines) {
            let period = line.period.unwrap_or_default();
            let day = |date: Option<contract::common::Date>| {
                date.map(|date| format!("{}-{:02}-{:02}", date.year, date.month, date.day)).unwrap_or_default()
            };
            let (first, last) = (day(period.first_day), day(period.last_day));
            let cents = line.granted.map_or(0, |granted| granted.cents);
            let (quantity, unit, function, profile) =
                (line.quantity, &line.unit, line.function_code, line.care_profile);
            writeln!(
                out,
                "{id},{},{},{first},{last},{quantity},{unit},{function},{profile},{cents}",
                line.client, line.product
            )?;
            id += 1;
        }
    }
    Ok(out.flush()?)
}

/// Pairs found and seconds taken by polars, from the file on disk.
fn in_polars(python: &str, path: &Path) -> Result<(usize, f64), Failure> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/doubles.py");
    let output = Command::new(python).arg(script).arg(path).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let (pairs, seconds) = text.trim().split_once(' ').ok_or("two numbers are expected")?;
    Ok((pairs.parse()?, seconds.parse()?))
}

/// Everything that the claim rules find in the lines of a file, on as many threads as polars has cores.
fn all_rules(path: &Path) -> Result<usize, Failure> {
    let histories: Vec<ClientHistory> = read(path)?;
    let files =
        screening::rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    let rules = Rules::load(files.collect(), &screening::rules::SCHEMA)?;
    let share = histories.len().div_ceil(THREADS).max(1);
    Ok(std::thread::scope(|scope| {
        let threads: Vec<_> = histories
            .chunks(share)
            .map(|share| scope.spawn(|| share.iter().map(|history| of_client(history, &rules).len()).sum::<usize>()))
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
    }))
}

/// The lines of a file, by client.
fn read(path: &Path) -> Result<Vec<ClientHistory>, Failure> {
    let office: edge::Office = crate::services::OFFICE.parse()?;
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let (mut histories, mut places): (Vec<ClientHistory>, HashMap<String, usize>) = Default::default();
    let mut text = String::new();
    reader.read_line(&mut text)?;
    loop {
        text.clear();
        if reader.read_line(&mut text)? == 0 {
            return Ok(histories);
        }
        let (client, claim) = line(text.trim_end()).ok_or_else(|| format!("no line: {text}"))?;
        let place = match places.get(client) {
            Some(place) => *place,
            None => {
                let client = client.to_owned();
                let (lines, facts) = (Vec::new(), Vec::new());
                histories.push(ClientHistory { office: office.clone(), client: client.clone(), lines, facts });
                places.insert(client, histories.len() - 1);
                histories.len() - 1
            }
        };
        histories[place].lines.push(claim);
    }
}

fn line(text: &str) -> Option<(&str, Claim)> {
    let mut cells = text.split(',');
    let mut next = || cells.next();
    let (number, client, product) = (next()?.parse().ok()?, next()?, next()?);
    let (first_day, last_day) = (next()?.parse::<NaiveDate>().ok()?, next()?.parse::<NaiveDate>().ok()?);
    let (quantity, unit) = (next()?.parse().ok()?, next()?.to_owned());
    let (function_code, care_profile) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let claim = Claim {
        key: LineKey { service: "budget".to_owned(), file_id: String::new(), detail_number: number },
        granted_time: DateTime::from_timestamp(1_733_000_000 + number, 0)?,
        agb: "41410001".parse().ok()?,
        client: String::new(),
        product: product.to_owned(),
        first_day,
        last_day,
        granted: Money::from_cents(next()?.parse().ok()?),
        reference: String::new(),
        quantity,
        unit,
        function_code,
        care_profile,
    };
    Some((client, claim))
}
