//! Keys of the issuer from an address.

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use identity::dev::{Authority, TokenIssuer};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::{office::Time, tokens::Desk};

/// A web server with one page.
struct Web {
    address: String,
    page: Arc<Mutex<Option<String>>>,
    asked: Arc<AtomicUsize>,
}

impl Web {
    async fn start(tls: Option<ServerConfig>) -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}/keys?of=all", listener.local_addr().unwrap());
        let web = Web { address, page: Arc::default(), asked: Arc::default() };
        let (page, asked) = (web.page.clone(), web.asked.clone());
        let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                match &tls {
                    None => answer(stream, &page, &asked).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            answer(stream, &page, &asked).await;
                        }
                    }
                }
            }
        });
        web
    }

    fn put(&self, page: &str) {
        *self.page.lock().unwrap() = Some(page.to_owned());
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, page: &Mutex<Option<String>>, asked: &AtomicUsize) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        request.push(byte);
    }
    assert!(request.starts_with(b"GET /keys?of=all HTTP/1.1\r\n"));
    asked.fetch_add(1, Ordering::SeqCst);
    let answer = match page.lock().unwrap().as_ref() {
        Some(page) => format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{page}", page.len()),
        None => "HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n".to_owned(),
    };
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn until(mut done: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap();
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_a_failure_keeps_the_old_keys() {
    let web = Web::start(None).await;
    let desk = Desk::open_with(&web.address, |_, _| {});
    let next = TokenIssuer::new("next").unwrap();
    web.put(&TokenIssuer::jwks(&[&desk.issuer]));
    let (old, new) = (desk.issuer.mint(&desk.claims()).unwrap(), next.mint(&desk.claims()).unwrap());
    until(async || desk.reason(&old).await == "taken").await;
    // The first token with an unknown key has the address asked, or did so already; the next ones don't.
    desk.reason(&new).await;
    let asked = web.asked.load(Ordering::SeqCst);
    web.put(&TokenIssuer::jwks(&[&next]));
    for _ in 0..20 {
        assert_eq!(desk.reason(&new).await, "TOKEN_KEY_UNKNOWN");
    }
    assert_eq!(web.asked.load(Ordering::SeqCst), asked, "anyone can make up a token");
    assert_eq!(desk.reason(&old).await, "taken");
}

#[tokio::test]
async fn keys_are_fetched_again_now_and_then() {
    let web = Web::start(None).await;
    let desk = Desk::open_with(&web.address, |tokens, _| tokens.jwks_refresh_seconds = 1);
    let next = TokenIssuer::new("next").unwrap();
    let (old, new) = (desk.issuer.mint(&desk.claims()).unwrap(), next.mint(&desk.claims()).unwrap());
    assert_eq!(desk.reason(&old).await, "TOKEN_KEY_UNKNOWN", "the address has no answer yet");
    web.put(&TokenIssuer::jwks(&[&desk.issuer]));
    until(async || desk.reason(&old).await == "taken").await;
    // An answer without keys is a failure: the old ones stay.
    let asked = web.asked.load(Ordering::SeqCst);
    web.put("{ \"keys\": [] }");
    until(async || web.asked.load(Ordering::SeqCst) >= asked + 2).await;
    assert_eq!(desk.reason(&old).await, "taken");
    web.put(&TokenIssuer::jwks(&[&next]));
    until(async || desk.reason(&new).await == "taken").await;
    assert_eq!(desk.reason(&old).await, "TOKEN_KEY_UNKNOWN");
}

#[tokio::test]
async fn an_address_must_show_a_certificate_of_the_ca_that_is_set() {
    let time = Time::start();
    let ca = Authority::new("web CA", time.days(-1, 30)).unwrap();
    let other = Authority::new("other CA", time.days(-1, 30)).unwrap();
    let own = ca.server(&["ip:127.0.0.1"], time.days(-1, 30)).unwrap();
    let config = || {
        let chain = CertificateDer::pem_slice_iter(own.certificate.as_bytes()).collect::<Result<_, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        builder.with_no_client_auth().with_single_cert(chain, key).unwrap()
    };
    for (trusted, expected) in [(&ca, "taken"), (&other, "TOKEN_KEY_UNKNOWN")] {
        let web = Web::start(Some(config())).await;
        let desk = Desk::open_with(&web.address, |tokens, folder| {
            let path = folder.path().join("web-ca.pem");
            fs::write(&path, trusted.certificate()).unwrap();
            tokens.jwks_ca = Some(path);
            tokens.jwks_refresh_seconds = 1;
        });
        web.put(&TokenIssuer::jwks(&[&desk.issuer]));
        let token = desk.issuer.mint(&desk.claims()).unwrap();
        if expected == "taken" {
            until(async || desk.reason(&token).await == "taken").await;
        }
        // A token with an unknown key waits for the answer, so by now the address was tried.
        assert_eq!(desk.reason(&token).await, expected);
        assert_eq!(web.asked.load(Ordering::SeqCst) > 0, expected == "taken");
    }
}
