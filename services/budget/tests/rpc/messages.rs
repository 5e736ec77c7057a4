//! Handing in messages: what is taken, what is refused, and what leaves no trace.

use contract::budget as proto;
use database::fetch_one;
use iwlz::{MAX_BYTES, MessageKind, MutationCode, testing};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

const TABLES: &str = "SELECT (SELECT COUNT(*) FROM iwlz_message), (SELECT COUNT(*) FROM iwlz_client),
    (SELECT COUNT(*) FROM allocation), (SELECT COUNT(*) FROM care_start), (SELECT COUNT(*) FROM care_mutation)";

async fn rows(world: &World) -> (i64, i64, i64, i64, i64) {
    let mut tx = world.db.read().await.unwrap();
    fetch_one!(tx, TABLES => (i64, i64, i64, i64, i64)).unwrap()
}

fn two_clients() -> Vec<u8> {
    aw33(
        "A1",
        &[
            (BSN, &[stay("2023-02-01", Some("2023-02-10")), stay("2023-03-01", None)]),
            (OTHER_BSN, &[stay("2023-02-01", None)]),
        ],
    )
}

on_both_engines! {
    async fn a_message_is_recorded_with_everything_it_says(engine) {
        let world = World::open(engine).await;
        let taken = world.take(&two_clients()).await;
        assert_eq!(taken.kind(), proto::IwlzMessageKind::Aw33);
        assert_eq!((taken.office_code.as_str(), taken.agb.as_str(), taken.identification.as_str()), ("5508", AGB, "A1"));
        assert_eq!((taken.clients, taken.allocations, taken.starts, taken.mutations), (2, 3, 0, 0));
        assert_eq!(rows(&world).await, (1, 2, 3, 0, 0));
        let mut client = testing::client(1, bsn(BSN));
        client.starts.extend(testing::start_of(&stay("2023-02-01", None), day("2023-02-02")));
        let began = world.take(&message(MessageKind::Aw35, "M1", &[client])).await;
        assert_eq!((began.kind(), began.starts), (proto::IwlzMessageKind::Aw35, 1));
        let mut client = testing::client(1, bsn(BSN));
        client.mutations.extend(testing::mutation_of(&stay("2023-02-01", None), MutationCode::EndedClose, day("2023-02-09")));
        let ended = world.take(&message(MessageKind::Aw39, "M2", &[client])).await;
        assert_eq!((ended.kind(), ended.mutations), (proto::IwlzMessageKind::Aw39, 1));
        assert_eq!(rows(&world).await, (3, 2, 3, 1, 1));
    }

    async fn the_same_message_again_gets_the_same_answer_and_changes_nothing(engine) {
        let world = World::open(engine).await;
        let first = world.import(&two_clients()).await.unwrap();
        world.clock.advance(chrono::TimeDelta::days(1));
        assert_eq!(world.import(&two_clients()).await.unwrap(), first);
        assert_eq!(rows(&world).await, (1, 2, 3, 0, 0));
        // Another office keeps its own.
        let elsewhere = world.import_for("cz", AGB, &two_clients()).await.unwrap();
        assert_ne!(elsewhere.message.unwrap().message_id, first.message.unwrap().message_id);
    }

    async fn an_identification_stands_for_one_message(engine) {
        let world = World::open(engine).await;
        world.take(&two_clients()).await;
        let other = aw33("A1", &[(BSN, &[stay("2023-02-01", None)])]);
        let status = world.import(&other).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "IDENTIFICATION_REUSED".to_owned()));
        assert_eq!(rows(&world).await, (1, 2, 3, 0, 0));
        // That of another sender is another's.
        let mut client = testing::client(1, bsn(BSN));
        client.starts.extend(testing::start_of(&stay("2023-02-01", None), day("2023-02-02")));
        world.take(&message(MessageKind::Aw35, "A1", &[client])).await;
    }

    async fn a_request_that_is_sent_again_is_answered_again(engine) {
        let world = World::open(engine).await;
        let request = proto::ImportIwlzRequest {
            request_id: world.request_id(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            message: two_clients(),
        };
        let first = world.client().import_iwlz(request.clone()).await.unwrap().into_inner();
        assert_eq!(world.client().import_iwlz(request.clone()).await.unwrap().into_inner(), first);
        let other = proto::ImportIwlzRequest { message: aw33("A2", &[(BSN, &[stay("2023-02-01", None)])]), ..request };
        let status = world.client().import_iwlz(other).await.unwrap_err();
        assert_eq!(refused(&status), (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned()));
    }

    async fn a_message_that_is_wrong_is_told_all_of_it_and_leaves_nothing(engine) {
        let world = World::open(engine).await;
        let text = String::from_utf8(two_clients()).unwrap();
        let text = text.replace(OTHER_BSN, "111222334").replace("<m:Zorgkantoor>5508", "<m:Zorgkantoor>5522");
        let answer = world.import(text.as_bytes()).await.unwrap();
        assert_eq!((answer.message, answer.total_faults), (None, 4));
        let faults: Vec<(i32, &str)> =
            answer.faults.iter().map(|fault| (fault.client, fault.path.rsplit('/').next().unwrap())).collect();
        assert_eq!(faults, [(1, "Zorgkantoor"), (1, "Zorgkantoor"), (2, "Bsn"), (2, "Zorgkantoor")]);
        let wrong = &answer.faults[2];
        assert_eq!((wrong.path.as_str(), wrong.problem.as_str()), ("Bericht/Clienten/Client[2]/Bsn", "BSN: fails the eleven test"));
        let place = text.find("<m:Bsn>111222334").unwrap();
        assert_eq!((wrong.byte_offset, wrong.line), (place as i64, text[..place].lines().count() as i64));
        assert_eq!(rows(&world).await, (0, 0, 0, 0, 0));
        // What is too large is told as well, as long as it is let in at all.
        let mut large = two_clients();
        large.resize(MAX_BYTES + 1, b' ');
        let answer = world.import(&large).await.unwrap();
        assert!(answer.faults[0].problem.contains("larger than 5242880 bytes"), "{answer:?}");
    }

    async fn wrong_fields_are_all_named(engine) {
        let world = World::open(engine).await;
        let request = proto::ImportIwlzRequest { request_id: "1".to_owned(), agb: "x".to_owned(), ..Default::default() };
        let status = world.client().import_iwlz(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office", "agb"]);
        let status = world.import_for("vgz", OTHER_AGB, &two_clients()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["agb"]);
        let request = proto::ListAllocationsRequest {
            agb: "x".to_owned(),
            care_date: Some(contract::common::Date { year: 2023, month: 2, day: 30 }),
            page_token: "zz".to_owned(),
            ..Default::default()
        };
        let status = world.client().list_allocations(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "agb", "care_date", "page_token"]);
    }

    async fn two_at_once_are_recorded_one_after_the_other(engine) {
        let world = World::open(engine).await;
        let mut imports = Vec::new();
        for number in 0..8 {
            let request = proto::ImportIwlzRequest {
                request_id: world.request_id(),
                office: "vgz".to_owned(),
                agb: AGB.to_owned(),
                // Every message comes twice.
                message: aw33(&format!("A{}", number / 2), &[(BSN, &[stay("2023-02-01", None)])]),
            };
            let mut client = world.client();
            imports.push(tokio::spawn(async move { client.import_iwlz(request).await.unwrap().into_inner() }));
        }
        let mut ids = Vec::new();
        for import in imports {
            ids.push(import.await.unwrap().message.unwrap().message_id);
        }
        assert!(ids.chunks(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
        assert_eq!(rows(&world).await, (4, 1, 4, 0, 0));
        assert_eq!(world.listed(|_| {}).await.len(), 1);
    }

    async fn no_citizen_service_number_and_no_name_is_on_disk(engine) {
        let world = World::open(engine).await;
        world.take(&two_clients()).await;
        let mut tx = world.db.read().await.unwrap();
        let (client,) = fetch_one!(tx, "SELECT MIN(client) FROM iwlz_client" => (String,)).unwrap();
        assert_eq!(client.len(), 22);
        let (person, agb) = fetch_one!(tx, "SELECT MIN(person), MIN(agb) FROM allocation" => (String, String)).unwrap();
        assert!(person != BSN && person != OTHER_BSN && agb == AGB);
        let (reply,) = fetch_one!(tx, "SELECT COUNT(*) FROM request" => (i64,)).unwrap();
        assert_eq!(reply, 1);
    }
}
