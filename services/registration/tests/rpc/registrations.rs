use contract::{
    common::Sector,
    registration::{self as proto, Category, DocumentKind, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

on_both_engines! {
    async fn a_registration_is_received_and_stamped(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let request = world.submission(&round.round_id, &RUNNING);
        let received = world.client.submit_registration(request.clone()).await.unwrap().into_inner().registration.unwrap();
        assert_eq!((received.round_id.as_str(), received.agb.as_str(), received.region.as_str()), (round.round_id.as_str(), AGB, "5508"));
        assert_eq!(received.products, request.products);
        assert_eq!(received.documents, request.documents);
        assert_eq!(received.received_time.unwrap().seconds, utc("2021-07-16 10:00:00").timestamp());
        assert_eq!((received.state(), received.category()), (RegistrationState::Submitted, Category::Unspecified));
        assert!(received.reasons.is_empty() && received.decision_id.is_empty());

        // Sent again an hour later it is the same receipt.
        world.clock.advance(chrono::TimeDelta::hours(1));
        let replay = world.client.submit_registration(request.clone()).await.unwrap().into_inner().registration.unwrap();
        assert_eq!(replay, received);
        let other = proto::SubmitRegistrationRequest { region: "5512".to_owned(), ..request };
        let status = world.client.submit_registration(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));

        let get = proto::GetRegistrationRequest { registration_id: received.registration_id.clone() };
        assert_eq!(world.client.get_registration(get).await.unwrap().into_inner().registration, Some(received));
    }

    async fn a_registration_needs_a_round_and_a_provider_on_record(engine) {
        let mut world = World::open(engine).await;
        let request = world.submission("nowhere", &RUNNING);
        let status = world.client.submit_registration(request).await.unwrap_err();
        assert_eq!(status.message(), "round nowhere is not on record");
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let request = world.submission(&round.round_id, &RUNNING);
        let status = world.client.submit_registration(request).await.unwrap_err();
        assert_eq!(status.message(), "provider 41410001 is not on record");
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));

        let get = proto::GetRegistrationRequest { registration_id: "nowhere".to_owned() };
        assert_eq!(world.client.get_registration(get).await.unwrap_err().code(), Code::NotFound);
        let list = proto::ListRegistrationsRequest { round_id: "nowhere".to_owned(), ..Default::default() };
        assert_eq!(world.client.list_registrations(list).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(world.assess("nowhere").await.unwrap_err().code(), Code::NotFound);
    }

    async fn every_wrong_field_of_a_registration_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.submit_registration(proto::SubmitRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "round_id", "agb", "region", "products"]);
        let request = proto::SubmitRegistrationRequest {
            region: "5522".to_owned(),
            products: ["Z053", "", "Z053", "Z05300"].map(str::to_owned).to_vec(),
            documents: vec![
                document(DocumentKind::Statutes),
                document(DocumentKind::Unspecified),
                proto::Document { kind: 99, content_sha256: vec![1; 31] },
            ],
            ..world.submission("round", &[])
        };
        let status = world.client.submit_registration(request).await.unwrap_err();
        let expected = [
            "region",
            "products[1]",
            "products[2]",
            "products[3]",
            "documents[1].kind",
            "documents[2].kind",
            "documents[2].content_sha256",
        ];
        assert_eq!(wrong_fields(&status), expected);

        let status = world.client.assess_registration(proto::AssessRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id"]);
        let status = world.client.get_registration(proto::GetRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["registration_id"]);
        let list = proto::ListRegistrationsRequest { page_size: -1, ..Default::default() };
        let status = world.client.list_registrations(list).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["round_id", "page_size"]);
    }

    async fn a_provider_registers_once_until_it_was_not_considered(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let other = world.round("vgz", Sector::Vv, 2022).await;
        let first = world.submit(&round.round_id, &[]).await;
        world.submit(&other.round_id, &[]).await;
        let again = world.submission(&round.round_id, &RUNNING);
        let status = world.client.submit_registration(again.clone()).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "ALREADY_EXISTS"));

        let refusal = world.assess(&first.registration_id).await.unwrap();
        assert_eq!(refusal.state(), RegistrationState::NotConsidered);
        let second = world.client.submit_registration(again).await.unwrap().into_inner().registration.unwrap();
        let third = world.submission(&round.round_id, &RUNNING);
        let status = world.client.submit_registration(third).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "ALREADY_EXISTS"));

        let list = proto::ListRegistrationsRequest { round_id: round.round_id, ..Default::default() };
        let found = world.client.list_registrations(list).await.unwrap().into_inner().registrations;
        assert_eq!(found, [refusal, second]);
    }

    async fn of_two_registrations_at_once_one_is_received(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let submit = || {
            let (mut client, request) = (world.client(), world.submission(&round.round_id, &RUNNING));
            async move { client.submit_registration(request).await }
        };
        let (one, two, three) = tokio::join!(submit(), submit(), submit());
        let codes: Vec<Code> = [one, two, three].into_iter().filter_map(Result::err).map(|status| status.code()).collect();
        assert_eq!(codes, [Code::AlreadyExists, Code::AlreadyExists]);
    }

    async fn registrations_come_in_pages_per_round(engine) {
        let mut world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let mut submitted = Vec::new();
        for number in 1..=5 {
            let agb = format!("4141000{number}");
            world.provider(&agb).await;
            let products = vec![format!("Z{number}"), "H300".to_owned()];
            let request = proto::SubmitRegistrationRequest { agb, products, ..world.submission(&round.round_id, &RUNNING) };
            let reply = world.client.submit_registration(request).await.unwrap().into_inner();
            submitted.push(reply.registration.unwrap());
        }
        let (mut found, mut page_token) = (Vec::new(), String::new());
        loop {
            let list = proto::ListRegistrationsRequest { round_id: round.round_id.clone(), page_size: 2, page_token };
            let page = world.client.list_registrations(list).await.unwrap().into_inner();
            found.extend(page.registrations);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(found, submitted);
    }
}
