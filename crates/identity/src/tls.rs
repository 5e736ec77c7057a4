//! Accepting connections, with TLS or without.
//!
//! Handshakes run beside each other, each within a time and not too many at once, so a slow or silent client holds up
//! nobody. One that fails is logged for whoever looks for it and costs nothing else.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use futures::{Stream, stream};
use rustls::{
    ServerConfig,
    server::NoServerSessionStorage,
    version::{TLS12, TLS13},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::{
    H2,
    certificate::ProofOfPossession,
    connection::Connection,
    fault::{Fault, Faults},
    pem, provider,
    settings::TlsSettings,
    watch::{Generation, Watched, keep_looking},
};

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How many handshakes run at once; the next connections wait in the system's queue.
const HANDSHAKES: usize = 512;
/// How many connections may be ready and not yet taken by the server.
const READY: usize = 64;
/// How long to wait after a connection could not be accepted, such as when the process has too many files open.
const PAUSE: Duration = Duration::from_millis(50);

/// The service's side of TLS: its certificate and key, kept up with their files.
#[derive(Clone)]
pub struct Tls(Arc<Watched<Arc<ServerConfig>>>);

impl Tls {
    /// Reads the certificate and the key, and keeps up with them until `stop`.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn open(settings: &TlsSettings, stop: CancellationToken) -> Result<Tls, Faults> {
        let tls = Tls::read(settings)?;
        keep_looking(tls.0.clone(), stop);
        Ok(tls)
    }

    pub(crate) fn read(settings: &TlsSettings) -> Result<Tls, Faults> {
        let paths = vec![settings.certificate.clone(), settings.key.clone()];
        let settings = settings.clone();
        let read = move |contents: &[Vec<u8>]| config(&settings, &contents[0], &contents[1]).map(Arc::new);
        Ok(Tls(Watched::open("server certificate", paths, Generation::default(), read)?))
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

fn config(settings: &TlsSettings, certificate: &[u8], key: &[u8]) -> Result<ServerConfig, Faults> {
    let chain = pem::certificates(&settings.certificate, certificate);
    let (chain, key) = pem::both(chain, pem::private_key(&settings.key, key))?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| Fault::new("TLS", error))?;
    let mut config = builder
        .with_client_cert_verifier(ProofOfPossession::new())
        .with_single_cert(chain, key)
        .map_err(|error| pem::unfit(&settings.certificate, &error))?;
    config.alpn_protocols = vec![H2.to_vec()];
    // Connections last; a session that is taken up again would only keep an old certificate alive.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// The connections that come in at a listener, until `stop` or until nobody takes them any more. Those over TLS have
/// had their handshake.
pub fn incoming(
    listener: TcpListener,
    tls: Option<Tls>,
    stop: CancellationToken,
) -> impl Stream<Item = io::Result<Connection>> {
    let (ready, connections) = mpsc::channel(READY);
    tokio::spawn(async move {
        let gone = ready.clone();
        tokio::select! {
            () = stop.cancelled() => {}
            () = gone.closed() => {}
            () = accept(listener, tls, ready) => {}
        }
    });
    stream::unfold(connections, |mut connections| async { Some((Ok(connections.recv().await?), connections)) })
}

async fn accept(listener: TcpListener, tls: Option<Tls>, ready: mpsc::Sender<Connection>) {
    let room = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        // The semaphore is never closed.
        let Ok(place) = room.clone().acquire_owned().await else { return };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                time::sleep(PAUSE).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%address, %error, "the connection was gone at once");
            continue;
        }
        match &tls {
            Some(tls) => {
                let acceptor = TlsAcceptor::from(tls.0.get().as_ref().clone());
                tokio::spawn(handshake(acceptor, stream, address, ready.clone(), place));
            }
            None => {
                if ready.send(Connection::plain(stream, address)).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    address: SocketAddr,
    ready: mpsc::Sender<Connection>,
    place: OwnedSemaphorePermit,
) {
    let outcome = tokio::select! {
        // Nobody is there to take it any more.
        () = ready.closed() => return,
        outcome = time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)) => outcome,
    };
    drop(place);
    match outcome {
        Ok(Ok(stream)) => {
            let _ = ready.send(Connection::tls(stream, address)).await;
        }
        Ok(Err(error)) => tracing::debug!(%address, %error, "a TLS handshake failed"),
        Err(_) => tracing::debug!(%address, "a TLS handshake took too long"),
    }
}
