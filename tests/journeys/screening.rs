//! What screening finds in the claims of budget, through the public calls.

use std::time::Duration;

use contract::{budget, screening as proto, screening::screening_service_client::ScreeningServiceClient};
use testkit::{Engine, on_both_engines};
use tonic::transport::Channel;

use crate::office::{Line, Office, VGZ, cents, claim_file};

/// An office in March 2023 with two providers under contract, 41410001 and 41410002, and screening beside it.
pub async fn screened(engine: Engine) -> (Office, ScreeningServiceClient<Channel>) {
    let mut office = Office::open(engine).await;
    office.import_tariffs().await;
    for agb in ["41410001", "41410002"] {
        office.contract(agb).await;
    }
    office.caught_up().await;
    office.set("2023-03-10");
    let screening = office.start_screening().await;
    (office, screening)
}

/// Waits until screening has everything budget made known, and gives the signals, the oldest first.
pub async fn signals(office: &mut Office, screening: &mut ScreeningServiceClient<Channel>) -> Vec<proto::Signal> {
    let last = office.budget.get_progress(budget::GetProgressRequest {}).await.unwrap().into_inner().last_sequence;
    for _ in 0..400 {
        let feeds = screening.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner().feeds;
        if feeds.iter().any(|feed| feed.service == "budget" && feed.sequence >= last) {
            let request = proto::ListSignalsRequest { office: VGZ.to_owned(), ..Default::default() };
            let mut signals = screening.list_signals(request).await.unwrap().into_inner().signals;
            signals.reverse();
            return signals;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("screening did not catch up");
}

on_both_engines! {
    async fn scr_04_wlz_claims_raise_doubles_and_modular_care_beside_a_full_package(engine) {
        let (mut office, mut screening) = screened(engine).await;
        // All lines are of one client: two days of stay, then the same days elsewhere, then hours on one of them.
        office.submit(&claim_file("41410001", "F1", &[("stay", Line::stay(2))])).await.unwrap();
        assert!(signals(&mut office, &mut screening).await.is_empty());
        office.submit(&claim_file("41410002", "F1", &[("again", Line::stay(1))])).await.unwrap();
        let hours = Line::hours(3, "2023-02-02", "2023-02-02");
        office.submit(&claim_file("41410001", "F2", &[("hours", hours)])).await.unwrap();
        let found = signals(&mut office, &mut screening).await;
        let told: Vec<(&str, i64, Vec<&str>)> = found
            .iter()
            .map(|signal| {
                let lines = signal.evidence.iter().map(|line| line.reference.as_str()).collect();
                (signal.rule.as_str(), cents(&signal.at_stake), lines)
            })
            .collect();
        assert_eq!(told, [
            ("double", 25_110, vec!["stay", "again"]),
            ("beside_package", 3 * 6_794, vec!["stay", "hours"]),
        ]);
        let request = proto::ExplainRequest { decision_id: found[1].decision_id.clone() };
        let steps = screening.explain(request).await.unwrap().into_inner().explanation.unwrap().steps;
        assert_eq!(
            steps[0].text_nl,
            "Voor dezelfde cliënt is modulaire zorg toegekend, regel hours van zorgaanbieder 41410001, naast een \
             volledig pakket, regel stay van zorgaanbieder 41410001."
        );

        let credit = Line { credits: Some("hours".to_owned()), ..Line::hours(3, "2023-02-02", "2023-02-02") };
        office.submit(&claim_file("41410001", "F3", &[("back", credit)])).await.unwrap();
        let withdrawn: Vec<bool> =
            signals(&mut office, &mut screening).await.iter().map(|signal| signal.withdrawn).collect();
        assert_eq!(withdrawn, [false, true]);
        office.close().await;
    }
}
