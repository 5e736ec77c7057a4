//! Where a server listens, with TLS and without.
#![cfg(test)]

use std::path::Path;

use chrono::{DateTime, TimeDelta};
use identity::{IdentitySettings, TlsSettings, dev::Contents};
use runtime::{Running, Server, ServerError, Settings};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
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
