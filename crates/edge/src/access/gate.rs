//! [`Gate`]: what every call passes before anything of its request is read.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{body::Body, extract::Request, response::Response};
use contract::access::Method;
use futures::future::BoxFuture;
use http::request::Parts;
use identity::{Authentication, Authenticator, Caller, PeerInfo, Refusal};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use tower::{Layer, Service};

use super::{admit::Arrived, call::Attempt, rate::Rates};
use crate::{Core, error::DOMAIN};

/// Attempts per second from one address that show no valid identity and are told why and recorded. The others behind that
/// address, which do show one, are let in all the same.
const FAILURES_PER_SECOND: u32 = 20;
/// The address of a peer that could not be told.
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Finds out who calls, holds the caller to its rate, and looks up whether the RPC admits one of its roles.
#[derive(Clone, Debug)]
pub struct Gate {
    core: Core,
    authenticator: Authenticator,
    rates: Arc<Rates>,
    failures: Arc<Rates>,
}

impl Gate {
    /// The gate of a service; `per_second` calls per identity, 0 for no limit.
    pub fn new(core: Core, authenticator: Authenticator, per_second: u32) -> Gate {
        let rates = Arc::new(Rates::new(per_second));
        Gate { core, authenticator, rates, failures: Arc::new(Rates::new(FAILURES_PER_SECOND)) }
    }

    /// Lets a call in with what the handler needs to know of it, or says why not.
    async fn pass(&self, request: &mut Parts) -> Result<(), Status> {
        let method = contract::access::method(request.uri.path());
        let caller = match self.who(request).await {
            Ok(caller) => caller,
            Err(refusal) => {
                // Whoever tries too often is not even recorded again.
                let from = request.extensions.get::<PeerInfo>().map_or(UNKNOWN, PeerInfo::ip).to_string();
                self.failures.take(&from, Instant::now()).map_err(|wait| too_many("this address", wait))?;
                self.record(method, &refusal.shown, "", refusal.reason).await;
                return Err(status(Code::Unauthenticated, refusal.reason, refusal.message));
            }
        };
        if caller.authentication != Authentication::Local {
            self.rates.take(&caller.name, Instant::now()).map_err(|wait| too_many(&caller.name, wait))?;
        }
        // What the table doesn't know is reflection, or no method at all: the router answers.
        let Some(method) = method else { return Ok(()) };
        if caller.role_among(method.roles).is_none() {
            let authentication = caller.authentication.as_str();
            self.record(Some(method), &caller.name, authentication, "ROLE_NOT_ADMITTED").await;
            let message = format!("{} admits none of the caller's roles", method.name);
            return Err(status(Code::PermissionDenied, "ROLE_NOT_ADMITTED", message));
        }
        request.extensions.insert(Arrived { caller, method });
        Ok(())
    }

    async fn who(&self, request: &Parts) -> Result<Arc<Caller>, Refusal> {
        match request.extensions.get::<PeerInfo>() {
            Some(peer) => self.authenticator.authenticate(&request.headers, peer).await,
            None => Err(Refusal {
                reason: "CONNECTION_UNKNOWN",
                message: "the connection says nothing of its peer".to_owned(),
                shown: String::new(),
            }),
        }
    }

    async fn record(&self, method: Option<&'static Method>, actor: &str, authentication: &str, reason: &'static str) {
        let Some(method) = method else { return };
        let attempt = Attempt { actor, authentication, method, office: "", object: "", request_id: None, reason };
        self.core.record_refusal(&attempt).await;
    }
}

fn status(code: Code, reason: &'static str, message: String) -> Status {
    let details = ErrorDetails::with_error_info(reason, DOMAIN, std::collections::HashMap::new());
    Status::with_error_details(code, message, details)
}

fn too_many(who: &str, wait: Duration) -> Status {
    let mut details = ErrorDetails::with_error_info("RATE_EXCEEDED", DOMAIN, std::collections::HashMap::new());
    details.set_retry_info(Some(wait));
    let message = format!("{who} makes too many calls; try again in {} ms", wait.as_millis().max(1));
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated { inner, gate: self.clone() }
    }
}

/// A service behind the gate.
#[derive(Clone, Debug)]
pub struct Gated<S> {
    inner: S,
    gate: Gate,
}

impl<S> Service<Request> for Gated<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was asked whether it is ready answers; its clone is asked next time.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let gate = self.gate.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match gate.pass(&mut parts).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await,
                Err(status) => Ok(status.into_http::<Body>()),
            }
        })
    }
}
