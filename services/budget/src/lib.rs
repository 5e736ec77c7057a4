//! Budget: the money of an office for a year, from the contract room to the signed reconciliation.
//!
//! A request goes [`rpc`] -> [`convert`] -> [`store`] (load) -> [`decide`] -> [`store`] (save) -> [`convert`]. Claims go
//! through the shared intake, with [`claims`] deciding about each line. What is made known to others, and what is
//! followed, is in [`feed`]; parameters and texts are in [`rules`].

mod cases;
pub mod claims;
pub mod convert;
pub mod decide;
pub mod domain;
pub mod error;
pub mod feed;
mod readings;
pub mod replay;
pub mod retention;
pub mod rpc;
pub mod rules;
pub mod store;

use contract::{
    budget::budget_service_server::{BudgetServiceServer, SERVICE_NAME},
    registration::registration_service_client::RegistrationServiceClient,
    screening::screening_service_client::ScreeningServiceClient,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use edge::{Core, Service};
use intake::{Intake, Limits, reclaim::DecidedCases};
use runtime::{Clock, Ids, Peer, Running, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use vektis::Message;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "budget";

/// What the service consists of, beside its calls.
pub static SERVICE: Service = Service {
    name: NAME,
    grpc_name: SERVICE_NAME,
    migrations: store::MIGRATIONS,
    rules: rules::FILES,
    schema: &rules::SCHEMA,
    replay: replay::replay,
    records: &[intake::CLAIM_FILE, store::ROUND, store::SIMULATION, store::INVESTIGATION],
    retention: &[intake::CLAIM_FILE_KEPT, intake::INSURED_KEPT, retention::ALLOCATION_KEPT],
    readings: readings::read,
};

/// Opens the database, loads the rules, follows registration, tariffing and, where it is set, screening, and serves until `stop`.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    let screening = settings.peers.contains_key("screening").then(|| settings.peer(NAME, "screening")).transpose()?;
    start_before_screening(settings, (clock, ids, stop), std::future::ready(screening)).await
}

/// As [`start`], in a process that starts screening too: screening follows this service, so it starts later, and is
/// followed from when its channel comes. Where none comes, nothing is known of cases.
///
/// # Errors
/// As [`start`].
pub async fn start_before_screening(
    settings: Settings,
    (clock, ids, stop): (Clock, Ids, CancellationToken),
    screening: impl Future<Output = Option<Peer>> + Send + 'static,
) -> Result<Running, StartError> {
    let keys = settings.pseudonym_keys("client")?;
    let registration = settings.peer(NAME, "registration")?;
    let tariffing = settings.peer(NAME, "tariffing")?;
    let core = Core::open(&settings, &SERVICE, (clock, ids, stop)).await?;
    core.follow(feed::Agreements(RegistrationServiceClient::new(registration)));
    core.follow(feed::Tariffs(TariffingServiceClient::new(tariffing)));
    let following = core.clone();
    core.follow_later(screening, |channel| {
        let (client, reclaimer) = (ScreeningServiceClient::new(channel), cases::Reclaims);
        DecidedCases { client, core: following, reclaimer }
    });
    let messages = &[Message::LongTermCare];
    let limits = Limits { patience: settings.limits.patience(), ..Limits::default() };
    let intake = Intake { core: core.clone(), keys, messages, limits };
    let calls = BudgetServiceServer::new(rpc::Rpc::new(core.clone(), intake));
    let calls = Routes::new(calls.max_decoding_message_size(settings.limits.message_bytes()));
    edge::serve(core, &settings, calls).await
}
