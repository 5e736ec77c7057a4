//! What changes while connections are open and the service runs on.

use std::fs;

use identity::{Connector, dev::Authority};

use crate::office::{Client, MAP, Office};

const REVOKED: Result<&str, &str> = Err("CERTIFICATE_REVOKED uri:urn:test:adapter");
const KNOWN: Result<&str, &str> = Ok("adapter-vgz");

#[tokio::test]
async fn a_certificate_that_is_revoked_loses_access_on_an_open_connection() {
    let office = Office::open().await;
    let (revoked, other) = (office.adapter(), office.adapter());
    let (mut client, mut bystander) = (office.client(Some(&revoked)), office.client(Some(&other)));
    assert_eq!(client.who().await.as_deref(), Ok("adapter-vgz"));
    assert_eq!(bystander.who().await.as_deref(), Ok("adapter-vgz"));
    office.put("crl.pem", &office.ca.revocation_list(&[&revoked], office.time.days(-1, 30)).unwrap());
    client.becomes(REVOKED).await;
    assert_eq!(bystander.who().await.as_deref(), Ok("adapter-vgz"));
}

#[tokio::test]
async fn a_broken_list_keeps_the_old_one_in_force() {
    let office = Office::open().await;
    let (revoked, other) = (office.adapter(), office.adapter());
    let (mut client, mut bystander) = (office.client(Some(&revoked)), office.client(Some(&other)));
    office.put("crl.pem", &office.ca.revocation_list(&[&revoked], office.time.days(-1, 30)).unwrap());
    client.becomes(REVOKED).await;
    office.put("crl.pem", "broken");
    // The map is looked at as often as the list: when its change is seen the list was looked at, or will be right now.
    office.put("map.toml", &MAP.replace("adapter-vgz", "renamed"));
    bystander.becomes(Ok("renamed")).await;
    client.becomes(REVOKED).await;
    office.put("crl.pem", &office.ca.revocation_list(&[&other], office.time.days(0, 30)).unwrap());
    bystander.becomes(REVOKED).await;
    assert_eq!(client.who().await.as_deref(), Ok("renamed"), "the newest list counts");
}

#[tokio::test]
async fn another_client_ca_and_another_map_count_at_once() {
    let office = Office::open().await;
    let mut client = office.client(Some(&office.adapter()));
    client.becomes(KNOWN).await;
    office.put(
        "map.toml",
        "[[certificate]]\nsan = 'uri:urn:test:other'\ngrants = [{ roles = ['adapter'], offices = ['*'] }]",
    );
    client.becomes(Err("CERTIFICATE_UNMAPPED uri:urn:test:adapter")).await;
    office.put("map.toml", MAP);
    client.becomes(KNOWN).await;
    let other = Authority::new("other CA", office.time.days(-1, 30)).unwrap();
    office.put("ca.pem", &other.certificate());
    client.becomes(Err("CERTIFICATE_UNTRUSTED uri:urn:test:adapter")).await;
}

#[tokio::test]
async fn new_connections_get_a_renewed_server_certificate() {
    let office = Office::open().await;
    let files = office.files("first", Some(&office.adapter()));
    fs::copy(office.path("ca.pem"), office.path("old-ca.pem")).unwrap();
    let trusting_old = |files: &identity::ClientFiles| {
        let files = identity::ClientFiles { ca: office.path("old-ca.pem"), ..files.clone() };
        Client::new(&office.url, Connector::open(files).unwrap())
    };
    let mut open = trusting_old(&files);
    assert!(open.who().await.is_ok());
    // From another CA, so that it shows which of them a client meets; clients' certificates stay with the old one.
    let renewed = Authority::new("new CA", office.time.days(-1, 30)).unwrap();
    office.put("new-ca.pem", &renewed.certificate());
    let server = renewed.server(&["ip:127.0.0.1"], office.time.days(-1, 30)).unwrap();
    office.put("server.pem", "broken in between");
    office.put("server.key", &server.key);
    office.put("server.pem", &server.certificate);
    let new_files = identity::ClientFiles { ca: office.path("new-ca.pem"), ..files.clone() };
    Client::new(&office.url, Connector::open(new_files).unwrap()).becomes(KNOWN).await;
    assert!(open.who().await.is_ok(), "an open connection goes on");
    assert_eq!(trusting_old(&files).who().await.unwrap_err(), "Unavailable", "a new one meets the new certificate");
}

#[tokio::test]
async fn a_broken_server_certificate_keeps_the_old_one_in_use() {
    let office = Office::open().await;
    let foreign = office.ca.server(&["ip:127.0.0.1"], office.time.days(-1, 30)).unwrap();
    // Belongs to another key.
    office.put("server.pem", &foreign.certificate);
    // Seen when the map is.
    office.put("map.toml", &MAP.replace("adapter-vgz", "renamed"));
    let own = office.adapter();
    office.client(Some(&own)).becomes(Ok("renamed")).await;
    for _ in 0..5 {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        assert_eq!(office.client(Some(&own)).who().await.as_deref(), Ok("renamed"));
    }
}

#[tokio::test]
async fn a_client_shows_its_renewed_certificate_on_its_next_connection() {
    let office = Office::open().await;
    let expired = office.ca.client(&["uri:urn:test:adapter"], office.time.days(-30, -1)).unwrap();
    let files = office.files("own", Some(&expired));
    let connector = Connector::open(files).unwrap();
    let refused = Client::new(&office.url, connector.clone()).who().await;
    assert_eq!(refused.unwrap_err(), "CERTIFICATE_EXPIRED uri:urn:test:adapter");
    office.files("own", Some(&office.adapter()));
    assert_eq!(Client::new(&office.url, connector).who().await.as_deref(), Ok("adapter-vgz"));
}
