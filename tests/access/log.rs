//! What the audit log keeps, who may look, and how a change by hand shows.

use contract::{
    access::Role,
    audit::{self as proto, Outcome},
    registration, screening, tariffing,
};
use database::{AuditAction, AuditOutcome, AuditRow, Engine, execute};
use testkit::on_both_engines;
use tonic::{Code, Request};

use crate::{
    seed::{id, seed},
    world::{OTHER, OWN, Which, World, new_id, reason},
};

fn import(office: &str, request_id: &str) -> tariffing::ImportMaximumTariffsRequest {
    let csv = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n\
               Z053,example,GZ,verblijf,14,251.10,0,0,2026-01-01,2026-12-31\n";
    tariffing::ImportMaximumTariffsRequest {
        request_id: request_id.to_owned(),
        office: office.to_owned(),
        source: "example".to_owned(),
        csv: csv.as_bytes().to_vec(),
    }
}

/// What stands in the log, in short.
fn short(row: &AuditRow) -> (&str, &str, &str, &str, &str, &str) {
    let outcome = row.outcome.as_str();
    (row.actor.as_str(), row.role.as_str(), row.event_code.as_str(), outcome, row.office.as_str(), row.detail.as_str())
}

async fn list(world: &World, token: &str, after_sequence: i64) -> proto::ListAuditEntriesResponse {
    let request = proto::ListAuditEntriesRequest { after_sequence, page_size: 0 };
    world.ask(&request, token).await.unwrap()
}

on_both_engines! {
    async fn a_write_and_its_entry_are_one(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let token = world.token(Role::Purchaser, OWN);
        let request = import(OWN, &new_id());
        world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&request, &token).await.unwrap();
        world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&request, &token).await.unwrap();
        // What is refused for its content was let in and has no effect: no entry says it was done.
        let wrong = tariffing::ImportMaximumTariffsRequest { csv: b"product\n1".to_vec(), ..import(OWN, &new_id()) };
        world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&wrong, &token).await.unwrap_err();
        let log = world.log().await;
        let seen: Vec<_> = log.iter().map(short).collect();
        let (who, role, what) = ("purchaser-vgz", "purchaser", "ImportMaximumTariffs");
        assert_eq!(seen, [(who, role, what, "done", OWN, ""), (who, role, what, "done", OWN, "sent again")]);
        assert_eq!((log[0].action, log[0].authentication.as_str()), (AuditAction::Create, "token"));
        assert_eq!((log[0].object_type.as_str(), log[0].object_id.as_str()), ("tariff_table", "example"));
        assert_eq!(log[0].request_id, request.request_id);
        assert_eq!(log[0].event_time, world.clock.now());
        world.close().await;
    }

    async fn a_look_at_data_about_people_is_logged_and_others_are_not(engine) {
        let world = World::open(engine, Which::Screening).await;
        seed(&world, Which::Screening).await;
        let token = world.token(Role::Investigator, OWN);
        let get = screening::GetSignalRequest { signal_id: id("signal", OWN) };
        world.ask::<_, screening::GetSignalResponse>(&get, &token).await.unwrap();
        let token = world.token(Role::Auditor, OWN);
        world.ask::<_, screening::GetProgressResponse>(&screening::GetProgressRequest {}, &token).await.unwrap();
        let log = world.log().await;
        let seen: Vec<_> = log.iter().map(short).collect();
        assert_eq!(seen, [("investigator-vgz", "investigator", "GetSignal", "done", OWN, "")]);
        assert_eq!((log[0].action, log[0].object_id.as_str()), (AuditAction::Read, "signal-vgz"));
        world.close().await;
    }

    async fn refused_attempts_alike_are_one_entry_a_minute_with_their_number(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let token = world.token(Role::Auditor, OWN);
        for _ in 0..5 {
            let status = world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(OWN, &new_id()), &token).await;
            assert_eq!(reason(&status.unwrap_err()), (Code::PermissionDenied, "ROLE_NOT_ADMITTED".to_owned()));
        }
        world.clock.advance(chrono::TimeDelta::seconds(61));
        world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(OWN, &new_id()), &token).await.unwrap_err();
        let log = world.log().await;
        let details: Vec<_> = log.iter().map(|row| (row.outcome, row.detail.as_str())).collect();
        let refused = AuditOutcome::Refused;
        assert_eq!(details, [
            (refused, "ROLE_NOT_ADMITTED"),
            (refused, "ROLE_NOT_ADMITTED; 4 more like it before"),
        ]);
        world.close().await;
    }

    async fn an_auditor_sees_its_office_and_is_seen(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        for office in [OWN, OTHER] {
            let token = world.token(Role::Purchaser, office);
            world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(office, &new_id()), &token).await.unwrap();
        }
        let token = world.token(Role::Auditor, OWN);
        let first = list(&world, &token, 0).await;
        assert_eq!(first.next_after_sequence, 0);
        let seen: Vec<_> = first.entries.iter().map(|entry| (entry.event_code.as_str(), entry.office.as_str())).collect();
        assert_eq!(seen, [("ImportMaximumTariffs", OWN), ("ListAuditEntries", "")], "its own look is in what it sees");
        assert_eq!(first.entries[0].outcome(), Outcome::Done);
        let again = list(&world, &token, 3).await;
        assert_eq!(again.entries.len(), 1);
        let purchaser = world.token(Role::Purchaser, OWN);
        let request = proto::ListAuditEntriesRequest::default();
        let refused = world.ask::<_, proto::ListAuditEntriesResponse>(&request, &purchaser).await.unwrap_err();
        assert_eq!(reason(&refused).1, "ROLE_NOT_ADMITTED");
        world.close().await;
    }

    async fn the_export_carries_the_chain(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let token = world.token_of("auditor", &[format!("auditor@{OWN}"), format!("auditor@{OTHER}")]);
        for office in [OWN, OTHER, OWN] {
            let purchaser = world.token(Role::Purchaser, office);
            world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(office, &new_id()), &purchaser).await.unwrap();
        }
        let mut client = proto::audit_service_client::AuditServiceClient::new(world.channel.clone());
        let mut request = Request::new(proto::StreamAuditEntriesRequest { after_sequence: 0 });
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        let mut pages = client.stream_audit_entries(request).await.unwrap().into_inner();
        let mut entries = Vec::new();
        while let Some(page) = pages.message().await.unwrap() {
            entries.extend(page.entries);
        }
        assert_eq!(entries.len(), 4);
        assert!(entries.windows(2).all(|pair| pair[1].previous_sha256 == pair[0].sha256));
        world.close().await;
    }

    async fn a_change_by_hand_is_found_by_the_call(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let purchaser = world.token(Role::Purchaser, OWN);
        for _ in 0..3 {
            world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(OWN, &new_id()), &purchaser).await.unwrap();
        }
        let token = world.token(Role::Auditor, OWN);
        let verify = async || {
            let answer = world.ask::<_, proto::VerifyAuditResponse>(&proto::VerifyAuditRequest {}, &token);
            answer.await.unwrap()
        };
        let whole = verify().await;
        assert_eq!((whole.entries, whole.first_broken_sequence, whole.service.as_str()), (3, 0, "tariffing"));
        let unlock = match engine {
            Engine::Sqlite => "DROP TRIGGER audit_no_update",
            Engine::Postgres => "ALTER TABLE audit DISABLE TRIGGER ALL",
        };
        let mut tx = world.db.write().await.unwrap();
        execute!(tx, unlock).unwrap();
        execute!(tx, "UPDATE audit SET actor = 'nobody' WHERE sequence = 2").unwrap();
        tx.commit(world.clock.now()).await.unwrap();
        let broken = verify().await;
        assert_eq!((broken.first_broken_sequence, broken.problem.as_str()), (2, "the entry was changed"));
        world.close().await;
    }

    async fn a_citizen_service_number_in_a_wrong_field_is_masked_in_the_log(engine) {
        let world = World::open(engine, Which::Registration).await;
        let token = world.token(Role::Adapter, OWN);
        let request = registration::ListAgreementsRequest {
            office: OWN.to_owned(),
            agb: "123456782".to_owned(),
            ..Default::default()
        };
        world.ask::<_, registration::ListAgreementsResponse>(&request, &token).await.unwrap_err();
        assert_eq!(world.log().await[0].object_id, "*********");
        world.close().await;
    }
}
