//! The present version on a database that a later one expanded and works on.

use contract::{
    registration::{Agreement, Event as Told, event::Fact},
    tariffing::{ExplainRequest, tariffing_service_client::TariffingServiceClient},
};
use database::{Db, Event, Migration, execute};
use prost::Message;
use runtime::{Clock, Ids, Running, Settings};
use testkit::{TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;

use crate::{
    calls::{self, OFFICE},
    expanding,
    world::World,
};

/// What a later version adds to every service.
const LATER: [Migration; 2] = [
    Migration::new(
        900,
        "later",
        "ALTER TABLE feed ADD COLUMN weight BIGINT;
         ALTER TABLE request ADD COLUMN place TEXT NOT NULL DEFAULT 'here';
         ALTER TABLE audit ADD COLUMN place TEXT;
         ALTER TABLE commit_counter ADD COLUMN last_note BIGINT NOT NULL DEFAULT 0;
         CREATE TABLE note (note_id TEXT NOT NULL PRIMARY KEY, words TEXT NOT NULL);",
    ),
    Migration::append_only(901, "later_append_only", &["note"]),
];

/// The steps of a service in a later version.
fn later(own: &[Migration]) -> &'static [Migration] {
    [own, &LATER].concat().leak()
}

/// What a later version writes.
async fn write_later(world: &World, newer: &Db) {
    let mut tx = newer.write().await.unwrap();
    execute!(tx, "INSERT INTO note (note_id, words) VALUES ($1, 'later')", world.id()).unwrap();
    let agreement = Agreement {
        agreement_id: world.id(),
        office: OFFICE.to_owned(),
        sector: contract::common::Sector::Gz.into(),
        agb: calls::agb(900),
        period: Some(calls::years()),
        ..Agreement::default()
    };
    let fact = Some(Fact::AgreementConcluded(agreement));
    let payload = Told { office: OFFICE.to_owned(), fact, ..Told::default() }.encode_to_vec();
    tx.publish(Event { office: OFFICE.to_owned(), kind: "agreement_concluded", payload });
    tx.commit(world.clock.now()).await.unwrap();
}

on_both_engines! {
    async fn a_replica_serves_and_starts_again_on_a_schema_that_a_later_version_expanded(engine) {
        let mut steps = expanding::Later::default();
        assert!(LATER.iter().all(|step| steps.step(&step.sql(engine)).is_empty()), "as a later version may");

        let world = World::open(engine).await;
        let (mut a, mut b) = (world.start(true).await.unwrap(), world.start(true).await.unwrap());
        let followers = [world.follow(&a).await, world.follow(&b).await];
        world.conclude(1, &mut a, &mut b).await;

        // The later version comes, and they go on.
        let newer = Db::open(world.registration.url(), later(registration::SERVICE.migrations)).await.unwrap();
        Db::open(world.budget.url(), later(budget::SERVICE.migrations)).await.unwrap();
        for number in 2..=4 {
            world.conclude(number, &mut a, &mut b).await;
            write_later(&world, &newer).await;
        }
        // They start again: one that may change the schema, and one that may not.
        for follower in followers {
            follower.stop().await.unwrap();
        }
        a.stop().await;
        b.stop().await;
        let (mut a, mut b) = (world.start(true).await.unwrap(), world.start(false).await.unwrap());
        let followers = [world.follow(&a).await, world.follow(&b).await];
        for number in 5..=7 {
            world.conclude(number, &mut b, &mut a).await;
            write_later(&world, &newer).await;
        }
        world.holds(7 + 6, &mut [a, b]).await;
        for follower in followers {
            follower.stop().await.unwrap();
        }
    }

    async fn a_decision_under_the_rules_of_one_version_is_told_alike_by_the_other(engine) {
        let db = TestDb::open(engine, tariffing::SERVICE.migrations).await;
        let rules = tempfile::tempdir().unwrap();
        for (name, text) in tariffing::SERVICE.rules {
            std::fs::write(rules.path().join(name), text.replace("\nnl = \"", "\nnl = \"Later: ")).unwrap();
        }
        let older = Settings { database: db.url().to_owned(), ..Settings::default() };
        let newer = Settings { rules: Some(rules.path().to_owned()), ..older.clone() };
        let mut replicas: Vec<(TariffingServiceClient<_>, Running)> = Vec::new();
        for settings in [older, newer] {
            let (clock, stop) = (Clock::system(), CancellationToken::new());
            let running = tariffing::start(settings, clock, Ids::random(), stop).await.unwrap();
            replicas.push((TariffingServiceClient::connect(running.url()).await.unwrap(), running));
        }
        let ids = Ids::random();
        let id = || ids.next().to_string();
        replicas[0].0.import_maximum_tariffs(calls::tariffs(id())).await.unwrap();
        for by in [0, 1] {
            let request = calls::percentage(id(), &calls::agb(by));
            let agreed = replicas[by].0.record_percentage(request.clone()).await.unwrap().into_inner();
            let again = replicas[1 - by].0.record_percentage(request).await.unwrap().into_inner();
            assert_eq!(again, agreed);
            let asked = ExplainRequest { decision_id: agreed.agreed.unwrap().decision_id };
            let mut told = Vec::new();
            for (client, _) in &mut replicas {
                told.push(client.explain(asked.clone()).await.unwrap().into_inner().explanation.unwrap());
            }
            assert_eq!(told[0], told[1]);
            assert!(told[0].steps.iter().all(|step| step.text_nl.starts_with("Later: ") == (by == 1)));
            assert!(!told[0].steps.is_empty());
        }
    }
}
