//! A registration grows as a draft: each change names the version it replaces.

use contract::{
    common::Sector,
    registration::{self as proto, Category, RegistrationState, answer::Value},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{contents::*, support::*};

async fn draft(world: &World) -> proto::Registration {
    world.provider(AGB).await;
    let round = world.round("vgz", Sector::Gz, 2022).await;
    let content = empty(world.content(&round, Category::New));
    world.create(world.creation(&round.round_id, content)).await.unwrap()
}

fn update(world: &World, draft: &proto::Registration, content: proto::Content) -> proto::UpdateRegistrationRequest {
    proto::UpdateRegistrationRequest {
        request_id: world.request_id(),
        registration_id: draft.registration_id.clone(),
        version: draft.version,
        content: Some(content),
    }
}

async fn updated(world: &World, request: proto::UpdateRegistrationRequest) -> Result<proto::Registration, Status> {
    Ok(world.client().update_registration(request).await?.into_inner().registration.unwrap())
}

on_both_engines! {
    async fn a_draft_says_what_it_was_last_told(engine) {
        let world = World::open(engine).await;
        let first = draft(&world).await;
        assert_eq!((first.version, first.state()), (1, RegistrationState::Draft));
        assert_eq!((first.received_time, first.decision_id.as_str()), (None, ""));
        let content = proto::Content {
            products: vec!["Z073".to_owned()],
            start_date: Some(date("2022-03-01")),
            documents: vec![document("organogram"), document("statutes")],
            subcontractors: vec![proto::Subcontractor {
                name: "De Es".to_owned(),
                kvk: "87654321".to_owned(),
                share_percent: Some(contract::common::Decimal { value: "12.5".to_owned() }),
                self_employed: true,
            }],
            ..first.content.clone().unwrap()
        };
        let content = with(content, "organogram", "describes", Value::List(proto::Texts { values: vec!["board".to_owned()] }));
        let request = update(&world, &first, content.clone());
        let second = updated(&world, request.clone()).await.unwrap();
        let expected = proto::Registration { version: 2, content: Some(content), ..first.clone() };
        assert_eq!(second, expected);
        assert_eq!(world.get(&first.registration_id).await, expected);
        // Sent again it is one change.
        assert_eq!(updated(&world, request).await.unwrap(), second);
        assert_eq!(world.get(&first.registration_id).await.version, 2);
    }

    async fn who_changes_another_version_than_the_newest_is_told_so(engine) {
        let world = World::open(engine).await;
        let first = draft(&world).await;
        let content = first.content.clone().unwrap();
        let second = updated(&world, update(&world, &first, content.clone())).await.unwrap();
        for version in [1, 3] {
            let stale = proto::Registration { version, ..first.clone() };
            let status = updated(&world, update(&world, &stale, content.clone())).await.unwrap_err();
            assert_eq!(refused(&status), reason(Code::Aborted, "REGISTRATION_CHANGED"));
            assert!(status.message().contains("version 2"), "{status}");
        }
        assert_eq!(world.get(&first.registration_id).await, second);
    }

    async fn of_changes_of_a_version_at_once_one_is_made(engine) {
        let world = World::open(engine).await;
        let first = draft(&world).await;
        let change = |product: &str| {
            let content = proto::Content { products: vec![product.to_owned()], ..first.content.clone().unwrap() };
            updated(&world, update(&world, &first, content))
        };
        let (one, two, three) = tokio::join!(change("Z1"), change("Z2"), change("Z3"));
        let (made, refusals): (Vec<_>, Vec<_>) = [one, two, three].into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refusals.len()), (1, 2));
        for refusal in refusals {
            assert_eq!(refused(&refusal.unwrap_err()), reason(Code::Aborted, "REGISTRATION_CHANGED"));
        }
        assert_eq!(world.get(&first.registration_id).await, made.into_iter().next().unwrap().unwrap());
    }

    async fn a_draft_is_submitted_once_and_not_changed_after(engine) {
        let world = World::open(engine).await;
        let first = draft(&world).await;
        let received = world.submit(&first.registration_id).await.unwrap();
        assert_eq!((received.state(), received.version), (RegistrationState::Submitted, 1));
        world.clock.advance(chrono::TimeDelta::hours(1));
        let status = world.submit(&first.registration_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_SUBMITTED"));
        let content = first.content.clone().unwrap();
        let status = updated(&world, update(&world, &first, content.clone())).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_SUBMITTED"));
        assert_eq!(world.get(&first.registration_id).await, received);
        world.assess(&first.registration_id).await.unwrap();
        let status = updated(&world, update(&world, &first, content)).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_SUBMITTED"));
    }

    async fn reg_05_nothing_is_submitted_before_the_round_opens(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2023).await;
        world.clock.set(utc("2022-06-30 21:59:59"));
        let content = world.content(&round, Category::New);
        let draft = world.create(world.creation(&round.round_id, content)).await.unwrap();
        let status = world.submit(&draft.registration_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "ROUND_NOT_OPEN"));
        assert_eq!(world.get(&draft.registration_id).await, draft);
        world.clock.advance(chrono::TimeDelta::seconds(1));
        assert_eq!(world.submit(&draft.registration_id).await.unwrap().state(), RegistrationState::Submitted);
    }

    async fn a_draft_is_not_assessed_and_nothing_is_looked_into(engine) {
        let world = World::open(engine).await;
        let first = draft(&world).await;
        let status = world.assess(&first.registration_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_SUBMITTED"));
        let status = world.interview(&first.registration_id, &[]).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_SUBMITTED"));
        let ask = proto::AskIntegrityRequest {
            request_id: world.request_id(),
            registration_id: first.registration_id.clone(),
            due_date: Some(date("2021-09-01")),
        };
        let status = world.client().ask_integrity(ask).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_SUBMITTED"));
        assert_eq!(world.get(&first.registration_id).await, first);
    }

    async fn a_change_names_a_draft_and_every_wrong_field(engine) {
        let world = World::open(engine).await;
        let status = updated(&world, proto::UpdateRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "version", "content"]);
        let first = draft(&world).await;
        let content = first.content.clone().unwrap();
        let nowhere = proto::Registration { registration_id: "nowhere".to_owned(), ..first.clone() };
        let status = updated(&world, update(&world, &nowhere, content.clone())).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
        let unknown = proto::Content { modules: vec!["zzp".to_owned()], documents: vec![document("diploma")], ..content };
        let status = updated(&world, update(&world, &first, unknown)).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["content.modules[0]", "content.documents[0].kind"]);
        assert_eq!(world.get(&first.registration_id).await, first);
    }
}
