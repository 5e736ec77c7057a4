//! What comes after a year was closed (BUD-11).

use contract::budget as proto;
use testkit::on_both_engines;

use crate::support::*;

fn corrections(year: i32) -> proto::ListCorrectionsRequest {
    proto::ListCorrectionsRequest { office: "vgz".to_owned(), year, ..Default::default() }
}

on_both_engines! {
    async fn bud_11_after_a_year_is_closed_its_lines_go_to_the_correction_list(engine) {
        let world = World::open(engine).await;
        let old = ("2022-12-01", "2022-12-02");
        world.submit("F1", &[stay("r1", old), hours("r2", "2023-01-09", 1)]).await;
        let of_2022 = || proto::ListProductionRequest { year: 2022, ..asked() };
        let before = world.list(of_2022()).await.production;
        assert_eq!(row(&before[0]), ("Z053", "2022-12", [(1, 2, 50_220), (1, 2, 50_220), (0, 0, 0), (0, 0, 0)]));
        assert!(world.close(2022, AGB).await);

        world.set("2023-04-10T10:00:00Z");
        let lines = [
            stay("c1", old).credit("c1", "r1"),
            stay("r3", ("2022-12-01", "2022-12-01")),
            hours("r4", "2022-12-05", 1),
            hours("r5", "2022-12-05", 1).at(1),
            hours("r6", "2023-01-10", 1),
        ];
        let answer = world.submit("F2", &lines).await;
        // Judged as any other: granted and credited, and refused at a wrong tariff.
        assert_eq!((answer.granted_lines, answer.granted.unwrap().cents), (4, -50_220 + 25_110 + 2 * 6_794));
        let after = world.list(of_2022()).await.production;
        assert_eq!(after[1..], before);
        assert_eq!(row(&after[0]), ("H126", "2022-12", [(1, 1, 1), (0, 0, 0), (0, 0, 0), (1, 1, 1)]));
        assert_eq!(world.production(None).await[0].lines, 2);

        let listed = world.corrections(corrections(2022)).await.corrections;
        let found: Vec<_> = listed
            .iter()
            .map(|found| (found.product.as_str(), figures(found.approved), figures(found.credited), found.amount.unwrap().cents))
            .collect();
        let expected = [
            ("H126", (1, 1, 6_794), (0, 0, 0), 6_794),
            ("Z053", (1, 1, 25_110), (1, 2, 50_220), -25_110),
        ];
        assert_eq!(found, expected);
        assert!(listed.iter().all(|found| found.file_id == answer.file_id && found.care_month == "2022-12"));
        assert_eq!(listed[0].recorded_time, Some(time("2023-04-10T10:00:00Z")));
        let [present, entries, lines] = world.sums().await;
        assert_eq!((present, present), (entries, lines));

        let first = world.corrections(proto::ListCorrectionsRequest { page_size: 1, ..corrections(2022) }).await;
        let next = proto::ListCorrectionsRequest { page_token: first.next_page_token, ..corrections(2022) };
        assert_eq!((first.corrections, world.corrections(next).await.corrections), (listed[..1].to_vec(), listed[1..].to_vec()));
        assert_eq!(world.corrections(corrections(2023)).await.corrections, []);
        let other = proto::ListCorrectionsRequest { agb: OTHER.to_owned(), ..corrections(2022) };
        assert_eq!(world.corrections(other).await.corrections, []);
    }

    async fn bud_11_a_file_that_comes_while_the_year_is_being_closed_waits_and_finds_it_closed(engine) {
        let world = World::open(engine).await;
        let (closing, _) = world.closing(2022, AGB).await;
        let lines = [hours("r1", "2022-12-05", 1)];
        let mut submitted = std::pin::pin!(world.submit("F1", &lines));
        let patience = std::time::Duration::from_millis(500);
        assert!(tokio::time::timeout(patience, &mut submitted).await.is_err(), "it does not wait");
        closing.commit(world.clock.now()).await.unwrap();
        assert_eq!(submitted.await.granted_lines, 1);
        assert_eq!(world.list(proto::ListProductionRequest { year: 2022, ..asked() }).await.production, []);
        assert_eq!(world.corrections(corrections(2022)).await.corrections.len(), 1);
    }

    async fn bud_11_a_year_is_closed_for_one_provider_and_once(engine) {
        let world = World::open(engine).await;
        assert!(world.close(2022, AGB).await);
        world.set("2023-04-10T10:00:00Z");
        assert!(!world.close(2022, AGB).await);
        world.send(file(OTHER, "F1", &[hours("r1", "2022-12-05", 1)])).await;
        let of_2022 = proto::ListProductionRequest { year: 2022, ..asked() };
        assert_eq!(world.list(of_2022).await.production.len(), 1);
        assert_eq!(world.corrections(corrections(2022)).await.corrections, []);
        let mut tx = world.db.read().await.unwrap();
        let office = "vgz".parse().unwrap();
        let closed = budget::store::closed_years_of(&mut tx, &office, AGB.parse().unwrap()).await.unwrap();
        assert_eq!(closed.into_iter().collect::<Vec<_>>(), [2022]);
    }
}
