//! Production by what became of the lines, now and as known at a moment (BUD-05).

use contract::{
    budget as proto,
    retention::{self, retention_service_client::RetentionServiceClient},
};
use testkit::on_both_engines;

use crate::support::*;

const FEBRUARY: (&str, &str) = ("2023-02-01", "2023-02-10");

/// Three files: the second refuses and takes back, the third is another provider's.
async fn three_files(world: &World) {
    let lines = [stay("r1", FEBRUARY), stay("r2", ("2023-02-11", "2023-02-12")), hours("r3", "2023-01-09", 3)];
    world.submit("F1", &lines).await;
    world.set("2023-04-10T10:00:00Z");
    let lines = [
        stay("c1", FEBRUARY).credit("c1", "r1"),
        stay("r4", ("2023-02-01", "2023-02-09")),
        hours("r5", "2023-01-10", 2).at(1),
        stay("c2", ("2023-02-11", "2023-02-11")).credit("c2", "r2"),
    ];
    world.submit("F2", &lines).await;
    world.set("2023-05-10T10:00:00Z");
    world.send(file(OTHER, "F1", &[hours("r1", "2023-03-01", 1)])).await;
}

const HOURS_IN_MARCH: Row<'static> = ("H126", "2023-01", [(1, 3, 20_382), (1, 3, 20_382), (0, 0, 0), (0, 0, 0)]);
const STAY_IN_MARCH: Row<'static> = ("Z053", "2023-02", [(2, 12, 301_320), (2, 12, 301_320), (0, 0, 0), (0, 0, 0)]);
const HOURS_IN_APRIL: Row<'static> = ("H126", "2023-01", [(2, 5, 20_384), (1, 3, 20_382), (0, 0, 0), (1, 2, 2)]);
const STAY_IN_APRIL: Row<'static> =
    ("Z053", "2023-02", [(5, 10, 251_100), (3, 21, 527_310), (1, 10, 251_100), (1, -1, -25_110)]);

on_both_engines! {
    async fn bud_05_lines_are_counted_by_what_became_of_them_and_the_past_stays_as_it_was_known(engine) {
        let world = World::open(engine).await;
        three_files(&world).await;
        let now = world.production(None).await;
        let of_other = ("H126", "2023-03", [(1, 1, 6_794), (1, 1, 6_794), (0, 0, 0), (0, 0, 0)]);
        assert_eq!(now.iter().map(row).collect::<Vec<_>>(), [HOURS_IN_APRIL, STAY_IN_APRIL, of_other]);
        assert_eq!(now.iter().map(|row| row.agb.as_str()).collect::<Vec<_>>(), [AGB, AGB, OTHER]);
        let net = (now[1].quantity, now[1].granted.unwrap().cents, now[1].lines);
        assert_eq!((net, now[1].unit.as_str()), ((11, 276_210, 4), "14"));

        let april = world.production(Some("2023-05-10T09:59:59Z")).await;
        assert_eq!(april.iter().map(row).collect::<Vec<_>>(), [HOURS_IN_APRIL, STAY_IN_APRIL]);
        let march = world.production(Some("2023-04-10T09:59:59Z")).await;
        assert_eq!(march.iter().map(row).collect::<Vec<_>>(), [HOURS_IN_MARCH, STAY_IN_MARCH]);
        // At the very moment of a file it is known.
        assert_eq!(world.production(Some("2023-03-10T10:00:00Z")).await, march);
        assert_eq!(world.production(Some("2023-03-10T09:59:59Z")).await, []);
    }

    async fn bud_05_the_present_sums_are_those_of_the_entries_and_of_the_lines(engine) {
        let world = World::open(engine).await;
        three_files(&world).await;
        let unreadable = file(AGB, "F3", &[hours("r6", "2023-01-11", 1), hours("r7", "2023-01-12", 1)]);
        world.send(edited(unreadable, 3, 106, "20230231")).await;
        let [present, entries, lines] = world.sums().await;
        assert_eq!((present, present), (entries, lines));
        assert_eq!(present, (7, 310_180, 2));
    }

    async fn bud_05_what_was_known_needs_no_lines(engine) {
        let world = World::open(engine).await;
        three_files(&world).await;
        let before = world.production(Some("2023-04-20T10:00:00Z")).await;
        assert_eq!(before.len(), 2);
        world.set("2031-01-01T10:00:00Z");
        let mut retention = RetentionServiceClient::connect(world.running.url()).await.unwrap();
        let request = retention::PurgeRecordsRequest {
            request_id: "00000000-0000-4000-8000-000000000001".to_owned(),
            office: "vgz".to_owned(),
            dry_run: false,
        };
        let purged = retention.purge_records(request).await.unwrap().into_inner().kinds;
        let files = purged.iter().find(|purged| purged.kind == "claim_file").map(|purged| purged.objects);
        assert_eq!(files, Some(3));
        assert_eq!(world.production(Some("2023-04-20T10:00:00Z")).await, before);
    }

    async fn bud_05_production_is_chosen_paged_and_streamed(engine) {
        let world = World::open(engine).await;
        three_files(&world).await;
        let all = world.production(None).await;
        for as_of_time in [None, Some(time("2023-06-01T00:00:00Z"))] {
            let request = proto::ListProductionRequest { page_size: 1, as_of_time, ..asked() };
            let (mut paged, mut request) = (Vec::new(), request);
            loop {
                let page = world.list(request.clone()).await;
                assert_eq!(page.production.len(), 1);
                paged.extend(page.production);
                if page.next_page_token.is_empty() {
                    break;
                }
                request.page_token = page.next_page_token;
            }
            assert_eq!(paged, all);
        }
        let of = |request| async { world.list(request).await.production };
        assert_eq!(of(proto::ListProductionRequest { agb: OTHER.to_owned(), ..asked() }).await, all[2..]);
        assert_eq!(of(proto::ListProductionRequest { product: "Z053".to_owned(), ..asked() }).await, all[1..2]);
        let from = proto::ListProductionRequest { first_month: "2023-02".to_owned(), ..asked() };
        assert_eq!(of(from.clone()).await, all[1..]);
        assert_eq!(of(proto::ListProductionRequest { last_month: "2023-02".to_owned(), ..from }).await, all[1..2]);

        let request = proto::StreamProductionRequest {
            office: "vgz".to_owned(),
            year: 2023,
            as_of_time: Some(time("2023-04-20T00:00:00Z")),
            ..Default::default()
        };
        let parts = world.streamed(request.clone()).await;
        assert!(parts.iter().all(|part| part.as_of_time == request.as_of_time));
        let rows: Vec<_> = parts.into_iter().flat_map(|part| part.production).collect();
        assert_eq!(rows, world.production(Some("2023-04-20T00:00:00Z")).await);
        let now = proto::StreamProductionRequest { as_of_time: None, product: "H126".to_owned(), ..request };
        let parts = world.streamed(now).await;
        assert_eq!(parts[0].as_of_time, Some(time("2023-05-10T10:00:00Z")));
        assert_eq!(parts[0].production, [all[0].clone(), all[2].clone()]);
    }

    async fn bud_05_every_wrong_field_of_a_question_about_production_is_named(engine) {
        let world = World::open(engine).await;
        let request = proto::ListProductionRequest {
            office: "?".to_owned(),
            agb: "1".to_owned(),
            product: "Z-053".to_owned(),
            first_month: "2022-12".to_owned(),
            last_month: "2023-13".to_owned(),
            page_size: -1,
            ..asked()
        };
        let status = world.client().list_production(request).await.unwrap_err();
        let expected = ["office", "agb", "product", "first_month", "last_month", "page_size"];
        assert_eq!(wrong_fields(&status), expected);
        let crossed = proto::ListProductionRequest {
            first_month: "2023-03".to_owned(),
            last_month: "2023-02".to_owned(),
            ..asked()
        };
        let status = world.client().list_production(crossed).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["last_month"]);
    }

    async fn bud_03_base_production_may_count_by_the_month_of_receipt(engine) {
        let world = World::open(engine).await;
        world.submit("F1", &[hours("r1", "2023-01-09", 3)]).await;
        let received = calendar::amsterdam_date(world.clock.now());
        let mut tx = world.db.read().await.unwrap();
        let year = budget::domain::OfficeYear { office: "vgz".parse().unwrap(), year: chrono::Datelike::year(&received) };
        let month = chrono::Datelike::month(&received);
        let at = world.clock.now();
        for (months, quantity) in [(month - 1, 0), (month, 3)] {
            let rows = budget::store::filed_in_year(&mut tx, (&year, months), at).await.unwrap();
            assert_eq!(rows.values().flatten().map(|row| row.quantity).sum::<i64>(), quantity, "{months}");
        }
    }

    async fn bud_05_refused_lines_are_no_base_production(engine) {
        let world = World::open(engine).await;
        // A product without tariff: it would have no price.
        world.submit("F1", &[Line { product: "K150", ..hours("r1", "2023-01-09", 1) }, hours("r2", "2023-01-09", 1)]).await;
        let mut tx = world.db.read().await.unwrap();
        let year = budget::domain::OfficeYear { office: "vgz".parse().unwrap(), year: 2023 };
        for as_of in [None, Some(world.clock.now())] {
            let rows = budget::store::approved_of_year(&mut tx, (&year, 12), as_of).await.unwrap();
            let rows: Vec<_> = rows.values().flatten().map(|row| (row.product.as_str(), row.quantity)).collect();
            assert_eq!(rows, [("H126", 1)]);
        }
        let early = world.clock.now() - chrono::TimeDelta::microseconds(1);
        assert!(budget::store::approved_of_year(&mut tx, (&year, 12), Some(early)).await.unwrap().is_empty());
        assert!(budget::store::granted_of_year(&mut tx, &year, early).await.unwrap().is_empty());
        let granted = budget::store::granted_of_year(&mut tx, &year, world.clock.now()).await.unwrap();
        assert_eq!(granted.into_values().map(|amount| amount.cents()).collect::<Vec<_>>(), [6_794]);
    }
}
