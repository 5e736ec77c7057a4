//! Tariffing: from the national maximum tariff and an agreed percentage to the tariff of a provider.
//!
//! A request goes [`rpc`] -> [`convert`] -> [`store`] (load) -> [`decide`] -> [`store`] (save) -> [`convert`]. What is
//! made known to others is in [`feed`]; parameters and texts are in [`rules`]. Quotes are answered from a [`snapshot`].
//! Claim files that budget makes known are followed in [`feed`] and taken into sums by [`approved`].

pub mod approved;
pub mod convert;
pub mod decide;
pub mod domain;
pub mod error;
pub mod feed;
mod readings;
pub mod replay;
pub mod rpc;
pub mod rules;
pub mod snapshot;
pub mod store;

use contract::{
    budget::budget_service_client::BudgetServiceClient,
    tariffing::tariffing_service_server::{SERVICE_NAME, TariffingServiceServer},
};
use edge::{Core, Service};
use runtime::{Clock, Ids, Peer, Running, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "tariffing";

/// What the service consists of, beside its calls.
pub static SERVICE: Service = Service {
    name: NAME,
    grpc_name: SERVICE_NAME,
    migrations: store::MIGRATIONS,
    rules: rules::FILES,
    schema: &rules::SCHEMA,
    replay: replay::replay,
    records: store::RECORDS,
    retention: &[],
    readings: readings::read,
};

/// Opens the database, loads the rules and serves until `stop`. Follows budget when the settings have its address;
/// without it mirrors show no approved claims.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    let budget = settings.peers.contains_key("budget").then(|| settings.peer(NAME, "budget")).transpose()?;
    start_before_budget(settings, (clock, ids, stop), std::future::ready(budget)).await
}

/// As [`start`], in a process that starts budget too: budget follows this service, so it starts later, and is followed
/// from when its channel comes.
///
/// # Errors
/// As [`start`].
pub async fn start_before_budget(
    settings: Settings,
    (clock, ids, stop): (Clock, Ids, CancellationToken),
    budget: impl Future<Output = Option<Peer>> + Send + 'static,
) -> Result<Running, StartError> {
    let core = Core::open(&settings, &SERVICE, (clock, ids, stop)).await?;
    core.follow_later(budget, |channel| feed::Budget { client: BudgetServiceClient::new(channel) });
    let calls = TariffingServiceServer::new(rpc::Rpc::new(core.clone()));
    let calls = Routes::new(calls.max_decoding_message_size(settings.limits.message_bytes()));
    edge::serve(core, &settings, calls).await
}
