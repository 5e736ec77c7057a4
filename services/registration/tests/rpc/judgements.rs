//! What the office judges is recorded, never computed (REG-08, REG-14).

use contract::{
    common::Sector,
    registration::{self as proto, Category, Ground, IntegrityResult, Judgement, RegistrationState, Wait},
};
use testkit::on_both_engines;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::*;

impl World {
    /// Records a judgement; a negative one after the provider was heard.
    pub async fn judge(&self, id: &str, subject: &str, judgement: Judgement) -> Result<(), Status> {
        let request = proto::RecordJudgementRequest {
            request_id: self.request_id(),
            registration_id: id.to_owned(),
            subject: subject.to_owned(),
            judgement: judgement.into(),
            motivation: "weighed, improvements included".to_owned(),
            heard_date: (judgement == Judgement::Negative).then(|| date("2021-08-01")),
        };
        self.client().record_judgement(request).await.map(drop)
    }
}

on_both_engines! {
    async fn reg_08_a_negative_judgement_refuses_on_its_own_ground(engine) {
        for (subject, ground) in [
            ("false_data", Ground::FalseData),
            ("doubts", Ground::Doubts),
            ("exclusion_ground", Ground::Exclusion),
            ("suitability", Ground::Suitability),
        ] {
            let world = World::open(engine).await;
            let id = world.registered(Category::ExistingRunning, |content| content).await;
            world.judge(&id, subject, Judgement::Positive).await.unwrap();
            world.judge(&id, subject, Judgement::Negative).await.unwrap();
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(assessed.state(), RegistrationState::NotConsidered, "{subject}");
            let told: Vec<(&str, &str, Ground)> = assessed.reasons.iter()
                .map(|reason| (reason.rule_id.as_str(), reason.subject.as_str(), reason.ground()))
                .collect();
            assert_eq!(told, [("REG-08", subject, ground)]);
        }
    }

    async fn reg_08_a_newer_judgement_of_a_subject_holds_instead(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| content).await;
        world.judge(&id, "doubts", Judgement::Negative).await.unwrap();
        world.judge(&id, "doubts", Judgement::Positive).await.unwrap();
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
    }

    async fn reg_14_a_new_provider_of_home_care_waits_for_the_judgement_on_supply(engine) {
        for (judgement, wanted) in
            [(Judgement::Positive, RegistrationState::Admissible), (Judgement::Negative, RegistrationState::NotConsidered)]
        {
            let world = World::open(engine).await;
            world.provider(AGB).await;
            let round = world.round("vgz", Sector::HomeCare, 2024).await;
            world.clock.set(utc("2023-09-08 15:00:00"));
            let content = world.content(&round, Category::New);
            let id = world.register(world.creation(&round.round_id, content)).await.registration_id;
            world.integrity(&id, IntegrityResult::NoObjection).await;
            let waiting = world.assess(&id).await.unwrap();
            assert_eq!((waiting.state(), waiting.category()), (RegistrationState::InAssessment, Category::New));
            let waits: Vec<(Wait, &str)> = waiting.waits.iter().map(|waiting| (waiting.wait(), waiting.subject.as_str())).collect();
            assert_eq!(waits, [(Wait::Judgement, "insufficient_supply")]);
            world.judge(&id, "insufficient_supply", judgement).await.unwrap();
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(assessed.state(), wanted);
            let codes: Vec<&str> = assessed.reasons.iter().map(|reason| reason.code.as_str()).collect();
            assert_eq!(codes, if judgement == Judgement::Negative { vec!["insufficient_supply"] } else { vec![] });
        }
    }

    async fn what_no_requirement_of_the_round_has_to_judge_is_refused_with_what_there_is(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| content).await;
        let status = world.judge(&id, "insufficient_supply", Judgement::Positive).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["subject"]);
        let told = status.get_error_details().bad_request().unwrap().field_violations[0].description.clone();
        for known in ["business_plan", "doubts", "exclusion_ground", "false_data", "integrity", "suitability"] {
            assert!(told.contains(known), "{told}");
        }
        // Weighty reasons are a ground from 2023 on.
        assert!(!told.contains("weighty_reasons"), "{told}");
    }

    async fn reg_08_nobody_is_judged_without_being_heard(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.record_judgement(proto::RecordJudgementRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "subject", "judgement", "motivation"]);
        let id = world.registered(Category::ExistingRunning, |content| content).await;
        let request = proto::RecordJudgementRequest {
            request_id: world.request_id(),
            registration_id: id.clone(),
            subject: "doubts".to_owned(),
            judgement: Judgement::Negative.into(),
            motivation: "weighed".to_owned(),
            heard_date: None,
        };
        let status = world.client.record_judgement(request.clone()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["heard_date"]);
        let impossible = Some(contract::common::Date { year: 2021, month: 2, day: 30 });
        let status = world.client.record_judgement(proto::RecordJudgementRequest { heard_date: impossible, ..request.clone() }).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["heard_date"]);
        // A positive one needs no hearing; a refused request leaves its id free.
        let positive = proto::RecordJudgementRequest { judgement: Judgement::Positive.into(), ..request };
        world.client.record_judgement(positive).await.unwrap();
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
    }

    async fn what_was_assessed_to_an_end_is_not_judged(engine) {
        let world = World::open(engine).await;
        let id = world.admissible().await.registration_id;
        let status = world.judge(&id, "doubts", Judgement::Negative).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
        assert_eq!(world.judge("nowhere", "doubts", Judgement::Positive).await.unwrap_err().code(), Code::NotFound);
    }
}
