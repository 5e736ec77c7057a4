//! `zorginkoop raises`: requests for a higher ceiling of home care.

use clap::{Args, Subcommand};
use contract::{common, homecare};

use crate::{
    args::EndpointArguments,
    endpoints::Clients,
    failure::Failure,
    output::{json, line, printable},
};

/// What can be done with requests for a higher ceiling.
#[derive(Debug, Subcommand)]
pub enum RaisesCommand {
    /// Lists the requests of an office for a year, with the day until which each is to be decided
    List(ListArguments),
}

/// Which are listed.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// The office
    #[arg(long)]
    office: String,
    /// The year
    #[arg(long)]
    year: i32,
    /// Only those that should have been decided by now
    #[arg(long)]
    overdue: bool,
}

/// Runs a command on requests.
///
/// # Errors
/// What home care reports.
pub async fn run(command: RaisesCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let RaisesCommand::List(ListArguments { office, year, overdue }) = command;
    let mut clients = Clients::new(endpoints)?;
    let mut page_token = String::new();
    loop {
        let (office, page_size) = (office.clone(), 0);
        let request = homecare::ListRaisesRequest { office, year, overdue, page_size, page_token };
        let answer = clients.homecare.list_raises(request).await?.into_inner();
        for raise in &answer.raises {
            if as_json {
                json(raise, "zorginkoop.homecare.v1.Raise")?;
            } else {
                show(raise);
            }
        }
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(());
        }
    }
}

fn show(raise: &homecare::Raise) {
    let state = raise.state().as_str_name().trim_start_matches("RAISE_STATE_").to_lowercase();
    let day = |day: &common::Date| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
    let due = raise.due_date.as_ref().map(|due| format!(", to be decided until {}", day(due))).unwrap_or_default();
    let late = if raise.overdue { ", overdue" } else { "" };
    line(printable(&format!("raise {} of {}: {state}{due}{late}", raise.raise_id, raise.agb)));
}
