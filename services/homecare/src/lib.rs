//! Home care: agreements with a ceiling (zorgkostenplafond), and claims that never go over it.
//!
//! A request goes [`rpc`] -> [`convert`] -> [`store`] (load) -> [`decide`] -> [`store`] (save) -> [`convert`]. Claims go
//! through the shared intake, with [`claims`] deciding about each line. What is made known to others is in [`feed`];
//! nothing is followed. Parameters and texts are in [`rules`].
//!
//! What holds whatever happens: what is granted on a ceiling is never a cent more than the ceiling, and a line is
//! refused because of it only as far as there is no room. Files of one provider are decided one after the other.

pub mod claims;
pub mod convert;
pub mod decide;
pub mod domain;
pub mod error;
pub mod feed;
pub mod rpc;
pub mod rules;
pub mod store;

use contract::homecare::homecare_service_server::{HomecareServiceServer, SERVICE_NAME};
use edge::Core;
use identifiers::PseudonymKey;
use intake::{Intake, Limits};
use runtime::{Clock, Ids, Running, Server, Settings, StartError};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use vektis::Message;

/// The service's name: of its database, its feed and its settings.
pub const NAME: &str = "homecare";

/// Opens the database, loads the rules, and serves until `stop`.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, the database or the rules.
pub async fn start(settings: Settings, clock: Clock, ids: Ids, stop: CancellationToken) -> Result<Running, StartError> {
    // The purpose is that of budget, so that screening sees the same client in both.
    let key = PseudonymKey::new(settings.pseudonym_key()?.expose(), "client");
    let with = (clock.clone(), ids.clone(), stop.clone());
    let core = Core::open(&settings, store::MIGRATIONS, rules::FILES, &rules::SCHEMA, with).await?;
    let messages = &[Message::HomeCare];
    let intake = Intake { db: core.db.clone(), clock, ids, key, messages, limits: Limits::default() };
    let service = HomecareServiceServer::new(rpc::Rpc::new(core, intake));
    Ok(Server::new(NAME, SERVICE_NAME, Routes::new(service)).await?.start(&settings, stop).await?)
}
