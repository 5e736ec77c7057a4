//! The project's own commands: `cargo xtask check`, `test`, `clients`, `deployment`, `monitoring`, `postgres`, `bench`,
//! `screenshots`, `mutants`, `upgrade`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool for developers and CI")]

mod browser;
mod clients;
mod deployment;
mod image;
mod monitoring;
mod packages;
mod postgres;
mod python;
mod steps;
mod upgrade;

use std::{path::PathBuf, process::ExitCode};

const USAGE: &str = "\
cargo xtask check                         all that CI checks: format, contracts, clients, deployment,
                                          lints, docs, tests
cargo xtask test [ARGS]                   all tests on both engines; ARGS go to cargo nextest run
cargo xtask clients                       makes clients of the contracts in TypeScript and Python, and checks them
cargo xtask deployment                    the image's file, compose file, Kubernetes objects and units of deploy/
cargo xtask postgres [--durable] -- CMD   runs CMD with a throw-away PostgreSQL server, whose url is in
                                          ZORGINKOOP_TEST_POSTGRES; --durable leaves fsync on, to measure
cargo xtask bench [NAME] [--json FILE]    measures: parse, intake, quote, what-if, assess, ledger, click, forecast,
                                          national, screen; see crates/bench/README.md
cargo xtask bench policy                  measures quotes against the same policy in general decision engines, which are
                                          built only for this
cargo xtask monitoring                    the configuration and the alerts of deploy/prometheus, and their tests
cargo xtask screenshots                   makes the pictures of the console in deploy/screenshots
cargo xtask upgrade --from REVISION       has an older version and this one work side by side on the same databases, and
                                          go back; builds the older one, and is no part of check or test
cargo xtask mutants [ARGS]                changes the code that decides in small ways and tells which changes no unit
                                          test notices; ARGS go to cargo mutants, such as --file or --shard 1/8";

/// Why a command stopped.
pub(crate) enum Stop {
    /// A command that was run failed; its own output says why.
    Failed(u8),
    /// Something is missing on this machine or was asked wrongly.
    Missing(String),
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["check"] => steps::check(),
        ["test", rest @ ..] => steps::test(rest),
        ["clients"] => clients::check(),
        ["deployment"] => deployment::check(),
        ["postgres", "--durable", "--", command, rest @ ..] => {
            steps::with_postgres(postgres::Durability::On, command, rest)
        }
        ["postgres", "--", command, rest @ ..] => steps::with_postgres(postgres::Durability::Off, command, rest),
        ["bench", rest @ ..] => steps::bench(rest),
        ["monitoring"] => monitoring::check(),
        ["screenshots"] => steps::screenshots(),
        ["upgrade", "--from", revision] => upgrade::run(revision),
        ["mutants", rest @ ..] => steps::mutants(rest),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Stop::Missing(USAGE.to_owned())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(code)) => ExitCode::from(code),
        Err(Stop::Missing(text)) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}

/// The workspace's folder: that of the `cargo` that runs this. Where it was built could be another clone, when two share
/// their target folder.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = PathBuf::from(here);
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}

/// Where a program of this name is, looking through PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
