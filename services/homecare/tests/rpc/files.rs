//! Claim files: other refusals, the same file again, clients, lines.

use contract::homecare as proto;
use futures::TryStreamExt;
use testkit::on_both_engines;
use vektis::{Sign, layout::PerformanceFields};

use crate::support::*;

on_both_engines! {
    async fn hom_05_a_line_needs_an_agreement_its_product_its_unit_and_its_tariff(engine) {
        let world = World::open(engine).await;
        assert_eq!(world.submit("F0", &[debit("R0", 1)]).await.lines(), [returned("8022", 0)]);
        world.conclude(2024, 100_000).await;
        let other = |change: fn(PerformanceFields) -> PerformanceFields| {
            let line = debit("R1", 1);
            Line { fields: change(line.fields.clone()), ..line }
        };
        let product = other(|fields| PerformanceFields { product: "1001".into(), ..fields });
        let cent_more = other(|fields| fields.priced(TARIFF + 1, 1, Sign::Debit));
        let by_quarter = other(|fields| PerformanceFields { time_unit: 2, ..fields });
        let answer = world.submit("F1", &[product, cent_more, by_quarter]).await;
        assert_eq!(answer.lines(), [returned("8022", 0), returned("0611", 0), returned("0638", 0)]);
        assert_eq!(world.amounts().await, (0, 100_000, 0));
        assert!(world.decisions().await.is_empty());
    }

    async fn hom_05_the_same_file_again_gets_the_same_return_and_changes_nothing(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 10_000).await;
        let lines = [debit("R1", 1), debit("R2", 1)];
        let first = world.submit("F1", &lines).await;
        let before = (world.consumption().await, world.decisions().await);
        let again = world.submit("F1", &lines).await;
        assert_eq!((again.result.resubmitted, &again.aw320), (true, &first.aw320));
        assert_eq!((world.consumption().await, world.decisions().await), before);
    }

    async fn hom_05_clients_count_once_and_not_after_their_last_credit(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 100_000).await;
        let of = |bsn, line: Line| Line { bsn, ..line };
        let lines = [
            of("123456782", debit("R1", 1)),
            of("123456782", debit("R2", 1)),
            of("111222333", debit("R3", 1)),
            of("999999999", debit("R4", 1)),
        ];
        world.submit("F1", &lines).await;
        assert_eq!(world.consumption().await.clients, 2);
        world.submit("F2", &[of("123456782", credit("C1", 1, "R1")), of("111222333", credit("C3", 1, "R3"))]).await;
        assert_eq!(world.consumption().await.clients, 1);

        let list = proto::ListConsumptionRequest {
            office: "vgz".to_owned(),
            year: 2024,
            ..proto::ListConsumptionRequest::default()
        };
        let listed = world.client().list_consumption(list).await.unwrap().into_inner();
        assert_eq!((listed.consumption, listed.next_page_token), (vec![world.consumption().await], String::new()));
    }

    async fn hom_05_lines_are_had_with_what_was_granted_and_without_citizen_service_number(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 10_000).await;
        let file_id = world.submit("F1", &[debit("R1", 1), debit("R2", 1)]).await.result.file_id;
        let pages = world.client().stream_claim_lines(proto::StreamClaimLinesRequest { file_id }).await.unwrap();
        let pages: Vec<_> = pages.into_inner().try_collect().await.unwrap();
        let lines: Vec<_> = pages.into_iter().flat_map(|page| page.lines).collect();
        let granted: Vec<i64> = lines.iter().map(|line| line.granted.unwrap().cents).collect();
        assert_eq!(granted, [7_276, 2_724]);
        assert_eq!((lines[0].client.len(), lines[0].client.contains("123456782")), (22, false));
        let progress = world.client().get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        assert_eq!((progress.last_sequence, progress.feeds.len()), (5, 0));
    }
}
