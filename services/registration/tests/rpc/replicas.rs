//! Two replicas of the service on one database: nothing lost, nothing twice.

use std::collections::BTreeSet;

use contract::{
    common::{Act, Sector},
    registration::{self as proto, Category, DutyKind, DutyState},
};
use futures::{StreamExt, stream};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

const COUNT: usize = 120;

fn agb(index: usize) -> String {
    format!("41{:06}", index + 1)
}

on_both_engines! {
    async fn with_one_replica_killed_during_an_import_nothing_is_lost_and_nothing_done_twice(engine) {
        let world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        for index in 0..COUNT {
            world.provider(&agb(index)).await;
        }
        let content = world.content(&round, Category::New);
        let requests: Vec<proto::ImportRegistrationRequest> = (0..COUNT)
            .map(|index| proto::ImportRegistrationRequest {
                request_id: world.request_id(),
                office: "vgz".to_owned(),
                agb: agb(index),
                questionnaire: Some(proto::Questionnaire {
                    office: "vgz".to_owned(),
                    act: Act::Wlz.into(),
                    sector: Sector::Gz.into(),
                    year: 2022,
                    agb: agb(index),
                    procedure: 0,
                    content: Some(content.clone()),
                }),
            })
            .collect();
        let (second, running) = world.replica_apart().await;
        let mut running = Some(running);
        // Whoever gets no answer from the one asks the other, with the same request.
        let send = |request: proto::ImportRegistrationRequest| {
            let (mut first, mut second) = (world.client(), second.clone());
            async move {
                match second.import_registration(request.clone()).await {
                    Err(status) if status.code() != Code::InvalidArgument => first.import_registration(request).await,
                    answer => answer,
                }
            }
        };
        let mut answers = stream::iter(requests).map(send).buffer_unordered(16);
        let (mut taken, mut ids) = (0, BTreeSet::new());
        while let Some(answer) = answers.next().await {
            ids.insert(answer.unwrap().into_inner().registration.unwrap().registration_id);
            taken += 1;
            if taken == COUNT / 4 {
                running.take().unwrap().shutdown_background();
            }
        }
        assert_eq!(ids.len(), COUNT);
        let mut found = BTreeSet::new();
        let mut page_token = String::new();
        loop {
            let list = proto::ListRegistrationsRequest { round_id: round.round_id.clone(), page_size: 50, page_token };
            let answer = world.client().list_registrations(list).await.unwrap().into_inner();
            found.extend(answer.registrations.into_iter().map(|registration| registration.registration_id));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(found, ids);
    }

    async fn reg_10_reg_16_what_happens_by_the_clock_happens_once(engine) {
        let world = World::open(engine).await;
        let (_client, _running) = world.replica().await;
        let id = world.new_and_admissible().await;
        let offer = world.award(&id, "2022-01-01", None).await;
        world.accept(&offer.offer_id).await.unwrap();
        let conditions = world.duties(DutyKind::Condition).await;
        world.clock.set(utc("2023-06-01 10:00:00"));
        world.all_are(DutyKind::Condition, DutyState::Missed).await;
        world.all_are(DutyKind::Term, DutyState::Missed).await;
        let mut events = world.client().watch(proto::WatchRequest { after_sequence: 0, ..Default::default() }).await.unwrap().into_inner();
        let progress = world.client().get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        let mut missed = Vec::new();
        while let Some(answer) = events.message().await.unwrap() {
            let event = answer.event.unwrap();
            if let Some(proto::event::Fact::DutyMissed(duty)) = event.fact {
                missed.push(duty.duty_id);
            }
            if event.sequence >= progress.last_sequence {
                break;
            }
        }
        let once: BTreeSet<&String> = missed.iter().collect();
        assert_eq!(once.len(), missed.len(), "{missed:?}");
        assert!(conditions.iter().all(|duty| once.contains(&duty.duty_id)));
    }
}
