//! Tariffs through the public calls.

use contract::{
    common,
    tariffing::{self as proto, tariffing_service_client::TariffingServiceClient},
};
use testkit::on_both_engines;
use tonic::{Code, Response};
use tonic_types::StatusExt;

use crate::office::{Office, VGZ, cents, date};

const TABLE: &str = "product,name,sector,delivery_form,unit,maximum,nhc,nic,valid_from,valid_until\n";

fn import(office: &Office, lines: &str) -> proto::ImportMaximumTariffsRequest {
    proto::ImportMaximumTariffsRequest {
        request_id: office.id(),
        office: VGZ.to_owned(),
        source: "example".to_owned(),
        csv: format!("{TABLE}{lines}").into_bytes(),
    }
}

fn quote(product: &str, on: &str) -> proto::QuoteRequest {
    proto::QuoteRequest {
        office: VGZ.to_owned(),
        sector: common::Sector::Gz.into(),
        agb: "41410001".to_owned(),
        product: product.to_owned(),
        care_date: date(on),
        explain: true,
        ..Default::default()
    }
}

on_both_engines! {
    async fn tar_01_quote_of_an_agreed_percentage(engine) {
        let mut office = Office::open(engine).await;
        let request = import(&office, "Z053,VG 3,GZ,verblijf,14,250.00,20.00,5.37,2023-01-01,2023-12-31\n");
        office.tariffing.import_maximum_tariffs(request).await.unwrap();
        let agreed = office.agree("41410001", 2023, "96.15").await;
        assert_eq!(agreed.percentage.unwrap().value, "96.15");
        assert_eq!(cents(&agreed.tariffs[0].tariff), 26_575);
        let answer = office.tariffing.quote(quote("Z053", "2023-03-01")).await.unwrap().into_inner();
        let tariff = answer.tariff.unwrap();
        let parts = [&tariff.care_part, &tariff.housing_part, &tariff.tariff].map(cents);
        assert_eq!(parts, [24_038, 2_537, 26_575]);
        let steps = answer.explanation.unwrap().steps;
        assert_eq!(steps.last().unwrap().text_en, "The tariff is EUR 240.38 + EUR 25.37 = EUR 265.75.");
        assert_eq!(steps.iter().map(|step| step.rule_id.as_str()).collect::<Vec<_>>(), ["TAR-01"; 4]);
        office.close().await;
    }

    async fn tar_06_nothing_agreed_is_the_guide_percentage(engine) {
        let mut office = Office::open(engine).await;
        let request = import(&office, "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\n");
        office.tariffing.import_maximum_tariffs(request).await.unwrap();
        let answer = office.tariffing.quote(quote("Z053", "2023-03-01")).await.unwrap().into_inner();
        assert_eq!((answer.percentage.unwrap().value.as_str(), cents(&answer.tariff.unwrap().tariff)), ("95.80", 23_950));
        assert_eq!(answer.explanation.unwrap().steps[0].rule_id, "TAR-06");
        // No rule file has a guide percentage for this sector in 2024: said, not guessed.
        let status = office.tariffing.quote(quote("Z053", "2024-03-01")).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "PARAMETER_NOT_IN_FORCE");
        office.close().await;
    }

    async fn tar_02_a_new_table_is_a_new_version_for_its_days(engine) {
        let mut office = Office::open(engine).await;
        let request = import(&office, "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,2023-12-31\n");
        let first = office.tariffing.import_maximum_tariffs(request).await.unwrap().into_inner();
        assert_eq!((first.version, first.tariffs, first.changed), (1, 1, 1));
        let request = import(
            &office,
            "Z053,VG 3,GZ,verblijf,14,260.00,0,0,2023-07-01,2023-12-31\n\
             Z054,VG 4,GZ,verblijf,14,100.00,0,0,2023-01-01,2023-12-31\n",
        );
        let second = office.tariffing.import_maximum_tariffs(request).await.unwrap().into_inner();
        assert_eq!((second.version, second.tariffs, second.changed), (2, 2, 2));
        let mut tariff = async |on: &str| {
            let answer = office.tariffing.quote(quote("Z053", on)).await.unwrap().into_inner();
            cents(&answer.tariff.unwrap().tariff)
        };
        assert_eq!([tariff("2023-06-30").await, tariff("2023-07-01").await], [23_950, 24_908]);
        let request = proto::ListMaximumTariffsRequest {
            office: VGZ.to_owned(), date: date("2023-08-01"), page_size: 1, page_token: String::new(),
        };
        let page = office.tariffing.list_maximum_tariffs(request.clone()).await.unwrap().into_inner();
        assert_eq!((page.tariffs[0].product.as_str(), page.tariffs[0].version), ("Z053", 2));
        let request = proto::ListMaximumTariffsRequest { page_token: page.next_page_token, ..request };
        let page = office.tariffing.list_maximum_tariffs(request).await.unwrap().into_inner();
        assert_eq!((page.tariffs[0].product.as_str(), page.next_page_token.as_str()), ("Z054", ""));
        office.close().await;
    }

    async fn tar_02_a_table_with_a_wrong_line_changes_nothing(engine) {
        let mut office = Office::open(engine).await;
        let request = import(&office, "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\nZ054,,XX,verblijf,14,1,0,0,x,\n");
        let status = office.tariffing.import_maximum_tariffs(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        let fields: Vec<&str> =
            details.bad_request().unwrap().field_violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["csv line 3: name", "csv line 3: sector", "csv line 3: valid_from"]);
        let status = office.tariffing.quote(quote("Z053", "2023-03-01")).await.unwrap_err();
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "NO_MAXIMUM_TARIFF");
        office.close().await;
    }

    async fn tar_01_an_office_outside_the_national_system_is_not_determined(engine) {
        let mut office = Office::open(engine).await;
        let request = proto::ImportMaximumTariffsRequest {
            office: "dsw".to_owned(),
            ..import(&office, "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\n")
        };
        office.tariffing.import_maximum_tariffs(request).await.unwrap();
        let request = proto::QuoteRequest { office: "dsw".to_owned(), ..quote("Z053", "2023-03-01") };
        let status = office.tariffing.quote(request).await.unwrap_err();
        assert_eq!(status.message(), "not determined: parameter guide_percentage of office dsw is not set (TAR-01)");
        office.close().await;
    }

    async fn tar_01_a_quote_follows_what_was_agreed_at_once_and_on_another_replica_soon(engine) {
        let mut office = Office::open(engine).await;
        let settings = runtime::Settings { database: office.databases[1].url().to_owned(), ..Default::default() };
        let stop = tokio_util::sync::CancellationToken::new();
        let other = ::tariffing::start(settings, office.clock.clone(), runtime::Ids::random(), stop).await.unwrap();
        let mut replica = TariffingServiceClient::connect(other.url()).await.unwrap();
        office.import_tariffs().await;
        for percentage in ["96.00", "97.00", "98.50"] {
            office.agree("41410001", 2023, percentage).await;
            let own = office.tariffing.quote(quote("Z053", "2023-03-01")).await.unwrap().into_inner();
            assert_eq!(own.percentage.unwrap().value, percentage);
            let mut asked = 0;
            loop {
                let seen = replica.quote(quote("Z053", "2023-03-01")).await.map(Response::into_inner);
                if seen.is_ok_and(|seen| seen.percentage.unwrap().value == percentage) {
                    break;
                }
                asked += 1;
                assert!(asked < 200, "the other replica did not learn of {percentage}");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
        other.stop().await.unwrap();
        office.close().await;
    }

    async fn tar_10_the_newest_percentage_is_the_one_that_holds(engine) {
        let mut office = Office::open(engine).await;
        office.import_tariffs().await;
        office.agree("41410001", 2023, "96.00").await;
        office.agree("41410001", 2023, "96.10").await;
        office.agree("41410002", 2023, "97.00").await;
        let request = proto::ListPercentagesRequest {
            known_time: None,
            office: VGZ.to_owned(), year: 2023, page_size: 0, page_token: String::new(),
        };
        let listed = office.tariffing.list_percentages(request).await.unwrap().into_inner().percentages;
        let found: Vec<(&str, String)> = listed
            .iter()
            .map(|agreed| (agreed.agb.as_str(), agreed.percentage.clone().unwrap().value))
            .collect();
        assert_eq!(found, [("41410001", "96.10".to_owned()), ("41410002", "97.00".to_owned())]);
        office.close().await;
    }
}
