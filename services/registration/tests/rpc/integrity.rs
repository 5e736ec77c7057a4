//! The integrity test (REG-13): screening is asked, and registration knows the result only.

use contract::{
    common::Sector,
    registration::{
        self as proto, Category, Ground, IntegrityResult, Judgement, Position, RegistrationState, Wait, event::Fact,
    },
};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

impl World {
    async fn ask_integrity(&self, id: &str) -> Result<i32, Status> {
        let request = proto::AskIntegrityRequest {
            request_id: self.request_id(),
            registration_id: id.to_owned(),
            due_date: Some(date("2023-07-01")),
        };
        Ok(self.client().ask_integrity(request).await?.into_inner().people)
    }

    /// What screening answers, not sent yet.
    fn result(&self, id: &str, result: IntegrityResult) -> proto::RecordIntegrityRequest {
        let condition =
            proto::IntegrityCondition { text: "a report each quarter".to_owned(), due_date: Some(date("2024-04-01")) };
        proto::RecordIntegrityRequest {
            request_id: self.request_id(),
            registration_id: id.to_owned(),
            result: result.into(),
            conditions: if result == IntegrityResult::Conditions { vec![condition] } else { Vec::new() },
            reference: "file 17".to_owned(),
        }
    }

    /// Asks for the integrity test and records its result.
    pub async fn integrity(&self, id: &str, result: IntegrityResult) {
        self.ask_integrity(id).await.unwrap();
        self.client().record_integrity(self.result(id, result)).await.unwrap();
    }

    /// A registration for home care by a provider with a running agreement.
    async fn home_care(&self) -> String {
        self.provider(AGB).await;
        self.agreement_of(AGB, ("vgz", Sector::HomeCare), ("2021-01-01", None), None).await;
        let round = self.round("vgz", Sector::HomeCare, 2024).await;
        self.clock.set(utc("2023-06-01 10:00:00"));
        let content = self.content(&round, Category::ExistingRunning);
        self.register(self.creation(&round.round_id, content)).await.registration_id
    }

    async fn person(&self, name: &str, first: &str, last: Option<&str>) -> String {
        let person = proto::Person {
            person_id: String::new(),
            position: Position::BoardMember.into(),
            name: name.to_owned(),
            birth_date: Some(date("1970-01-01")),
            period: period(first, last),
        };
        let request = proto::RecordPersonRequest {
            request_id: self.request_id(),
            office: "vgz".to_owned(),
            agb: AGB.to_owned(),
            person: Some(person),
        };
        self.client().record_person(request).await.unwrap().into_inner().person_id
    }
}

fn waits(registration: &proto::Registration) -> Vec<(Wait, &str)> {
    registration.waits.iter().map(|waiting| (waiting.wait(), waiting.subject.as_str())).collect()
}

on_both_engines! {
    async fn reg_13_home_care_waits_for_the_test_asked_or_not(engine) {
        let world = World::open(engine).await;
        let id = world.home_care().await;
        for asked in [false, true] {
            if asked {
                assert_eq!(world.ask_integrity(&id).await.unwrap(), 0);
            }
            // Pending is where a registration stands, not an error.
            let waiting = world.assess(&id).await.unwrap();
            assert_eq!((waiting.state(), waiting.category()), (RegistrationState::InAssessment, Category::ExistingRunning));
            assert_eq!(waits(&waiting), [(Wait::Integrity, AGB)], "{asked}");
        }
        world.client().record_integrity(world.result(&id, IntegrityResult::NoObjection)).await.unwrap();
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
    }

    async fn reg_13_conditions_pass_and_an_objection_blocks_home_care(engine) {
        for (result, wanted) in [
            (IntegrityResult::Conditions, RegistrationState::Admissible),
            (IntegrityResult::Objection, RegistrationState::Rejected),
        ] {
            let world = World::open(engine).await;
            let id = world.home_care().await;
            world.integrity(&id, result).await;
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(assessed.state(), wanted, "{result:?}");
            if wanted == RegistrationState::Rejected {
                let reason = &assessed.reasons[0];
                assert_eq!((reason.rule_id.as_str(), reason.code.as_str(), reason.ground()), ("REG-13", "integrity_objection", Ground::Integrity));
                assert_eq!((assessed.reasons.len(), reason.subject.as_str()), (1, AGB));
            }
        }
    }

    async fn reg_13_under_the_wlz_the_office_weighs_an_objection(engine) {
        for (judgement, wanted) in
            [(Judgement::Positive, RegistrationState::Admissible), (Judgement::Negative, RegistrationState::Rejected)]
        {
            let world = World::open(engine).await;
            let id = world.registered(Category::ExistingRunning, |content| content).await;
            // The test need not be asked there; once it is, it is waited for.
            world.ask_integrity(&id).await.unwrap();
            assert_eq!(waits(&world.assess(&id).await.unwrap()), [(Wait::Integrity, AGB)]);
            world.client().record_integrity(world.result(&id, IntegrityResult::Objection)).await.unwrap();
            assert_eq!(waits(&world.assess(&id).await.unwrap()), [(Wait::Judgement, "integrity")]);
            world.judge(&id, "integrity", judgement).await.unwrap();
            assert_eq!(world.assess(&id).await.unwrap().state(), wanted);
        }
    }

    async fn reg_13_a_newer_answer_holds_instead(engine) {
        let world = World::open(engine).await;
        let id = world.home_care().await;
        world.integrity(&id, IntegrityResult::Objection).await;
        world.client().record_integrity(world.result(&id, IntegrityResult::NoObjection)).await.unwrap();
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
    }

    async fn reg_13_screening_is_asked_for_the_people_of_that_day_by_their_ids(engine) {
        let mut world = World::open(engine).await;
        let id = world.home_care().await;
        let here = world.person("A. Jansen", "2010-01-01", None).await;
        world.person("B. de Vries", "2010-01-01", Some("2023-05-31")).await;
        let last_day = world.person("C. Smit", "2010-01-01", Some("2023-06-01")).await;
        assert_eq!(world.ask_integrity(&id).await.unwrap(), 2);
        let progress = world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        let watch = proto::WatchRequest { after_sequence: progress.last_sequence - 1, ..Default::default() };
        let mut events = world.client.watch(watch).await.unwrap().into_inner();
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), events.next()).await.unwrap();
        let event = next.unwrap().unwrap().event.unwrap();
        assert_eq!(event.office, "vgz");
        let Some(Fact::IntegrityAsked(mut asked)) = event.fact else { panic!("{event:?}") };
        asked.person_ids.sort();
        let mut person_ids = vec![here, last_day];
        person_ids.sort();
        let due_date = Some(date("2023-07-01"));
        assert_eq!(asked, proto::IntegrityAsked { registration_id: id, agb: AGB.to_owned(), person_ids, due_date });
    }

    async fn an_answer_needs_a_question_and_a_result(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.ask_integrity(proto::AskIntegrityRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "due_date"]);
        let status = world.client.record_integrity(proto::RecordIntegrityRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "result", "reference"]);
        let id = world.home_care().await;
        let request = world.result(&id, IntegrityResult::NoObjection);
        let status = world.client.record_integrity(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "INTEGRITY_NOT_ASKED"));
        world.ask_integrity(&id).await.unwrap();
        let condition = proto::IntegrityCondition { text: String::new(), due_date: None };
        for (result, conditions, wanted) in [
            (IntegrityResult::Pending, vec![], vec!["result"]),
            (IntegrityResult::Conditions, vec![], vec!["conditions"]),
            (IntegrityResult::NoObjection, world.result(&id, IntegrityResult::Conditions).conditions, vec!["conditions"]),
            (IntegrityResult::Conditions, vec![condition], vec!["conditions[0].text", "conditions[0].due_date"]),
        ] {
            let request = proto::RecordIntegrityRequest { conditions, ..world.result(&id, result) };
            let status = world.client.record_integrity(request).await.unwrap_err();
            assert_eq!(wrong_fields(&status), wanted, "{result:?}");
        }
        assert_eq!(world.ask_integrity("nowhere").await.unwrap_err().code(), Code::NotFound);
        world.client().record_integrity(world.result(&id, IntegrityResult::NoObjection)).await.unwrap();
        world.assess(&id).await.unwrap();
        let status = world.ask_integrity(&id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
    }
}
