//! `zorginkoop demo`: a purchasing year, played through the public calls of all five services.
//!
//! The office is of VGZ's kind at one hundredth of its size. [`office`] makes up the providers and clients from a seed;
//! [`wlz`] plays 2022 and 2023 under the Wlz and [`home_care`] plays 2024 of home care; [`checks`] hold afterwards or
//! the demo fails; [`tables`] are what an operator would want to see.

mod budgeting;
mod cast;
mod checks;
mod claim_files;
mod home_care;
mod home_year;
pub mod living;
mod next_year;
mod office;
mod postgres;
mod proofs;
mod registering;
mod stage;
mod tables;
mod tariffs;
mod wlz;

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{NaiveDate, TimeZone, Utc};
use identity::dev::Contents;
use runtime::{Clock, Ids};

use crate::{
    args::DemoArguments,
    cluster::{Cluster, Plan},
    commands::up::wait_for_stop,
    failure::Failure,
    output::line,
};
use cast::Cast;
use office::World;
use stage::Stage;

/// What no source states and an office must: the demo's office states it in a rule file of its own.
const RULES: &str = include_str!("rules.toml");

/// Plays the demo.
pub async fn run(arguments: DemoArguments) -> Result<(), Failure> {
    let out = &arguments.out;
    prepare(out, arguments.force)?;
    furnish(out)?;
    let postgres = match &arguments.postgres {
        Some(server) => Some(postgres::fresh_databases(server).await?),
        None => None,
    };
    let log = arguments.log.clone();
    logs(&log);
    let world = World::new(arguments.seed);
    let tls = if arguments.tls { Some(certificates(out, &world)?) } else { None };
    let rules = Some(out.join("rules"));
    let data = out.join("data");
    let plan = Plan { data, port: 0, rules, postgres, migrate: true, tls: tls.clone(), log };
    let clock = beginning();
    let cluster = Cluster::start(&plan, &clock, &Ids::random()).await?;
    for (name, address) in cluster.addresses() {
        line(format!("{name:13} {address}"));
    }

    let cast = Cast::new(&cluster.endpoints, tls.as_deref())?;
    let mut stage = Stage::new(cast, clock, Ids::random(), out.clone());
    let mut report = tables::Report::new(arguments.seed, &world);
    let wlz = wlz::play(&mut stage, &world, &mut report).await?;
    let home = home_care::play(&mut stage, &world, &mut report).await?;
    let held = checks::check(&mut stage, &world, &wlz, &home, &mut report).await;
    report.write(&out.join("report.md"))?;
    line(format!("\nreport {}, AW320 files in {}", out.join("report.md").display(), out.join("aw320").display()));
    held?;
    if arguments.keep {
        line("the services go on; stop with Ctrl-C");
        wait_for_stop().await?;
    }
    cluster.stop().await
}

/// The clock of the play, before its first day.
fn beginning() -> Clock {
    Clock::manual(Utc.with_ymd_and_hms(2022, 1, 3, 8, 0, 0).single().unwrap_or_default())
}

/// Makes the folders that the play writes to, and the rules of its office.
fn furnish(out: &Path) -> Result<(), Failure> {
    fs::create_dir_all(out.join("aw320"))?;
    fs::create_dir_all(out.join("rules/budget"))?;
    Ok(fs::write(out.join("rules/budget/demo.toml"), RULES)?)
}

/// The certificates of everybody who plays; the adapter's carries the AGB codes of all providers.
fn certificates(out: &Path, world: &World) -> Result<PathBuf, Failure> {
    let folder = out.join("certificates");
    let wlz = world.providers.iter().filter_map(|provider| provider.agb.parse().ok());
    let agbs = wlz.chain(home_care::agbs().filter_map(|agb| agb.parse().ok())).collect();
    // Certificates hold at the time it is, not at the time that is played.
    let contents = Contents {
        office: stage::OFFICE.to_owned(),
        other_offices: vec![stage::ELSEWHERE.to_owned()],
        agbs,
        now: Clock::system().now(),
    };
    contents.write(&folder, true).map_err(|error| Failure::Other(error.to_string()))?;
    Ok(folder)
}

/// An empty folder to work in.
fn prepare(out: &Path, force: bool) -> Result<(), Failure> {
    let used = out.exists() && fs::read_dir(out)?.next().is_some();
    // Only what a demo made is ever removed.
    let ours = out.join("rules/budget/demo.toml").exists();
    match (used, force, ours) {
        (false, ..) => {}
        (true, true, true) => fs::remove_dir_all(out)?,
        (true, false, true) => {
            let message = format!("{} holds an earlier demo: --force replaces it, --out goes elsewhere", out.display());
            return Err(Failure::Usage(message));
        }
        (true, _, false) => {
            return Err(Failure::Usage(format!("{} is not empty and not of a demo", out.display())));
        }
    }
    Ok(fs::create_dir_all(out)?)
}

/// Warnings only: the tables are what the demo has to say.
fn logs(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::new(filter);
    // Fails only when logs were started before, and then they go where they went.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// A date of the plan.
pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
