//! The contract room and the budgets that are filed, through the public calls.

use chrono::TimeDelta;
use contract::budget as proto;
use testkit::on_both_engines;
use tonic::Code;
use tonic_types::StatusExt;

use crate::office::{Line, Office, VGZ, cents, claim_file, date, money, noon};

on_both_engines! {
    async fn bud_01_the_room_changes_by_dated_entries(engine) {
        let mut office = Office::open(engine).await;
        office.room(1_000_000_000).await;
        let before = office.clock.now();
        office.clock.advance(TimeDelta::days(1));
        let request = proto::ChangeRoomRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            lot: proto::Lot::Zin.into(),
            amount: money(5_000_001),
            kind: proto::RoomChangeKind::NzaDecision.into(),
            motivation: "May decision".to_owned(),
            day: date("2023-05-31"),
        };
        office.budget.change_room(request).await.unwrap();
        assert_eq!(cents(&office.lot(None).await.room), 1_005_000_001);
        assert_eq!(cents(&office.lot(Some(before)).await.room), 1_000_000_000);
        office.close().await;
    }

    async fn bud_02_the_reserve_is_kept_and_released_but_never_overdrawn(engine) {
        let mut office = Office::open(engine).await;
        office.room(1_000_000_000).await;
        let lot = office.lot(None).await;
        assert_eq!([&lot.reserve, &lot.agreed, &lot.free].map(cents), [20_000_000, 0, 980_000_000]);
        let release = |office: &Office, amount| proto::ReleaseReserveRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            amount: money(amount),
            motivation: "continuity".to_owned(),
        };
        let request = release(&office, 19_999_999);
        office.budget.release_reserve(request).await.unwrap();
        let request = release(&office, 2);
        let status = office.budget.release_reserve(request).await.unwrap_err();
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "RESERVE_EXCEEDED");
        let lot = office.lot(None).await;
        assert_eq!([&lot.reserve, &lot.free].map(cents), [1, 999_999_999]);
        office.close().await;
    }

    async fn bud_13_dsw_keeps_one_percent_more_in_reserve_for_innovation(engine) {
        let mut office = Office::open(engine).await;
        let request = proto::EstablishRoomRequest {
            request_id: office.id(),
            office: "dsw".to_owned(),
            year: 2024,
            regions: vec!["5519".to_owned()],
            zin: money(1_000_000_000),
            pgb: money(100_000_000),
            motivation: "test".to_owned(),
        };
        let established = office.budget.establish_room(request).await.unwrap().into_inner();
        let lots = established.room.unwrap().lots;
        assert_eq!([&lots[0].reserve, &lots[0].free, &lots[1].free].map(cents), [30_000_000, 970_000_000, 100_000_000]);
        let steps = office.explain(&established.decision_id).await.steps;
        assert_eq!(steps[1].text_en, "Of EUR 10,000,000.00, 1% is kept in reserve for innovation: EUR 100,000.00.");
        office.close().await;
    }

    async fn bud_02_two_releases_at_once_never_take_more_than_there_is(engine) {
        let mut office = Office::open(engine).await;
        office.room(1_000_000_000).await;
        let mut releases = Vec::new();
        for _ in 0..8 {
            let mut client = office.budget.clone();
            let request = proto::ReleaseReserveRequest {
                request_id: office.id(),
                office: VGZ.to_owned(),
                year: 2023,
                amount: money(6_000_000),
                motivation: "continuity".to_owned(),
            };
            releases.push(tokio::spawn(async move { client.release_reserve(request).await.is_ok() }));
        }
        let mut taken = 0;
        for release in releases {
            taken += i64::from(release.await.unwrap());
        }
        assert_eq!((taken, cents(&office.lot(None).await.reserve)), (3, 2_000_000));
        office.close().await;
    }

    async fn bud_04_filed_is_ninety_eight_percent_rounded_down(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.room(1_000_000_000_000).await;
        office.base("41410001", 123_456_789).await;
        let (filed, _) = office.file_budgets().await;
        assert_eq!(cents(&filed[0].base_production), 123_456_789);
        assert_eq!([cents(&filed[0].filed), cents(&filed[0].current)], [120_987_653; 2]);
        let steps = office.explain(&filed[0].decision_id).await.steps;
        assert_eq!(
            steps.last().unwrap().text_nl,
            "Bij de NZa wordt ingediend: 98% van € 1.234.567,89, naar beneden afgerond op de cent: € 1.209.876,53."
        );
        let lot = office.lot(None).await;
        let sum: i64 = [&lot.reserve, &lot.agreed, &lot.free].map(cents).iter().sum();
        assert_eq!((cents(&lot.agreed), sum), (120_987_653, 1_000_000_000_000));
        office.close().await;
    }

    async fn bud_04_one_cent_over_the_collective_cap_is_scaled_to_the_cap(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        for (agb, base) in [("41410001", 49_000_001), ("41410002", 24_500_000), ("41410003", 24_500_000)] {
            office.contract(agb).await;
            if agb == "41410001" {
                office.caught_up().await;
                office.room(100_000_000).await;
            }
            office.base(agb, base).await;
        }
        office.caught_up().await;
        let (filed, decision_id) = office.file_budgets().await;
        let scaled: i64 = filed.iter().map(|budget| cents(&budget.scaled_production)).sum();
        let total: i64 = filed.iter().map(|budget| cents(&budget.filed)).sum();
        let products = filed.iter().flat_map(|budget| &budget.products);
        assert_eq!(products.map(|product| cents(&product.amount)).sum::<i64>(), scaled);
        assert_eq!(scaled, 98_000_000);
        assert!(total <= 96_040_000);
        let steps = office.explain(&decision_id).await.steps;
        assert!(steps[0].text_en.contains("exceeds 98% of EUR 1,000,000.00"), "{}", steps[0].text_en);
        office.close().await;
    }

    async fn bud_03_base_production_is_last_years_approved_claims_over_a_year(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.room(1_000_000_000_000).await;
        let hours = |begin, end| Line::hours(35, begin, end);
        let lines = [
            ("r1", hours("2022-01-03", "2022-01-03")),
            ("r2", hours("2022-07-04", "2022-07-04")),
            // August is after the months that count.
            ("r3", hours("2022-08-01", "2022-08-01")),
        ];
        office.set("2023-03-10");
        let (result, _) = office.submit(&claim_file("41410001", "F1", &lines)).await.unwrap();
        assert_eq!(result.granted_lines, 3);
        let (filed, _) = office.file_budgets().await;
        // 70 hours in 7 months are 120 in 12, at 67.94.
        assert_eq!(cents(&filed[0].base_production), 120 * 6_794);
        assert_eq!(filed[0].products[0].volume.as_ref().unwrap().value, "120");
        office.close().await;
    }

    async fn bud_05_realised_production_is_known_as_of_any_moment(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.room(1_000_000_000).await;
        let later = Line { begin: "2023-02-03", end: "2023-02-04", ..Line::stay(2) };
        for (day, invoice, line) in [("2023-03-10", "F1", ("r1", Line::stay(2))), ("2023-04-10", "F2", ("r2", later))] {
            office.set(day);
            office.submit(&claim_file("41410001", invoice, &[line])).await.unwrap();
        }
        let mut realised = Vec::new();
        for moment in [Some("2023-03-01"), Some("2023-03-20"), Some("2023-04-10"), None] {
            realised.push(cents(&office.lot(moment.map(noon)).await.realised));
        }
        assert_eq!(realised, [0, 50_220, 100_440, 100_440]);
        office.close().await;
    }

    async fn bud_04_a_new_provider_needs_a_cap_that_the_office_states(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.room(1_000_000_000).await;
        let request = proto::RecordBaseProductionRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: "41410001".to_owned(),
            kind: proto::BaseKind::New.into(),
            volumes: vec![proto::ProductVolume {
                product: "CENT".to_owned(),
                volume: Some(contract::common::Decimal { value: "100".to_owned() }),
            }],
            motivation: "starts in March".to_owned(),
        };
        office.budget.record_base_production(request).await.unwrap();
        let status = office.simulated(proto::RoundKind::BaseProduction, false).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert!(status.message().contains("parameter new_provider_cap_percentage of office vgz is not set"));
        office.close().await;
    }
}
