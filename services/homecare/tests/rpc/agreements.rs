//! Agreements: concluded once, listed, made known.

use contract::{
    common::{Decimal, Money},
    homecare::{self as proto, event::Fact},
};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

on_both_engines! {
    async fn hom_03_an_agreement_is_concluded_once_per_provider_and_year(engine) {
        let world = World::open(engine).await;
        let request = world.agreement(2024, 100_000);
        let concluded = world.client().conclude_agreement(request.clone()).await.unwrap().into_inner();
        let again = world.client().conclude_agreement(request.clone()).await.unwrap().into_inner();
        assert_eq!(concluded, again);
        let other = proto::ConcludeAgreementRequest { year: 2025, ..request };
        let reused = world.client().conclude_agreement(other).await.unwrap_err();
        assert_eq!(refused(&reused), (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned()));
        let second = world.client().conclude_agreement(world.agreement(2024, 5)).await.unwrap_err();
        assert_eq!(refused(&second), (Code::AlreadyExists, "ALREADY_EXISTS".to_owned()));
        let agreement = concluded.agreement.unwrap();
        assert_eq!(agreement.hours_per_client_month.as_ref().unwrap().value, "12.5");

        let next = world.conclude(2025, 7).await;
        let list = |year| proto::ListAgreementsRequest {
            office: "vgz".to_owned(),
            year,
            ..proto::ListAgreementsRequest::default()
        };
        let listed = world.client().list_agreements(list(2024)).await.unwrap().into_inner();
        assert_eq!((listed.agreements, listed.next_page_token.as_str()), (vec![agreement.clone()], ""));
        let mut events = world.client().watch(proto::WatchRequest { after_sequence: 0, ..Default::default() }).await.unwrap().into_inner();
        for (sequence, known) in [(1, agreement), (2, next)] {
            let event = events.next().await.unwrap().unwrap().event.unwrap();
            assert_eq!((event.sequence, event.office.as_str()), (sequence, "vgz"));
            assert_eq!(event.fact, Some(Fact::AgreementConcluded(known)));
        }
    }

    async fn years_with_ceilings_are_listed_the_newest_first_with_the_shares_that_are_signals(engine) {
        let world = World::open(engine).await;
        world.conclude(2024, 100_000).await;
        world.conclude(2025, 7).await;
        let other = proto::ConcludeAgreementRequest { agb: "41410002".to_owned(), ..world.agreement(2025, 9) };
        world.client().conclude_agreement(other).await.unwrap();
        let page = async |page_token| {
            let request = proto::ListCeilingYearsRequest { page_size: 1, page_token };
            world.client().list_ceiling_years(request).await.unwrap().into_inner()
        };
        let first = page(String::new()).await;
        let second = page(first.next_page_token.clone()).await;
        assert!(second.next_page_token.is_empty());
        let told: Vec<_> = [first, second].into_iter().flat_map(|page| page.years).collect();
        let of = |year, agreements| proto::CeilingYear {
            office: "vgz".to_owned(),
            year,
            agreements,
            signal_percentages: ["70", "90"].map(|share| Decimal { value: share.to_owned() }).to_vec(),
        };
        assert_eq!(told, [of(2025, 2), of(2024, 1)]);
    }

    async fn hom_03_every_wrong_field_is_named(engine) {
        let world = World::open(engine).await;
        let request = proto::ConcludeAgreementRequest {
            request_id: "1".to_owned(),
            office: "VGZ".to_owned(),
            agb: "4141".to_owned(),
            year: 24,
            r#type: 0,
            ceiling: Some(Money { cents: 0 }),
            hours_per_client_month: Some(Decimal { value: "-1".to_owned() }),
            tariffs: vec![tariff("1000", -1), proto::ProductTariff { unit: "4".to_owned(), ..tariff("", 1) }],
        };
        let wrong = world.client().conclude_agreement(request).await.unwrap_err();
        let expected = [
            "request_id", "office", "agb", "year", "type", "ceiling", "hours_per_client_month", "tariffs[0].tariff",
            "tariffs[1].product", "tariffs[1].unit",
        ];
        assert_eq!(wrong_fields(&wrong), expected);
        let twice = vec![tariff("1000", 1), tariff("1000", 2)];
        for tariffs in [vec![], twice] {
            let request = proto::ConcludeAgreementRequest { tariffs, ..world.agreement(2024, 1) };
            let wrong = world.client().conclude_agreement(request).await.unwrap_err();
            assert_eq!(wrong_fields(&wrong), ["tariffs"]);
        }
    }

    async fn hom_05_a_year_without_rules_gets_no_agreement(engine) {
        let world = World::open(engine).await;
        let early = world.client().conclude_agreement(world.agreement(2023, 100_000)).await.unwrap_err();
        assert_eq!(refused(&early), (Code::FailedPrecondition, "PARAMETER_NOT_IN_FORCE".to_owned()));
        let ask = asked(2023);
        let missing = world.client().get_consumption(ask).await.unwrap_err();
        assert_eq!(refused(&missing), (Code::NotFound, "NOT_FOUND".to_owned()));
    }
}
