//! Who plays in the demo: each call is made by somebody whose role admits it.

use std::path::Path;

use contract::audit::audit_service_client::AuditServiceClient;

use super::stage::ELSEWHERE;
use crate::{
    args::{CredentialArguments, EndpointArguments, ServiceName},
    endpoints::{Clients, Way, audit_client},
    failure::Failure,
};

/// The people and systems of the demo, each with clients of all services.
#[derive(Debug)]
pub struct Cast {
    /// Buys care, and proposes.
    pub purchaser: Clients,
    /// Buys care for another office.
    pub elsewhere: Clients,
    /// Takes what the purchaser proposed.
    pub decider: Clients,
    /// Sends claim files and registrations for the providers.
    pub adapter: Clients,
    /// Looks into signals.
    pub investigator: Clients,
    /// Looks back.
    pub auditor: Clients,
    /// Follows feeds.
    pub service: Clients,
    /// Where the services are, and how the auditor shows itself.
    audited: EndpointArguments,
}

impl Cast {
    /// Everybody, with the certificates of a folder, or by name only where services run without TLS.
    ///
    /// # Errors
    /// When the certificates can't be read.
    pub fn new(endpoints: &EndpointArguments, tls: Option<&Path>) -> Result<Cast, Failure> {
        let endpoints_of = |name: &str| {
            let credentials = match tls {
                None => CredentialArguments { identity: Some(name.to_owned()), ..CredentialArguments::default() },
                Some(folder) => CredentialArguments {
                    tls_ca: Some(folder.join("ca.pem")),
                    tls_cert: Some(folder.join(format!("{name}.pem"))),
                    tls_key: Some(folder.join(format!("{name}.key"))),
                    ..CredentialArguments::default()
                },
            };
            EndpointArguments { credentials, ..endpoints.clone() }
        };
        let clients = |name: &str| Clients::new(&endpoints_of(name));
        Ok(Cast {
            purchaser: clients("purchaser-1")?,
            elsewhere: clients(&format!("purchaser-{ELSEWHERE}"))?,
            decider: clients("decider-1")?,
            adapter: clients("adapter")?,
            investigator: clients("investigator")?,
            auditor: clients("auditor")?,
            service: clients("service-screening")?,
            audited: endpoints_of("auditor"),
        })
    }

    /// The auditor's client of the audit log of a service.
    ///
    /// # Errors
    /// When the certificates can't be read.
    pub fn auditor_log(&self, service: ServiceName) -> Result<AuditServiceClient<Way>, Failure> {
        audit_client(&self.audited, service)
    }
}
