//! Clients under more than one key for pseudonyms.

use testkit::on_both_engines;

use crate::support::*;

/// A day that was allocated, and the day after the last one.
fn outside(inside: &'static str) -> Vec<Line> {
    vec![day_of_stay(inside, inside), day_of_stay("2023-02-11", "2023-02-11")]
}

on_both_engines! {
    async fn bud_05_an_allocation_is_found_under_an_earlier_key(engine) {
        let world = World::open(engine).await;
        world.allocate("A1", &stay("2023-02-01", Some("2023-02-10"))).await;
        // The first file after the change of keys, and the next one when it is known who that is.
        let world = world.with_keys(&[1, 2]).await;
        assert_eq!(world.codes("F1", &outside("2023-02-10")).await, ["8001", "0553"]);
        assert_eq!(world.codes("F2", &outside("2023-02-09")).await, ["8001", "0553"]);
        // The links stay when the older key is gone, over any number of changes.
        let world = world.with_keys(&[2]).await;
        assert_eq!(world.codes("F3", &outside("2023-02-08")).await, ["8001", "0553"]);
        let world = world.with_keys(&[2, 3]).await;
        assert_eq!(world.codes("F4", &outside("2023-02-07")).await, ["8001", "0553"]);
    }

    async fn bud_05_an_allocation_that_changes_under_a_later_key_is_still_the_same(engine) {
        let world = World::open(engine).await;
        world.allocate("A1", &stay("2023-02-01", None)).await;
        let first = world.listed(|_| {}).await.remove(0);
        let world = world.with_keys(&[1, 2]).await;
        let mut shorter = stay("2023-02-01", Some("2023-02-10"));
        shorter.decided += chrono::TimeDelta::days(1);
        world.allocate("A2", &shorter).await;
        let listed = world.listed(|_| {}).await;
        assert_eq!(listed.len(), 1, "the open one holds no more");
        assert_ne!(listed[0].client, first.client);
        assert_eq!(listed[0].earlier_clients, [first.client]);
        assert_eq!(world.codes("F1", &outside("2023-02-06")).await, ["8001", "0553"]);
        // Without the older key, and without a file in between.
        let world = world.with_keys(&[2]).await;
        let mut longer = stay("2023-02-01", Some("2023-02-11"));
        longer.decided += chrono::TimeDelta::days(2);
        world.allocate("A3", &longer).await;
        assert_eq!(world.listed(|_| {}).await.len(), 1);
        assert_eq!(world.codes("F2", &outside("2023-02-09")).await, ["8001", "8001"]);
    }
}
