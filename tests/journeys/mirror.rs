//! Mirror information from the claims that budget approves, through the public calls.

use std::time::Duration;

use contract::{
    budget, common,
    tariffing::{self as proto, MirrorFigureKind, tariffing_service_client::TariffingServiceClient},
};
use runtime::{Clock, Ids, Running, Settings};
use testkit::{TestDb, on_both_engines};
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

use crate::office::{Line, Office, VGZ, cents, claim_file};

/// The mirror's figure of cost, when tariffing has everything budget made known.
async fn cost(office: &mut Office, tariffing: &mut TariffingServiceClient<Channel>) -> proto::Mirror {
    let last = office.budget.get_progress(budget::GetProgressRequest {}).await.unwrap().into_inner().last_sequence;
    for _ in 0..400 {
        let feeds = tariffing.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner().feeds;
        if feeds.iter().any(|feed| feed.service == "budget" && feed.sequence >= last) {
            let request = proto::GetMirrorRequest {
                office: VGZ.to_owned(),
                agb: "41410001".to_owned(),
                sector: common::Sector::Gz.into(),
                year: 2023,
                peer_group: proto::PeerGroup::Sector.into(),
            };
            return tariffing.get_mirror(request).await.unwrap().into_inner().mirror.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("tariffing did not catch up");
}

fn own(mirror: &proto::Mirror, kind: MirrorFigureKind) -> Option<String> {
    let figure = mirror.figures.iter().find(|figure| figure.kind() == kind).unwrap();
    figure.own.as_ref().map(|own| own.value.clone())
}

/// Another tariffing with the same tables, that follows budget.
async fn following(db: &TestDb, clock: &Clock, budget_url: String) -> Running {
    let mut settings = Settings { database: db.url().to_owned(), ..Settings::default() };
    settings.peers.insert("budget".to_owned(), budget_url);
    ::tariffing::start(settings, clock.clone(), Ids::random(), CancellationToken::new()).await.unwrap()
}

on_both_engines! {
    async fn tar_15_approved_claims_reach_the_mirror_once(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.contract("41410001").await;
        office.caught_up().await;
        office.set("2023-03-10");
        let db = TestDb::open(engine, &[]).await;
        let running = following(&db, &office.clock, office.budget_url()).await;
        let mut tariffing = TariffingServiceClient::connect(running.url()).await.unwrap();
        let first = std::mem::replace(&mut office.tariffing, tariffing.clone());
        office.import_tariffs().await;
        office.tariffing = first;

        // Two days of stay at 251.10 and three hours at 67.94, all of one client.
        office.submit(&claim_file("41410001", "F1", &[("stay", Line::stay(2))])).await.unwrap();
        let hours = Line::hours(3, "2023-02-02", "2023-02-02");
        let again = [("stay2", Line { begin: "2023-02-03", end: "2023-02-03", ..Line::stay(1) }), ("hours", hours)];
        office.submit(&claim_file("41410001", "F2", &again)).await.unwrap();
        let mirror = cost(&mut office, &mut tariffing).await;
        // Two files that only claim count the client twice.
        let expected = (3 * 25_110 + 3 * 6_794) / 2;
        assert_eq!(own(&mirror, MirrorFigureKind::CostPerClientMonth).unwrap(), format!("{}.{}", expected / 100, expected % 100));
        assert!(mirror.claims_as_of_time.is_some());
        assert_eq!(cents(&mirror.without_sector), 0);

        // What is taken back in full takes the client back; and a file is applied once, whatever restarts.
        running.stop().await.unwrap();
        let back = [
            ("b1", Line { credits: Some("stay2".to_owned()), begin: "2023-02-03", end: "2023-02-03", ..Line::stay(1) }),
            ("b2", Line { credits: Some("hours".to_owned()), ..Line::hours(3, "2023-02-02", "2023-02-02") }),
        ];
        office.submit(&claim_file("41410001", "F3", &back)).await.unwrap();
        let running = following(&db, &office.clock, office.budget_url()).await;
        let mut tariffing = TariffingServiceClient::connect(running.url()).await.unwrap();
        let mirror = cost(&mut office, &mut tariffing).await;
        assert_eq!(own(&mirror, MirrorFigureKind::CostPerClientMonth).unwrap(), "502.20");
        running.stop().await.unwrap();
        office.close().await;
    }
}
