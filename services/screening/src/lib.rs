//! Screening: signals over granted claims, with evidence.
//!
//! Claim files that budget and home care make known are followed in [`feed`]: the lines of a file are streamed from
//! their owner and applied by [`apply`], which keeps granted lines in the [`store`]. When a file is in, [`evaluate`] looks
//! at whom it touched, once and as a whole: the claim rules in [`decide`] find what they find, and signals are raised and
//! withdrawn. A signal says what was found; what it means is for people to decide: they open a case, hear the provider,
//! assess and decide it ([`decide::case`]), and what they decide is made known in [`feed`]. Calls go [`rpc`] ->
//! [`convert`] -> [`store`] -> [`convert`]. Parameters and texts are in [`rules`].
//!
//! What holds whatever happens: which signals stand depends on lines, credits, facts and rules, not on the order in
//! which they came.

pub mod apply;
pub mod clients;
pub mod consulting;
pub mod convert;
pub mod decide;
pub mod domain;
pub mod evaluate;
pub mod feed;
pub mod histories;
pub mod integrity;
pub mod network;
pub mod peers;
pub mod raise;
mod readings;
pub mod registers;
pub mod replay;
pub mod rpc;
pub mod rules;
pub mod sampling;
pub mod store;
pub mod subjects;
pub mod touched;

use std::sync::Arc;

use consulting::Consulting;
use contract::{
    budget::budget_service_client::BudgetServiceClient,
    homecare::homecare_service_client::HomecareServiceClient,
    registration::registration_service_client::RegistrationServiceClient,
    screening::screening_service_server::{SERVICE_NAME, ScreeningServiceServer},
};
use edge::{Core, Service};
use envelope::KeyRing;
use network::Networking;
use registers::Registers;
use runtime::{Clock, Ids, Running, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "screening";

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

/// Opens the database, loads the rules, follows registration, budget and home care, consults registers, and serves until
/// `stop`.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    let budget = BudgetServiceClient::new(settings.peer(NAME, "budget")?);
    let homecare = HomecareServiceClient::new(settings.peer(NAME, "homecare")?);
    // Only facts about clients need them.
    let keys = settings.pseudonym_key_file.is_some().then(|| settings.pseudonym_keys("client")).transpose()?;
    let link_keys = settings.pseudonym_key_file.is_some().then(|| settings.pseudonym_keys("link")).transpose()?;
    let link_keys = link_keys.map(Arc::new);
    let registration = RegistrationServiceClient::new(settings.peer(NAME, "registration")?);
    let registers = Registers::open(&settings)?;
    let core = Core::open(&settings, &SERVICE, (clock, ids, stop)).await?;
    core.follow(feed::Budget { client: budget, core: core.clone() });
    core.follow(feed::Homecare { client: homecare, core: core.clone() });
    core.follow(feed::Registration { client: registration.clone(), core: core.clone() });
    let finding_keys = finding_keys(&core, &settings, &registers).await?;
    if let Some(keys) = finding_keys.clone() {
        let registers = Arc::new(registers);
        core.spawn(Consulting { core: core.clone(), registers, registration, keys }.run());
    }
    core.spawn(Networking { core: core.clone(), keys: link_keys.clone() }.run());
    let keys = [keys.map(Arc::new), link_keys];
    let calls = ScreeningServiceServer::new(rpc::Rpc::new(core.clone(), keys, finding_keys));
    let calls = Routes::new(calls.max_decoding_message_size(settings.limits.message_bytes()));
    edge::serve(core, &settings, calls).await
}

/// The keys that findings of registers are sealed with; without them no register is asked. Data keys that an older one
/// wraps are wrapped anew, so that it may go.
async fn finding_keys(
    core: &Core,
    settings: &Settings,
    registers: &Registers,
) -> Result<Option<Arc<KeyRing>>, StartError> {
    let Some(path) = &settings.people_key_file else {
        return match registers.connected().next() {
            None => Ok(None),
            Some(_) => Err(StartError::Keys("people_key_file is needed to keep what registers find".to_owned())),
        };
    };
    let keys = KeyRing::read(path).map_err(|error| StartError::Keys(error.to_string()))?;
    let mut tx = core.db().write().await?;
    let rewrapped =
        store::rewrap_findings(&mut tx, &keys).await.map_err(|error| StartError::Keys(error.to_string()))?;
    tx.commit(core.clock.now()).await?;
    tracing::info!(version = keys.newest(), rewrapped, "findings of registers are sealed with this key");
    Ok(Some(Arc::new(keys)))
}
