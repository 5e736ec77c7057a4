use contract::{
    common::Sector,
    registration::{self as proto, Category, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{contents::*, support::*};

on_both_engines! {
    async fn a_registration_is_received_and_stamped(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let draft = world.create(world.creation(&round.round_id, content.clone())).await.unwrap();
        world.clock.advance(chrono::TimeDelta::minutes(5));
        let request = proto::SubmitRegistrationRequest {
            request_id: world.request_id(),
            registration_id: draft.registration_id.clone(),
        };
        let received = world.client().submit_registration(request.clone()).await.unwrap().into_inner().registration.unwrap();
        let expected = proto::Registration {
            state: RegistrationState::Submitted.into(),
            received_time: received.received_time,
            ..draft
        };
        assert_eq!(received, expected);
        assert_eq!(received.received_time.unwrap().seconds, utc("2021-07-16 10:05:00").timestamp());
        assert_eq!((received.content.as_ref(), received.category()), (Some(&content), Category::Unspecified));
        assert!(received.reasons.is_empty() && received.waits.is_empty() && received.decision_id.is_empty());

        // Sent again an hour later it is the same receipt.
        world.clock.advance(chrono::TimeDelta::hours(1));
        let replay = world.client().submit_registration(request.clone()).await.unwrap().into_inner().registration.unwrap();
        assert_eq!(replay, received);
        let other = proto::SubmitRegistrationRequest { registration_id: "other".to_owned(), ..request };
        let status = world.client().submit_registration(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
        assert_eq!(world.get(&received.registration_id).await, received);
    }

    async fn a_registration_needs_a_round_and_a_provider_on_record(engine) {
        let mut world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let status = world.create(world.creation("nowhere", content.clone())).await.unwrap_err();
        assert_eq!(status.message(), "round nowhere is not on record");
        let status = world.create(world.creation(&round.round_id, content)).await.unwrap_err();
        assert_eq!(status.message(), "provider 41410001 is not on record");
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));

        let get = proto::GetRegistrationRequest { registration_id: "nowhere".to_owned() };
        assert_eq!(world.client.get_registration(get).await.unwrap_err().code(), Code::NotFound);
        let list = proto::ListRegistrationsRequest { round_id: "nowhere".to_owned(), ..Default::default() };
        assert_eq!(world.client.list_registrations(list).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(world.assess("nowhere").await.unwrap_err().code(), Code::NotFound);
        assert_eq!(world.submit("nowhere").await.unwrap_err().code(), Code::NotFound);
    }

    async fn every_wrong_field_of_a_call_about_one_is_named(engine) {
        let mut world = World::open(engine).await;
        let both = ["request_id", "registration_id"];
        let status = world.client.assess_registration(proto::AssessRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), both);
        let status = world.client.submit_registration(proto::SubmitRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), both);
        let status = world.client.get_registration(proto::GetRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["registration_id"]);
        let status = world.client.check_registration(proto::CheckRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["registration_id"]);
        let list = proto::ListRegistrationsRequest { page_size: -1, ..Default::default() };
        let status = world.client.list_registrations(list).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["round_id", "page_size"]);
    }

    async fn a_provider_registers_once_per_round_whatever_became_of_it(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let other = world.round("vgz", Sector::Vv, 2022).await;
        let content = empty(world.content(&round, Category::New));
        let first = world.create(world.creation(&round.round_id, content.clone())).await.unwrap();
        world.register(world.creation(&other.round_id, empty(world.content(&other, Category::New)))).await;
        let again = async || {
            let status = world.create(world.creation(&round.round_id, content.clone())).await.unwrap_err();
            assert_eq!(refused(&status), reason(Code::AlreadyExists, "ALREADY_EXISTS"));
        };
        again().await;
        world.submit(&first.registration_id).await.unwrap();
        again().await;
        let refusal = world.assess(&first.registration_id).await.unwrap();
        assert_eq!(refusal.state(), RegistrationState::NotConsidered);
        again().await;

        let list = proto::ListRegistrationsRequest { round_id: round.round_id.clone(), ..Default::default() };
        let found = world.client().list_registrations(list).await.unwrap().into_inner().registrations;
        assert_eq!(found, [refusal]);
    }

    async fn of_registrations_at_once_one_is_begun(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let create = || world.create(world.creation(&round.round_id, content.clone()));
        let (one, two, three) = tokio::join!(create(), create(), create());
        let codes: Vec<Code> = [one, two, three].into_iter().filter_map(Result::err).map(|status| status.code()).collect();
        assert_eq!(codes, [Code::AlreadyExists, Code::AlreadyExists]);
    }

    async fn registrations_come_in_pages_per_round(engine) {
        let mut world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let mut begun = Vec::new();
        for number in 1..=5 {
            let agb = format!("4141000{number}");
            world.provider(&agb).await;
            let products = vec![format!("Z{number}"), "H300".to_owned()];
            let content = proto::Content { products, ..world.content(&round, Category::ExistingRunning) };
            let request = proto::CreateRegistrationRequest { agb, ..world.creation(&round.round_id, content) };
            // Drafts and what was received are all in the list.
            begun.push(if number % 2 == 0 { world.create(request).await.unwrap() } else { world.register(request).await });
        }
        begun[4] = world.assess(&begun[4].registration_id).await.unwrap();
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
        assert_eq!(found, begun);
    }
}
