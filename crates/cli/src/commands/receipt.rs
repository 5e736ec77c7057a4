//! `zorginkoop receipt`: the signed receipt of a decision, as a file.

use std::{fs, path::PathBuf};

use clap::Args;
use contract::{budget, homecare, registration, screening, tariffing};
use receipt::Receipt;
use tonic::Status;

use super::verify;
use crate::{
    args::{EndpointArguments, ServiceName},
    endpoints::Clients,
    failure::Failure,
    output::line,
};

/// Options of `receipt`.
#[derive(Debug, Args)]
pub struct ReceiptArguments {
    /// The decision
    pub decision_id: String,
    /// The service that took it
    #[arg(long, value_enum)]
    pub service: ServiceName,
    /// Where to write the receipt
    #[arg(long)]
    pub out: PathBuf,
}

/// Fetches the receipt and writes it.
///
/// # Errors
/// What the service reports, or when the file can't be written.
pub async fn run(asked: ReceiptArguments, endpoints: &EndpointArguments) -> Result<(), Failure> {
    let bytes = fetch(&mut Clients::new(endpoints)?, asked.service, &asked.decision_id).await?;
    let receipt = Receipt::read(&bytes).map_err(|error| verify::refused(&asked.out, &error))?;
    fs::write(&asked.out, &bytes)?;
    line(format!("{}\nsigned with key {}, in {}", verify::name(&receipt), receipt.key_id(), asked.out.display()));
    Ok(())
}

/// Asks a service for the receipt of a decision.
pub async fn fetch(clients: &mut Clients, service: ServiceName, decision_id: &str) -> Result<Vec<u8>, Status> {
    let decision_id = decision_id.to_owned();
    macro_rules! of {
        ($client:ident) => {
            clients.$client.get_receipt($client::GetReceiptRequest { decision_id }).await?.into_inner().receipt
        };
    }
    Ok(match service {
        ServiceName::Registration => of!(registration),
        ServiceName::Tariffing => of!(tariffing),
        ServiceName::Budget => of!(budget),
        ServiceName::Homecare => of!(homecare),
        ServiceName::Screening => of!(screening),
    })
}
