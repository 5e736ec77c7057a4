//! [`Service`]: what a service consists of, and [`serve`], which puts it on the net.

use std::time::Duration;

use database::Migration;
use explain::{Replayer, Schema};
use runtime::{Clock, Running, Server, Settings, StartError};
use tonic::service::{Routes, RoutesBuilder};

use crate::{Core, Read, Record, Retention, access::Gate, audit::Audit, readings, retention::Records};
use contract::{
    audit::audit_service_server::AuditServiceServer, retention::retention_service_server::RetentionServiceServer,
};

/// What a service consists of, beside its calls.
#[derive(Debug)]
pub struct Service {
    /// Its name: of its database, its feed and its settings.
    pub name: &'static str,
    /// Its full name in the contract.
    pub grpc_name: &'static str,
    /// Its tables.
    pub migrations: &'static [Migration],
    /// Its built-in rule files, by name.
    pub rules: &'static [(&'static str, &'static str)],
    /// What rule files may hold.
    pub schema: &'static Schema,
    /// Takes its decisions again.
    pub replay: Replayer,
    /// How to find the owners of its records.
    pub records: &'static [Record],
    /// Which of its records are not kept for ever.
    pub retention: &'static [Retention],
    /// Reads what it shows as gauges.
    pub readings: Read,
}

/// Serves the calls of a service, with the audit log and retention beside them and the gate before
/// all.
///
/// # Errors
/// [`StartError`] says what is wrong with the settings, or the address.
pub async fn serve(core: Core, settings: &Settings, calls: Routes) -> Result<Running, StartError> {
    // Certificates and tokens hold at the time it is, whatever time a demo plays at.
    let authenticator = settings.authenticator(&Clock::system(), &core.stop())?;
    let mut routes = RoutesBuilder::from(calls);
    routes.add_service(AuditServiceServer::new(Audit::new(core.clone())));
    routes.add_service(RetentionServiceServer::new(Records::new(core.clone())));
    let gate = Gate::new(core.clone(), authenticator, settings.limits.calls_per_second);
    if settings.reading_seconds > 0 {
        let every = Duration::from_secs(settings.reading_seconds);
        core.spawn(readings::read(core.clone(), core.readings(), every));
    }
    let ready = readings::ready(core.clone());
    let server = Server::new((core.name(), core.grpc_name()), routes.routes(), gate, ready).await?;
    let running = server.start(settings, core.stop()).await?;
    Ok(running.beside(core.work(), core.db().clone()))
}
