//! Client certificates over real handshakes: who gets in, and why the others don't.

use identity::{UnknownRevocation, dev::Authority};

use crate::office::Office;

const ADAPTER: &str = "uri:urn:test:adapter";

#[tokio::test]
async fn a_certificate_in_order_is_known_with_its_providers() {
    let office = Office::open().await;
    assert_eq!(office.client(Some(&office.adapter())).who().await.unwrap(), "adapter-vgz");
    let names = [ADAPTER, "uri:urn:zorginkoop:agb:41410002", "uri:urn:zorginkoop:agb:41410001"];
    let carrying = office.ca.client(&names, office.time.days(-1, 30)).unwrap();
    assert_eq!(office.client(Some(&carrying)).who().await.unwrap(), "adapter-vgz 41410001,41410002");
}

#[tokio::test]
async fn a_certificate_from_an_authority_in_between_is_known() {
    let office = Office::open().await;
    let between = office.ca.under("between", office.time.days(-1, 30)).unwrap();
    let own = between.client(&[ADAPTER], office.time.days(-1, 30)).unwrap();
    assert_eq!(office.client(Some(&own)).who().await.unwrap(), "adapter-vgz");
}

#[tokio::test]
async fn without_a_certificate_the_call_is_refused_and_the_connection_stays() {
    let office = Office::open().await;
    let mut client = office.client(None);
    for _ in 0..2 {
        assert_eq!(client.who().await.unwrap_err(), "CERTIFICATE_MISSING 127.0.0.1");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_in_order_is_refused_with_the_reason() {
    let office = Office::open().await;
    let (ca, time) = (&office.ca, &office.time);
    let stranger = Authority::new("test CA", time.days(-100, 100)).unwrap();
    let between = stranger.under("between", time.days(-1, 30)).unwrap();
    let late = ca.under("expired", time.days(-50, -10)).unwrap();
    let cases = [
        (ca.client(&[ADAPTER], time.days(-30, -1)), "CERTIFICATE_EXPIRED uri:urn:test:adapter"),
        (ca.client(&[ADAPTER], time.days(1, 30)), "CERTIFICATE_NOT_YET_VALID uri:urn:test:adapter"),
        (late.client(&[ADAPTER], time.days(-1, 30)), "CERTIFICATE_EXPIRED uri:urn:test:adapter"),
        (stranger.client(&[ADAPTER], time.days(-1, 30)), "CERTIFICATE_UNTRUSTED uri:urn:test:adapter"),
        (between.client(&[ADAPTER], time.days(-1, 30)), "CERTIFICATE_UNTRUSTED uri:urn:test:adapter"),
        (ca.server(&[ADAPTER], time.days(-1, 30)), "CERTIFICATE_UNTRUSTED uri:urn:test:adapter"),
        (ca.client(&["dns:other.example"], time.days(-1, 30)), "CERTIFICATE_UNMAPPED dns:other.example"),
        (ca.client(&[ADAPTER, "uri:urn:zorginkoop:agb:123"], time.days(-1, 30)), "CERTIFICATE_UNTRUSTED 127.0.0.1"),
        (ca.client(&[], time.days(-1, 30)), "CERTIFICATE_UNMAPPED 127.0.0.1"),
    ];
    for (own, refusal) in cases {
        assert_eq!(office.client(Some(&own.unwrap())).who().await.unwrap_err(), refusal);
    }
}

#[tokio::test]
async fn a_certificate_that_expires_loses_access_on_an_open_connection() {
    let office = Office::open().await;
    let mut client = office.client(Some(&office.ca.client(&[ADAPTER], office.time.days(-1, 1)).unwrap()));
    assert!(client.who().await.is_ok());
    office.time.advance(86_400);
    assert!(client.who().await.is_ok(), "the last second counts");
    office.time.advance(1);
    assert_eq!(client.who().await.unwrap_err(), "CERTIFICATE_EXPIRED uri:urn:test:adapter");
}

#[tokio::test]
async fn a_list_that_expired_lets_nobody_in_any_more() {
    let office = Office::open().await;
    let mut client = office.client(Some(&office.ca.client(&[ADAPTER], office.time.days(-1, 90)).unwrap()));
    assert!(client.who().await.is_ok());
    office.time.advance(31 * 86_400);
    assert_eq!(client.who().await.unwrap_err(), "CERTIFICATE_UNTRUSTED uri:urn:test:adapter");
}

#[tokio::test]
async fn without_a_list_of_its_issuer_a_certificate_is_taken_only_if_that_is_allowed() {
    let offices = [
        (Office::open().await, Ok("adapter-vgz")),
        (
            Office::open_with(|tls| tls.unknown_revocation = UnknownRevocation::Deny).await,
            Err("CERTIFICATE_UNTRUSTED uri:urn:test:adapter"),
        ),
    ];
    for (office, expected) in offices {
        // The list is of the root; the authority in between has none.
        let between = office.ca.under("between", office.time.days(-1, 30)).unwrap();
        let own = between.client(&[ADAPTER], office.time.days(-1, 30)).unwrap();
        let answer = office.client(Some(&own)).who().await;
        assert_eq!(answer.as_deref().map_err(String::as_str), expected);
    }
}
