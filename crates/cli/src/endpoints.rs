//! Clients of the services.

use contract::{
    budget::budget_service_client::BudgetServiceClient, homecare::homecare_service_client::HomecareServiceClient,
    registration::registration_service_client::RegistrationServiceClient,
    screening::screening_service_client::ScreeningServiceClient,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use tonic::transport::Channel;

use crate::{args::EndpointArguments, failure::Failure};

/// Claim files flow without pauses: as the services set it.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;

/// Clients of all five services; each connects when it is first used.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Registration.
    pub registration: RegistrationServiceClient<Channel>,
    /// Tariffing.
    pub tariffing: TariffingServiceClient<Channel>,
    /// Budget.
    pub budget: BudgetServiceClient<Channel>,
    /// Home care.
    pub homecare: HomecareServiceClient<Channel>,
    /// Screening.
    pub screening: ScreeningServiceClient<Channel>,
}

impl Clients {
    /// Clients of the services at these addresses.
    ///
    /// # Errors
    /// [`Failure::Usage`] when an address is none.
    pub fn new(endpoints: &EndpointArguments) -> Result<Clients, Failure> {
        Ok(Clients {
            registration: RegistrationServiceClient::new(channel(&endpoints.registration)?),
            tariffing: TariffingServiceClient::new(channel(&endpoints.tariffing)?),
            budget: BudgetServiceClient::new(channel(&endpoints.budget)?),
            homecare: HomecareServiceClient::new(channel(&endpoints.homecare)?),
            screening: ScreeningServiceClient::new(channel(&endpoints.screening)?),
        })
    }
}

fn channel(address: &str) -> Result<Channel, Failure> {
    let endpoint = Channel::from_shared(address.to_owned())
        .map_err(|error| Failure::Usage(format!("{address} is no address: {error}")))?;
    let window = Some(STREAM_WINDOW_BYTES);
    Ok(endpoint.initial_stream_window_size(window).initial_connection_window_size(window).connect_lazy())
}
