//! The command line of zorginkoop.
//!
//! Exit codes: 0 done; 1 a service can't be reached or failed; 2 wrong arguments; 3 a business refusal (a rejected
//! file, a click that can't be committed); 4 an invariant of the demo does not hold.

mod args;
mod claims;
mod cluster;
mod commands;
mod credentials;
mod demo;
mod endpoints;
mod failure;
mod keys;
mod output;
mod progress;

use std::process::ExitCode;

use args::{Arguments, Command};
use clap::{CommandFactory, Parser};
use failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::from(error).report(),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { json, endpoints, command } = arguments;
    match command {
        Command::Up(up) => commands::up::run(up).await,
        Command::Demo(demo) => demo::run(demo).await,
        Command::Claims(claims) => commands::claims::run(claims, &endpoints, json).await,
        Command::Click(click) => commands::click::run(click, &endpoints, json).await,
        Command::Room(room) => commands::room::run(room, &endpoints, json).await,
        Command::Quote(quote) => commands::quote::run(quote, &endpoints, json).await,
        Command::Explain(explain) => commands::explain::run(explain, &endpoints, json).await,
        Command::Proposals(command) => commands::proposals::run(command, &endpoints, json).await,
        Command::Audit(command) => commands::audit::run(command, &endpoints).await,
        Command::Receipt(asked) => commands::receipt::run(asked, &endpoints).await,
        Command::Retention(retention) => commands::retention::run(retention, &endpoints, json).await,
        Command::Verify(verify) => commands::verify::run(&verify),
        Command::Replay(replay) => commands::replay::run(&replay),
        Command::ReceiptKeys(keys) => commands::receipt_keys::run(&keys),
        Command::DevCerts(asked) => commands::dev_certs::run(&asked),
        Command::Config(command) => commands::config::run(&command),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "zorginkoop", &mut std::io::stdout());
            Ok(())
        }
    }
}
