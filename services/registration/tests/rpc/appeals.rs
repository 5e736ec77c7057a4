//! Questions, objections and hardship requests (REG-17).

use contract::{
    common::Sector,
    registration::{self as proto, Appeal, AppealKind, AppealState, Category, DutyKind, DutyState},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

fn filed(world: &World, round: &proto::Round, kind: AppealKind) -> proto::FileAppealRequest {
    proto::FileAppealRequest {
        request_id: world.request_id(),
        round_id: round.round_id.clone(),
        agb: AGB.to_owned(),
        kind: kind.into(),
        part: "hoofdstuk 3".to_owned(),
        text: "te streng".to_owned(),
        proceedings_date: None,
        received_date: None,
    }
}

async fn file(world: &World, request: proto::FileAppealRequest) -> Result<Appeal, Status> {
    Ok(world.client().file_appeal(request).await?.into_inner().appeal.unwrap())
}

async fn answer(world: &World, appeal: &Appeal, upheld: bool) -> Result<Appeal, Status> {
    let (request_id, appeal_id) = (world.request_id(), appeal.appeal_id.clone());
    let request = proto::AnswerAppealRequest { request_id, appeal_id, upheld, answer: "zie de nota".to_owned() };
    Ok(world.client().answer_appeal(request).await?.into_inner().appeal.unwrap())
}

/// The round of VGZ for 2023, with a provider in it.
async fn of_2023(world: &World, now: &str) -> proto::Round {
    world.clock.set(utc(now));
    world.provider(AGB).await;
    world.round("vgz", Sector::Gz, 2023).await
}

on_both_engines! {
    async fn reg_17_an_objection_to_the_policy_is_only_on_what_was_asked_in_time(engine) {
        let world = World::open(engine).await;
        let round = of_2023(&world, "2022-06-16 09:00:00").await;
        let question = file(&world, filed(&world, &round, AppealKind::Question)).await.unwrap();
        assert_eq!(question.state(), AppealState::Open);
        assert_eq!(answer(&world, &question, true).await.unwrap().state(), AppealState::Upheld);
        let status = answer(&world, &question, true).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "APPEAL_NOT_OPEN"));

        world.clock.set(utc("2022-07-20 21:00:00"));
        let objection = |part: &str, proceedings: Option<&str>| proto::FileAppealRequest {
            part: part.to_owned(),
            proceedings_date: proceedings.map(date),
            ..filed(&world, &round, AppealKind::Policy)
        };
        let open = file(&world, objection("hoofdstuk 3", Some("2022-07-20"))).await.unwrap();
        assert_eq!(open.state(), AppealState::Open);
        for refused in [objection("hoofdstuk 4", Some("2022-07-20")), objection("hoofdstuk 3", None)] {
            let appeal = file(&world, refused).await.unwrap();
            assert_eq!(appeal.state(), AppealState::NotConsidered);
            assert!(!world.explained(&appeal.decision_id).await.steps.is_empty());
            assert!(answer(&world, &appeal, true).await.is_err());
        }
        world.clock.set(utc("2022-07-20 22:00:00"));
        let late = file(&world, objection("hoofdstuk 3", Some("2022-07-20"))).await.unwrap();
        assert_eq!(late.state(), AppealState::NotConsidered);
        let list = proto::ListAppealsRequest { round_id: round.round_id.clone(), ..Default::default() };
        assert_eq!(world.client().list_appeals(list).await.unwrap().into_inner().appeals.len(), 5);
    }

    async fn reg_17_a_question_after_noon_is_too_late(engine) {
        let world = World::open(engine).await;
        let round = of_2023(&world, "2022-06-16 10:00:01").await;
        let question = file(&world, filed(&world, &round, AppealKind::Question)).await.unwrap();
        assert_eq!(question.state(), AppealState::NotConsidered);
        world.clock.set(utc("2022-07-10 10:00:00"));
        let objection = proto::FileAppealRequest {
            proceedings_date: Some(date("2022-07-10")),
            ..filed(&world, &round, AppealKind::Policy)
        };
        assert_eq!(file(&world, objection).await.unwrap().state(), AppealState::NotConsidered);
    }

    async fn reg_17_while_a_judge_decides_an_award_is_not_accepted(engine) {
        let world = World::open(engine).await;
        let round = of_2023(&world, "2022-07-15 10:00:00").await;
        let nothing = filed(&world, &round, AppealKind::Award);
        let status = file(&world, nothing).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NOTHING_ANNOUNCED"));
        world.agreement("vgz", "2021-01-01", Some("2024-12-31"), None).await;
        let content = world.content(&round, Category::ExistingRunning);
        let id = world.register(world.creation(&round.round_id, content)).await.registration_id;
        world.assess(&id).await.unwrap();
        world.clock.set(utc("2022-10-22 08:00:00"));
        let offer = world.award(&id, "2023-01-01", None).await;
        // 20 calendar days after 22 October; the clock goes back in between.
        world.clock.set(utc("2022-11-11 22:59:59"));
        let objection = proto::FileAppealRequest {
            proceedings_date: Some(date("2022-11-11")),
            part: String::new(),
            ..filed(&world, &round, AppealKind::Award)
        };
        let appeal = file(&world, objection).await.unwrap();
        assert_eq!(appeal.state(), AppealState::Open);
        assert_eq!(appeal.until_time.unwrap().seconds, utc("2022-11-11 22:59:59").timestamp());
        let status = world.accept(&offer.offer_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROCEEDINGS_PENDING"));
        answer(&world, &appeal, false).await.unwrap();
        world.accept(&offer.offer_id).await.unwrap();
    }

    async fn reg_17_a_hardship_request_is_answered_by_its_day_or_overdue(engine) {
        let world = World::open(engine).await;
        let round = of_2023(&world, "2022-08-01 10:00:00").await;
        let one = file(&world, filed(&world, &round, AppealKind::Hardship)).await.unwrap();
        let two = file(&world, filed(&world, &round, AppealKind::Hardship)).await.unwrap();
        assert_eq!((one.answer_date, two.state()), (Some(date("2022-08-21")), AppealState::Open));
        answer(&world, &one, true).await.unwrap();
        world.clock.set(utc("2022-08-21 22:00:00"));
        eventually(async || {
            let states: Vec<DutyState> = world.duties(DutyKind::Hardship).await.iter().map(proto::Duty::state).collect();
            (states.contains(&DutyState::Met) && states.contains(&DutyState::Missed)).then_some(())
        })
        .await;
    }

    async fn every_wrong_field_of_an_appeal_is_named(engine) {
        let world = World::open(engine).await;
        let status = world.client().file_appeal(proto::FileAppealRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "round_id", "agb", "kind", "part", "text"]);
        let status = world.client().answer_appeal(proto::AnswerAppealRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "appeal_id", "answer"]);
    }
}
