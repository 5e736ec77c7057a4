//! Measures the system, every figure as a ratio against a baseline of the same run.
//!
//! `cargo xtask bench [NAME] [--json FILE]` and `cargo xtask bench policy [--facts FILE]`; see README.md for what is
//! measured and the figures of one run. Machines are noisy, so baseline and subject take turns and the median of the
//! ratios counts. A goal that is missed is told, not an error.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for a person to look at")]

mod assess;
mod claim_file;
mod click;
mod forecast;
mod intake;
mod ledger;
mod measure;
mod national;
mod parse;
#[cfg(feature = "policy")]
mod policy;
mod quote;
mod screen;
mod services;
mod what_if;

use std::{env, error::Error, fs, path::Path};

use measure::Figure;
use testkit::Engine;

/// What any part of a measurement can fail with.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut names = Vec::new();
    let (mut json, mut facts) = (None, None);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = arguments.next(),
            "--facts" => facts = arguments.next(),
            _ => names.push(argument),
        }
    }
    if let Some(path) = facts {
        return policy_facts(Path::new(&path));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut figures = Vec::new();
    if wanted("parse") {
        figures.extend(parse::measure()?);
    }
    if wanted("forecast") {
        figures.extend(forecast::measure()?);
    }
    if names.iter().any(|name| name == "screen") {
        figures.extend(screen::doubles::measure()?);
        runtime.block_on(screen::planted::measure())?;
    }
    #[cfg(feature = "policy")]
    if wanted("policy") {
        figures.extend(policy::measure()?);
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if wanted("intake") {
            figures.extend(runtime.block_on(intake::measure(engine))?);
        }
        if wanted("quote") {
            figures.extend(runtime.block_on(quote::measure(engine))?);
        }
        if wanted("what-if") {
            figures.extend(runtime.block_on(what_if::measure(engine))?);
        }
        if wanted("assess") {
            figures.extend(runtime.block_on(assess::measure(engine))?);
        }
        if wanted("ledger") {
            figures.extend(runtime.block_on(ledger::measure(engine))?);
        }
        if wanted("click") {
            figures.extend(runtime.block_on(click::measure(engine))?);
        }
        // Those that nobody waits for who did not ask for them.
        if names.iter().any(|name| name == "screen") {
            figures.extend(runtime.block_on(screen::volume::measure(engine))?);
        }
        if names.iter().any(|name| name == "national") {
            figures.extend(runtime.block_on(national::measure(engine))?);
        }
    }
    println!("\n| what | subject | baseline | ratio (min, max) | goal | met |\n| --- | --- | --- | --- | --- | --- |");
    figures.iter().for_each(|figure| println!("{figure}"));
    if let Some(path) = json {
        let figures: Vec<_> = figures.iter().map(Figure::to_json).collect();
        fs::write(path, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(())
}

#[cfg(feature = "policy")]
fn policy_facts(path: &Path) -> Result<(), Failure> {
    policy::write_facts(path)
}

#[cfg(not(feature = "policy"))]
fn policy_facts(_: &Path) -> Result<(), Failure> {
    Err("these are the facts of: cargo xtask bench policy".into())
}
