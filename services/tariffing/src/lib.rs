//! Tariffing: from the national maximum tariff and an agreed percentage to the tariff of a provider.
//!
//! A request goes [`rpc`] -> [`convert`] -> [`store`] (load) -> [`decide`] -> [`store`] (save) -> [`convert`]. What is
//! made known to others is in [`feed`]; parameters and texts are in [`rules`]. Quotes are answered from a [`snapshot`].

pub mod convert;
pub mod decide;
pub mod domain;
pub mod error;
pub mod feed;
pub mod rpc;
pub mod rules;
pub mod snapshot;
pub mod store;

use contract::tariffing::tariffing_service_server::{SERVICE_NAME, TariffingServiceServer};
use edge::Core;
use runtime::{Clock, Ids, Running, Server, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "tariffing";

/// Opens the database, loads the rules and serves until `stop`.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    let with = (clock, ids, stop.clone());
    let core = Core::open(&settings, store::MIGRATIONS, rules::FILES, &rules::SCHEMA, with).await?;
    let service = Routes::new(TariffingServiceServer::new(rpc::Rpc::new(core)));
    Ok(Server::new(NAME, SERVICE_NAME, service).await?.start(&settings, stop).await?)
}
