//! `zorginkoop config`: what is wrong with settings files.

use std::path::PathBuf;

use clap::Subcommand;

use crate::{failure::Failure, output::line};

/// What can be done with settings files.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Tells everything that is wrong with settings files and the files they name, without starting anything
    Check {
        /// The settings files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Runs a command on settings files.
///
/// # Errors
/// [`Failure::Usage`] when a file has faults, which have been told by then.
pub fn run(command: &ConfigCommand) -> Result<(), Failure> {
    let ConfigCommand::Check { files } = command;
    let mut wrong = 0;
    for file in files {
        let faults = runtime::check(file);
        if faults.is_empty() {
            line(format!("{}: in order", file.display()));
            continue;
        }
        wrong += 1;
        line(format!("{}: {} fault(s)", file.display(), faults.len()));
        for fault in faults {
            line(format!("  {fault}"));
        }
    }
    match wrong {
        0 => Ok(()),
        wrong => Err(Failure::Usage(format!("{wrong} of {} settings files have faults", files.len()))),
    }
}
