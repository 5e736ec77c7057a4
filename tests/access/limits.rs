//! One caller can't take the service from the others.

use std::time::Duration;

use contract::{
    access::{Method, Role, Scoped},
    budget,
    budget::budget_service_client::BudgetServiceClient,
    common, tariffing,
};
use database::execute;
use prost::Message;
use runtime::Settings;
use testkit::on_both_engines;
use tokio::time::timeout;
use tonic::{Code, Request, metadata::MetadataValue};
use tonic_types::StatusExt;

use crate::world::{OWN, Which, World, new_id, reason};

fn import(bytes: usize) -> tariffing::ImportMaximumTariffsRequest {
    tariffing::ImportMaximumTariffsRequest {
        request_id: new_id(),
        office: OWN.to_owned(),
        source: "example".to_owned(),
        csv: vec![b'x'; bytes],
    }
}

const PROGRESS: &Method = <tariffing::GetProgressRequest as Scoped>::METHOD;

/// Whether the service answers others.
async fn is_healthy(world: &World) {
    let token = world.token_of("somebody else", &[format!("operator@{OWN}")]);
    let answer = timeout(Duration::from_secs(20), world.call(PROGRESS, Vec::new(), &token)).await;
    answer.expect("an answer in time").unwrap();
}

on_both_engines! {
    async fn a_message_that_is_too_large_is_refused_before_it_is_read(engine) {
        let small = |settings: &mut Settings| settings.limits.message_bytes = 10_000;
        let world = World::with(engine, Which::Tariffing, small).await;
        let token = world.token(Role::Purchaser, OWN);
        let status = world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(20_000), &token).await.unwrap_err();
        assert_eq!(status.code(), Code::OutOfRange, "{status}");
        let status = world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&import(5_000), &token).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status}");
        assert!(world.log().await.is_empty());
        is_healthy(&world).await;
        world.close().await;
    }

    async fn headers_that_are_too_large_are_refused(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let status = world.call(PROGRESS, Vec::new(), &"x".repeat(100_000)).await.unwrap_err();
        assert_ne!(status.code(), Code::Ok);
        // That connection may be gone with it; others are not.
        let token = world.token(Role::Operator, OWN);
        world.connect().await.call(PROGRESS, Vec::new(), &token).await.unwrap();
        world.close().await;
    }

    async fn an_identity_is_held_to_its_rate_and_others_are_not(engine) {
        let slow = |settings: &mut Settings| settings.limits.calls_per_second = 5;
        let world = World::with(engine, Which::Tariffing, slow).await;
        let token = world.token(Role::Operator, OWN);
        let (mut let_in, mut refused) = (0, 0);
        for _ in 0..40 {
            match world.call(PROGRESS, Vec::new(), &token).await {
                Ok(_) => let_in += 1,
                Err(status) => {
                    assert_eq!(reason(&status), (Code::ResourceExhausted, "RATE_EXCEEDED".to_owned()));
                    let wait = status.get_error_details().retry_info().unwrap().retry_delay.unwrap();
                    assert!(wait <= Duration::from_millis(200), "{wait:?}");
                    refused += 1;
                }
            }
        }
        assert!(let_in >= 5 && refused > 0, "{let_in} let in, {refused} refused");
        is_healthy(&world).await;
        world.close().await;
    }

    async fn a_connection_has_so_many_calls_open_and_another_goes_on(engine) {
        let few = |settings: &mut Settings| settings.limits.streams_per_connection = 3;
        let world = World::with(engine, Which::Budget, few).await;
        let bearer: MetadataValue<_> = format!("Bearer {}", world.token(Role::Service, OWN)).parse().unwrap();
        let mut client = BudgetServiceClient::new(world.channel.clone());
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut request = Request::new(budget::WatchRequest { after_sequence: 0, ..Default::default() });
            request.metadata_mut().insert("authorization", bearer.clone());
            open.push(client.watch(request).await.unwrap());
        }
        let token = world.token(Role::Operator, OWN);
        let method = <budget::GetProgressRequest as Scoped>::METHOD;
        let waits = timeout(Duration::from_millis(500), world.call(method, Vec::new(), &token)).await;
        assert!(waits.is_err(), "a fourth call on the connection waits");
        let other = world.connect().await;
        other.call(method, Vec::new(), &token).await.unwrap();
        open.pop();
        timeout(Duration::from_secs(20), world.call(method, Vec::new(), &token)).await.unwrap().unwrap();
        drop(open);
        world.close().await;
    }

    async fn a_call_ends_at_its_callers_deadline_and_leaves_nothing(engine) {
        let world = World::open(engine, Which::Tariffing).await;
        let csv = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n\
                   Z053,example,GZ,verblijf,14,251.10,0,0,2026-01-01,2026-12-31\n";
        let request = tariffing::ImportMaximumTariffsRequest { csv: csv.as_bytes().to_vec(), ..import(0) };
        // Somebody holds what every write needs.
        let mut held = world.db.write().await.unwrap();
        execute!(held, "UPDATE commit_counter SET last_feed = last_feed").unwrap();
        let mut call = Request::new(request.clone());
        let bearer = format!("Bearer {}", world.token(Role::Purchaser, OWN));
        call.metadata_mut().insert("authorization", bearer.parse().unwrap());
        call.set_timeout(Duration::from_millis(300));
        let mut client = tariffing::tariffing_service_client::TariffingServiceClient::new(world.channel.clone());
        let status = client.import_maximum_tariffs(call).await.unwrap_err();
        assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status}");
        is_healthy(&world).await;
        held.rollback().await.unwrap();
        assert!(world.log().await.is_empty() && world.db.feed_last().await.unwrap() == 0);
        // The same request has its effect now, once.
        let token = world.token(Role::Purchaser, OWN);
        world.ask::<_, tariffing::ImportMaximumTariffsResponse>(&request, &token).await.unwrap();
        assert_eq!(world.db.feed_last().await.unwrap(), 1);
        world.close().await;
    }

    async fn a_sender_that_stops_sending_is_not_waited_for(engine) {
        let impatient = |settings: &mut Settings| settings.limits.patience_seconds = 1;
        let world = World::with(engine, Which::Budget, impatient).await;
        let start = budget::SubmitClaimsRequest {
            part: Some(budget::submit_claims_request::Part::Start(common::ClaimsStart { office: OWN.to_owned() })),
        };
        let silent = tokio_stream::StreamExt::chain(tokio_stream::once(start), tokio_stream::pending());
        let mut call = Request::new(silent);
        let bearer = format!("Bearer {}", world.token(Role::Adapter, OWN));
        call.metadata_mut().insert("authorization", bearer.parse().unwrap());
        let mut client = BudgetServiceClient::new(world.channel.clone());
        let mut answer = client.submit_claims(call).await.unwrap().into_inner();
        let ended = timeout(Duration::from_secs(20), answer.message()).await.expect("an end in time");
        assert_eq!(ended.unwrap_err().code(), Code::DeadlineExceeded);
        let token = world.token(Role::Operator, OWN);
        let progress = budget::GetProgressRequest {}.encode_to_vec();
        world.call(<budget::GetProgressRequest as Scoped>::METHOD, progress, &token).await.unwrap();
        world.close().await;
    }
}
