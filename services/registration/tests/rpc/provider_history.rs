//! A provider goes by another name or is another legal entity from a moment on; how it was stays on record.

use contract::registration::{self as proto, Category, event::Fact};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

fn provider(name: &str, kvk: &str) -> proto::Provider {
    proto::Provider { agb: AGB.to_owned(), name: name.to_owned(), kvk: kvk.to_owned() }
}

async fn update(world: &World, provider: proto::Provider) -> Result<proto::Provider, Status> {
    let request = proto::UpdateProviderRequest { request_id: world.request_id(), provider: Some(provider) };
    Ok(world.client().update_provider(request).await?.into_inner().provider.unwrap())
}

async fn as_of(world: &World, moment: Option<&str>) -> Result<proto::Provider, Status> {
    let as_of_time = moment.map(|moment| prost_types::Timestamp { seconds: utc(moment).timestamp(), nanos: 0 });
    let request = proto::GetProviderRequest { agb: AGB.to_owned(), as_of_time };
    Ok(world.client().get_provider(request).await?.into_inner().provider.unwrap())
}

on_both_engines! {
    async fn a_provider_is_told_as_it_is_and_as_it_was(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        world.clock.set(utc("2021-08-01 10:00:00"));
        let second = provider("De Linde Groep", "12345678");
        assert_eq!(update(&world, second.clone()).await.unwrap(), second);
        world.clock.set(utc("2021-09-01 10:00:00"));
        let third = provider("De Linde Groep", "87654321");
        assert_eq!(update(&world, third.clone()).await.unwrap(), third);

        let first = provider("De Linde", "12345678");
        for (moment, wanted) in [
            (Some("2021-07-16 10:00:00"), &first),
            (Some("2021-08-01 09:59:59"), &first),
            (Some("2021-08-01 10:00:00"), &second),
            (Some("2021-09-01 09:59:59"), &second),
            (Some("2021-09-01 10:00:00"), &third),
            (None, &third),
        ] {
            assert_eq!(&as_of(&world, moment).await.unwrap(), wanted, "{moment:?}");
        }
        let status = as_of(&world, Some("2021-07-16 09:59:59")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
        let list = proto::ListProvidersRequest::default();
        assert_eq!(world.client.list_providers(list).await.unwrap().into_inner().providers, std::slice::from_ref(&third));

        // Others learn of it.
        let mut events = world.client.watch(proto::WatchRequest { after_sequence: 0, ..Default::default() }).await.unwrap().into_inner();
        let mut told = Vec::new();
        while told.len() < 3 {
            let next = tokio::time::timeout(std::time::Duration::from_secs(10), events.next()).await.unwrap();
            match next.unwrap().unwrap().event.unwrap().fact {
                Some(Fact::ProviderRecorded(provider)) => told.push(provider),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(told, [first, second, third]);
    }

    async fn a_change_sent_again_is_made_once(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let new = provider("De Linde Groep", "12345678");
        let request = proto::UpdateProviderRequest { request_id: world.request_id(), provider: Some(new) };
        let first = world.client.update_provider(request.clone()).await.unwrap().into_inner();
        assert_eq!(world.client.update_provider(request).await.unwrap().into_inner(), first);
        let progress = world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        assert_eq!(progress.last_sequence, 2);
    }

    async fn of_changes_at_once_each_is_kept(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let change = |name: &'static str| update(&world, provider(name, "12345678"));
        let (one, two, three) = tokio::join!(change("A"), change("B"), change("C"));
        assert!([one, two, three].iter().all(Result::is_ok));
        let progress = world.client.get_progress(proto::GetProgressRequest {}).await.unwrap().into_inner();
        assert_eq!(progress.last_sequence, 4);
    }

    async fn a_change_needs_a_provider_on_record_and_right_fields(engine) {
        let mut world = World::open(engine).await;
        let status = update(&world, provider("De Linde", "12345678")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
        let status = world.client.update_provider(proto::UpdateProviderRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "provider"]);
        let wrong = proto::Provider { agb: "00000001".to_owned(), name: " ".to_owned(), kvk: "1".to_owned() };
        let status = update(&world, wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["provider.agb", "provider.name", "provider.kvk"]);
        let as_of_time = Some(prost_types::Timestamp { seconds: 0, nanos: -1 });
        let status = world.client.get_provider(proto::GetProviderRequest { agb: "1".to_owned(), as_of_time }).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["agb", "as_of_time"]);
    }

    async fn reg_04_documents_are_held_against_the_legal_entity_on_record(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        update(&world, provider("De Linde", "87654321")).await.unwrap();
        let assessed = world.assess(&id).await.unwrap();
        let codes: Vec<&str> = assessed.reasons.iter().map(|reason| reason.code.as_str()).collect();
        let mut expected = ["kvk_extract_entity", "liability_entity", "permit_entity", "ubo_extract_entity"];
        expected.sort_unstable();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
    }
}
