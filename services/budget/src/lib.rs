//! Budget: the money of an office for a year, from the contract room to the click.
//!
//! A request goes [`rpc`] -> [`convert`] -> [`store`] (load) -> [`decide`] -> [`store`] (save) -> [`convert`]. Claims go
//! through the shared intake, with [`claims`] deciding about each line. What is made known to others, and what is
//! followed, is in [`feed`]; parameters and texts are in [`rules`].

pub mod claims;
pub mod convert;
pub mod decide;
pub mod domain;
pub mod error;
pub mod feed;
pub mod rpc;
pub mod rules;
pub mod store;

use contract::{
    budget::budget_service_server::{BudgetServiceServer, SERVICE_NAME},
    registration::registration_service_client::RegistrationServiceClient,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use edge::Core;
use identifiers::PseudonymKey;
use intake::{Intake, Limits};
use runtime::{Clock, Ids, Running, Server, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use vektis::Message;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "budget";

/// Opens the database, loads the rules, follows registration and tariffing, and serves until `stop`.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    let key = PseudonymKey::new(settings.pseudonym_key()?.expose(), "client");
    let registration = settings.peer("registration")?;
    let tariffing = settings.peer("tariffing")?;
    let with = (clock.clone(), ids.clone(), stop.clone());
    let core = Core::open(&settings, store::MIGRATIONS, rules::FILES, &rules::SCHEMA, with).await?;
    core.follow(feed::Agreements(RegistrationServiceClient::new(registration)));
    core.follow(feed::Tariffs(TariffingServiceClient::new(tariffing)));
    let messages = &[Message::LongTermCare];
    let intake = Intake { db: core.db.clone(), clock, ids, key, messages, limits: Limits::default() };
    let service = BudgetServiceServer::new(rpc::Rpc::new(core, intake));
    Ok(Server::new(NAME, SERVICE_NAME, Routes::new(service)).await?.start(&settings, stop).await?)
}
