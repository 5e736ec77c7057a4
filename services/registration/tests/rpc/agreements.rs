use contract::{
    common::{Act, Sector},
    registration as proto,
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

fn record(world: &World) -> proto::RecordAgreementRequest {
    proto::RecordAgreementRequest {
        request_id: world.request_id(),
        office: "cz".to_owned(),
        act: Act::Wlz.into(),
        sector: Sector::Gz.into(),
        agb: AGB.to_owned(),
        period: period("2020-01-01", None),
        claiming_since: Some(date("2020-02-01")),
        extended: true,
        conditional: true,
        region: "5518".to_owned(),
    }
}

on_both_engines! {
    async fn an_agreement_is_recorded_as_it_was_told(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let request = record(&world);
        let recorded = world.client.record_agreement(request.clone()).await.unwrap().into_inner().agreement.unwrap();
        let expected = proto::Agreement {
            agreement_id: recorded.agreement_id.clone(),
            office: "cz".to_owned(),
            act: Act::Wlz.into(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            region: "5518".to_owned(),
            period: period("2020-01-01", None),
            products: Vec::new(),
            registration_id: String::new(),
            claiming_since: Some(date("2020-02-01")),
            extended: true,
            modules: Vec::new(),
            conditional: true,
            extension_date: None,
        };
        assert_eq!(recorded, expected);
        let replay = world.client.record_agreement(request).await.unwrap().into_inner().agreement.unwrap();
        assert_eq!(replay, recorded);
        let list = proto::ListAgreementsRequest { office: "cz".to_owned(), ..Default::default() };
        assert_eq!(world.client.list_agreements(list).await.unwrap().into_inner().agreements, [recorded]);
    }

    async fn an_agreement_needs_a_provider_on_record(engine) {
        let mut world = World::open(engine).await;
        let request = record(&world);
        let status = world.client.record_agreement(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
    }

    async fn every_wrong_field_of_an_agreement_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.record_agreement(proto::RecordAgreementRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office", "act", "sector", "agb", "period"]);
        let request = proto::RecordAgreementRequest {
            period: period("2021-01-01", Some("2020-01-01")),
            region: "5522".to_owned(),
            ..record(&world)
        };
        let status = world.client.record_agreement(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["period", "region"]);
        let request = proto::RecordAgreementRequest { claiming_since: Some(date("2019-12-31")), ..record(&world) };
        let status = world.client.record_agreement(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["claiming_since"]);
        let list = proto::ListAgreementsRequest { agb: "1".to_owned(), page_size: 2000, ..Default::default() };
        let status = world.client.list_agreements(list).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "agb", "page_size"]);
    }

    async fn agreements_come_in_pages_per_office_and_provider(engine) {
        let mut world = World::open(engine).await;
        for agb in [AGB, "41410002"] {
            world.provider(agb).await;
            for year in ["2018", "2019", "2020"] {
                let first = format!("{year}-01-01");
                let last = format!("{year}-12-31");
                let request = proto::RecordAgreementRequest {
                    agb: agb.to_owned(),
                    period: period(&first, Some(&last)),
                    claiming_since: None,
                    ..record(&world)
                };
                world.client.record_agreement(request).await.unwrap();
            }
        }
        let list = |agb: &str, page_token: String| proto::ListAgreementsRequest {
            office: "cz".to_owned(),
            agb: agb.to_owned(),
            page_size: 2,
            page_token,
        };
        let first = world.client.list_agreements(list(AGB, String::new())).await.unwrap().into_inner();
        let second = world.client.list_agreements(list(AGB, first.next_page_token)).await.unwrap().into_inner();
        let found: Vec<i32> = first.agreements.iter().chain(&second.agreements)
            .map(|agreement| agreement.period.unwrap().first_day.unwrap().year)
            .collect();
        assert_eq!((found, second.next_page_token.as_str()), (vec![2018, 2019, 2020], ""));
        let (mut all, mut page_token) = (0, String::new());
        loop {
            let page = world.client.list_agreements(list("", page_token)).await.unwrap().into_inner();
            all += page.agreements.len();
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(all, 6);
    }
}
