//! What the office finds a document to show holds before what the provider stated (REG-04).

use contract::registration::{self as proto, Category, Concern, RegistrationState, answer::Value};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{contents::*, support::*};

async fn review(world: &World, id: &str, kind: &str, answers: Vec<proto::Answer>) -> Result<(), Status> {
    let request = proto::ReviewDocumentRequest {
        request_id: world.request_id(),
        registration_id: id.to_owned(),
        kind: kind.to_owned(),
        answers,
        motivation: "read in the document".to_owned(),
    };
    world.client().review_document(request).await.map(drop)
}

fn issued(day: &str) -> Vec<proto::Answer> {
    vec![answer("issued", Value::Date(date(day)))]
}

on_both_engines! {
    async fn reg_04_what_a_document_is_found_to_show_holds_before_what_was_stated(engine) {
        for (found, wanted) in [
            (vec!["2020-07-15"], RegistrationState::NotConsidered),
            // The newest review holds.
            (vec!["2020-07-15", "2020-07-16"], RegistrationState::Admissible),
            (vec!["2020-07-16", "2020-07-15"], RegistrationState::NotConsidered),
        ] {
            let world = World::open(engine).await;
            let id = world.registered(Category::New, |content| content).await;
            world.interview(&id, &[]).await.unwrap();
            for day in &found {
                review(&world, &id, "vog_rp", issued(day)).await.unwrap();
            }
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(assessed.state(), wanted, "{found:?}");
            if wanted == RegistrationState::NotConsidered {
                let reason = &assessed.reasons[0];
                assert_eq!((reason.rule_id.as_str(), reason.code.as_str(), reason.subject.as_str()), ("REG-04", "vog_rp_age", "vog_rp"));
            }
            // What the registration says is not touched.
            let stated = taken(&world.get(&id).await.content.unwrap(), "vog_rp");
            assert!(stated.answers.contains(&answer("issued", Value::Date(date("2021-07-15")))), "{stated:?}");
        }
    }

    async fn reg_04_a_document_that_came_with_a_clarification_is_reviewed_too(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| without(content, "vog_rp")).await;
        world.interview(&id, &[]).await.unwrap();
        let status = review(&world, &id, "vog_rp", issued("2020-07-15")).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["kind"]);
        let asked = world.ask(&id, &[Concern::Incomplete]).await.unwrap();
        let answers = [
            issued("2021-07-01"),
            vec![answer("kind", Value::Text("rechtspersoon".to_owned())), answer("names_procurement", Value::Yes(true))],
        ];
        let vog = proto::Document { answers: answers.concat(), ..document("vog_rp") };
        world.answer(proto::AnswerClarificationRequest { documents: vec![vog], ..world.reply(&asked) }).await.unwrap();
        review(&world, &id, "vog_rp", issued("2020-07-15")).await.unwrap();
        let codes: Vec<String> =
            world.assess(&id).await.unwrap().reasons.into_iter().map(|reason| reason.code).collect();
        assert!(codes.contains(&"vog_rp_age".to_owned()), "{codes:?}");
    }

    async fn every_wrong_field_of_a_review_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.review_document(proto::ReviewDocumentRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "kind", "answers", "motivation"]);
        let id = world.registered(Category::New, |content| content).await;
        let status = review(&world, &id, "diploma", issued("2021-07-01")).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["kind"]);
        let unknown = vec![answer("colour", Value::Yes(true)), answer("issued", Value::Text("July".to_owned()))];
        let status = review(&world, &id, "kvk_extract", unknown).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["answers[colour]", "answers[issued]"]);
        let status = review(&world, "nowhere", "kvk_extract", issued("2021-07-01")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
    }

    async fn what_was_assessed_to_an_end_is_not_reviewed(engine) {
        let world = World::open(engine).await;
        let id = world.admissible().await.registration_id;
        let answers = vec![answer("signed", Value::Yes(false))];
        let status = review(&world, &id, "consent_declaration", answers).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
    }
}
