//! The decision behind a quote, explained, against the same policy in general engines: zen-engine, and OpenFisca-Core
//! where a Python has it. The policy is that of VGZ for care of disabled people in 2023; see README.md.

mod cases;
mod openfisca;
mod own;
mod zen;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use openfisca::OpenFisca;
use own::{Own, Told};
use zen::Zen;

use crate::{
    Failure,
    measure::{Figure, Goal, in_seconds},
    policy::cases::{Outcome, cases},
};

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(400);

/// Measures on one core, after every engine gave the same for every case.
///
/// # Errors
/// When an engine can't be started, or comes to something else.
pub fn measure() -> Result<Vec<Figure>, Failure> {
    let cases = cases();
    let own = Own::new(&cases)?;
    let zen = Zen::new(&cases)?;
    let outcomes = own.outcomes()?;
    same(&outcomes, &zen.outcomes()?)?;
    println!("policy: {} cases, the same percentage and cents in zen-engine", cases.len());
    let file = tempfile::NamedTempFile::new()?;
    write_facts(file.path())?;
    let mut openfisca = OpenFisca::start(file.path())?;

    let mut rounds: [Vec<(f64, f64)>; 7] = Default::default();
    for _ in 0..ROUNDS {
        let in_words = rate(cases.len(), || own.quote_all(Told::InWords))?;
        let written = rate(cases.len(), || zen.quote_all(true, true))?;
        let recorded = rate(cases.len(), || own.quote_all(Told::Recorded))?;
        let traced = rate(cases.len(), || zen.quote_all(true, false))?;
        let untold = rate(cases.len(), || own.quote_all(Told::Nothing))?;
        let bare = rate(cases.len(), || zen.quote_all(false, false))?;
        rounds[0].push((in_words, written));
        rounds[1].push((in_words, traced));
        rounds[2].push((recorded, traced));
        rounds[3].push((untold, bare));
        if let Some(openfisca) = &mut openfisca {
            rounds[4].push((in_words, openfisca.rate("one written")?));
            rounds[5].push((recorded, openfisca.rate("one traced")?));
            rounds[6].push((recorded, openfisca.rate("all traced")?));
        }
    }
    let goals = [
        ("quote told in both languages / zen-engine, trace as JSON", Goal::AtLeast(10.0)),
        ("quote told in both languages / zen-engine, trace in memory", Goal::None),
        ("quote with explanation / zen-engine, trace in memory", Goal::AtLeast(10.0)),
        ("quote without explanation / zen-engine without trace", Goal::None),
        ("quote told in both languages / OpenFisca-Core, one by one, log as text", Goal::AtLeast(100.0)),
        ("quote with explanation / OpenFisca-Core, one by one, traced", Goal::AtLeast(100.0)),
        ("quote with explanation / OpenFisca-Core, all at once, traced", Goal::None),
    ];
    let measured = goals.into_iter().zip(&rounds).filter(|(_, rounds)| !rounds.is_empty());
    Ok(measured.map(|((what, goal), rounds)| Figure::new(what, "quotes/s", rounds, goal)).collect())
}

/// Writes the facts of every case and what they come to, for the script of OpenFisca.
///
/// # Errors
/// When the file can't be written.
pub fn write_facts(path: &Path) -> Result<(), Failure> {
    let cases = cases();
    let outcomes = Own::new(&cases)?.outcomes()?;
    let facts: Vec<_> = cases.iter().zip(outcomes).map(|(case, outcome)| case.to_json(outcome)).collect();
    Ok(fs::write(path, serde_json::to_string_pretty(&facts)?)?)
}

/// Every case has the same outcome.
fn same(own: &[Outcome], other: &[Outcome]) -> Result<(), Failure> {
    match own.iter().zip(other).enumerate().find(|(_, (own, other))| own != other) {
        Some((place, (own, other))) => Err(format!("case {place}: {own:?}, and elsewhere {other:?}").into()),
        None if own.len() != other.len() => Err("not as many outcomes as cases".into()),
        None => Ok(()),
    }
}

/// Quotes per second: all cases, again and again until the time is over.
fn rate(cases: usize, mut all: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let begun = Instant::now();
    let mut quotes = 0;
    while begun.elapsed() < ROUND {
        all()?;
        quotes += cases;
    }
    Ok(quotes as f64 / in_seconds(begun.elapsed()))
}
