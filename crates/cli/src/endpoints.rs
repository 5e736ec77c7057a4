//! Clients of the services.

use contract::{
    audit::audit_service_client::AuditServiceClient, budget::budget_service_client::BudgetServiceClient,
    homecare::homecare_service_client::HomecareServiceClient,
    registration::registration_service_client::RegistrationServiceClient,
    retention::retention_service_client::RetentionServiceClient,
    screening::screening_service_client::ScreeningServiceClient,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use tonic::{service::interceptor::InterceptedService, transport::Channel};

use crate::{
    args::{EndpointArguments, ServiceName},
    credentials::{CredentialArguments, Shown, connector, local_identity, token},
    failure::Failure,
};

/// Claim files flow without pauses: as the services set it.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;

/// The way to a service: a channel, and what every call shows.
pub type Way = InterceptedService<Channel, Shown>;

/// A client of budget.
pub type Budget = BudgetServiceClient<Way>;

/// Clients of all five services; each connects when it is first used.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Registration.
    pub registration: RegistrationServiceClient<Way>,
    /// Tariffing.
    pub tariffing: TariffingServiceClient<Way>,
    /// Budget.
    pub budget: Budget,
    /// Home care.
    pub homecare: HomecareServiceClient<Way>,
    /// Screening.
    pub screening: ScreeningServiceClient<Way>,
}

impl Clients {
    /// Clients of the services at these addresses.
    ///
    /// # Errors
    /// [`Failure::Usage`] when an address is none, or the credentials can't be used.
    pub fn new(endpoints: &EndpointArguments) -> Result<Clients, Failure> {
        let way = |address| way(address, &endpoints.credentials);
        Ok(Clients {
            registration: RegistrationServiceClient::new(way(&endpoints.registration)?),
            tariffing: TariffingServiceClient::new(way(&endpoints.tariffing)?),
            budget: BudgetServiceClient::new(way(&endpoints.budget)?),
            homecare: HomecareServiceClient::new(way(&endpoints.homecare)?),
            screening: ScreeningServiceClient::new(way(&endpoints.screening)?),
        })
    }
}

/// A client of the audit log of a service.
///
/// # Errors
/// [`Failure::Usage`] when the address is none, or the credentials can't be used.
pub fn audit_client(endpoints: &EndpointArguments, service: ServiceName) -> Result<AuditServiceClient<Way>, Failure> {
    Ok(AuditServiceClient::new(way(address(endpoints, service), &endpoints.credentials)?))
}

/// A client of the retention of a service.
///
/// # Errors
/// [`Failure::Usage`] when the address is none, or the credentials can't be used.
pub fn retention_client(
    endpoints: &EndpointArguments,
    service: ServiceName,
) -> Result<RetentionServiceClient<Way>, Failure> {
    Ok(RetentionServiceClient::new(way(address(endpoints, service), &endpoints.credentials)?))
}

fn address(endpoints: &EndpointArguments, service: ServiceName) -> &str {
    match service {
        ServiceName::Registration => &endpoints.registration,
        ServiceName::Tariffing => &endpoints.tariffing,
        ServiceName::Budget => &endpoints.budget,
        ServiceName::Homecare => &endpoints.homecare,
        ServiceName::Screening => &endpoints.screening,
    }
}

fn way(address: &str, credentials: &CredentialArguments) -> Result<Way, Failure> {
    let (channel, shown) = reach(address, credentials)?;
    Ok(InterceptedService::new(channel, shown))
}

/// The ways of a console to the services.
///
/// # Errors
/// [`Failure::Usage`] when an address is none, or the credentials can't be used.
pub fn console_services(endpoints: &EndpointArguments) -> Result<console::Services, Failure> {
    let service = |address: &str| {
        let (channel, Shown(shown)) = reach(address, &endpoints.credentials)?;
        Ok::<_, Failure>(console::Service { channel, shown })
    };
    Ok(console::Services {
        registration: service(&endpoints.registration)?,
        tariffing: service(&endpoints.tariffing)?,
        budget: service(&endpoints.budget)?,
        homecare: service(&endpoints.homecare)?,
        screening: service(&endpoints.screening)?,
    })
}

fn reach(address: &str, credentials: &CredentialArguments) -> Result<(Channel, Shown), Failure> {
    let endpoint = Channel::from_shared(address.to_owned())
        .map_err(|error| Failure::Usage(format!("{address} is no address: {error}")))?;
    let window = Some(STREAM_WINDOW_BYTES);
    let endpoint = endpoint.initial_stream_window_size(window).initial_connection_window_size(window);
    if endpoint.uri().scheme_str() == Some("https") {
        let channel = endpoint.connect_with_connector_lazy(connector(credentials)?);
        return Ok((channel, token(credentials)?));
    }
    Ok((endpoint.connect_lazy(), local_identity(credentials)?))
}
