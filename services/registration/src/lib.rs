//! Registration: providers register for a purchasing round; what is awarded becomes an agreement.
//!
//! A request goes [`rpc`] -> [`convert`] -> [`store`] (load) -> [`decide`] -> [`store`] (save) -> [`convert`]. What is
//! made known to others, and followed, is in [`feed`]; parameters and texts are in [`rules`].

mod cases;
mod clockwork;
pub mod convert;
pub mod decide;
pub mod domain;
pub mod error;
pub mod feed;
mod readings;
pub mod replay;
pub mod rpc;
pub mod rules;
pub mod sample;
pub mod store;

use std::sync::Arc;

use contract::{
    registration::registration_service_server::{RegistrationServiceServer, SERVICE_NAME},
    screening::screening_service_client::ScreeningServiceClient,
};
use edge::{Core, Service};
use envelope::KeyRing;
use objects::Objects;
use runtime::{Clock, Ids, Peer, Running, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "registration";

/// What the service consists of, beside its calls.
pub static SERVICE: Service = Service {
    name: NAME,
    grpc_name: SERVICE_NAME,
    migrations: store::MIGRATIONS,
    rules: rules::FILES,
    schema: &rules::SCHEMA,
    replay: replay::replay,
    records: store::RECORDS,
    retention: store::RETENTION,
    readings: readings::read,
};

/// Opens the database, loads the rules, follows screening where it is set, and serves until `stop`.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    let screening = settings.peers.contains_key("screening").then(|| settings.peer(NAME, "screening")).transpose()?;
    start_before_screening(settings, (clock, ids, stop), std::future::ready(screening)).await
}

/// As [`start`], in a process that starts screening too: screening follows this service, so it starts later, and is
/// followed from when its channel comes. Where none comes, what screening says is recorded by calls.
///
/// # Errors
/// As [`start`].
pub async fn start_before_screening(
    settings: Settings,
    (clock, ids, stop): (Clock, Ids, CancellationToken),
    screening: impl Future<Output = Option<Peer>> + Send + 'static,
) -> Result<Running, StartError> {
    let core = Core::open(&settings, &SERVICE, (clock, ids, stop)).await?;
    let following = core.clone();
    core.follow_later(screening, |channel| feed::Screening {
        client: ScreeningServiceClient::new(channel),
        core: following,
    });
    let people_keys = people_keys(&core, &settings).await?;
    core.spawn(clockwork::run(core.clone()));
    let objects = objects(&settings)?;
    let rpc = rpc::Rpc::new(core.clone(), people_keys, objects, settings.limits.patience());
    let calls = RegistrationServiceServer::new(rpc);
    let calls = Routes::new(calls.max_decoding_message_size(settings.limits.message_bytes()));
    edge::serve(core, &settings, calls).await
}

/// The keys that people are sealed with. Data keys that an older one wraps are wrapped anew, so that it may go.
async fn people_keys(core: &Core, settings: &Settings) -> Result<Option<Arc<KeyRing>>, StartError> {
    let Some(path) = &settings.people_key_file else { return Ok(None) };
    let keys = KeyRing::read(path).map_err(|error| StartError::Keys(error.to_string()))?;
    let mut tx = core.db().write().await?;
    let rewrapped = store::rewrap_people(&mut tx, &keys).await.map_err(|error| StartError::Keys(error.to_string()))?;
    tx.commit(core.clock.now()).await?;
    tracing::info!(version = keys.newest(), rewrapped, "people are sealed with this key");
    Ok(Some(Arc::new(keys)))
}

/// The place where contents of documents are kept, sealed when there are keys to seal people with.
fn objects(settings: &Settings) -> Result<Option<Objects>, StartError> {
    let Some(location) = &settings.documents else { return Ok(None) };
    let keys = settings.people_key_file.as_deref().map(KeyRing::read).transpose();
    let keys = keys.map_err(|error| StartError::Keys(error.to_string()))?;
    let opened = Objects::open(location, keys);
    opened.map(Some).map_err(|error| StartError::Documents(error.to_string()))
}
