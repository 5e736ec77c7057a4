//! The interview with the board of a new provider (REG-09).

use contract::registration::{self as proto, Category, Ground, InterviewGround, RegistrationState, Wait};
use testkit::on_both_engines;
use tonic::Code;

use crate::{contents::*, support::*};

on_both_engines! {
    async fn reg_06_reg_09_a_new_provider_waits_for_its_interview(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        let waiting = world.assess(&id).await.unwrap();
        assert_eq!(waiting.state(), RegistrationState::InAssessment);
        let waits: Vec<(Wait, &str)> = waiting.waits.iter().map(|waiting| (waiting.wait(), waiting.subject.as_str())).collect();
        assert_eq!(waits, [(Wait::Interview, AGB)]);
        assert_eq!(world.get(&id).await, waiting);
        world.interview(&id, &[]).await.unwrap();
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!((assessed.state(), assessed.waits.len()), (RegistrationState::Admissible, 0));
    }

    async fn reg_09_each_ground_of_an_interview_is_a_reason_to_reject(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        world.interview(&id, &[InterviewGround::Finances, InterviewGround::Other]).await.unwrap();
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!(assessed.state(), RegistrationState::Rejected);
        let told: Vec<(&str, &str, Ground)> = assessed.reasons.iter()
            .map(|reason| (reason.rule_id.as_str(), reason.code.as_str(), reason.ground()))
            .collect();
        assert_eq!(told, [("REG-09", "finances", Ground::Interview), ("REG-09", "other", Ground::Interview)]);
        assert_eq!(world.get(&id).await, assessed);
    }

    async fn reg_09_a_newer_interview_holds_instead(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        world.interview(&id, &[InterviewGround::Plan]).await.unwrap();
        world.interview(&id, &[]).await.unwrap();
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
    }

    async fn reg_06_an_interview_is_not_looked_at_before_the_rest_is_right(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| without(content, "organogram")).await;
        world.interview(&id, &[InterviewGround::Igj]).await.unwrap();
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!(assessed.state(), RegistrationState::NotConsidered);
        let codes: Vec<&str> = assessed.reasons.iter().map(|reason| reason.code.as_str()).collect();
        assert_eq!(codes, ["organogram"]);
    }

    async fn reg_06_who_is_not_new_needs_no_interview(engine) {
        let world = World::open(engine).await;
        assert_eq!(world.admissible().await.state(), RegistrationState::Admissible);
    }

    async fn every_wrong_field_of_an_interview_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.record_interview(proto::RecordInterviewRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "held_date", "location", "motivation"]);
        let grounds = [InterviewGround::Unspecified, InterviewGround::Plan, InterviewGround::Plan];
        let status = world.interview("nowhere", &grounds).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["grounds[0]", "grounds[2]"]);
        assert_eq!(world.interview("nowhere", &[]).await.unwrap_err().code(), Code::NotFound);
        let id = world.admissible().await.registration_id;
        let status = world.interview(&id, &[]).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
    }
}
