//! The admin port: metrics for Prometheus, and whether the process lives and is ready.

use std::{io, net::SocketAddr};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus::{Encoder, Registry, TextEncoder};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// A service, and whether it is ready: that it serves, and reaches its database.
pub type Readiness = (&'static str, watch::Receiver<bool>);

/// The admin port, open until it is dropped.
#[derive(Debug)]
pub struct Admin {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Clone, Debug)]
struct Shown {
    registry: Registry,
    services: Vec<Readiness>,
}

/// Listens on `address`.
///
/// # Errors
/// When the address is not free.
pub async fn start(address: SocketAddr, registry: Registry, services: Vec<Readiness>) -> io::Result<Admin> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let pages = Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(Shown { registry, services });
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, pages).await {
            tracing::error!(%error, "the admin port ended");
        }
    });
    Ok(Admin { address, task })
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn metrics(State(shown): State<Shown>) -> Response {
    let mut text = Vec::new();
    match TextEncoder::new().encode(&shown.registry.gather(), &mut text) {
        Ok(()) => ([(CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics can't be shown");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn ready(State(shown): State<Shown>) -> (StatusCode, String) {
    let all = shown.services.iter().all(|(_, ready)| *ready.borrow());
    let tell = |(name, ready): &Readiness| format!("{name} {}\n", if *ready.borrow() { "ready" } else { "not ready" });
    let text: String = shown.services.iter().map(tell).collect();
    (if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
}
