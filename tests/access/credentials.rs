//! Certificates and tokens that don't hold: a reason for the caller, and a line in the audit log.

use std::time::Duration;

use chrono::TimeDelta;
use contract::{access::Scoped, budget};
use database::AuditOutcome;
use identity::dev::{Authority, Issued, Period, TokenIssuer};
use prost::Message;
use runtime::Clock;
use serde_json::{Value, json};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::world::{Caller, OWN, PURCHASER, Which, World, reason, valid};

/// Asks for a room that is not on record.
async fn room(caller: &Caller, token: &str) -> Status {
    let request = budget::GetRoomRequest { office: OWN.to_owned(), year: 2023, as_of_time: None };
    let method = <budget::GetRoomRequest as Scoped>::METHOD;
    caller.call(method, request.encode_to_vec(), token).await.unwrap_err()
}

/// Who was refused and why, in the order of the log.
async fn refusals(world: &World) -> Vec<(String, String)> {
    let log = world.log().await.into_iter().filter(|row| row.outcome == AuditOutcome::Refused);
    log.inspect(|row| assert_eq!((row.authentication.as_str(), row.role.as_str()), ("none", "")))
        .map(|row| (row.actor, row.detail))
        .collect()
}

fn client(authority: &Authority, name: &str, period: Period) -> Issued {
    authority.client(&[name], period).unwrap()
}

on_both_engines! {
    async fn a_certificate_that_does_not_hold_is_told_why_and_leaves_a_line(engine) {
        let world = World::open(engine, Which::Budget).await;
        let now = Clock::system().now();
        let good = client(&world.authority, PURCHASER, valid());
        let caller = world.connect_as(&good).await;
        assert_eq!(room(&caller, "").await.code(), Code::NotFound, "let in");
        let stranger = Authority::new("another", valid()).unwrap();
        let cases = [
            (client(&stranger, PURCHASER, valid()), "CERTIFICATE_UNTRUSTED"),
            (client(&world.authority, PURCHASER, Period::days(now - TimeDelta::days(9), 2)), "CERTIFICATE_EXPIRED"),
            (client(&world.authority, PURCHASER, Period::days(now + TimeDelta::days(2), 9)), "CERTIFICATE_NOT_YET_VALID"),
            (client(&world.authority, "uri:urn:test:nobody", valid()), "CERTIFICATE_UNMAPPED"),
        ];
        for (own, wanted) in &cases {
            let status = room(&world.connect_as(own).await, "").await;
            assert_eq!(reason(&status), (Code::Unauthenticated, (*wanted).to_owned()));
        }
        let status = room(&world.connect().await, "").await;
        assert_eq!(reason(&status), (Code::Unauthenticated, "CERTIFICATE_MISSING".to_owned()));

        // Revoked while its connection is open.
        world.revoke(&[&good]);
        let mut status = room(&caller, "").await;
        for _ in 0..300 {
            if status.code() != Code::NotFound {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            status = room(&caller, "").await;
        }
        assert_eq!(reason(&status), (Code::Unauthenticated, "CERTIFICATE_REVOKED".to_owned()));

        let refused = refusals(&world).await;
        let reasons: Vec<_> = refused.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(reasons, [
            "CERTIFICATE_UNTRUSTED",
            "CERTIFICATE_EXPIRED",
            "CERTIFICATE_NOT_YET_VALID",
            "CERTIFICATE_UNMAPPED",
            "CERTIFICATE_MISSING",
            "CERTIFICATE_REVOKED",
        ]);
        assert_eq!(refused[0].0, PURCHASER, "what it showed");
        world.close().await;
    }

    async fn a_token_that_does_not_hold_is_told_why_and_leaves_a_line(engine) {
        let world = World::open(engine, Which::Budget).await;
        let now = Clock::system().now().timestamp();
        let claims = |changes: &[(&str, Value)]| {
            let mut claims = json!({
                "iss": "https://login.example", "aud": "zorginkoop", "sub": "jansen", "exp": now + 600,
                "groups": [format!("purchaser@{OWN}")],
            });
            for (name, value) in changes {
                claims[*name] = value.clone();
            }
            claims
        };
        let mint = |changes: &[(&str, Value)]| world.issuer.mint(&claims(changes)).unwrap();
        let forged = TokenIssuer::new("one").unwrap().mint(&claims(&[])).unwrap();
        let rotated_out = TokenIssuer::new("two").unwrap().mint(&claims(&[])).unwrap();
        let unsigned = world.issuer.mint_with(&json!({ "alg": "none", "kid": "one" }), &claims(&[])).unwrap();
        let caller = world.connect().await;
        assert_eq!(room(&caller, &mint(&[])).await.code(), Code::NotFound, "let in");
        let cases = [
            (forged, "TOKEN_SIGNATURE"),
            (rotated_out, "TOKEN_KEY_UNKNOWN"),
            (unsigned, "TOKEN_ALGORITHM"),
            (mint(&[("exp", json!(now - 600))]), "TOKEN_EXPIRED"),
            (mint(&[("nbf", json!(now + 600))]), "TOKEN_NOT_YET_VALID"),
            (mint(&[("aud", json!("elsewhere"))]), "TOKEN_AUDIENCE"),
            (mint(&[("iss", json!("https://evil.example"))]), "TOKEN_ISSUER"),
            (mint(&[("groups", json!([]))]), "TOKEN_UNMAPPED"),
            ("nonsense".to_owned(), "TOKEN_MALFORMED"),
        ];
        for (token, wanted) in &cases {
            let status = room(&caller, token).await;
            assert_eq!(reason(&status), (Code::Unauthenticated, (*wanted).to_owned()));
        }
        let refused = refusals(&world).await;
        let reasons: Vec<_> = refused.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(reasons, cases.iter().map(|(_, wanted)| *wanted).collect::<Vec<_>>());
        assert_eq!(refused[0].0, "jansen", "what it showed");
        world.close().await;
    }
}
