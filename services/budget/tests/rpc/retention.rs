//! What messages said of a person goes when it was kept long enough.

use contract::retention::{self as proto, retention_service_client::RetentionServiceClient};
use database::{execute, fetch_one};
use iwlz::{MessageKind, MutationCode, testing};
use testkit::on_both_engines;

use crate::support::*;

async fn purge(world: &World) -> Option<(i64, i64)> {
    let mut client = RetentionServiceClient::connect(world.running.url()).await.unwrap();
    let request =
        proto::PurgeRecordsRequest { request_id: world.request_id(), office: "vgz".to_owned(), dry_run: false };
    let kinds = client.purge_records(request).await.unwrap().into_inner().kinds;
    kinds.into_iter().find(|purged| purged.kind == "allocation").map(|purged| (purged.objects, purged.rows))
}

on_both_engines! {
    async fn scr_03_what_was_said_of_a_person_goes_when_none_of_it_is_about_a_later_day(engine) {
        let world = World::open(engine).await;
        // One person with an allocation that was shortened, a report that it ended, and one whose allocation is open.
        let open = stay("2023-02-01", None);
        let first = aw33("A1", &[(BSN, std::slice::from_ref(&open)), (OTHER_BSN, std::slice::from_ref(&open))]);
        world.take(&first).await;
        let mut ended = testing::client(1, bsn(BSN));
        ended.mutations.extend(testing::mutation_of(&open, MutationCode::EndedClose, day("2024-01-01")));
        world.take(&message(MessageKind::Aw39, "M1", &[ended])).await;
        let mut closed = stay("2023-02-01", Some("2023-12-31"));
        closed.decided += chrono::TimeDelta::days(1);
        world.allocate("A2", &closed).await;

        world.clock.set(moment("2031-12-31T22:30:00Z"));
        assert_eq!(purge(&world).await, None);
        world.clock.set(moment("2032-01-01T00:00:00Z"));
        // Two allocations, a report, and the pseudonym.
        assert_eq!(purge(&world).await, Some((1, 4)));
        assert_eq!(purge(&world).await, None);
        assert_eq!(world.listed(|_| {}).await.len(), 1, "the open one stays");

        // A message that is sent again does not bring anything back.
        world.take(&first).await;
        assert_eq!(world.listed(|_| {}).await.len(), 1);
        let mut tx = world.db.read().await.unwrap();
        let (left,) = fetch_one!(tx, "SELECT COUNT(*) FROM iwlz_message" => (i64,)).unwrap();
        assert_eq!(left, 3);
    }

    async fn what_was_recorded_is_not_changed_and_not_removed_before_its_time(engine) {
        let world = World::open(engine).await;
        world.allocate("A1", &stay("2023-02-01", None)).await;
        for table in ["allocation", "iwlz_message", "iwlz_client"] {
            for statement in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET office = 'x'")] {
                let mut tx = world.db.write().await.unwrap();
                let statement: &'static str = Box::leak(statement.into_boxed_str());
                let error = execute!(tx, statement).unwrap_err();
                assert!(format!("{error:?}").contains("append-only"), "{statement}: {error:?}");
            }
        }
    }
}
