use std::time::Duration;

use contract::registration::{self as proto, Category, event::Fact};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::Code;
use tonic_types::StatusExt;

use crate::support::*;

on_both_engines! {
    async fn others_learn_of_providers_and_agreements_in_order(engine) {
        let mut world = World::open(engine).await;
        let registration = world.admissible().await;
        let progress = world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        assert_eq!((progress.last_sequence, progress.feeds.len()), (2, 0));

        let watch = proto::WatchRequest { after_sequence: 0, ..Default::default() };
        let mut events = world.client.watch(watch).await.unwrap().into_inner();
        let award = proto::AwardAgreementRequest {
            request_id: world.request_id(),
            registration_id: registration.registration_id,
            period: period("2022-01-01", None),
            products: registration.content.unwrap().products,
            ..Default::default()
        };
        let offer = world.client.award_agreement(award).await.unwrap().into_inner().offer.unwrap();
        let accept = proto::AcceptOfferRequest { request_id: world.request_id(), offer_id: offer.offer_id };
        let accepted = world.client.accept_offer(accept).await.unwrap().into_inner().agreement.unwrap();
        let mut seen = Vec::new();
        while seen.len() < 3 {
            let next = tokio::time::timeout(Duration::from_secs(10), events.next()).await.unwrap();
            seen.push(next.unwrap().unwrap().event.unwrap());
        }
        assert_eq!(seen.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(seen.iter().map(|event| event.office.as_str()).collect::<Vec<_>>(), ["", "vgz", "vgz"]);
        assert!(seen.iter().all(|event| event.recorded_time.unwrap().seconds == utc("2021-07-16 10:00:00").timestamp()));
        let Some(Fact::ProviderRecorded(provider)) = &seen[0].fact else { panic!("{:?}", seen[0]) };
        assert_eq!(provider.agb, AGB);
        let Some(Fact::AgreementConcluded(recorded)) = &seen[1].fact else { panic!("{:?}", seen[1]) };
        assert!(recorded.registration_id.is_empty() && recorded.products.is_empty());
        assert_eq!(seen[2].fact, Some(Fact::AgreementConcluded(accepted)));

        let watch = proto::WatchRequest { after_sequence: 2, ..Default::default() };
        let mut events = world.client.watch(watch).await.unwrap().into_inner();
        let next = tokio::time::timeout(Duration::from_secs(10), events.next()).await.unwrap();
        assert_eq!(next.unwrap().unwrap().event.unwrap(), seen[2]);

        // Who saw an event that the feed doesn't have, or has another in its place, is told.
        let of_second = seen[1].recorded_time;
        let other = of_second.map(|time| prost_types::Timestamp { nanos: time.nanos + 1_000, ..time });
        let after = |after_sequence, after_recorded_time| proto::WatchRequest { after_sequence, after_recorded_time };
        let mut client = world.client.clone();
        assert!(client.watch(after(2, of_second)).await.is_ok());
        for gone in [after(4, None), after(4, of_second), after(2, other)] {
            let refused = client.watch(gone).await.unwrap_err();
            assert_eq!(refused.code(), Code::FailedPrecondition);
            assert_eq!(refused.get_details_error_info().unwrap().reason, "FEED_WENT_BACK");
        }
        let refused = client.watch(after(-1, None)).await.unwrap_err();
        assert_eq!(refused.get_details_bad_request().unwrap().field_violations[0].field, "after_sequence");
    }

    async fn a_refused_write_makes_nothing_known(engine) {
        let mut world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        let submitted = world.get(&id).await;
        let award = proto::AwardAgreementRequest {
            request_id: world.request_id(),
            registration_id: submitted.registration_id,
            period: period("2022-01-01", None),
            products: submitted.content.unwrap().products,
            ..Default::default()
        };
        world.client.award_agreement(award).await.unwrap_err();
        let provider = proto::Provider { agb: AGB.to_owned(), name: "De Es".to_owned(), kvk: "12345678".to_owned() };
        let request = proto::CreateProviderRequest { request_id: world.request_id(), provider: Some(provider) };
        world.client.create_provider(request).await.unwrap_err();
        let progress = world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        assert_eq!(progress.last_sequence, 1);
    }
}
