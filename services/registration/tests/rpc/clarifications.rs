//! Clarifications are asked, and answered once and in time (REG-07).

use contract::registration::{self as proto, Category, Concern, RegistrationState, Wait, answer::Value};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{contents::*, support::*};

impl World {
    /// Asks for a clarification.
    pub async fn ask(&self, registration_id: &str, concerns: &[Concern]) -> Result<proto::Clarification, Status> {
        let request = proto::AskClarificationRequest {
            request_id: self.request_id(),
            registration_id: registration_id.to_owned(),
            concerns: concerns.iter().map(|concern| *concern as i32).collect(),
            question: "Why?".to_owned(),
            motivation: "as with every provider".to_owned(),
        };
        Ok(self.client().ask_clarification(request).await?.into_inner().clarification.unwrap())
    }

    /// An answer, not sent yet.
    pub fn reply(&self, asked: &proto::Clarification) -> proto::AnswerClarificationRequest {
        proto::AnswerClarificationRequest {
            request_id: self.request_id(),
            clarification_id: asked.clarification_id.clone(),
            answer: "Because of the storm.".to_owned(),
            answers: Vec::new(),
            documents: Vec::new(),
        }
    }

    pub async fn answer(&self, request: proto::AnswerClarificationRequest) -> Result<proto::Clarification, Status> {
        Ok(self.client().answer_clarification(request).await?.into_inner().clarification.unwrap())
    }

    pub async fn clarifications(&self, registration_id: &str) -> Vec<proto::Clarification> {
        let request = proto::ListClarificationsRequest { registration_id: registration_id.to_owned() };
        self.client().list_clarifications(request).await.unwrap().into_inner().clarifications
    }
}

on_both_engines! {
    async fn reg_07_a_clarification_is_due_at_the_end_of_the_fifth_working_day(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        // A Monday: it can be answered until the end of the Monday after.
        world.clock.set(utc("2021-08-02 08:00:00"));
        let asked = world.ask(&id, &[Concern::Unclear]).await.unwrap();
        assert_eq!(asked.registration_id, id);
        assert_eq!(asked.asked_time.unwrap().seconds, utc("2021-08-02 08:00:00").timestamp());
        assert_eq!(asked.due_time.unwrap().seconds, utc("2021-08-09 21:59:59").timestamp());
        assert_eq!((asked.answered_time, asked.answer.as_str()), (None, ""));
        assert_eq!((asked.question.as_str(), asked.motivation.as_str()), ("Why?", "as with every provider"));
        assert_eq!(world.clarifications(&id).await, std::slice::from_ref(&asked));
        let steps = world.explained(&asked.decision_id).await.steps;
        assert_eq!((steps.len(), steps[0].rule_id.as_str()), (1, "REG-07"));
        assert!(steps[0].text_nl.contains("9 augustus 2021"), "{}", steps[0].text_nl);

        let days = |text: &str| inside(text, "clarification_days", "value = 5", "value = 2");
        let world = world.again_with_rules(days).await;
        let asked = world.ask(&id, &[Concern::Unclear]).await.unwrap();
        assert_eq!(asked.due_time.unwrap().seconds, utc("2021-08-04 21:59:59").timestamp());
    }

    async fn reg_07_while_it_can_be_answered_the_assessment_waits(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| content).await;
        let (first, second) = (world.ask(&id, &[Concern::Unclear]).await.unwrap(), world.ask(&id, &[Concern::Late]).await.unwrap());
        let ids = |clarifications: &[proto::Clarification]| {
            let mut ids: Vec<String> = clarifications.iter().map(|one| one.clarification_id.clone()).collect();
            ids.sort();
            ids
        };
        let waits = |registration: &proto::Registration| {
            assert_eq!(registration.state(), RegistrationState::InAssessment);
            assert!(registration.waits.iter().all(|waiting| waiting.wait() == Wait::Clarification));
            let mut ids: Vec<String> = registration.waits.iter().map(|waiting| waiting.subject.clone()).collect();
            ids.sort();
            ids
        };
        assert_eq!(waits(&world.assess(&id).await.unwrap()), ids(&[first.clone(), second.clone()]));
        world.answer(world.reply(&first)).await.unwrap();
        assert_eq!(waits(&world.assess(&id).await.unwrap()), ids(std::slice::from_ref(&second)));
        world.answer(world.reply(&second)).await.unwrap();
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
        assert_eq!(ids(&world.clarifications(&id).await), ids(&[first, second]));
    }

    async fn reg_07_an_answer_is_given_once(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| without(content, "statutes")).await;
        let asked = world.ask(&id, &[Concern::Incomplete]).await.unwrap();
        world.clock.advance(chrono::TimeDelta::hours(1));
        let statutes = proto::Document { answers: vec![answer("current", Value::Yes(true))], ..document("statutes") };
        let request = proto::AnswerClarificationRequest {
            answers: vec![answer("meets_law", Value::Yes(true))],
            documents: vec![statutes.clone()],
            ..world.reply(&asked)
        };
        let answered = world.answer(request.clone()).await.unwrap();
        let expected = proto::Clarification {
            answered_time: answered.answered_time,
            answer: "Because of the storm.".to_owned(),
            answers: vec![answer("meets_law", Value::Yes(true))],
            documents: vec![statutes],
            ..asked.clone()
        };
        assert_eq!(answered, expected);
        assert_eq!(answered.answered_time.unwrap().seconds, utc("2021-07-16 11:00:00").timestamp());
        assert_eq!(world.answer(request).await.unwrap(), answered);
        let status = world.answer(world.reply(&asked)).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "CLARIFICATION_ANSWERED"));
        assert_eq!(world.clarifications(&id).await, [answered]);
        // What the registration itself says stays as it was.
        assert!(!world.get(&id).await.content.unwrap().documents.iter().any(|document| document.kind == "statutes"));
    }

    async fn reg_07_the_last_moment_is_in_time_and_the_next_is_not(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| content).await;
        world.clock.set(utc("2021-08-02 08:00:00"));
        let (first, second) = (world.ask(&id, &[Concern::Unclear]).await.unwrap(), world.ask(&id, &[Concern::Unclear]).await.unwrap());
        world.clock.set(utc("2021-08-09 21:59:59"));
        world.answer(world.reply(&first)).await.unwrap();
        world.clock.advance(chrono::TimeDelta::seconds(1));
        let status = world.answer(world.reply(&second)).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "CLARIFICATION_TOO_LATE"));
        let unanswered = world.clarifications(&id).await.into_iter().filter(|one| one.answered_time.is_none());
        assert_eq!(unanswered.map(|one| one.clarification_id).collect::<Vec<_>>(), [second.clarification_id]);
    }

    async fn of_answers_at_once_one_is_taken(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        let asked = world.ask(&id, &[Concern::Unclear]).await.unwrap();
        let (one, two, three) = tokio::join!(
            world.answer(world.reply(&asked)),
            world.answer(world.reply(&asked)),
            world.answer(world.reply(&asked)),
        );
        let refusals: Vec<_> = [one, two, three].into_iter().filter_map(Result::err).map(|status| refused(&status)).collect();
        let wanted = reason(Code::FailedPrecondition, "CLARIFICATION_ANSWERED");
        assert_eq!(refusals, [wanted.clone(), wanted]);
    }

    async fn every_wrong_field_of_a_clarification_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.ask_clarification(proto::AskClarificationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "concerns", "question", "motivation"]);
        let status = world.client.answer_clarification(proto::AnswerClarificationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "clarification_id", "answer"]);
        let status = world.client.list_clarifications(proto::ListClarificationsRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["registration_id"]);

        let id = world.registered(Category::New, |content| content).await;
        let status = world.ask(&id, &[Concern::Late, Concern::Unspecified, Concern::Late]).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["concerns[1]", "concerns[2]"]);
        let asked = world.ask(&id, &[Concern::Unclear]).await.unwrap();
        let unknown = proto::AnswerClarificationRequest {
            answers: vec![answer("colour", Value::Yes(true)), answer("meets_law", Value::Text("yes".to_owned()))],
            documents: vec![document("diploma"), proto::Document { answers: vec![answer("issued", Value::Yes(true))], ..document("kvk_extract") }],
            ..world.reply(&asked)
        };
        let status = world.answer(unknown).await.unwrap_err();
        let expected = ["answers[colour]", "answers[meets_law]", "documents[0].kind", "documents[1].answers[issued]"];
        assert_eq!(wrong_fields(&status), expected);
        assert_eq!(world.clarifications(&id).await, [asked]);
    }

    async fn a_clarification_is_of_a_registration_that_waits_for_its_assessment(engine) {
        let world = World::open(engine).await;
        assert_eq!(world.ask("nowhere", &[Concern::Late]).await.unwrap_err().code(), Code::NotFound);
        let nothing = proto::Clarification { clarification_id: "nothing".to_owned(), ..Default::default() };
        assert_eq!(world.answer(world.reply(&nothing)).await.unwrap_err().code(), Code::NotFound);
        let list = proto::ListClarificationsRequest { registration_id: "nowhere".to_owned() };
        assert_eq!(world.client().list_clarifications(list).await.unwrap_err().code(), Code::NotFound);
        let registration = world.admissible().await;
        let status = world.ask(&registration.registration_id, &[Concern::Late]).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
        assert_eq!(world.clarifications(&registration.registration_id).await, []);
    }
}
