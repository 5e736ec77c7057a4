//! Handshakes: who gets through, who doesn't, and that nobody waits for another.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use identity::{Authenticator, ClientFiles, Connector, dev::Authority};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::ResolvesClientCert,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_util::sync::CancellationToken;

use crate::office::{Client, Office, chain, serve};

#[tokio::test]
async fn silent_clients_hold_up_nobody() {
    let office = Office::open().await;
    let address = office.url.trim_start_matches("https://");
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let begun = Instant::now();
    assert!(office.client(Some(&office.adapter())).who().await.is_ok());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // And they are not kept for ever: the server closes them.
    let mut word = [0];
    let closed = silent.last_mut().unwrap().read(&mut word);
    assert!(matches!(tokio::time::timeout(Duration::from_secs(20), closed).await, Ok(Ok(0) | Err(_))));
}

#[tokio::test]
async fn a_client_trusts_only_its_own_ca() {
    let office = Office::open().await;
    let other = Authority::new("test CA", office.time.days(-1, 30)).unwrap();
    office.put("other.pem", &other.certificate());
    let connector = Connector::open(ClientFiles { ca: office.path("other.pem"), own: None }).unwrap();
    assert_eq!(Client::new(&office.url, connector).who().await.unwrap_err(), "Unavailable");
}

#[tokio::test]
async fn a_plain_connection_knows_its_peer_too() {
    let stop = CancellationToken::new();
    let address = serve(None, Authenticator::local(), stop.clone()).await;
    assert_eq!(Client::plain(&format!("http://{address}")).who().await.as_deref(), Ok("local"));
    stop.cancel();
}

#[tokio::test]
async fn a_plain_client_gets_nothing_from_a_tls_server() {
    let office = Office::open().await;
    let url = office.url.replace("https", "http");
    assert!(Client::plain(&url).who().await.is_err());
}

/// Shows a certificate, and signs with a key that may be another's.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Makes a connection that shows the certificate in `certificate` with the key in `key`, and waits for the server's
/// first word.
async fn shake(
    office: &Office,
    (certificate, key): (&str, &str),
    version: &'static SupportedProtocolVersion,
    protocol: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(chain(&office.path("ca.pem")));
    let key = PrivateKeyDer::from_pem_file(office.path(key)).unwrap();
    let key = ring::sign::any_supported_type(&key).unwrap();
    let shows = Shows(Arc::new(CertifiedKey::new(chain(&office.path(certificate)), key)));
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(&[version]).unwrap().with_root_certificates(roots);
    let mut config = builder.with_client_cert_resolver(Arc::new(shows));
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(office.url.trim_start_matches("https://")).await?;
    let name = "127.0.0.1".try_into().unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    // In TLS 1.3 the server judges after the client is done; HTTP/2 begins with a frame of the server's.
    stream.read_u8().await?;
    Ok(stream)
}

#[tokio::test]
async fn a_certificate_without_its_key_does_not_get_through() {
    let office = Office::open().await;
    office.files("own", Some(&office.adapter()));
    office.files("stolen", Some(&office.adapter()));
    for version in [&TLS12, &TLS13] {
        shake(&office, ("own.pem", "own.key"), version, b"h2").await.unwrap();
        let refused = shake(&office, ("stolen.pem", "own.key"), version, b"h2").await.unwrap_err();
        assert!(refused.to_string().contains("alert"), "{refused}");
    }
}

#[tokio::test]
async fn only_http_2_is_spoken() {
    let office = Office::open().await;
    office.files("own", Some(&office.adapter()));
    let refused = shake(&office, ("own.pem", "own.key"), &TLS13, b"http/1.1").await.unwrap_err();
    assert!(refused.to_string().contains("NoApplicationProtocol"), "{refused}");
}
