//! Tokens: which are taken, and why the others aren't.

use std::{fs, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::HeaderMap;
use identity::{
    Authenticator, Caller, IdentitySettings, PeerInfo, Refusal, TlsSettings, TokenSettings,
    dev::{Authority, TokenIssuer},
};
use ring::hmac;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::office::{MAP, Time, chain};

/// A service that takes the tokens of an issuer.
pub struct Desk {
    pub folder: TempDir,
    pub time: Time,
    pub issuer: TokenIssuer,
    ca: Authority,
    authenticator: Authenticator,
    _stop: DropGuard,
}

impl Desk {
    pub fn open() -> Desk {
        Desk::open_with("jwks.json", |_, _| {})
    }

    /// With keys from a file or an address, and other settings and files.
    pub fn open_with(jwks: &str, change: impl FnOnce(&mut TokenSettings, &TempDir)) -> Desk {
        let (folder, time) = (tempfile::tempdir().unwrap(), Time::start());
        let issuer = TokenIssuer::new("first").unwrap();
        let ca = Authority::new("test CA", time.days(-100, 100)).unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("ca.pem"), ca.certificate()).unwrap();
        fs::write(at("map.toml"), MAP).unwrap();
        fs::write(at("jwks.json"), TokenIssuer::jwks(&[&issuer])).unwrap();
        let mut tls: TlsSettings =
            toml::from_str("certificate = 'server.pem'\nkey = 'server.key'\nclient_ca = 'ca.pem'").unwrap();
        tls.resolve(folder.path());
        let text = format!(
            "map = 'map.toml'\n[tokens]\nissuer = 'https://id.example'\naudience = 'zorginkoop'\n\
             jwks = '{jwks}'\nalgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA']"
        );
        let mut identity: IdentitySettings = toml::from_str(&text).unwrap();
        identity.resolve(folder.path());
        change(identity.tokens.as_mut().unwrap(), &folder);
        let stop = CancellationToken::new();
        let authenticator = Authenticator::open(&tls, &identity, time.source(), &stop).unwrap();
        Desk { folder, time, issuer, ca, authenticator, _stop: stop.drop_guard() }
    }

    /// Claims that are in order.
    pub fn claims(&self) -> Value {
        let now = self.time.now().timestamp();
        json!({
            "iss": "https://id.example", "aud": ["other", "zorginkoop"], "sub": "jansen",
            "exp": now + 600, "nbf": now, "groups": ["inkopers-vgz"],
        })
    }

    /// Those claims with one other; null takes it away.
    pub fn with(&self, claim: &str, value: Value) -> Value {
        let mut claims = self.claims();
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(claim),
            value => claims.as_object_mut().unwrap().insert(claim.to_owned(), value),
        };
        claims
    }

    pub async fn show(&self, token: &str) -> Result<Arc<Caller>, Refusal> {
        self.show_from(token, &PeerInfo::new(([127, 0, 0, 1], 9).into(), Vec::new())).await
    }

    async fn show_from(&self, token: &str, peer: &PeerInfo) -> Result<Arc<Caller>, Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        self.authenticator.authenticate(&headers, peer).await
    }

    pub async fn reason(&self, token: &str) -> &'static str {
        match self.show(token).await {
            Ok(_) => "taken",
            Err(refusal) => refusal.reason,
        }
    }

    async fn reason_of(&self, claims: &Value) -> &'static str {
        self.reason(&self.issuer.mint(claims).unwrap()).await
    }
}

#[tokio::test]
async fn a_good_token_shows_who_it_is() {
    let desk = Desk::open();
    let token = desk.issuer.mint(&desk.with("agb", json!(["41410001"]))).unwrap();
    let caller = desk.show(&token).await.unwrap();
    assert_eq!((caller.name.as_str(), caller.authentication.as_str(), caller.agbs.len()), ("jansen", "token", 1));
    assert!(caller.sees("vgz", &[contract::access::Role::Purchaser]));
    assert!(Arc::ptr_eq(&caller, &desk.show(&token).await.unwrap()), "the second time it is remembered");
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let desk = Desk::open();
    let stranger = TokenIssuer::new("first").unwrap();
    assert_eq!(desk.reason(&stranger.mint(&desk.claims()).unwrap()).await, "TOKEN_SIGNATURE");
    let token = desk.issuer.mint(&desk.claims()).unwrap();
    assert_eq!(desk.reason(&token).await, "taken");
    let mut parts: Vec<&str> = token.split('.').collect();
    let more = BASE64_URL_SAFE_NO_PAD.encode(desk.with("sub", json!("director")).to_string());
    parts[1] = &more;
    let refusal = desk.show(&parts.join(".")).await.unwrap_err();
    assert_eq!((refusal.reason, refusal.shown.as_str()), ("TOKEN_SIGNATURE", "director"));
    assert!(!refusal.message.contains(&token));
    // Signed by another key that is known, under the wrong id.
    let second = TokenIssuer::new("second").unwrap();
    let header = json!({ "alg": "ES256", "kid": "first" });
    assert_eq!(desk.reason(&second.mint_with(&header, &desk.claims()).unwrap()).await, "TOKEN_SIGNATURE");
}

#[tokio::test]
async fn only_the_configured_algorithms_are_taken() {
    let desk = Desk::open_with("jwks.json", |tokens, _| {
        tokens.algorithms.retain(|algorithm| *algorithm == identity::Algorithm::ES256);
    });
    let claims = desk.claims();
    for algorithm in ["none", "None", "HS256", "HS512", "RS256", "ES384", "EdDSA", "es256", ""] {
        let header = json!({ "alg": algorithm, "kid": "first" });
        let token = desk.issuer.mint_with(&header, &claims).unwrap();
        assert_eq!(desk.reason(&token).await, "TOKEN_ALGORITHM", "{algorithm}");
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(desk.reason(&unsigned).await, "TOKEN_ALGORITHM", "{algorithm}");
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let desk = Desk::open();
    let encode = |part: Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let jwks = TokenIssuer::jwks(&[&desk.issuer]);
    for secret in [desk.issuer.public_key(), jwks.as_bytes()] {
        for (algorithm, reason) in [("HS256", "TOKEN_ALGORITHM"), ("ES256", "TOKEN_SIGNATURE")] {
            let header = encode(json!({ "alg": algorithm, "kid": "first" }));
            let signed = format!("{header}.{}", encode(desk.claims()));
            let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
            let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
            assert_eq!(desk.reason(&token).await, reason);
        }
    }
}

#[tokio::test]
async fn keys_are_rotated_by_replacing_the_file() {
    let desk = Desk::open();
    let next = TokenIssuer::new("next").unwrap();
    let (old, new) = (desk.issuer.mint(&desk.claims()).unwrap(), next.mint(&desk.claims()).unwrap());
    assert_eq!((desk.reason(&old).await, desk.reason(&new).await), ("taken", "TOKEN_KEY_UNKNOWN"));
    fs::write(desk.folder.path().join("jwks.json"), TokenIssuer::jwks(&[&next])).unwrap();
    let rotated = async {
        while desk.reason(&new).await != "taken" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), rotated).await.unwrap();
    assert_eq!(desk.reason(&old).await, "TOKEN_KEY_UNKNOWN", "also when it was taken before");
}

#[tokio::test]
async fn claims_that_do_not_fit_are_refused() {
    let desk = Desk::open();
    let cases = [
        ("iss", json!("https://other.example"), "TOKEN_ISSUER"),
        ("iss", Value::Null, "TOKEN_ISSUER"),
        ("aud", json!("other"), "TOKEN_AUDIENCE"),
        ("aud", json!(["zorginkoop2"]), "TOKEN_AUDIENCE"),
        ("aud", Value::Null, "TOKEN_AUDIENCE"),
        ("exp", Value::Null, "TOKEN_MALFORMED"),
        ("exp", json!("tomorrow"), "TOKEN_MALFORMED"),
        ("nbf", json!("today"), "TOKEN_MALFORMED"),
        ("sub", Value::Null, "TOKEN_MALFORMED"),
        ("sub", json!("line\nbreak"), "TOKEN_MALFORMED"),
        ("agb", json!("414"), "TOKEN_MALFORMED"),
        ("groups", json!(["inkopers-cz"]), "TOKEN_UNMAPPED"),
        ("groups", Value::Null, "TOKEN_UNMAPPED"),
        ("aud", json!("zorginkoop"), "taken"),
    ];
    for (claim, value, reason) in cases {
        assert_eq!(desk.reason_of(&desk.with(claim, value.clone())).await, reason, "{claim} {value}");
    }
}

#[tokio::test]
async fn times_hold_within_the_skew() {
    let desk = Desk::open();
    let now = desk.time.now().timestamp();
    for (claim, time, reason) in [
        ("exp", now - 59, "taken"),
        ("exp", now - 60, "TOKEN_EXPIRED"),
        ("exp", i64::MIN, "TOKEN_EXPIRED"),
        ("nbf", now + 60, "taken"),
        ("nbf", now + 61, "TOKEN_NOT_YET_VALID"),
        ("nbf", i64::MAX, "TOKEN_NOT_YET_VALID"),
    ] {
        assert_eq!(
            desk.reason_of(&desk.with(claim, json!(time))).await,
            reason,
            "{claim} {}",
            time.saturating_sub(now)
        );
    }
    let token = desk.issuer.mint(&desk.claims()).unwrap();
    assert_eq!(desk.reason(&token).await, "taken");
    desk.time.advance(659);
    assert_eq!(desk.reason(&token).await, "taken");
    desk.time.advance(1);
    assert_eq!(desk.reason(&token).await, "TOKEN_EXPIRED", "also when it was taken before");
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let desk = Desk::open();
    let good = desk.issuer.mint(&desk.claims()).unwrap();
    let header = |header: Value| desk.issuer.mint_with(&header, &desk.claims()).unwrap();
    let cases = [
        String::new(),
        "a.b".to_owned(),
        "a.b.c".to_owned(),
        format!("{good}.x"),
        format!("{good}="),
        good.replace('.', ""),
        format!("{good}{}", "A".repeat(20_000)),
        header(json!({ "alg": "ES256", "kid": "first", "crit": ["exp"] })),
        header(json!({ "alg": "ES256", "kid": "first", "typ": "logout+jwt" })),
        header(json!({ "kid": "first" })),
        desk.issuer.mint(&json!("text")).unwrap(),
    ];
    for token in cases {
        assert_eq!(desk.reason(&token).await, "TOKEN_MALFORMED", "{token}");
    }
    assert_eq!(
        desk.reason(&header(json!({ "alg": "ES256", "typ": "at+jwt" }))).await,
        "taken",
        "there is one key only"
    );
}

#[tokio::test]
async fn a_token_decides_but_a_certificate_beside_it_must_be_in_order() {
    let desk = Desk::open();
    let token = desk.issuer.mint(&desk.claims()).unwrap();
    let peer = |from, until| {
        let issued = desk.ca.client(&["uri:urn:test:unmapped"], desk.time.days(from, until)).unwrap();
        let path = desk.folder.path().join("client.pem");
        fs::write(&path, issued.certificate).unwrap();
        PeerInfo::new(([127, 0, 0, 1], 9).into(), chain(&path))
    };
    assert_eq!(desk.show_from(&token, &peer(-1, 1)).await.unwrap().name, "jansen");
    assert_eq!(desk.show_from(&token, &peer(-2, -1)).await.unwrap_err().reason, "CERTIFICATE_EXPIRED");
    assert_eq!(desk.show_from("a.b.c", &peer(-1, 1)).await.unwrap_err().reason, "TOKEN_MALFORMED");
}
