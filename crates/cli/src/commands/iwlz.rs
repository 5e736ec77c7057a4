//! `zorginkoop iwlz`: iWlz messages, handed in to budget.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use contract::budget::{self as proto, IwlzMessage};
use iwlz::{Faults, Header, Reader};

use crate::{
    args::EndpointArguments,
    commands::registrations::request_id_of,
    endpoints::Clients,
    failure::Failure,
    output::{json, line, printable},
};

/// What can be done with iWlz messages.
#[derive(Debug, Subcommand)]
pub enum IwlzCommand {
    /// Hands in messages: allocations (AW33), starts (AW35), mutations and ends of care (AW39). One that is wrong is told
    /// in full and not sent; one that was handed in before gets the same answer
    Import {
        /// The files (XML)
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The office they are for
        #[arg(long)]
        office: String,
    },
}

/// Runs a command on iWlz messages.
///
/// # Errors
/// What the service reports; [`Failure::Refused`] when a message was not taken.
pub async fn run(command: IwlzCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let IwlzCommand::Import { files, office } = command;
    let mut clients = Clients::new(endpoints)?;
    let mut not = 0;
    for file in &files {
        match import(&mut clients, file, &office).await {
            Ok(message) if as_json => json(&message, "zorginkoop.budget.v1.IwlzMessage")?,
            Ok(message) => show(file, &message),
            Err(why) => {
                not += 1;
                line(printable(&format!("{}: {why}", file.display())));
            }
        }
    }
    let refused = || Failure::Refused(format!("{not} of {} messages were not taken", files.len()));
    if not == 0 { Ok(()) } else { Err(refused()) }
}

async fn import(clients: &mut Clients, file: &Path, office: &str) -> Result<IwlzMessage, String> {
    let message = std::fs::read(file).map_err(|error| error.to_string())?;
    let header = check(&message).map_err(|faults| told(&faults))?;
    let request = proto::ImportIwlzRequest {
        request_id: request_id_of("iwlz", &[office.as_bytes(), b"/", &message].concat()),
        office: office.to_owned(),
        agb: header.provider.to_string(),
        message,
    };
    let answer = clients.budget.import_iwlz(request).await.map_err(|status| Failure::from(status).to_string())?;
    // The service reads as this does: a fault here is one of another release.
    let answer = answer.into_inner();
    answer.message.ok_or_else(|| format!("the service found {} fault(s) in it", answer.total_faults))
}

fn check(message: &[u8]) -> Result<Header, Faults> {
    Reader::new(message).finish()
}

fn told(faults: &Faults) -> String {
    let mut text = faults.to_string();
    for fault in &faults.found {
        text.push_str(&format!("\n  {fault}"));
    }
    text
}

fn show(file: &Path, message: &IwlzMessage) {
    let kind = message.kind().as_str_name().trim_start_matches("IWLZ_MESSAGE_KIND_");
    let said = [
        (message.allocations, "allocation(s)"),
        (message.starts, "start(s) of care"),
        (message.mutations, "mutation(s)"),
    ];
    let said: Vec<String> =
        said.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    line(printable(&format!(
        "{}: {kind} {} of {} client(s), {}",
        file.display(),
        message.message_id,
        message.clients,
        if said.is_empty() { "nothing about their care".to_owned() } else { said.join(", ") },
    )));
}
