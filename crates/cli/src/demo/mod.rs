//! `zorginkoop demo`: a purchasing year, played through the public calls of all five services.
//!
//! The office is of VGZ's kind at one hundredth of its size. [`office`] makes up the providers and clients from a seed;
//! [`wlz`] plays 2022 and 2023 under the Wlz and [`home_care`] plays 2024 of home care; [`checks`] hold afterwards or
//! the demo fails; [`tables`] are what an operator would want to see.

mod budgeting;
mod checks;
mod claim_files;
mod home_care;
mod office;
mod postgres;
mod registering;
mod stage;
mod tables;
mod wlz;

use std::{fs, path::Path};

use chrono::{NaiveDate, TimeZone, Utc};
use runtime::{Clock, Ids};

use crate::{
    args::DemoArguments,
    cluster::{Cluster, Plan},
    commands::up::wait_for_stop,
    endpoints::Clients,
    failure::Failure,
    output::line,
};
use office::World;
use stage::Stage;

/// What no source states and an office must: the demo's office states it in a rule file of its own.
const RULES: &str = include_str!("rules.toml");

/// Plays the demo.
pub async fn run(arguments: DemoArguments) -> Result<(), Failure> {
    let out = &arguments.out;
    prepare(out, arguments.force)?;
    fs::create_dir_all(out.join("aw320"))?;
    fs::create_dir_all(out.join("rules/budget"))?;
    fs::write(out.join("rules/budget/demo.toml"), RULES)?;
    let postgres = match &arguments.postgres {
        Some(server) => Some(postgres::fresh_databases(server).await?),
        None => None,
    };
    let log = "warn".to_owned();
    logs(&log);
    let plan = Plan { data: out.join("data"), port: 0, rules: Some(out.join("rules")), postgres, log };
    let clock = Clock::manual(Utc.with_ymd_and_hms(2022, 1, 3, 8, 0, 0).single().unwrap_or_default());
    let cluster = Cluster::start(&plan, &clock, &Ids::random()).await?;
    for (name, address) in cluster.addresses() {
        line(format!("{name:13} http://{address}"));
    }

    let world = World::new(arguments.seed);
    let clients = Clients::new(&cluster.endpoints)?;
    let mut stage = Stage::new(clients, clock, Ids::random(), out.clone());
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
