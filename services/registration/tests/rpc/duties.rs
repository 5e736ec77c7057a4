//! What is due, for whom and by when: the calendar, conditions and obligations, and evidence of them (REG-05, REG-10,
//! REG-18).

use contract::{
    common::Sector,
    registration::{self as proto, Category, Duty, DutyKind, DutyState, Party},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

async fn met(world: &World, duty: &Duty, day: &str) -> Result<Duty, Status> {
    let request = proto::RecordEvidenceRequest {
        request_id: world.request_id(),
        duty_id: duty.duty_id.clone(),
        evidence: "statuten gezien".to_owned(),
        met_date: Some(date(day)),
    };
    Ok(world.client().record_evidence(request).await?.into_inner().duty.unwrap())
}

/// How many conditions the gauges show as overdue.
async fn overdue(world: &World) -> usize {
    let mut tx = world.db.read().await.unwrap();
    let readings = (::registration::SERVICE.readings)(&mut tx, world.clock.now()).await.unwrap();
    let shown: Vec<String> = readings.iter().map(|reading| format!("{reading:?}")).collect();
    let of = |line: &&String| {
        ["zorginkoop.duties", "\"vgz\"", "\"condition\"", "\"overdue\""].iter().all(|part| line.contains(part))
    };
    let [one] = shown.iter().filter(of).collect::<Vec<_>>()[..] else { panic!("{shown:?}") };
    one.split_once("value: ").unwrap().1.split_once(".0").unwrap().0.parse().unwrap()
}

/// The agreement of a new provider, with its conditions.
async fn conditional(world: &World) -> Vec<Duty> {
    let id = world.new_and_admissible().await;
    let offer = world.award(&id, "2022-01-01", None).await;
    world.accept(&offer.offer_id).await.unwrap();
    world.duties(DutyKind::Condition).await
}

on_both_engines! {
    async fn reg_05_the_calendars_of_the_rounds_tell_what_is_due_for_whom(engine) {
        let world = World::open(engine).await;
        world.round("vgz", Sector::Gz, 2022).await;
        world.round("cz", Sector::Gz, 2022).await;
        let milestones = world.duties(DutyKind::Milestone).await;
        assert!(milestones.iter().all(|duty| duty.office == "vgz" && !duty.text_nl.is_empty()));
        let of = |code: &str| milestones.iter().find(|duty| duty.code == code).unwrap();
        assert_eq!((of("registration").party(), of("registration").state()), (Party::Provider, DutyState::Open));
        assert_eq!((of("note_of_information").party(), of("note_of_information").state()), (Party::Office, DutyState::Met));
        assert!(milestones.iter().map(|duty| duty.due_time.unwrap().seconds).is_sorted());
        let list = proto::ListDutiesRequest {
            office: "vgz".to_owned(),
            until_time: Some(prost_types::Timestamp { seconds: utc("2021-07-30 15:00:00").timestamp(), nanos: 0 }),
            state: DutyState::Open.into(),
            ..Default::default()
        };
        let soon = world.client().list_duties(list).await.unwrap().into_inner().duties;
        assert_eq!(soon.iter().map(|duty| duty.code.as_str()).collect::<Vec<_>>(), ["registration"]);
    }

    async fn reg_10_a_condition_is_met_in_time_late_or_breached(engine) {
        let world = World::open(engine).await;
        let conditions = conditional(&world).await;
        assert!(conditions.len() > 10);
        let at_start = conditions.iter().filter(|duty| duty.due_time.unwrap().seconds == utc("2022-01-01 22:59:59").timestamp());
        let at_start: Vec<&Duty> = at_start.collect();
        assert!(at_start.len() >= 2 && at_start.len() < conditions.len());
        world.clock.set(utc("2021-12-20 10:00:00"));
        let early = met(&world, at_start[0], "2021-12-15").await.unwrap();
        assert_eq!((early.state(), early.evidence.as_str()), (DutyState::Met, "statuten gezien"));
        let status = met(&world, at_start[0], "2021-12-15").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "DUTY_CLOSED"));
        let status = met(&world, at_start[1], "2021-12-21").await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["met_date"]);

        world.clock.set(utc("2022-01-01 23:00:00"));
        let missed = eventually(async || {
            let duties = world.duties(DutyKind::Condition).await;
            let duty = duties.into_iter().find(|duty| duty.duty_id == at_start[1].duty_id).unwrap();
            (duty.state() == DutyState::Missed).then_some(duty)
        })
        .await;
        assert_eq!(missed.agb, AGB);
        // It is overdue for as long as nobody shows it.
        eventually(async || (overdue(&world).await == at_start.len() - 1).then_some(())).await;
        // Six months after the start is not past.
        eventually(async || {
            let duties = world.duties(DutyKind::Condition).await;
            let open = duties.iter().filter(|duty| duty.state() == DutyState::Open).count();
            (open == conditions.len() - at_start.len()).then_some(())
        })
        .await;
        world.clock.set(utc("2022-01-10 10:00:00"));
        assert_eq!(met(&world, &missed, "2022-01-05").await.unwrap().state(), DutyState::MetLate);
        assert_eq!(overdue(&world).await, at_start.len() - 2);
        // Or until it is so long ago that nobody will.
        world.clock.set(utc("2024-01-10 10:00:00"));
        eventually(async || (overdue(&world).await == 0).then_some(())).await;
    }

    async fn reg_18_obligations_run_with_an_agreement(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2022-07-15 10:00:00"));
        world.provider(AGB).await;
        world.agreement("vgz", "2021-01-01", Some("2024-12-31"), None).await;
        let round = world.round("vgz", Sector::Gz, 2023).await;
        let content = world.content(&round, Category::ExistingRunning);
        let id = world.register(world.creation(&round.round_id, content)).await.registration_id;
        world.assess(&id).await.unwrap();
        let offer = world.award(&id, "2023-01-01", None).await;
        world.accept(&offer.offer_id).await.unwrap();
        let obligations = world.duties(DutyKind::Obligation).await;
        let roadmap = obligations.iter().find(|duty| duty.code.contains("co2_roadmap")).unwrap();
        assert_eq!((roadmap.rule_id.as_str(), roadmap.party()), ("REG-18", Party::Provider));
        assert!(roadmap.text_nl.contains("CO2") && roadmap.text_en.contains("CO2"), "{roadmap:?}");
        world.clock.set(utc("2024-06-01 10:00:00"));
        let overdue = world.all_are(DutyKind::Obligation, DutyState::Missed).await;
        assert_eq!(overdue.len(), obligations.len());
    }

    async fn reg_03_evidence_that_is_shown_on_request_is_asked_for(engine) {
        let world = World::open(engine).await;
        let registration = world.admissible().await;
        let offer = world.award(&registration.registration_id, "2022-01-01", Some("2023-12-31")).await;
        let agreement = world.accept(&offer.offer_id).await.unwrap().agreement.unwrap();
        let ask = |code: &str, due: &str| proto::AskEvidenceRequest {
            request_id: world.request_id(),
            agreement_id: agreement.agreement_id.clone(),
            code: code.to_owned(),
            due_date: Some(date(due)),
        };
        let status = world.client().ask_evidence(ask("nothing", "2022-03-01")).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["code"]);
        let status = world.client().ask_evidence(ask("evidence_on_request", "2021-03-01")).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["due_date"]);
        let duty = world.client().ask_evidence(ask("evidence_on_request", "2022-03-01")).await.unwrap().into_inner().duty.unwrap();
        assert_eq!((duty.rule_id.as_str(), duty.state()), ("REG-03", DutyState::Open));
        assert_eq!(met(&world, &duty, "2021-07-16").await.unwrap().state(), DutyState::Met);
    }

    async fn what_is_due_comes_in_pages_by_time(engine) {
        let world = World::open(engine).await;
        let all = conditional(&world).await;
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let office = "vgz".to_owned();
            let list = proto::ListDutiesRequest { office, page_size: 3, page_token, ..Default::default() };
            let answer = world.client().list_duties(list).await.unwrap().into_inner();
            found.extend(answer.duties.into_iter().filter(|duty| duty.kind() == DutyKind::Condition));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(found, all);
        let list = proto::ListDutiesRequest { office: "vgz".to_owned(), page_token: "x".to_owned(), state: 99, ..Default::default() };
        let status = world.client().list_duties(list).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["state", "page_token"]);
    }
}
