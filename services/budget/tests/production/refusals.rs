//! Refused lines by reason (BUD-05).

use contract::budget as proto;
use testkit::on_both_engines;

use crate::support::*;

type Reason<'a> = (&'a str, &'a str, &'a str, (i64, i64, i64));

fn reason(refusal: &proto::Refusal) -> Reason<'_> {
    (&refusal.product, &refusal.care_month, &refusal.return_code, figures(refusal.refused))
}

on_both_engines! {
    async fn bud_05_refused_lines_are_listed_by_their_code_and_none_is_dropped(engine) {
        let world = World::open(engine).await;
        let lines = [
            hours("r1", "2023-02-06", 2),
            hours("r2", "2023-02-06", 3).at(6_795),
            hours("r3", "2023-02-07", 1).at(6_795),
            Line { product: "K150", ..hours("r4", "2023-02-08", 1) },
            hours("r1", "2023-02-09", 1),
            hours("r6", "2023-02-10", 1),
        ];
        // The days of the last line can't be read.
        let first = edited(file(AGB, "F1", &lines), 13, 106, "20230231");
        assert_eq!(world.send(first).await.granted_lines, 1);
        world.set("2023-04-10T10:00:00Z");
        // A code that the checks give, on a line with product and days.
        world.send(edited(file(AGB, "F2", &[hours("r7", "2023-03-01", 1)]), 3, 24, "0000")).await;

        let listed = world.refusals(refused()).await;
        let expected: [Reason<'_>; 5] = [
            ("", "", "8007", (1, 1, 6_794)),
            ("H126", "2023-02", "0611", (2, 4, 27_180)),
            ("H126", "2023-02", "8021", (1, 1, 6_794)),
            ("H126", "2023-03", "0423", (1, 1, 6_794)),
            ("K150", "2023-02", "8022", (1, 1, 6_794)),
        ];
        assert_eq!(listed.refusals.iter().map(reason).collect::<Vec<_>>(), expected);
        assert_eq!(listed.refusals[1].text_en, "Tariff missing, or not as set nationally or agreed.");
        assert!(!listed.refusals[1].text_nl.is_empty());
        let of_cells: i64 = world.production(None).await.iter().map(|row| figures(row.refused).0).sum();
        assert_eq!(of_cells, 5);

        let before = world.refusals(proto::ListRefusalsRequest { as_of_time: Some(time("2023-04-01T00:00:00Z")), ..refused() });
        assert_eq!(before.await.refusals.len(), 4);
        let tariff = proto::ListRefusalsRequest { return_code: "0611".to_owned(), ..refused() };
        assert_eq!(world.refusals(tariff).await.refusals, listed.refusals[1..2]);
        let march = proto::ListRefusalsRequest { first_month: "2023-03".to_owned(), ..refused() };
        assert_eq!(world.refusals(march).await.refusals, listed.refusals[3..4]);
        let product = proto::ListRefusalsRequest { product: "K150".to_owned(), agb: AGB.to_owned(), ..refused() };
        assert_eq!(world.refusals(product).await.refusals, listed.refusals[4..]);
        let other = proto::ListRefusalsRequest { agb: OTHER.to_owned(), ..refused() };
        assert_eq!(world.refusals(other).await.refusals, []);

        let mut paged = Vec::new();
        let mut request = proto::ListRefusalsRequest { page_size: 2, ..refused() };
        for left in [true, true, false] {
            let page = world.refusals(request.clone()).await;
            paged.extend(page.refusals);
            assert_eq!(!page.next_page_token.is_empty(), left);
            request.page_token = page.next_page_token;
        }
        assert_eq!(paged, listed.refusals);
        let wrong = proto::ListRefusalsRequest { return_code: "61".to_owned(), agb: "x".to_owned(), ..refused() };
        let status = world.client().list_refusals(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["agb", "return_code"]);
    }
}
