//! A day of stay is bought once (BUD-05, control level N7).

use testkit::on_both_engines;

use crate::support::*;

const FEBRUARY: (&str, &str) = ("2023-02-01", "2023-02-10");

/// The codes of the findings, by the number of the record.
async fn codes(world: &World, invoice: &str, lines: &[Line]) -> Vec<(i64, String)> {
    let found = world.submit(invoice, lines).await.findings;
    found.into_iter().map(|finding| (finding.record_number, finding.return_code)).collect()
}

fn double(record: i64) -> (i64, String) {
    (record, "0587".to_owned())
}

on_both_engines! {
    async fn bud_05_a_day_of_stay_is_bought_once_and_an_hour_more_often(engine) {
        let world = World::open(engine).await;
        let lines = [
            stay("r1", FEBRUARY),
            stay("r2", ("2023-02-10", "2023-02-12")),
            stay("r3", ("2023-02-11", "2023-02-12")),
            stay("r4", FEBRUARY).of(2),
            hours("r5", "2023-02-01", 1),
            hours("r6", "2023-02-01", 1),
        ];
        assert_eq!(codes(&world, "F1", &lines).await, [double(5)]);
        let lines = [
            stay("r7", ("2023-01-31", "2023-02-01")),
            stay("r8", ("2023-01-30", "2023-01-31")),
            stay("r9", ("2023-02-05", "2023-02-05")).of(2),
            stay("r10", ("2023-01-01", "2023-02-28")),
        ];
        assert_eq!(codes(&world, "F2", &lines).await, [double(3), double(7), double(9)]);
        // Another provider's day of stay is for screening to see.
        assert_eq!(world.send(file(OTHER, "F1", &[stay("r1", FEBRUARY)])).await.findings, []);
        let refused = world.refusals(refused()).await.refusals;
        let doubles: Vec<_> = refused.iter().map(|row| (row.return_code.as_str(), row.refused.unwrap().lines)).collect();
        assert_eq!(doubles, [("0587", 2), ("0587", 2)]);
    }

    async fn bud_05_days_that_are_taken_back_can_be_bought_again_in_the_order_of_the_file(engine) {
        let world = World::open(engine).await;
        assert_eq!(codes(&world, "F1", &[stay("r1", FEBRUARY)]).await, []);
        let lines = [
            stay("r2", ("2023-02-01", "2023-02-09")),
            stay("c1", FEBRUARY).credit("c1", "r1"),
            stay("r3", ("2023-02-01", "2023-02-09")),
            stay("r4", ("2023-02-09", "2023-02-10")),
        ];
        assert_eq!(codes(&world, "F2", &lines).await, [double(3), double(9)]);
        // And in files of their own.
        let back = stay("c2", ("2023-02-01", "2023-02-09")).credit("c2", "r3");
        assert_eq!(codes(&world, "F3", &[back]).await, []);
        assert_eq!(codes(&world, "F4", &[stay("r5", FEBRUARY)]).await, []);
        assert_eq!(codes(&world, "F5", &[stay("r6", FEBRUARY)]).await, [double(3)]);
        let [present, entries, lines] = world.sums().await;
        assert_eq!((present, present), (entries, lines));
        assert_eq!(present, (5, 10 * 25_110, 3));
    }

    async fn bud_05_a_line_that_was_refused_takes_no_days(engine) {
        let world = World::open(engine).await;
        let wrong_tariff = stay("r1", FEBRUARY).at(25_111);
        assert_eq!(codes(&world, "F1", &[wrong_tariff.clone(), stay("r2", FEBRUARY)]).await, [(3, "0611".to_owned())]);
        let world = World::open(engine).await;
        assert_eq!(codes(&world, "F1", &[wrong_tariff]).await, [(3, "0611".to_owned())]);
        assert_eq!(codes(&world, "F2", &[stay("r2", FEBRUARY)]).await, []);
    }
}
