//! What every call does with bad input: every wrong field named, nothing lost, nothing half done.

use contract::{budget as proto, common, registration, tariffing};
use testkit::on_both_engines;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::office::{Office, VGZ, date, money};

fn fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().domain, "zorginkoop");
    let request = details.bad_request().unwrap();
    request.field_violations.iter().map(|violation| violation.field.clone()).collect()
}

on_both_engines! {
    async fn every_wrong_field_is_named_at_once(engine) {
        let mut office = Office::open(engine).await;
        let request = proto::EstablishRoomRequest {
            regions: vec!["9999".to_owned()],
            zin: money(-1),
            ..Default::default()
        };
        let status = office.budget.establish_room(request).await.unwrap_err();
        assert_eq!(fields(&status), ["request_id", "office", "year", "regions[0]", "zin", "pgb", "motivation"]);

        let volume = |product: &str, volume: &str| proto::ProductVolume {
            product: product.to_owned(),
            volume: Some(common::Decimal { value: volume.to_owned() }),
        };
        let request = proto::RecordBaseProductionRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: "1".to_owned(),
            kind: proto::BaseKind::Existing.into(),
            volumes: vec![volume("Z053", "-1"), volume("Z053", "1.001"), volume("", "1e3")],
            motivation: " ".to_owned(),
        };
        let status = office.budget.record_base_production(request).await.unwrap_err();
        assert_eq!(fields(&status), [
            "agb", "kind", "volumes[0].volume", "volumes[1].volume", "volumes[2].product", "volumes[2].volume",
            "volumes", "motivation",
        ]);

        let request = tariffing::QuoteRequest { product: "too long".to_owned(), ..Default::default() };
        let status = office.tariffing.quote(request).await.unwrap_err();
        assert_eq!(fields(&status), ["office", "sector", "agb", "product", "care_date"]);

        let request = proto::ListBudgetsRequest { page_size: -1, page_token: "00".to_owned(), ..Default::default() };
        let status = office.budget.list_budgets(request).await.unwrap_err();
        assert_eq!(fields(&status), ["office", "year", "page_size", "page_token"]);
        office.close().await;
    }

    async fn the_same_request_has_its_effect_once_and_its_id_is_not_reused(engine) {
        let mut office = Office::open(engine).await;
        let request = proto::EstablishRoomRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            regions: vec!["5508".to_owned()],
            zin: money(100),
            pgb: money(0),
            motivation: "test".to_owned(),
        };
        let first = office.budget.establish_room(request.clone()).await.unwrap().into_inner();
        let again = office.budget.establish_room(request.clone()).await.unwrap().into_inner();
        assert_eq!(first, again);
        let other = proto::EstablishRoomRequest { zin: money(200), ..request.clone() };
        let status = office.budget.establish_room(other).await.unwrap_err();
        assert_eq!(status.code(), Code::AlreadyExists);
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "REQUEST_ID_REUSED");
        let second = proto::EstablishRoomRequest { request_id: office.id(), ..request };
        let status = office.budget.establish_room(second).await.unwrap_err();
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "ALREADY_EXISTS");
        office.close().await;
    }

    async fn what_is_not_there_is_not_found_and_odd_ids_are_wrong_fields(engine) {
        let mut office = Office::open(engine).await;
        let request = proto::GetRoomRequest { office: VGZ.to_owned(), year: 2023, as_of_time: None };
        assert_eq!(office.budget.get_room(request).await.unwrap_err().code(), Code::NotFound);
        let explain = |id: &str| proto::ExplainRequest { decision_id: id.to_owned() };
        assert_eq!(office.budget.explain(explain("nothing")).await.unwrap_err().code(), Code::NotFound);
        for odd in ["", "a\0b"] {
            assert_eq!(fields(&office.budget.explain(explain(odd)).await.unwrap_err()), ["decision_id"]);
            let request = proto::StreamClaimLinesRequest { file_id: odd.to_owned() };
            assert_eq!(fields(&office.budget.stream_claim_lines(request).await.unwrap_err()), ["file_id"]);
        }
        let request = registration::GetProviderRequest { agb: "41410001".to_owned(), ..Default::default() };
        assert_eq!(office.registration.get_provider(request).await.unwrap_err().code(), Code::NotFound);
        let request = proto::MakeForecastRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            answer_due_date: date("2023-06-09"),
            round: 0,
        };
        assert_eq!(office.budget.make_forecast(request).await.unwrap_err().code(), Code::NotFound);
        office.close().await;
    }
}
