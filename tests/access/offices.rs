//! Two offices in one database: each sees its own.

use contract::{
    access::{Role, Scoped},
    common, registration as proto,
};
use prost::Message;
use testkit::on_both_engines;
use tonic::{Code, Request, metadata::MetadataValue};

use crate::{
    seed::{id, seed},
    world::{AGB, OTHER, OWN, STRANGE_AGB, Which, World, new_id, reason},
};

async fn agreement(world: &World, office: &str, agb: &str) -> proto::Agreement {
    let request = proto::RecordAgreementRequest {
        request_id: new_id(),
        office: office.to_owned(),
        act: common::Act::Wlz.into(),
        sector: common::Sector::Gz.into(),
        agb: agb.to_owned(),
        period: Some(common::Period { first_day: Some(common::Date { year: 2026, month: 1, day: 1 }), last_day: None }),
        ..Default::default()
    };
    let answer: proto::RecordAgreementResponse =
        world.ask(&request, &world.token(Role::Purchaser, office)).await.unwrap();
    answer.agreement.unwrap()
}

/// The events a service with a role at an office gets to see.
async fn watched(world: &World, office: &str, count: usize) -> Vec<proto::Event> {
    let mut client = proto::registration_service_client::RegistrationServiceClient::new(world.channel.clone());
    let mut request = Request::new(proto::WatchRequest { after_sequence: 0, ..Default::default() });
    let token = world.token(Role::Service, office);
    let bearer: MetadataValue<_> = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    let mut events = client.watch(request).await.unwrap().into_inner();
    let mut seen = Vec::new();
    while seen.len() < count {
        seen.push(events.message().await.unwrap().unwrap().event.unwrap());
    }
    seen
}

on_both_engines! {
    async fn lists_and_feeds_hold_what_belongs_to_the_office(engine) {
        let world = World::open(engine, Which::Registration).await;
        seed(&world, Which::Registration).await;
        let own = agreement(&world, OWN, AGB).await;
        let other = agreement(&world, OTHER, STRANGE_AGB).await;
        for (office, expected) in [(OWN, &own), (OTHER, &other)] {
            let list = proto::ListAgreementsRequest { office: office.to_owned(), ..Default::default() };
            let listed: proto::ListAgreementsResponse =
                world.ask(&list, &world.token(Role::Purchaser, office)).await.unwrap();
            // Beside it the one that was put there.
            let listed: Vec<_> = listed.agreements.into_iter().filter(|one| one.agreement_id != id("agreement", office)).collect();
            assert_eq!(listed, std::slice::from_ref(expected));
        }
        // Of the other office's event only the place is told.
        let events = watched(&world, OWN, 2).await;
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(events.iter().map(|event| event.office.as_str()).collect::<Vec<_>>(), [OWN, ""]);
        assert!(events[0].fact.is_some() && events[1].fact.is_none());
        let events = watched(&world, OTHER, 2).await;
        assert_eq!(events.iter().map(|event| event.fact.is_some()).collect::<Vec<_>>(), [false, true]);
        world.close().await;
    }

    async fn a_role_at_one_office_and_another_at_the_other_do_not_add_up(engine) {
        let world = World::open(engine, Which::Registration).await;
        seed(&world, Which::Registration).await;
        let token = world.token_of("both", &[format!("auditor@{OWN}"), format!("purchaser@{OTHER}")]);
        let assess = |office: &str| proto::AssessRegistrationRequest {
            request_id: new_id(),
            registration_id: id("registration", office),
        };
        let refused = world.ask::<_, proto::AssessRegistrationResponse>(&assess(OWN), &token).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::PermissionDenied, "OFFICE_NOT_GRANTED".to_owned()));
        // The round of the other office has no calendar, which is asked after who may assess.
        let allowed = world.ask::<_, proto::AssessRegistrationResponse>(&assess(OTHER), &token).await.unwrap_err();
        assert_eq!(allowed.code(), Code::FailedPrecondition, "{allowed}");
        for office in [OWN, OTHER] {
            let get = proto::GetRegistrationRequest { registration_id: id("registration", office) };
            let found: proto::GetRegistrationResponse = world.ask(&get, &token).await.unwrap();
            assert_eq!(found.registration.unwrap().registration_id, id("registration", office));
        }
        world.close().await;
    }

    async fn an_adapter_registers_its_own_providers_only(engine) {
        let world = World::open(engine, Which::Registration).await;
        seed(&world, Which::Registration).await;
        let token = world.token(Role::Adapter, OWN);
        for (agb, wanted) in [(AGB, None), (STRANGE_AGB, Some("PROVIDER_NOT_GRANTED")), ("", Some("PROVIDER_NOT_NAMED"))] {
            let list = proto::ListAgreementsRequest { office: OWN.to_owned(), agb: agb.to_owned(), ..Default::default() };
            let outcome = world.ask::<_, proto::ListAgreementsResponse>(&list, &token).await;
            assert_eq!(outcome.err().map(|status| reason(&status).1).as_deref(), wanted, "{agb:?}");
        }
        // The office's own registration is that of the adapter's provider; the other office's is not the adapter's.
        let get = |office: &str| proto::GetRegistrationRequest { registration_id: id("registration", office) };
        world.ask::<_, proto::GetRegistrationResponse>(&get(OWN), &token).await.unwrap();
        let refused = world.ask::<_, proto::GetRegistrationResponse>(&get(OTHER), &token).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::PermissionDenied, "OFFICE_NOT_GRANTED".to_owned()));
        world.close().await;
    }

    async fn a_call_that_names_no_rpc_of_the_contract_is_unimplemented(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let method = contract::access::Method {
            path: "/zorginkoop.tariffing.v1.TariffingService/DropEverything",
            ..*<contract::tariffing::QuoteRequest as Scoped>::METHOD
        };
        let token = world.token(Role::Purchaser, OWN);
        let request = contract::tariffing::QuoteRequest::default().encode_to_vec();
        assert_eq!(world.call(&method, request, &token).await.unwrap_err().code(), Code::Unimplemented);
        world.close().await;
    }
}
