use contract::registration as proto;
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

fn create(world: &World, agb: &str, name: &str) -> proto::CreateProviderRequest {
    let provider = proto::Provider { agb: agb.to_owned(), name: name.to_owned(), kvk: "12345678".to_owned() };
    proto::CreateProviderRequest { request_id: world.request_id(), provider: Some(provider) }
}

fn get(agb: &str) -> proto::GetProviderRequest {
    proto::GetProviderRequest { agb: agb.to_owned(), as_of_time: None }
}

on_both_engines! {
    async fn a_provider_is_recorded_and_found(engine) {
        let mut world = World::open(engine).await;
        let request = create(&world, AGB, " De Linde ");
        let created = world.client.create_provider(request).await.unwrap().into_inner().provider.unwrap();
        assert_eq!((created.agb.as_str(), created.name.as_str(), created.kvk.as_str()), (AGB, "De Linde", "12345678"));
        let found = world.client.get_provider(get(AGB)).await.unwrap();
        assert_eq!(found.into_inner().provider, Some(created));

        let status = world.client.get_provider(get("41410002")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
        let status = world.client.get_provider(get("1")).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["agb"]);
    }

    async fn a_request_made_twice_is_carried_out_once(engine) {
        let mut world = World::open(engine).await;
        let request = create(&world, AGB, "De Linde");
        let first = world.client.create_provider(request.clone()).await.unwrap().into_inner();
        let second = world.client.create_provider(request.clone()).await.unwrap().into_inner();
        assert_eq!(first, second);

        let request_id = request.request_id.clone();
        let other = proto::CreateProviderRequest { request_id, ..create(&world, "41410002", "De Es") };
        let status = world.client.create_provider(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }

    async fn an_agb_code_has_one_provider(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let request = create(&world, AGB, "De Es");
        let status = world.client.create_provider(request.clone()).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "ALREADY_EXISTS"));
        // A refusal leaves nothing behind: the same id may be used for a better request.
        let request_id = request.request_id;
        let better = proto::CreateProviderRequest { request_id, ..create(&world, "41410002", "De Es") };
        world.client.create_provider(better).await.unwrap();
    }

    async fn every_wrong_field_of_a_provider_is_named(engine) {
        let mut world = World::open(engine).await;
        let provider = proto::Provider { agb: "00000001".to_owned(), name: " ".to_owned(), kvk: "1".to_owned() };
        let request = proto::CreateProviderRequest { request_id: "1".to_owned(), provider: Some(provider) };
        let status = world.client.create_provider(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "provider.agb", "provider.name", "provider.kvk"]);
        let status = world.client.create_provider(proto::CreateProviderRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "provider"]);
    }

    async fn providers_come_in_pages(engine) {
        let mut world = World::open(engine).await;
        let agbs = ["41410003", "06060001", "41410001", "41410002", "75750009"];
        for agb in agbs {
            world.provider(agb).await;
        }
        let (mut found, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = proto::ListProvidersRequest { page_size: 2, page_token };
            let page = world.client.list_providers(request).await.unwrap().into_inner();
            assert!(page.providers.len() <= 2);
            found.extend(page.providers.into_iter().map(|provider| provider.agb));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let mut sorted = agbs.to_vec();
        sorted.sort_unstable();
        assert_eq!(found, sorted);
        let request = proto::ListProvidersRequest { page_size: 1001, page_token: "x".to_owned() };
        let status = world.client.list_providers(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["page_size", "page_token"]);
    }
}
