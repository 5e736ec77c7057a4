//! The work list of an office, and what a risk score is made of (SCR-08).

use contract::screening as proto;
use testkit::on_both_engines;

use crate::support::*;

on_both_engines! {
    async fn scr_08_the_work_list_begins_with_what_matters_most_and_tells_why(engine) {
        let world = World::open(engine).await;
        // Two doubles at the first provider's expense, of which one is small; one at the second's.
        world.submit(FIRST, "F1", &[debit("A1", (4, 6), 1), Line { bsn: "111222333", ..debit("A2", (4, 6), 9) }]).await;
        world.submit(SECOND, "F2", &[debit("B1", (5, 7), 1)]).await;
        world.submit(SECOND, "F3", &[Line { bsn: "111222333", ..debit("B2", (5, 7), 9) }]).await;
        world.submit(FIRST, "F4", &[debit("A3", (6, 6), 1)]).await;
        world.caught_up().await;
        let items = world.work(1).await;
        let told: Vec<(&str, i64, &str)> = items
            .iter()
            .map(|item| (item.agb.as_str(), item.exact_signals, item.score.as_ref().unwrap().value.as_str()))
            .collect();
        // Of the second provider ten hours are at stake: EUR 727.60 is 0.72 points. Of the first, twice one hour.
        assert_eq!(told, [(SECOND, 2, "20.72"), (FIRST, 2, "20.14")]);
        let request = proto::GetScoreRequest { office: "vgz".to_owned(), agb: SECOND.to_owned() };
        let score = world.screening.clone().get_score(request).await.unwrap().into_inner();
        assert_eq!(score.item.as_ref(), items.first());
        let steps: Vec<String> = score.explanation.unwrap().steps.into_iter().map(|step| step.text_nl).collect();
        assert_eq!(steps, [
            "Regel ‘dubbele declaratie’: 2 exacte signalen van elk 10 punten en 0 andere van elk 3, samen tot een aantal van 20 en de \
             exacte eerst, en een punt per 1000 euro van de € 727,60 die ter discussie staat: 20,72 punten.",
            "De risicoscore over 1 regel(s) is 20,72 punten. De score ordent werk en beslist niets.",
            "Er staat € 727,60 ter discussie; maal 20,72 punten is 15075,872: daarop is de werklijst geordend.",
        ]);
        // What is credited is no work any more.
        world.submit(FIRST, "F5", &[credit("C1", &debit("A1", (4, 6), 1)), credit("C3", &debit("A3", (6, 6), 1))]).await;
        world.caught_up().await;
        let left: Vec<String> = world.work(10).await.into_iter().map(|item| item.agb).collect();
        assert_eq!(left, [SECOND]);
    }
}

impl World {
    /// The work list, read in pages of a size.
    async fn work(&self, page_size: i32) -> Vec<proto::WorkItem> {
        let mut request = proto::ListWorkRequest { office: "vgz".to_owned(), page_size, page_token: String::new() };
        let mut items = Vec::new();
        loop {
            let page = self.screening.clone().list_work(request.clone()).await.unwrap().into_inner();
            items.extend(page.items);
            if page.next_page_token.is_empty() {
                return items;
            }
            request.page_token = page.next_page_token;
        }
    }
}
