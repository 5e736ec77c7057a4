//! Registering during the year of a round, once, for who was refused or did not register (REG-10).

use contract::{
    common::Sector,
    registration::{self as proto, Category, Procedure, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{contents::*, support::*};

fn mid_year(world: &World, round: &proto::Round, content: proto::Content) -> proto::CreateRegistrationRequest {
    let procedure = Procedure::MidYear.into();
    proto::CreateRegistrationRequest { procedure, ..world.creation(&round.round_id, content) }
}

/// The round of 2022 and a provider that is new in it.
async fn round(world: &World) -> proto::Round {
    world.provider(AGB).await;
    world.round("vgz", Sector::Gz, 2022).await
}

/// Hands in nothing with the round itself and is not considered.
async fn refused_with_the_round(world: &World, round: &proto::Round) {
    let content = empty(world.content(round, Category::New));
    let id = world.register(world.creation(&round.round_id, content)).await.registration_id;
    assert_eq!(world.assess(&id).await.unwrap().state(), RegistrationState::NotConsidered);
}

on_both_engines! {
    async fn reg_10_a_round_without_dates_during_the_year_has_no_such_procedure(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let home_care = world.round("vgz", Sector::HomeCare, 2024).await;
        let request = mid_year(&world, &home_care, world.content(&home_care, Category::New));
        let status = world.create(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROCEDURE_NOT_OPEN"));
        let list = proto::ListRegistrationsRequest { round_id: home_care.round_id, ..Default::default() };
        assert_eq!(world.client().list_registrations(list).await.unwrap().into_inner().registrations, []);
    }

    async fn reg_10_who_was_refused_may_register_once_more_during_the_year(engine) {
        let world = World::open(engine).await;
        let round = round(&world).await;
        refused_with_the_round(&world, &round).await;
        world.clock.set(utc("2022-01-20 09:00:00"));
        let content = world.content(&round, Category::New);
        let regular = world.create(world.creation(&round.round_id, content.clone())).await.unwrap_err();
        assert_eq!(refused(&regular), reason(Code::AlreadyExists, "ALREADY_EXISTS"));
        let received = world.register(mid_year(&world, &round, content.clone())).await;
        assert_eq!((received.procedure(), received.state()), (Procedure::MidYear, RegistrationState::Submitted));
        world.interview(&received.registration_id, &[]).await.unwrap();
        assert_eq!(world.assess(&received.registration_id).await.unwrap().state(), RegistrationState::Admissible);
        let again = world.create(mid_year(&world, &round, content)).await.unwrap_err();
        assert_eq!(refused(&again), reason(Code::AlreadyExists, "ALREADY_EXISTS"));
    }

    async fn reg_10_who_was_not_refused_does_not_register_again(engine) {
        let world = World::open(engine).await;
        let round = round(&world).await;
        world.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        let content = world.content(&round, Category::ExistingRunning);
        let id = world.register(world.creation(&round.round_id, content.clone())).await.registration_id;
        for state in [RegistrationState::Submitted, RegistrationState::Admissible, RegistrationState::Awarded] {
            assert_eq!(world.get(&id).await.state(), state);
            let status = world.create(mid_year(&world, &round, content.clone())).await.unwrap_err();
            assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_REFUSED"), "{state:?}");
            if state == RegistrationState::Submitted {
                world.assess(&id).await.unwrap();
            } else if state == RegistrationState::Admissible {
                let request = proto::AwardAgreementRequest {
                    request_id: world.request_id(),
                    registration_id: id.clone(),
                    period: period("2022-01-01", None),
                    products: content.products.clone(),
                    ..Default::default()
                };
                world.client().award_agreement(request).await.unwrap();
            }
        }
    }

    async fn reg_10_a_draft_of_each_procedure_does_not_become_two_registrations(engine) {
        let world = World::open(engine).await;
        let round = round(&world).await;
        world.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        let content = world.content(&round, Category::ExistingRunning);
        let regular = world.create(world.creation(&round.round_id, content.clone())).await.unwrap();
        let later = world.create(mid_year(&world, &round, content)).await.unwrap();
        world.submit(&regular.registration_id).await.unwrap();
        let status = world.submit(&later.registration_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_REFUSED"));
        assert_eq!(world.get(&later.registration_id).await, later);
    }

    async fn reg_05_reg_10_during_the_year_the_next_date_binds(engine) {
        // The first date is 1 February, the second 1 May; the whole day counts.
        for (received, wanted) in [
            ("2022-02-01 22:59:59", None),
            ("2022-02-01 23:00:00", None),
            ("2022-05-01 21:59:59", None),
            ("2022-05-01 22:00:00", Some("mid_year_2")),
        ] {
            let world = World::open(engine).await;
            let round = round(&world).await;
            world.clock.set(utc(received));
            let content = world.content(&round, Category::New);
            let id = world.register(mid_year(&world, &round, content)).await.registration_id;
            world.interview(&id, &[]).await.unwrap();
            let assessed = world.assess(&id).await.unwrap();
            let late: Vec<(&str, &str)> =
                assessed.reasons.iter().map(|reason| (reason.code.as_str(), reason.subject.as_str())).collect();
            let expected: Vec<(&str, &str)> = wanted.map(|milestone| ("late", milestone)).into_iter().collect();
            assert_eq!(late, expected, "{received}");
        }
    }

    async fn reg_10_a_questionnaire_may_be_of_the_year_too(engine) {
        let world = World::open(engine).await;
        let round = round(&world).await;
        let import = |procedure: Procedure, content: proto::Content| {
            let questionnaire = proto::Questionnaire {
                office: round.office.clone(),
                act: round.act,
                sector: round.sector,
                year: round.year,
                agb: AGB.to_owned(),
                procedure: procedure.into(),
                content: Some(content),
            };
            proto::ImportRegistrationRequest {
                request_id: world.request_id(),
                office: round.office.clone(),
                agb: AGB.to_owned(),
                questionnaire: Some(questionnaire),
            }
        };
        let content = world.content(&round, Category::New);
        let first = import(Procedure::Regular, empty(content.clone()));
        let first = world.client().import_registration(first).await.unwrap().into_inner().registration.unwrap();
        let second = import(Procedure::MidYear, content.clone());
        let status = world.client().import_registration(second.clone()).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_REFUSED"));
        world.assess(&first.registration_id).await.unwrap();
        let taken = world.client().import_registration(second).await.unwrap().into_inner().registration.unwrap();
        assert_eq!(taken.procedure(), Procedure::MidYear);
    }
}
