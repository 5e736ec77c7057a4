//! The services' clients, for who asks.

use std::{future::Future, time::Duration};

use contract::{
    access::{Action, Scoped},
    budget::budget_service_client::BudgetServiceClient,
    homecare::homecare_service_client::HomecareServiceClient,
    registration::registration_service_client::RegistrationServiceClient,
    screening::screening_service_client::ScreeningServiceClient,
    tariffing::tariffing_service_client::TariffingServiceClient,
};
use tonic::{
    Request, Response, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

use crate::{asker::Asker, problem::Problem, server::Console};

/// A person waits: what takes longer is told as a service that can't be reached.
const PATIENCE: Duration = Duration::from_secs(15);

/// The ways to the five services; each connects when it is first used.
#[derive(Clone, Debug)]
pub struct Services {
    /// To registration.
    pub registration: Service,
    /// To tariffing.
    pub tariffing: Service,
    /// To budget.
    pub budget: Service,
    /// To home care.
    pub homecare: Service,
    /// To screening.
    pub screening: Service,
}

/// The way to a service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The connection.
    pub channel: Channel,
    /// What the service is shown for who asks without an `Authorization` header.
    pub shown: Shown,
}

/// What a service is shown of who asks: the name and value of one header, or nothing.
pub type Shown = Option<(&'static str, MetadataValue<Ascii>)>;

/// Shows it with every call.
#[derive(Clone, Debug)]
pub struct Show(Shown);

impl Interceptor for Show {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some((name, value)) = &self.0 {
            request.metadata_mut().insert(*name, value.clone());
        }
        Ok(request)
    }
}

type Way = InterceptedService<Channel, Show>;

/// Clients that call as who asks.
#[derive(Clone, Debug)]
pub struct Clients {
    pub registration: RegistrationServiceClient<Way>,
    pub tariffing: TariffingServiceClient<Way>,
    pub budget: BudgetServiceClient<Way>,
    pub homecare: HomecareServiceClient<Way>,
    pub screening: ScreeningServiceClient<Way>,
}

impl Console {
    /// Clients for who asks: with its token when it shows one, and else with what the console was started with.
    pub fn clients(&self, asker: &Asker) -> Clients {
        let own = asker.authorization.clone().map(|token| ("authorization", token));
        let way = |service: &Service| {
            let show = Show(own.clone().or_else(|| service.shown.clone()));
            InterceptedService::new(service.channel.clone(), show)
        };
        Clients {
            registration: RegistrationServiceClient::new(way(&self.services.registration)),
            tariffing: TariffingServiceClient::new(way(&self.services.tariffing)),
            budget: BudgetServiceClient::new(way(&self.services.budget)),
            homecare: HomecareServiceClient::new(way(&self.services.homecare)),
            screening: ScreeningServiceClient::new(way(&self.services.screening)),
        }
    }
}

/// Asks a service, and waits as long as a person would.
///
/// # Errors
/// What went wrong, for people. A call that does more than look is never made.
pub async fn ask<R, A, F>(service: &'static str, request: R, call: impl FnOnce(R) -> F) -> Result<A, Problem>
where
    R: Scoped,
    F: Future<Output = Result<Response<A>, Status>>,
{
    if R::METHOD.action != Action::Read {
        return Err(Problem::writes(service, R::METHOD));
    }
    match tokio::time::timeout(PATIENCE, call(request)).await {
        Ok(Ok(answer)) => Ok(answer.into_inner()),
        Ok(Err(status)) => Err(Problem::of(service, R::METHOD, &status)),
        Err(_) => Err(Problem::of(service, R::METHOD, &Status::unavailable("no answer in time"))),
    }
}

/// Asks a service by its client: `call!(clients.budget.get_room(request))`.
macro_rules! call {
    ($clients:ident.$service:ident.$method:ident($request:expr)) => {{
        let mut client = $clients.$service.clone();
        $crate::calls::ask(stringify!($service), $request, move |request| async move { client.$method(request).await })
            .await
    }};
}
pub(crate) use call;

/// Every page of a list: `pages!(clients.budget.list_rooms(request).rooms)`.
macro_rules! pages {
    ($clients:ident.$service:ident.$method:ident($request:expr).$items:ident) => {{
        let mut request = $request;
        let mut items = Vec::new();
        loop {
            match $crate::calls::call!($clients.$service.$method(request.clone())) {
                Err(problem) => break Err(problem),
                Ok(answer) => {
                    items.extend(answer.$items);
                    if answer.next_page_token.is_empty() {
                        break Ok(items);
                    }
                    request.page_token = answer.next_page_token;
                }
            }
        }
    }};
}
pub(crate) use pages;
