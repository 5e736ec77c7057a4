//! An office with a CA, a server that tells its callers who they are, and clients.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use http::{Request, Response};
use identity::{
    Authenticator, ClientFiles, Connector, IdentitySettings, Now, PeerInfo, Tls, TlsSettings,
    dev::{Authority, Issued, Period},
    incoming,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Code, Status, body::Body, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower::Service;

/// The identity map of the tests.
pub const MAP: &str = r#"
[[certificate]]
san = "uri:urn:test:adapter"
name = "adapter-vgz"
grants = [{ roles = ["adapter"], offices = ["vgz"] }]
[[token]]
claim = "groups"
value = "inkopers-vgz"
grants = [{ roles = ["purchaser"], offices = ["vgz"] }]
"#;

/// A clock that tests move, in seconds since 1970.
#[derive(Clone)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    /// Starts at the real time: the TLS clients check the server's certificate against it.
    #[allow(clippy::disallowed_methods, reason = "the clients in these tests look at the system's clock")]
    pub fn start() -> Time {
        Time(Arc::new(AtomicI64::new(Utc::now().timestamp())))
    }

    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).unwrap()
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn source(&self) -> Now {
        let time = self.clone();
        Arc::new(move || time.now())
    }

    /// From some days before now until some days after.
    pub fn days(&self, from: i64, until: i64) -> Period {
        Period { from: self.now() + chrono::TimeDelta::days(from), until: self.now() + chrono::TimeDelta::days(until) }
    }
}

pub struct Office {
    folder: TempDir,
    pub time: Time,
    pub ca: Authority,
    pub url: String,
    clients: AtomicI64,
    _stop: DropGuard,
}

impl Office {
    /// A server with TLS and the map above.
    pub async fn open() -> Office {
        Office::open_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn open_with(change: impl FnOnce(&mut TlsSettings)) -> Office {
        let (folder, time) = (tempfile::tempdir().unwrap(), Time::start());
        let ca = Authority::new("test CA", time.days(-100, 100)).unwrap();
        let at = |name: &str| folder.path().join(name);
        let server = ca.server(&["dns:localhost", "ip:127.0.0.1"], time.days(-1, 90)).unwrap();
        fs::write(at("server.pem"), &server.certificate).unwrap();
        fs::write(at("server.key"), &server.key).unwrap();
        fs::write(at("ca.pem"), ca.certificate()).unwrap();
        fs::write(at("crl.pem"), ca.revocation_list(&[], time.days(-1, 30)).unwrap()).unwrap();
        fs::write(at("map.toml"), MAP).unwrap();
        let text = "certificate = 'server.pem'\nkey = 'server.key'\nclient_ca = 'ca.pem'\ncrl = 'crl.pem'";
        let mut tls: TlsSettings = toml::from_str(text).unwrap();
        tls.resolve(folder.path());
        change(&mut tls);
        let identity = IdentitySettings { map: at("map.toml"), tokens: None };
        let stop = CancellationToken::new();
        let authenticator = Authenticator::open(&tls, &identity, time.source(), &stop).unwrap();
        let address = serve(Some(Tls::open(&tls, stop.clone()).unwrap()), authenticator, stop.clone()).await;
        let url = format!("https://{address}");
        Office { folder, time, ca, url, clients: AtomicI64::new(0), _stop: stop.drop_guard() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A client certificate of the office's CA for the adapter of the map.
    pub fn adapter(&self) -> Issued {
        self.ca.client(&["uri:urn:test:adapter"], self.time.days(-1, 30)).unwrap()
    }

    pub fn files(&self, name: &str, own: Option<&Issued>) -> ClientFiles {
        let own = own.map(|own| {
            let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
            self.put(&certificate, &own.certificate);
            self.put(&key, &own.key);
            (self.path(&certificate), self.path(&key))
        });
        ClientFiles { ca: self.path("ca.pem"), own }
    }

    /// A client that shows a certificate, or none. Its files are its own: it reads them when it connects.
    pub fn client(&self, own: Option<&Issued>) -> Client {
        let name = format!("client-{}", self.clients.fetch_add(1, Ordering::SeqCst));
        Client::new(&self.url, Connector::open(self.files(&name, own)).unwrap())
    }
}

/// Serves until `stop`; gives the address.
pub async fn serve(tls: Option<Tls>, authenticator: Authenticator, stop: CancellationToken) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_, health) = tonic_health::server::health_reporter();
    let gate = tower::layer::layer_fn(move |inner| Gate { inner, authenticator: authenticator.clone() });
    let server = tonic::transport::Server::builder().layer(gate).add_service(health);
    let connections = incoming(listener, tls, stop.clone());
    tokio::spawn(server.serve_with_incoming_shutdown(Box::pin(connections), stop.cancelled_owned()));
    address
}

/// Lets established callers through, and adds to the answer who they are.
#[derive(Clone)]
struct Gate<S> {
    inner: S,
    authenticator: Authenticator,
}

impl<S> Service<Request<Body>> for Gate<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let fresh = self.inner.clone();
        let (mut inner, authenticator) = (std::mem::replace(&mut self.inner, fresh), self.authenticator.clone());
        Box::pin(async move {
            let peer = request.extensions().get::<PeerInfo>().unwrap();
            match authenticator.authenticate(request.headers(), peer).await {
                Ok(caller) => {
                    let agbs: Vec<String> = caller.agbs.iter().map(ToString::to_string).collect();
                    let mut response = inner.call(request).await?;
                    response.headers_mut().insert("caller", caller.name.parse().unwrap());
                    response.headers_mut().insert("agbs", agbs.join(",").parse().unwrap());
                    Ok(response)
                }
                Err(refusal) => {
                    assert!(!refusal.message.is_empty());
                    let text = format!("{} {}", refusal.reason, refusal.shown);
                    Ok(Status::unauthenticated(text).into_http())
                }
            }
        })
    }
}

#[derive(Clone)]
pub struct Client(HealthClient<Channel>);

impl Client {
    pub fn new(url: &str, connector: Connector) -> Client {
        let endpoint = Channel::from_shared(url.to_owned()).unwrap();
        Client(HealthClient::new(endpoint.connect_with_connector_lazy(connector)))
    }

    pub fn plain(url: &str) -> Client {
        Client(HealthClient::new(Channel::from_shared(url.to_owned()).unwrap().connect_lazy()))
    }

    /// Who the server says it is and for which providers, or the reason and what it showed.
    pub async fn who(&mut self) -> Result<String, String> {
        match self.0.check(HealthCheckRequest::default()).await {
            Ok(answer) => {
                let told = |name| answer.metadata().get(name).unwrap().to_str().unwrap().to_owned();
                Ok(format!("{} {}", told("caller"), told("agbs")).trim().to_owned())
            }
            Err(status) if status.code() == Code::Unauthenticated => Err(status.message().to_owned()),
            Err(status) => Err(format!("{:?}", status.code())),
        }
    }

    /// Asks until the answer is this one.
    pub async fn becomes(&mut self, expected: Result<&str, &str>) {
        let begun = Instant::now();
        loop {
            let answer = self.who().await;
            if answer.as_deref().map_err(String::as_str) == expected {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "it is still {answer:?}, not {expected:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Reads a PEM file's certificates.
pub fn chain(path: &Path) -> Vec<rustls::pki_types::CertificateDer<'static>> {
    use rustls::pki_types::pem::PemObject;
    rustls::pki_types::CertificateDer::pem_file_iter(path).unwrap().collect::<Result<_, _>>().unwrap()
}
