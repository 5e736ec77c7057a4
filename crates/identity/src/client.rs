//! TLS towards other services: checks their certificates and shows the own one.
//!
//! The files are looked at whenever a connection is made, so that a renewed certificate is used without a restart.

use std::{
    future::Future,
    io,
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    client::WantsClientCert,
    pki_types::{InvalidDnsNameError, ServerName},
};
use tokio::{net::TcpStream, task, time};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::Service;

use crate::{
    H2,
    fault::{Fault, Faults},
    pem, provider,
    settings::ClientSettings,
    watch::{Generation, Watched},
};

/// How long a connection may take to be made.
const WITHIN: Duration = Duration::from_secs(10);

/// Why no connection was made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address has no host.
    #[error("{0} names no host")]
    NoHost(Uri),
    /// The host's name can't be one.
    #[error("{host} is no host: {source}")]
    Host {
        /// The name.
        host: String,
        /// Why not.
        source: InvalidDnsNameError,
    },
    /// The host can't be reached, or the handshake failed.
    #[error("{host}: {source}")]
    Io {
        /// The host.
        host: String,
        /// Why not.
        source: io::Error,
    },
    /// It took too long.
    #[error("{uri}: no connection within {} s", WITHIN.as_secs())]
    Late {
        /// The address.
        uri: Uri,
    },
    /// The files could not be looked at.
    #[error("looking at the certificates failed")]
    Task(#[from] task::JoinError),
}

/// Which files a client uses.
#[derive(Clone, Debug)]
pub struct ClientFiles {
    /// The CAs that servers' certificates must come from, PEM.
    pub ca: PathBuf,
    /// The client's own certificate with its chain, and its private key, both PEM; none when it shows a token only.
    pub own: Option<(PathBuf, PathBuf)>,
}

/// Makes TLS connections for gRPC channels.
#[derive(Clone)]
pub struct Connector(Arc<Watched<Arc<ClientConfig>>>);

impl From<&ClientSettings> for ClientFiles {
    fn from(settings: &ClientSettings) -> ClientFiles {
        let own = Some((settings.certificate.clone(), settings.key.clone()));
        ClientFiles { ca: settings.ca.clone(), own }
    }
}

impl Connector {
    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn open(files: ClientFiles) -> Result<Connector, Faults> {
        let mut paths = vec![files.ca.clone()];
        paths.extend(files.own.iter().flat_map(|(certificate, key)| [certificate.clone(), key.clone()]));
        let read = move |contents: &[Vec<u8>]| config(&files, contents).map(Arc::new);
        Ok(Connector(Watched::open("client certificate and CA", paths, Generation::default(), read)?))
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connector")
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TlsStream<TcpStream>>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let watched = self.0.clone();
        Box::pin(async move {
            let made = async {
                let config = task::spawn_blocking(move || {
                    watched.look();
                    watched.get()
                })
                .await?;
                let stream = connect(&uri).await?;
                handshake(config.as_ref().clone(), &uri, stream).await
            };
            let made = time::timeout(WITHIN, made).await;
            made.unwrap_or_else(|_| Err(ConnectError::Late { uri: uri.clone() })).map(TokioIo::new)
        })
    }
}

/// Connects to the host and port of an address.
pub(crate) async fn connect(uri: &Uri) -> Result<TcpStream, ConnectError> {
    let host = host(uri)?;
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    let failed = |source| ConnectError::Io { host: host.to_owned(), source };
    let stream = TcpStream::connect((host, port)).await.map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    Ok(stream)
}

/// Makes a connection a TLS one with the host of an address.
pub(crate) async fn handshake(
    config: Arc<ClientConfig>,
    uri: &Uri,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let host = host(uri)?;
    let name =
        ServerName::try_from(host.to_owned()).map_err(|source| ConnectError::Host { host: host.to_owned(), source })?;
    let made = TlsConnector::from(config).connect(name, stream).await;
    made.map_err(|source| ConnectError::Io { host: host.to_owned(), source })
}

/// The host of an address, without the brackets of IPv6.
fn host(uri: &Uri) -> Result<&str, ConnectError> {
    let host = uri.host().ok_or_else(|| ConnectError::NoHost(uri.clone()))?;
    Ok(host.trim_start_matches('[').trim_end_matches(']'))
}

fn config(files: &ClientFiles, contents: &[Vec<u8>]) -> Result<ClientConfig, Faults> {
    let roots = pem::anchors(&files.ca, &contents[0]);
    let own = match (&files.own, contents) {
        (Some((certificate, key)), [_, certificate_content, key_content]) => {
            let chain = pem::certificates(certificate, certificate_content);
            let secret = pem::private_key(key, key_content);
            Some((certificate, pem::both(chain, secret)))
        }
        _ => None,
    };
    let (roots, own) = match (roots, own) {
        (Ok(roots), None) => (roots, None),
        (Ok(roots), Some((path, Ok(own)))) => (roots, Some((path, own))),
        (roots, own) => {
            let own = own.and_then(|(_, own)| own.err());
            return Err(Faults(roots.err().into_iter().chain(own).flat_map(|faults| faults.0).collect()));
        }
    };
    let builder: ConfigBuilder<ClientConfig, WantsClientCert> =
        config_builder()?.with_root_certificates(RootCertStore { roots });
    let mut config = match own {
        Some((path, (chain, key))) => {
            builder.with_client_auth_cert(chain, key).map_err(|error| pem::unfit(path, &error))?
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![H2.to_vec()];
    Ok(config)
}

/// TLS 1.3 and 1.2 with ring.
pub(crate) fn config_builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Fault> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::new("TLS", error))
}
