//! Where a server listens, with TLS and without.
#![cfg(test)]

use std::{net::SocketAddr, path::Path};

use axum::{Router, routing::post};
use chrono::{DateTime, TimeDelta};
use identity::{IdentitySettings, TlsSettings, dev::Contents};
use runtime::{Running, Server, ServerError, Settings};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Duration, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, client::Grpc, service::Routes, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_prost::ProstCodec;
use tower::layer::util::Identity;

async fn start(listen: &str, tls: Option<&TlsSettings>, map: Option<&Path>) -> Result<Running, ServerError> {
    let settings = Settings {
        listen: listen.parse().unwrap(),
        tls: tls.cloned(),
        identity: map.map(|map| IdentitySettings { map: map.to_owned(), tokens: None }),
        ..Settings::default()
    };
    let server = Server::new(("test", "test.v1.Test"), Routes::default(), Identity::new(), watch::channel(true).1)
        .await
        .unwrap();
    server.start(&settings, CancellationToken::new()).await
}

fn tls(folder: &Path) -> TlsSettings {
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    Contents { office: "vgz".to_owned(), other_offices: Vec::new(), agbs: Vec::new(), now }
        .write(folder, false)
        .unwrap();
    TlsSettings {
        certificate: folder.join("server.pem"),
        key: folder.join("server.key"),
        client_ca: folder.join("ca.pem"),
        crl: None,
        revocation: identity::Revocation::Chain,
        unknown_revocation: identity::UnknownRevocation::Allow,
    }
}

#[tokio::test]
async fn without_tls_and_identity_only_this_machine_is_served() {
    let running = start("127.0.0.1:0", None, None).await.unwrap();
    assert_eq!(running.url(), format!("http://{}", running.address));
    running.stop().await.unwrap();
    for elsewhere in ["0.0.0.0:0", "[::]:0"] {
        assert!(matches!(start(elsewhere, None, None).await, Err(ServerError::NotLoopback(_))));
    }
}

#[tokio::test]
async fn with_tls_and_identity_others_are_served_too() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, map) = (tls(folder.path()), folder.path().join("identities.toml"));
    let running = start("0.0.0.0:0", Some(&tls), Some(&map)).await.unwrap();
    assert_eq!(running.url(), format!("https://{}", running.address));
    running.stop().await.unwrap();
}

#[tokio::test]
async fn one_without_the_other_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, map) = (tls(folder.path()), folder.path().join("identities.toml"));
    for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
        let told = start(listen, Some(&tls), None).await.unwrap_err().to_string();
        assert!(told.starts_with("setting identity: is needed with [tls]"), "{told}");
        let told = start(listen, None, Some(&map)).await.unwrap_err().to_string();
        assert!(told.starts_with("setting tls: is needed with [identity]"), "{told}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_key_is_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let (mut tls, map) = (tls(folder.path()), folder.path().join("identities.toml"));
    tls.key = folder.path().join("auditor.key");
    let told = start("127.0.0.1:0", Some(&tls), Some(&map)).await.unwrap_err().to_string();
    assert!(told.ends_with("server.pem: does not belong to the private key"), "{told}");
}

/// Passes bytes on until it is told to be silent; then the connections stay, and nothing comes through.
async fn between(server: SocketAddr) -> (String, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (silence, silent) = watch::channel(false);
    tokio::spawn(async move {
        while let Ok((mut one, _)) = listener.accept().await {
            let mut silent = silent.clone();
            tokio::spawn(async move {
                let mut other = TcpStream::connect(server).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut one, &mut other) => {}
                    _ = silent.changed() => std::future::pending::<()>().await,
                }
            });
        }
    });
    (address, silence)
}

#[tokio::test]
async fn who_follows_learns_that_the_other_side_is_gone_without_a_word() {
    let running = start("127.0.0.1:0", None, None).await.unwrap();
    let (address, silence) = between(running.address).await;
    let settings =
        Settings { keepalive_seconds: 1, peers: [("other".to_owned(), address)].into(), ..Settings::default() };
    let mut health = HealthClient::new(settings.peer("test", "other").unwrap());
    let mut told = health.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert!(told.message().await.unwrap().is_some());
    silence.send(true).unwrap();
    let ended = timeout(Duration::from_secs(30), told.message()).await.expect("it asked whether anybody is there");
    assert!(ended.is_err(), "{ended:?}");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_call_that_takes_too_long_has_exceeded_its_deadline() {
    let slow = Router::new().route("/test.v1.Test/Slow", post(|| async { sleep(Duration::from_secs(60)).await }));
    let server = Server::new(("test", "test.v1.Test"), Routes::from(slow), Identity::new(), watch::channel(true).1);
    let settings = Settings { timeout_seconds: 1, ..Settings::default() };
    let running = server.await.unwrap().start(&settings, CancellationToken::new()).await.unwrap();
    let channel = Channel::from_shared(running.url()).unwrap().connect().await.unwrap();
    let mut client = Grpc::new(channel);
    client.ready().await.unwrap();
    let codec = ProstCodec::<(), ()>::default();
    let late = client.unary(Request::new(()), "/test.v1.Test/Slow".parse().unwrap(), codec).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    running.stop().await.unwrap();
}
