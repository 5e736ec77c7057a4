//! The rule about doubles over lines in a file, and all claim rules, against the rule about doubles in polars.

use std::{
    env,
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::Instant,
};

use explain::{RuleFile, Rules};
use labelled::{Source, Volume};
use screening::decide::claim_rules::{self, CATALOGUE, ClientHistory, Evaluate, View};

use super::lines;
use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
};

/// The Python that has polars.
const PYTHON: &str = "ZORGINKOOP_POLARS_PYTHON";
const MILLIONS: [usize; 2] = [1, 3];
const ROUNDS: usize = 3;

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
        let (mut same, mut all) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (pairs, seconds) = in_polars(&python, &path)?;
            same.push((here(&path, pairs, doubles)?, seconds));
            all.push((here(&path, pairs, of_all_rules)?, seconds));
        }
        let figure = |what: &str, rounds: &[(f64, f64)], goal| {
            Figure::new(format!("{what} over {millions} million lines of a file / in polars"), "s", rounds, goal)
        };
        figures.push(figure("the rule about doubles", &same, Goal::AtMost(1.0)));
        figures.push(figure("all claim rules, and the one about doubles,", &all, Goal::None));
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

/// Seconds that it takes to find as many doubles in a file as polars did, on as many threads as it has cores.
fn here(path: &Path, pairs: usize, find: fn(&ClientHistory, &Rules) -> usize) -> Result<f64, Failure> {
    let files =
        screening::rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    let begun = Instant::now();
    let rules = Rules::load(files.collect(), &screening::rules::SCHEMA)?;
    let found = lines::of_each_client(path, |history| find(history, &rules))?;
    let seconds = in_seconds(begun.elapsed());
    if found == pairs { Ok(seconds) } else { Err(format!("{found} doubles here, {pairs} in polars").into()) }
}

/// What the rule about doubles finds in the lines of a client.
fn doubles(history: &ClientHistory, rules: &Rules) -> usize {
    let (view, mut found) = (View::new(history, rules), Vec::new());
    for rule in CATALOGUE.iter().filter(|rule| rule.words.id == screening::rules::DOUBLE.id) {
        if let Evaluate::Client(evaluate) = rule.evaluate {
            evaluate(&view, &mut found);
        }
    }
    found.len()
}

/// What all rules find: doubles, as nothing else is the matter with these lines.
fn of_all_rules(history: &ClientHistory, rules: &Rules) -> usize {
    claim_rules::of_client(history, rules).len()
}
