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
    if let Some(failure) = password_in(std::env::args().skip(1)) {
        return failure.report();
    }
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
        Command::Up(up) => commands::up::run(up, &endpoints.credentials).await,
        Command::Demo(demo) => demo::run(demo).await,
        Command::Registrations(command) => commands::registrations::run(command, &endpoints, json).await,
        Command::Offers(command) => commands::supply::offers(command, &endpoints).await,
        Command::Supply(asked) => commands::supply::run(asked, &endpoints).await,
        Command::Claims(claims) => commands::claims::run(claims, &endpoints, json).await,
        Command::Benchmark(command) => commands::benchmark::run(command, &endpoints, json).await,
        Command::Insured(command) => commands::insured::run(command, &endpoints, json).await,
        Command::Iwlz(command) => commands::iwlz::run(command, &endpoints, json).await,
        Command::Rounds(rounds) => commands::rounds::run(rounds, &endpoints, json).await,
        Command::Publish(asked) => commands::publish::run(asked, &endpoints, json).await,
        Command::Room(room) => commands::room::run(room, &endpoints, json).await,
        Command::Quote(quote) => commands::quote::run(quote, &endpoints, json).await,
        Command::Policies(command) => commands::policies::run(command, &endpoints, json).await,
        Command::Explain(explain) => commands::explain::run(explain, &endpoints, json).await,
        Command::Proposals(command) => commands::proposals::run(command, &endpoints, json).await,
        Command::Raises(command) => commands::raises::run(command, &endpoints, json).await,
        Command::Audit(command) => commands::audit::run(command, &endpoints).await,
        Command::Receipt(asked) => commands::receipt::run(asked, &endpoints).await,
        Command::Retention(retention) => commands::retention::run(retention, &endpoints, json).await,
        Command::Verify(verify) => commands::verify::run(&verify),
        Command::Replay(replay) => commands::replay::run(&replay),
        Command::ReceiptKeys(keys) => commands::receipt_keys::run(&keys),
        Command::DevCerts(asked) => commands::dev_certs::run(&asked),
        Command::Console(asked) => commands::console::run(&asked, &endpoints).await,
        Command::Backup(command) => commands::backup::run(command).await,
        Command::Config(command) => commands::config::run(&command),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "zorginkoop", &mut std::io::stdout());
            Ok(())
        }
    }
}

/// A command line is seen by everybody on the machine: an address with a password in it is refused.
fn password_in(mut arguments: impl Iterator<Item = String>) -> Option<Failure> {
    let holds = |argument: &String| {
        let user = argument.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
        user.is_some_and(|user| user.contains(':') && !user.contains('/'))
    };
    arguments.find(holds).map(|_| {
        let message = "an address on the command line holds a password, which everybody on this machine can see: put it \
                       in the environment (ZORGINKOOP_POSTGRES)";
        Failure::Usage(message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_belong_on_the_command_line() {
        let refused = |argument: &str| password_in([argument.to_owned()].into_iter()).is_some();
        assert!(refused("postgres://user:secret@db") && refused("--postgres=postgres://user:secret@db/x"));
        for fine in ["postgres://user@db:5432/x", "http://127.0.0.1:7101", "demo", "a:b@c", "https://host/a:b@c"] {
            assert!(!refused(fine), "{fine}");
        }
    }
}
