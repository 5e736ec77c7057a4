//! The gRPC server of a service.

use std::{convert::Infallible, io, net::SocketAddr, time::Duration};

use axum::{extract::Request, middleware::from_fn_with_state, response::Response, routing::Route};
use database::Db;
use identity::Tls;
use telemetry::{Observe, admin::Readiness};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::service::{Routes, RoutesBuilder};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower::{Layer, Service};

use crate::{Settings, SettingsError, deadline, peer::calls};

/// How many bytes a peer may have on the way in one stream before it must wait: claim files flow without pauses.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
/// The same for all streams of a connection together.
const CONNECTION_WINDOW_BYTES: u32 = 8 << 20;
/// How large a frame may be: fewer, larger frames cost less per byte.
const FRAME_BYTES: u32 = 256 << 10;

/// Why a server can't start or ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Without TLS and identity only this machine may reach the service.
    #[error("refusing to listen on {0}: without TLS and identity only a loopback address is served")]
    NotLoopback(SocketAddr),
    /// The settings of TLS and identity don't go together, or their files have faults.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The address can't be used.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The contracts' descriptors can't be read.
    #[error("cannot serve reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The server ended with an error.
    #[error("the server ended")]
    Transport(#[from] tonic::transport::Error),
    /// The server's task ended badly.
    #[error("the server's task ended")]
    Task(#[from] tokio::task::JoinError),
}

/// A server that is running; dropped without [`Running::stop`] it goes on until the process ends.
#[derive(Debug)]
pub struct Running {
    /// The service's name.
    pub name: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    over_tls: bool,
    ready: watch::Receiver<bool>,
    stop: CancellationToken,
    task: JoinHandle<Result<(), tonic::transport::Error>>,
    beside: Option<(TaskTracker, Db)>,
    grace: Duration,
}

/// A server that is ready to start: the routes of a service with health and reflection beside them.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    routes: Routes,
    ready: watch::Receiver<bool>,
}

impl Server {
    /// A server for the service `name`, whose full gRPC name is `grpc_name`. Its calls and reflection go through the
    /// gate; health, which load balancers ask without an identity, does not. It tells whether the service is `ready`.
    ///
    /// # Errors
    /// [`ServerError::Reflection`] when the contracts' descriptors can't be read.
    pub async fn new<G>(
        (name, grpc_name): (&'static str, &'static str),
        routes: Routes,
        gate: G,
        ready: watch::Receiver<bool>,
    ) -> Result<Server, ServerError>
    where
        G: Layer<Route> + Clone + Send + Sync + 'static,
        G::Service: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
        <G::Service as Service<Request>>::Future: Send + 'static,
    {
        let (health, health_service) = tonic_health::server::health_reporter();
        // Said before anybody can ask: what health knows nothing of is not found, and the whole of a server seems to serve.
        let now = *ready.borrow();
        tell_health(&health, grpc_name, now).await;
        tokio::spawn(keep_telling_health(health, grpc_name, ready.clone()));
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(contract::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        let mut gated = RoutesBuilder::from(routes);
        gated.add_service(reflection);
        let mut all = RoutesBuilder::from(Routes::from(gated.routes().into_axum_router().layer(gate)));
        all.add_service(health_service);
        Ok(Server { name, routes: all.routes(), ready })
    }

    /// Listens and serves until `stop` is cancelled: over TLS when that is set, and else on this machine only. Every
    /// request has [`identity::PeerInfo`] among its extensions.
    ///
    /// # Errors
    /// [`ServerError`] when the address is not allowed or not free, or the settings of TLS have faults.
    pub async fn start(self, settings: &Settings, stop: CancellationToken) -> Result<Running, ServerError> {
        let tls = settings.access()?.map(|(tls, _)| Tls::open(tls, stop.clone()));
        let tls = tls.transpose().map_err(SettingsError::from)?;
        let over_tls = tls.is_some();
        if !over_tls && !settings.listen.ip().is_loopback() {
            return Err(ServerError::NotLoopback(settings.listen));
        }
        let refused = |source| ServerError::Listen { address: settings.listen, source };
        let listener = TcpListener::bind(settings.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let incoming = identity::incoming(listener, tls, stop.clone());
        // Observed from outside, a call that took too long is one that failed.
        let limit = Duration::from_secs(settings.timeout_seconds);
        let routes = self.routes.into_axum_router().layer(from_fn_with_state(limit, deadline::within));
        let routes = Routes::from(routes.layer(Observe(calls(self.name))));
        let server = tonic::transport::Server::builder()
            .max_concurrent_streams(settings.limits.streams_per_connection)
            .http2_max_header_list_size(settings.limits.header_bytes)
            .http2_keepalive_interval(Some(settings.keepalive()))
            .http2_keepalive_timeout(Some(settings.keepalive()))
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_frame_size(FRAME_BYTES)
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
        if over_tls {
            tracing::info!(service = self.name, %address, "listening, over TLS");
        } else {
            tracing::info!(service = self.name, %address, "listening, on this machine only: no TLS is configured");
        }
        let grace = Duration::from_secs(settings.grace_seconds);
        let task = tokio::spawn(server);
        Ok(Running { name: self.name, address, over_tls, ready: self.ready, stop, task, beside: None, grace })
    }
}

/// Tells by the health call whether the service is ready.
async fn tell_health(health: &HealthReporter, grpc_name: &str, ready: bool) {
    let serving = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
    health.set_service_status(grpc_name, serving).await;
    health.set_service_status("", serving).await;
}

/// Tells it again when it changes, until the service ends.
async fn keep_telling_health(health: HealthReporter, grpc_name: &str, mut ready: watch::Receiver<bool>) {
    while ready.changed().await.is_ok() {
        let now = *ready.borrow_and_update();
        tell_health(&health, grpc_name, now).await;
    }
}

impl Running {
    /// The address as a client takes it.
    pub fn url(&self) -> String {
        let scheme = if self.over_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Whether it serves and reaches its database, for [`telemetry::admin`].
    pub fn readiness(&self) -> Readiness {
        (self.name, self.ready.clone())
    }

    /// Has a stop wait for work beside the calls too, which gives up its leases then, and close the database: SQLite
    /// brings its log into the file and leaves just that.
    pub fn beside(self, work: TaskTracker, db: Db) -> Running {
        Running { beside: Some((work, db)), ..self }
    }

    /// Stops taking calls, lets open ones and work beside them end within the grace period, closes the database, and
    /// ends.
    ///
    /// # Errors
    /// [`ServerError`] when the server ended badly.
    pub async fn stop(mut self) -> Result<(), ServerError> {
        self.stop.cancel();
        let until = time::Instant::now() + self.grace;
        let ended = match time::timeout_at(until, &mut self.task).await {
            Ok(ended) => ended,
            Err(_) => {
                tracing::warn!(service = self.name, "calls were still open after the grace period");
                self.task.abort();
                Ok(Ok(()))
            }
        };
        if let Some((work, db)) = self.beside {
            let closed = async {
                work.close();
                work.wait().await;
                db.close().await;
            };
            if time::timeout_at(until, closed).await.is_err() {
                tracing::warn!(service = self.name, "the database was still in use after the grace period");
            }
        }
        Ok(ended??)
    }

    /// Waits until the server ends by itself or is stopped.
    ///
    /// # Errors
    /// [`ServerError`] when it ended badly.
    pub(crate) async fn ended(&mut self) -> Result<(), ServerError> {
        Ok((&mut self.task).await??)
    }
}

#[cfg(test)]
mod tests {
    use tonic_health::pb::{HealthCheckRequest, health_check_response, health_client::HealthClient};
    use tower::layer::util::Identity;

    use super::*;

    /// What health says of the service, and of the server as a whole, before any other task had its turn.
    async fn told(ready: bool) -> [health_check_response::ServingStatus; 2] {
        let ready = watch::channel(ready).1;
        let server = Server::new(("test", "test.v1.Test"), Routes::default(), Identity::new(), ready).await.unwrap();
        let mut health = HealthClient::new(server.routes);
        let mut told = Vec::new();
        for service in ["test.v1.Test", ""] {
            let asked = HealthCheckRequest { service: service.to_owned() };
            told.push(health.check(asked).await.unwrap().into_inner().status());
        }
        told.try_into().unwrap()
    }

    // One thread: what was spawned waits until the test does, which it never has to.
    #[tokio::test]
    async fn health_is_told_from_the_first_call_on() {
        use health_check_response::ServingStatus::{NotServing, Serving};
        assert_eq!(told(true).await, [Serving; 2]);
        assert_eq!(told(false).await, [NotServing; 2]);
    }
}
