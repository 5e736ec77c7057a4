//! `zorginkoop supply`: the public list of contracted supply, and `zorginkoop offers`: what the purchasing portal takes
//! and gives back.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::{Args, Subcommand, ValueEnum};
use contract::registration as proto;

use crate::{
    args::EndpointArguments,
    commands::registrations::request_id_of,
    endpoints::Clients,
    failure::Failure,
    output::{json_text, line, printable},
};

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated values, the first line names them
    Csv,
    /// A JSON object a line
    Json,
}

/// Which supply is listed.
#[derive(Debug, Args)]
pub struct SupplyArguments {
    /// The office
    #[arg(long)]
    pub office: String,
    /// The year
    #[arg(long)]
    pub year: i32,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
}

/// What can be done with offers.
#[derive(Debug, Subcommand)]
pub enum OffersCommand {
    /// Writes the offers of an office for the purchasing portal: a JSON object a line
    Export {
        /// The office
        #[arg(long)]
        office: String,
    },
    /// Takes over which offers were accepted in the portal: a CSV file whose first column is the offer
    Accept {
        /// The file
        file: PathBuf,
    },
}

/// Writes the contracted supply.
///
/// # Errors
/// What the service reports, such as that the list is not public yet.
pub async fn run(asked: SupplyArguments, endpoints: &EndpointArguments) -> Result<(), Failure> {
    let request = proto::StreamSupplyRequest { office: asked.office, year: asked.year, sector: 0 };
    let mut rows = Clients::new(endpoints)?.registration.stream_supply(request).await?.into_inner();
    let mut out = (asked.format == Format::Csv).then(|| csv::Writer::from_writer(io::stdout()));
    let failed = |error: csv::Error| Failure::Other(error.to_string());
    if let Some(out) = &mut out {
        out.write_record(["agb", "name", "sector", "region", "products", "modules", "first_day", "last_day"])
            .map_err(failed)?;
    }
    while let Some(row) = rows.message().await? {
        let row = row.contracted.unwrap_or_default();
        let Some(out) = &mut out else {
            line(compact(&row, "zorginkoop.registration.v1.Contracted")?);
            continue;
        };
        let day = |day: Option<contract::common::Date>| {
            day.map(|day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)).unwrap_or_default()
        };
        let sector = row.sector().as_str_name().trim_start_matches("SECTOR_").to_lowercase();
        let period = row.period.unwrap_or_default();
        let (products, modules) = (row.products.join(" "), row.modules.join(" "));
        let fields = [&row.agb, &row.name, &sector, &row.region, &products, &modules];
        let days = [day(period.first_day), day(period.last_day)];
        let fields = fields.into_iter().chain(&days).map(|field| printable(field));
        out.write_record(fields).map_err(failed)?;
    }
    if let Some(out) = &mut out {
        out.flush()?;
    }
    Ok(())
}

/// A message as JSON on one line.
fn compact(message: &impl prost::Message, name: &str) -> Result<String, Failure> {
    let text = json_text(message, name)?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| Failure::Other(error.to_string()))?;
    Ok(value.to_string())
}

/// Runs a command on offers.
///
/// # Errors
/// What the service reports; [`Failure::Refused`] when an offer could not be accepted.
pub async fn offers(command: OffersCommand, endpoints: &EndpointArguments) -> Result<(), Failure> {
    let mut clients = Clients::new(endpoints)?;
    match command {
        OffersCommand::Export { office } => {
            let mut page_token = String::new();
            loop {
                let (office, agb) = (office.clone(), String::new());
                let request = proto::ListOffersRequest { office, agb, page_size: 1_000, page_token };
                let answer = clients.registration.list_offers(request).await?.into_inner();
                for offer in &answer.offers {
                    line(compact(offer, "zorginkoop.registration.v1.Offer")?);
                }
                page_token = answer.next_page_token;
                if page_token.is_empty() {
                    return Ok(());
                }
            }
        }
        OffersCommand::Accept { file } => {
            let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).from_path(&file);
            let rows = reader.as_mut().map_err(|error| Failure::Other(error.to_string()))?.records();
            let (mut accepted, mut refused) = (0, 0);
            for row in rows {
                let row = row.map_err(|error| Failure::Other(error.to_string()))?;
                let offer_id = row.get(0).unwrap_or_default().to_owned();
                // The same file once more accepts nothing twice.
                let request_id = request_id_of("accept", offer_id.as_bytes());
                let request = proto::AcceptOfferRequest { request_id, offer_id: offer_id.clone() };
                match clients.registration.accept_offer(request).await {
                    Ok(_) => accepted += 1,
                    Err(status) => {
                        refused += 1;
                        line(printable(&format!("{offer_id}: {}", Failure::from(status))));
                    }
                }
            }
            let _ = writeln!(io::stdout(), "{accepted} accepted, {refused} not");
            if refused == 0 { Ok(()) } else { Err(Failure::Refused(format!("{refused} offers were not accepted"))) }
        }
    }
}
