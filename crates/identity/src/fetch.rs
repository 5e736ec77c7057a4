//! Fetches the issuer's keys over HTTP.

use std::{path::Path, sync::Arc, time::Duration};

use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time,
};

use crate::{
    client::{self, config_builder},
    fault::{Fault, Faults},
    pem,
};

/// How long it may take, from looking up the host to the last byte.
const WITHIN: Duration = Duration::from_secs(5);
/// How large the answer may be, in bytes.
const LARGEST_BYTES: usize = 1 << 20;

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("no answer within {} s", WITHIN.as_secs())]
    Late,
    #[error("can't connect: {0}")]
    Connect(#[from] client::ConnectError),
    #[error("no HTTP answer: {0}")]
    Http(#[from] hyper::Error),
    #[error("the request can't be made: {0}")]
    Request(#[from] http::Error),
    #[error("the answer is {0}")]
    Status(StatusCode),
    #[error("the answer is cut off or too large: {0}")]
    Body(String),
    #[error("{0}")]
    Content(Faults),
}

/// How addresses are asked: over TLS, or plainly on this machine.
pub(crate) struct Fetch(Option<Arc<ClientConfig>>);

impl Fetch {
    /// Trusts the CAs of a file, or those of the system.
    ///
    /// # Errors
    /// What is wrong with the file, or that the system has none.
    pub(crate) fn open(ca: Option<&Path>, over_tls: bool) -> Result<Fetch, Faults> {
        if !over_tls {
            return Ok(Fetch(None));
        }
        let mut roots = RootCertStore::empty();
        match ca {
            Some(path) => {
                let content = std::fs::read(path)
                    .map_err(|error| Fault::new(path.display(), format!("cannot be read: {error}")))?;
                roots.extend(pem::anchors(path, &content)?);
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if roots.is_empty() {
                    let problem = "is needed: the system has no CA certificates";
                    return Err(Fault::new("setting identity.tokens.jwks_ca", problem).into());
                }
            }
        }
        let config = config_builder()?.with_root_certificates(roots).with_no_client_auth();
        Ok(Fetch(Some(Arc::new(config))))
    }

    /// Asks an address. It is not followed to others.
    ///
    /// # Errors
    /// [`FetchError`] says what went wrong.
    pub(crate) async fn get(&self, uri: &Uri) -> Result<Bytes, FetchError> {
        time::timeout(WITHIN, self.ask(uri)).await.map_err(|_| FetchError::Late)?
    }

    async fn ask(&self, uri: &Uri) -> Result<Bytes, FetchError> {
        let stream = client::connect(uri).await?;
        match &self.0 {
            Some(config) => exchange(client::handshake(config.clone(), uri, stream).await?, uri).await,
            None => exchange(stream, uri).await,
        }
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    uri: &Uri,
) -> Result<Bytes, FetchError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let request = Request::get(path).header(header::HOST, host).header(header::ACCEPT, "application/json");
    let request = request.body(Empty::<Bytes>::new())?;
    let answer = async {
        let response = sender.send_request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), LARGEST_BYTES).collect().await;
        Ok(body.map_err(|error| FetchError::Body(error.to_string()))?.to_bytes())
    };
    tokio::pin!(answer);
    // The connection moves only while it is polled; it ends with the answer, or before it, which the answer then tells.
    tokio::select! {
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}
