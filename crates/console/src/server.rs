//! Listening on this machine.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, middleware};
use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{calls::Services, guard, pages};

/// Tells the time of the services.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Why the console can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not one of this machine alone.
    #[error("the console listens on this machine only, not on {0}; a proxy with identities belongs before it")]
    NotLoopback(SocketAddr),
    /// The address can't be listened on.
    #[error("the console can't listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}

/// What the console needs.
#[derive(Clone)]
pub struct Console {
    /// The ways to the services.
    pub services: Services,
    /// Their time.
    pub now: Now,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("services", &self.services).finish_non_exhaustive()
    }
}

/// A console that runs.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

/// Listens, and serves until stopped.
///
/// # Errors
/// [`StartError`] when the address is not of this machine alone, or not free.
pub async fn start(listen: SocketAddr, console: Console) -> Result<Running, StartError> {
    if !listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(listen));
    }
    let refused = |source| StartError::Listen { address: listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let stop = CancellationToken::new();
    let router: Router = pages::router().layer(middleware::from_fn(guard::guard)).with_state(console);
    let stopped = stop.clone().cancelled_owned();
    let task = tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
    Ok(Running { address, stop, task })
}

impl Running {
    /// The address for a browser.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Stops taking requests, and ends with those that are open.
    ///
    /// # Errors
    /// When serving ended badly.
    pub async fn stop(self) -> std::io::Result<()> {
        self.stop.cancel();
        self.task.await.map_err(std::io::Error::other)?
    }
}
