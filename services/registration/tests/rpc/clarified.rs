//! What the answer to a clarification changes of an assessment (REG-07).

use contract::{
    common::Sector,
    registration::{self as proto, Category, Concern, Ground, RegistrationState, answer::Value},
};
use testkit::on_both_engines;

use crate::{contents::*, support::*};

/// A registration of a provider with a running agreement, received the day after the last one.
async fn late(world: &World) -> String {
    world.provider(AGB).await;
    world.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
    let round = world.round("vgz", Sector::Gz, 2022).await;
    world.clock.set(utc("2021-07-31 09:00:00"));
    let content = world.content(&round, Category::ExistingRunning);
    world.register(world.creation(&round.round_id, content)).await.registration_id
}

fn grounds(registration: &proto::Registration) -> Vec<Ground> {
    registration.reasons.iter().map(|reason| reason.ground()).collect()
}

on_both_engines! {
    async fn reg_07_an_answer_in_time_cures_lateness_only_when_that_was_asked(engine) {
        for (concern, wanted) in [
            (Concern::Late, vec![]),
            (Concern::Incomplete, vec![Ground::Late]),
            (Concern::Unclear, vec![Ground::Late]),
        ] {
            let world = World::open(engine).await;
            let id = late(&world).await;
            let asked = world.ask(&id, &[concern]).await.unwrap();
            world.answer(world.reply(&asked)).await.unwrap();
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(grounds(&assessed), wanted, "{concern:?}");
            let state = if wanted.is_empty() { RegistrationState::Admissible } else { RegistrationState::NotConsidered };
            assert_eq!(assessed.state(), state, "{concern:?}");
            // Both are told: that it was late, and that it counts no more.
            let steps = world.explained(&assessed.decision_id).await.steps;
            assert!(steps.iter().any(|step| step.rule_id == "REG-05" && step.text_nl.contains("Te laat")));
            let cured = steps.iter().any(|step| step.text_nl.contains("niet langer te laat"));
            assert_eq!(cured, wanted.is_empty(), "{concern:?}");
        }
    }

    async fn reg_07_lateness_that_is_not_clarified_in_time_stays(engine) {
        let world = World::open(engine).await;
        let id = late(&world).await;
        let asked = world.ask(&id, &[Concern::Late]).await.unwrap();
        world.clock.advance(chrono::TimeDelta::days(10));
        world.answer(world.reply(&asked)).await.unwrap_err();
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!((assessed.state(), grounds(&assessed)), (RegistrationState::NotConsidered, vec![Ground::Late]));
    }

    async fn reg_03_reg_07_an_answer_with_the_document_cures_incompleteness(engine) {
        for (given, wanted) in [(false, RegistrationState::NotConsidered), (true, RegistrationState::Admissible)] {
            let world = World::open(engine).await;
            let id = world.registered(Category::ExistingRunning, |content| without(content, "consent_declaration")).await;
            let asked = world.ask(&id, &[Concern::Incomplete]).await.unwrap();
            let declaration = proto::Document {
                answers: vec![answer("signed", Value::Yes(true))],
                ..document("consent_declaration")
            };
            let documents = if given { vec![declaration] } else { Vec::new() };
            world.answer(proto::AnswerClarificationRequest { documents, ..world.reply(&asked) }).await.unwrap();
            let assessed = world.assess(&id).await.unwrap();
            assert_eq!(assessed.state(), wanted);
            if !given {
                assert_eq!(assessed.reasons[0].code, "consent_declaration");
            }
        }
    }

    async fn reg_07_what_is_added_is_tested_like_the_rest(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::ExistingRunning, |content| without(content, "consent_declaration")).await;
        let asked = world.ask(&id, &[Concern::Incomplete]).await.unwrap();
        let unsigned = proto::Document { answers: vec![answer("signed", Value::Yes(false))], ..document("consent_declaration") };
        let request = proto::AnswerClarificationRequest { documents: vec![unsigned], ..world.reply(&asked) };
        world.answer(request).await.unwrap();
        let assessed = world.assess(&id).await.unwrap();
        assert_eq!(assessed.reasons[0].code, "consent_declaration_signed");
        assert_eq!(grounds(&assessed), [Ground::Incorrect]);
    }

    async fn reg_07_the_newest_answer_holds_instead_of_the_registration(engine) {
        let world = World::open(engine).await;
        let no = |content| with(content, "registration", "agrees_with_framework", Value::Yes(false));
        let id = world.registered(Category::ExistingRunning, no).await;
        for (yes, number) in [(false, 1), (true, 2)] {
            let asked = world.ask(&id, &[Concern::Incorrect]).await.unwrap();
            world.clock.advance(chrono::TimeDelta::minutes(number));
            let answers = vec![answer("agrees_with_framework", Value::Yes(yes))];
            world.answer(proto::AnswerClarificationRequest { answers, ..world.reply(&asked) }).await.unwrap();
        }
        assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::Admissible);
    }

    async fn reg_07_what_explains_adds_no_facts_and_nothing_does_where_an_answer_may_not_cure(engine) {
        let change = |text: &str| inside(text, "clarification_may_cure", "value = true", "value = false");
        let (yes, no) = (RegistrationState::Admissible, RegistrationState::NotConsidered);
        for (may_cure, concern, wanted) in [
            (true, Concern::Incorrect, yes),
            (true, Concern::Unclear, no),
            (true, Concern::Late, no),
            (false, Concern::Incorrect, no),
            (false, Concern::Unclear, no),
        ] {
            let world = World::with_rules(engine, |text| if may_cure { text.to_owned() } else { change(text) }).await;
            let disagrees = |content| with(content, "registration", "agrees_with_framework", Value::Yes(false));
            let id = world.registered(Category::ExistingRunning, disagrees).await;
            let asked = world.ask(&id, &[concern]).await.unwrap();
            let answers = vec![answer("agrees_with_framework", Value::Yes(true))];
            world.answer(proto::AnswerClarificationRequest { answers, ..world.reply(&asked) }).await.unwrap();
            assert_eq!(world.assess(&id).await.unwrap().state(), wanted, "{may_cure} {concern:?}");
        }
    }
}
