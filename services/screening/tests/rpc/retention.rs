//! Lines, credits and signals go when they were kept long enough; their decisions stay.

use contract::retention::{self as proto, retention_service_client::RetentionServiceClient};
use database::fetch_one;
use runtime::{Ids, Running};
use testkit::{TestDb, on_both_engines};

use crate::support::*;

async fn purge(of: &Running, office: &str) -> Vec<(String, i64, i64)> {
    let mut client = RetentionServiceClient::connect(of.url()).await.unwrap();
    let request = proto::PurgeRecordsRequest {
        request_id: Ids::random().next().to_string(),
        office: office.to_owned(),
        dry_run: false,
    };
    let kinds = client.purge_records(request).await.unwrap().into_inner().kinds;
    let screened = kinds.into_iter().filter(|purged| purged.kind != "request");
    screened.map(|purged| (purged.kind, purged.objects, purged.rows)).collect()
}

/// Lines, credits, signals, evidence and withdrawals on record.
async fn rows(db: &TestDb) -> (i64, i64, i64, i64, i64) {
    const ROWS: &str = "SELECT (SELECT COUNT(*) FROM claim), (SELECT COUNT(*) FROM credit),
        (SELECT COUNT(*) FROM signal), (SELECT COUNT(*) FROM evidence), (SELECT COUNT(*) FROM withdrawal)";
    let mut tx = db.read().await.unwrap();
    fetch_one!(tx, ROWS => (i64, i64, i64, i64, i64)).unwrap()
}

fn removed(kind: &str, objects: i64, rows: i64) -> (String, i64, i64) {
    (kind.to_owned(), objects, rows)
}

on_both_engines! {
    async fn scr_03_lines_and_signals_go_and_what_was_decided_can_still_be_told(engine) {
        let mut world = World::open(engine).await;
        let (double, other) = (debit("A1", (4, 6), 1), Line { bsn: "111222333", ..debit("A2", (4, 6), 1) });
        world.submit(FIRST, "F1", &[double.clone(), other.clone()]).await;
        world.submit(SECOND, "F2", &[debit("B1", (5, 7), 1)]).await;
        world.submit(FIRST, "F3", &[credit("C1", &double), credit("C2", &other)]).await;
        world.caught_up().await;
        assert_eq!(rows(&world.db).await, (3, 2, 1, 2, 1));
        let signal = world.signals("").await.pop().unwrap();
        let told = world.explained(&signal.decision_id).await;
        let own = |world: &World| world.running.as_ref().unwrap().url();

        // Signals of 1 June 2024 go from 2 June 2031 on, lines of 2024 from 1 January 2032 on.
        world.clock.set("2031-06-01T12:00:00Z".parse().unwrap());
        assert_eq!(purge(world.running.as_ref().unwrap(), "vgz").await, []);
        world.clock.set("2031-06-02T12:00:00Z".parse().unwrap());
        assert_eq!(purge(world.running.as_ref().unwrap(), "dsw").await, []);
        assert_eq!(purge(world.running.as_ref().unwrap(), "vgz").await, [removed("signal", 1, 4)]);
        assert_eq!(rows(&world.db).await, (3, 2, 0, 0, 0));
        assert!(world.signals("").await.is_empty());
        assert_eq!(world.explained(&signal.decision_id).await, told);
        let mut client = RetentionServiceClient::connect(own(&world)).await.unwrap();
        let request = proto::ListTombstonesRequest { office: "vgz".to_owned(), ..Default::default() };
        let stone = client.list_tombstones(request).await.unwrap().into_inner().tombstones.pop().unwrap();
        assert_eq!((stone.object_id, stone.rows), (signal.signal_id, 4));

        world.clock.set("2031-12-31T12:00:00Z".parse().unwrap());
        assert_eq!(purge(world.running.as_ref().unwrap(), "vgz").await, []);
        world.clock.set("2032-01-01T12:00:00Z".parse().unwrap());
        // Two clients, with three lines and two credits between them.
        assert_eq!(purge(world.running.as_ref().unwrap(), "vgz").await, [removed("claim", 2, 5)]);
        assert_eq!(rows(&world.db).await, (0, 0, 0, 0, 0));

        // Whoever follows from the start passes over files that their owner removed.
        let files = purge(&world.owner, "vgz").await;
        assert_eq!(files, [removed("claim_file", 3, 3 + 5)]);
        world.anew(engine).await;
        world.caught_up().await;
        assert_eq!(rows(&world.db).await, (0, 0, 0, 0, 0));
    }

    async fn scr_03_a_credit_whose_line_is_gone_goes_later(engine) {
        let world = World::open(engine).await;
        let line = debit("A1", (4, 6), 1);
        let still = debit("A2", (10, 11), 1);
        world.submit(FIRST, "F1", &[line.clone(), still.clone()]).await;
        world.submit(FIRST, "F2", &[credit("C1", &line)]).await;
        world.submit(FIRST, "F3", &[credit("C2", &still)]).await;
        world.caught_up().await;
        // As after a purge of the line that a later credit took back.
        let mut tx = world.db.write().await.unwrap();
        let unlock = match engine {
            testkit::Engine::Sqlite => "DROP TRIGGER claim_no_delete",
            testkit::Engine::Postgres => "ALTER TABLE claim DISABLE TRIGGER ALL",
        };
        database::execute!(tx, unlock).unwrap();
        database::execute!(tx, "DELETE FROM claim WHERE reference = 'A1'").unwrap();
        tx.commit(world.clock.now()).await.unwrap();
        world.clock.set("2032-01-01T12:00:00Z".parse().unwrap());
        // The line of the other goes with its credit.
        let gone = purge(world.running.as_ref().unwrap(), "vgz").await;
        assert_eq!(gone, [removed("claim", 1, 2), removed("credit", 1, 1)]);
        assert_eq!(rows(&world.db).await.1, 0);
    }

    async fn scr_04_a_signal_of_which_a_line_or_a_fact_is_gone_is_left_as_it_is(engine) {
        let world = World::open(engine).await;
        world.submit(FIRST, "F1", &[debit("A1", (4, 6), 1), debit("A2", (5, 6), 1)]).await;
        world.caught_up().await;
        let dead = |day: &str| format!("bsn,day,withdrawn\n123456782,{day},\n");
        world.import("deceased", &dead("2024-03-04")).await.unwrap();
        let before = world.found().await;
        assert_eq!(before.len(), 2, "a double, and care after death");
        // As after a purge of one of the lines, and of the fact.
        let mut tx = world.db.write().await.unwrap();
        for table in ["claim", "fact"] {
            let unlock = match (engine, table) {
                (testkit::Engine::Sqlite, "claim") => "DROP TRIGGER claim_no_delete",
                (testkit::Engine::Sqlite, _) => "DROP TRIGGER fact_no_delete",
                (testkit::Engine::Postgres, "claim") => "ALTER TABLE claim DISABLE TRIGGER ALL",
                (testkit::Engine::Postgres, _) => "ALTER TABLE fact DISABLE TRIGGER ALL",
            };
            database::execute!(tx, unlock).unwrap();
        }
        database::execute!(tx, "DELETE FROM claim WHERE reference = 'A1'").unwrap();
        database::execute!(tx, "DELETE FROM fact").unwrap();
        tx.commit(world.clock.now()).await.unwrap();
        assert_eq!(world.run().await, (1, 0, 0));
        world.submit(FIRST, "F2", &[debit("A3", (20, 20), 1)]).await;
        world.caught_up().await;
        assert_eq!(world.found().await, before);
    }

    async fn scr_03_a_case_goes_after_its_time_and_keeps_its_signals_until_then(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        world.assess(&case, contract::screening::CaseKind::Unfounded, 0).await.unwrap();
        let proposal_id = world.propose(&case.case_id, Default::default()).await.unwrap();
        world.take(&proposal_id, "second").await.unwrap();
        let closed = world.close_case(&case.case_id).await.unwrap();
        let told = world.explained(&closed.moves[2].decision_id).await;
        // Closed on 1 June 2024: kept through 1 June 2032. The signal would go a year before.
        world.clock.set("2032-06-01T12:00:00Z".parse().unwrap());
        let gone = purge(world.running.as_ref().unwrap(), "vgz").await;
        assert!(gone.iter().all(|(kind, ..)| kind == "claim"), "{gone:?}");
        world.clock.set("2032-06-02T12:00:00Z".parse().unwrap());
        let gone = purge(world.running.as_ref().unwrap(), "vgz").await;
        // The case, its signal and four steps.
        assert!(gone.contains(&removed("case", 1, 6)), "{gone:?}");
        let gone = purge(world.running.as_ref().unwrap(), "vgz").await;
        assert_eq!(gone, [removed("signal", 1, 3)]);
        assert_eq!(world.explained(&closed.moves[2].decision_id).await, told);
        let mut client = RetentionServiceClient::connect(world.running.as_ref().unwrap().url()).await.unwrap();
        let request = proto::ListTombstonesRequest { office: "vgz".to_owned(), ..Default::default() };
        let stones = client.list_tombstones(request).await.unwrap().into_inner().tombstones;
        assert!(stones.iter().any(|stone| stone.object_id == case.case_id));
    }
}
