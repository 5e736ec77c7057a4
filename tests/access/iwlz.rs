//! Who may hand in which iWlz message, and who may look at what was allocated.

use ::iwlz::{DeliveryForm, MessageKind, OfficeCode, testing};
use contract::{access::Role, budget as proto};
use testkit::on_both_engines;
use tonic::Code;

use crate::world::{AGB, OWN, STRANGE_AGB, Which, World, new_id, reason};

/// A message of a kind between an office and a provider, about one client.
fn request(kind: MessageKind, agb: &str) -> proto::ImportIwlzRequest {
    let parties = (OfficeCode::parse("5508").unwrap(), agb.parse().unwrap());
    let first_day = "2026-01-01".parse().unwrap();
    let allocation = testing::allocation(parties, 754, DeliveryForm::Stay, (first_day, None));
    let mut client = testing::client(1, "123456782".parse().unwrap());
    client.starts.extend(testing::start_of(&allocation, first_day));
    client.allocations.push(allocation);
    let header = testing::header(kind, parties, kind.name(), first_day);
    let message = testing::write(&header, &[client]);
    proto::ImportIwlzRequest { request_id: new_id(), office: OWN.to_owned(), agb: agb.to_owned(), message }
}

on_both_engines! {
    async fn an_adapter_reports_on_care_and_does_not_allocate_it(engine) {
        let world = World::open(engine, Which::Budget).await;
        let adapter = world.token(Role::Adapter, OWN);
        let ask = async |request: proto::ImportIwlzRequest, token: &str| {
            world.ask::<_, proto::ImportIwlzResponse>(&request, token).await
        };
        let refused = ask(request(MessageKind::Aw33, AGB), &adapter).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::PermissionDenied, "NOT_FROM_OFFICE".to_owned()));
        let began = ask(request(MessageKind::Aw35, AGB), &adapter).await.unwrap().message.unwrap();
        assert_eq!(began.starts, 1);
        // For another provider neither in the request nor in the message.
        let another = ask(request(MessageKind::Aw35, STRANGE_AGB), &adapter).await.unwrap_err();
        assert_eq!(reason(&another), (Code::PermissionDenied, "PROVIDER_NOT_GRANTED".to_owned()));
        let own = proto::ImportIwlzRequest { agb: AGB.to_owned(), ..request(MessageKind::Aw35, STRANGE_AGB) };
        assert_eq!(ask(own, &adapter).await.unwrap_err().code(), Code::InvalidArgument);
        let purchaser = world.token(Role::Purchaser, OWN);
        let allocated = ask(request(MessageKind::Aw33, AGB), &purchaser).await.unwrap().message.unwrap();
        assert_eq!(allocated.allocations, 1);
        let log = world.log().await;
        let told: Vec<(&str, &str)> = log.iter().map(|row| (row.event_code.as_str(), row.object_type.as_str())).collect();
        assert_eq!(told, [("ImportIwlz", "iwlz_message"); 4], "two refused, two done");
        assert!(log.iter().all(|row| !row.detail.contains("123456782")));
        world.close().await;
    }

    async fn a_look_at_allocations_is_logged(engine) {
        let world = World::open(engine, Which::Budget).await;
        let purchaser = world.token(Role::Purchaser, OWN);
        world.ask::<_, proto::ImportIwlzResponse>(&request(MessageKind::Aw33, AGB), &purchaser).await.unwrap();
        let list = proto::ListAllocationsRequest { office: OWN.to_owned(), agb: AGB.to_owned(), ..Default::default() };
        let investigator = world.token(Role::Investigator, OWN);
        let listed: proto::ListAllocationsResponse = world.ask(&list, &investigator).await.unwrap();
        assert_eq!(listed.allocations.len(), 1);
        let log = world.log().await;
        let look = log.last().unwrap();
        assert_eq!((look.event_code.as_str(), look.object_id.as_str()), ("ListAllocations", AGB));
        world.close().await;
    }
}
