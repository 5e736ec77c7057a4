//! `zorginkoop dev-certs`: certificates for TLS and identity on a developer's machine.

use std::path::PathBuf;

use clap::Args;
use identity::{
    dev::{Contents, DevError},
    is_office,
};
use runtime::Clock;

use crate::{failure::Failure, output::line};

/// Options of `dev-certs`.
#[derive(Debug, Args)]
pub struct DevCertsArguments {
    /// Folder for the files; made when missing
    #[arg(long)]
    pub out: PathBuf,
    /// The office that the clients work for
    #[arg(long, default_value = "vgz")]
    pub office: String,
    /// Another office, with a purchaser of its own; can be given more than once
    #[arg(long)]
    pub other_office: Vec<String>,
    /// AGB code of a provider that the adapter acts for; can be given more than once
    #[arg(long)]
    pub agb: Vec<identifiers::Agb>,
    /// Replaces what is there
    #[arg(long)]
    pub force: bool,
}

/// Makes the files and tells what they are.
///
/// # Errors
/// [`Failure::Usage`] when files are there already or the office has no such name; else what keeps them from being made.
pub fn run(asked: &DevCertsArguments) -> Result<(), Failure> {
    if let Some(wrong) = asked.other_office.iter().chain([&asked.office]).find(|office| !is_office(office)) {
        return Err(Failure::Usage(format!("office {wrong:?} must be 2 to 32 of a-z, 0-9 and _")));
    }
    let contents = Contents {
        office: asked.office.clone(),
        other_offices: asked.other_office.clone(),
        agbs: asked.agb.clone(),
        now: Clock::system().now(),
    };
    let written = contents.write(&asked.out, asked.force).map_err(|error| match error {
        DevError::Exists(_) => Failure::Usage(error.to_string()),
        other => Failure::Other(other.to_string()),
    })?;
    line(format!("for development only, valid for 90 days, in {}:", asked.out.display()));
    for file in written {
        line(format!("  {:26} {}", file.name, file.about));
    }
    Ok(())
}
