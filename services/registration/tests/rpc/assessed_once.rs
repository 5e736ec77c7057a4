//! A registration is assessed to an end once, whoever asks and wherever.

use contract::registration::{self as proto, Category};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

on_both_engines! {
    async fn a_registration_is_assessed_to_an_end_once(engine) {
        let world = World::open(engine).await;
        let registration_id = world.registered(Category::ExistingRunning, |content| content).await;
        let assess = || proto::AssessRegistrationRequest {
            request_id: world.request_id(),
            registration_id: registration_id.clone(),
        };
        let request = assess();
        let first = world.client().assess_registration(request.clone()).await.unwrap().into_inner();
        let replay = world.client().assess_registration(request.clone()).await.unwrap().into_inner();
        assert_eq!(replay, first);
        let status = world.client().assess_registration(assess()).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
        let other = proto::AssessRegistrationRequest { registration_id: "other".to_owned(), ..request };
        let status = world.client().assess_registration(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }

    async fn of_assessments_at_once_at_two_replicas_one_decides(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| content).await;
        let (other, _running) = world.replica().await;
        let calls = (0..8).map(|number| {
            let mut client = if number % 2 == 0 { world.client() } else { other.clone() };
            let request = proto::AssessRegistrationRequest { request_id: world.request_id(), registration_id: id.clone() };
            tokio::spawn(async move { client.assess_registration(request).await })
        });
        let calls: Vec<_> = calls.collect();
        let mut decisions = Vec::new();
        for call in calls {
            match call.await.unwrap() {
                Ok(answer) => decisions.push(answer.into_inner().registration.unwrap()),
                Err(status) => {
                    assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
                }
            }
        }
        assert_eq!(decisions, [world.get(&id).await]);
    }

    async fn who_waits_is_assessed_again_until_there_is_an_end(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        let waiting = world.assess(&id).await.unwrap();
        let again = world.assess(&id).await.unwrap();
        assert_eq!((again.waits.as_slice(), again.state()), (waiting.waits.as_slice(), waiting.state()));
        assert_ne!(again.decision_id, waiting.decision_id, "each is a decision of its own");
        world.interview(&id, &[]).await.unwrap();
        let end = world.assess(&id).await.unwrap();
        assert!(end.waits.is_empty());
        let status = world.assess(&id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
        // What came to another end before stays to be explained.
        for decision_id in [&waiting.decision_id, &again.decision_id, &end.decision_id] {
            assert!(!world.explained(decision_id).await.steps.is_empty());
        }
    }
}
