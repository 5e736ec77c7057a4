//! Tariffs of home care: agreed, changed, and looked at as known at a moment.

use contract::{
    common::Verdict,
    tariffing::{self as proto, BenchmarkOutcome, HomeCareAgreementType, HomeCareBasis, HomeCareTerms, event::Fact},
};
use futures::StreamExt;
use testkit::on_both_engines;
use tonic::Code;

use crate::{homecare_support::*, support::*};

on_both_engines! {
    async fn tar_11_72_50_becomes_78_13_and_is_explained(engine) {
        let world = open(engine).await;
        let tariff = agreed(&world, AGB, terms()).await;
        assert_eq!((cents(&tariff.tariff), tariff.version, tariff.basis()), (7813, 1, HomeCareBasis::Agreed));
        let explanation = world.explained(&tariff.decision_id).await;
        assert_eq!(
            steps(&explanation),
            [
                ("TAR-11", "The tariff per hour of the year before is EUR 72.50."),
                ("TAR-11", "Agreement standard: the price index of the NZa, 6.37%."),
                ("TAR-11", "The office raises the index of 6.37% by 1.4 percentage points to 7.77%."),
                ("TAR-11", "EUR 72.50 with an index of 7.77% is, rounded to the cent, EUR 78.13."),
                ("TAR-11", "EUR 78.13 is not more than the maximum tariff of EUR 90.00."),
            ]
        );
        let answer = held(&world, "2024-03-01", None).await.unwrap();
        assert_eq!((cents(&answer.tariff), answer.agreed.unwrap()), (7813, tariff));
        assert_eq!(held(&world, "2025-03-01", None).await.unwrap_err().code(), Code::NotFound);
    }

    async fn tar_11_the_tariff_of_the_year_before_is_the_one_on_record(engine) {
        // The index of 2024 for 2025 as well.
        let world = with_rules(engine, |text| text.replace(", until = 2024-12-31", "")).await;
        agreed(&world, AGB, terms()).await;
        let next = |previous| proto::AgreeHomeCareTariffRequest {
            year: 2025,
            ..agreeing(&world, AGB, HomeCareTerms { previous_tariff: previous, ..terms() })
        };
        let status = agree(&world, next(euros(7250))).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["terms.previous_tariff"]);
        // 78.13 x 1.0777 = 84.200701.
        let tariff = agree(&world, next(None)).await.unwrap().tariff.unwrap();
        assert_eq!((cents(&tariff.terms.unwrap().previous_tariff), cents(&tariff.tariff)), (7813, 8420));
        let nowhere = agreeing(&world, OTHER_AGB, HomeCareTerms { previous_tariff: None, ..terms() });
        assert_eq!(wrong_fields(&agree(&world, nowhere).await.unwrap_err()), ["terms.previous_tariff"]);
    }

    async fn tar_11_never_above_the_maximum_also_of_a_later_table(engine) {
        let world = open(engine).await;
        let high = HomeCareTerms { previous_tariff: euros(8900), ..terms() };
        assert_eq!(cents(&agreed(&world, AGB, high).await.tariff), 9000);
        world.clock.set(utc("2024-05-01 10:00:00"));
        world.import(VGZ, "1032,wijkverpleging,HOME_CARE,thuis,04,88.00,0,0,2024-07-01,\n").await.unwrap();
        for (day, known, expected) in [
            ("2024-06-30", None, 9000),
            ("2024-07-01", None, 8800),
            ("2024-07-01", Some("2024-04-30 10:00:00"), 9000),
        ] {
            assert_eq!(cents(&held(&world, day, known).await.unwrap().tariff), expected, "{day} {known:?}");
        }
        let other = HomeCareTerms { product: "9999".to_owned(), ..terms() };
        let status = agree(&world, agreeing(&world, OTHER_AGB, other)).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_MAXIMUM_TARIFF"));
    }

    async fn tar_11_an_outcome_of_the_benchmark_counts_where_the_rules_state_its_index(engine) {
        let state = |text: &str| {
            let blocks = text.split("[[parameter]]").map(|block| match block.contains("benchmark_index_better") {
                true => block.replace("unset = true", "values = [{ from = 2024-01-01, value = \"8\" }]"),
                false => block.to_owned(),
            });
            blocks.collect::<Vec<_>>().join("[[parameter]]")
        };
        for (world, better) in [(open(engine).await, 7813), (with_rules(engine, state).await, 7932)] {
            let outcome = |outcome: BenchmarkOutcome| HomeCareTerms { benchmark_outcome: outcome.into(), ..terms() };
            let worse = agreed(&world, OTHER_AGB, outcome(BenchmarkOutcome::Worse)).await;
            assert_eq!(cents(&worse.tariff), 7813);
            assert_eq!(cents(&agreed(&world, AGB, outcome(BenchmarkOutcome::Better)).await.tariff), better);
        }
    }

    async fn tar_11_a_zzp_agreement_is_not_negotiable_and_not_benchmarked(engine) {
        let world = open(engine).await;
        let zzp = HomeCareTerms { agreement_type: HomeCareAgreementType::Zzp.into(), ..terms() };
        let tariff = agreed(&world, AGB, zzp.clone()).await;
        assert_eq!((cents(&tariff.tariff), tariff.negotiable), (7813, false));
        let outcome = HomeCareTerms { benchmark_outcome: BenchmarkOutcome::Better.into(), ..zzp };
        let status = agree(&world, agreeing(&world, OTHER_AGB, outcome)).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["terms.benchmark_outcome"]);
    }

    async fn tar_11_a_later_version_holds_from_its_first_day_and_earlier_knowledge_stays(engine) {
        let world = open(engine).await;
        agreed(&world, AGB, terms()).await;
        world.clock.set(utc("2024-05-01 10:00:00"));
        let july = HomeCareTerms { previous_tariff: euros(7400), first_day: Some(date("2024-07-01")), ..terms() };
        assert_eq!(agreed(&world, AGB, july).await.version, 2);
        for (day, known, expected) in [
            ("2024-06-30", None, 7813),
            ("2024-07-01", None, 7975),
            ("2024-07-01", Some("2024-04-30 10:00:00"), 7813),
        ] {
            assert_eq!(cents(&held(&world, day, known).await.unwrap().tariff), expected, "{day} {known:?}");
        }
        assert_eq!(held(&world, "2024-07-01", Some("2023-10-01 10:00:00")).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(listed(&world, None).await, [(AGB.to_owned(), 7975)]);
        assert_eq!(listed(&world, Some("2024-04-30 10:00:00")).await, [(AGB.to_owned(), 7813)]);
    }

    async fn tar_11_to_agree_less_than_what_holds_takes_four_eyes(engine) {
        let world = open(engine).await;
        agreed(&world, AGB, terms()).await;
        let less = agreeing(&world, AGB, HomeCareTerms { previous_tariff: euros(7000), ..terms() });
        let answer = agree(&world, less).await.unwrap();
        let proposal = answer.proposal.unwrap();
        assert_eq!((answer.tariff, proposal.agb.as_str()), (None, AGB));
        assert_eq!(proposal.summary, "tarief wijkverpleging verlagen van € 78,13 naar € 75,44");
        assert_eq!(cents(&held(&world, "2024-03-01", None).await.unwrap().tariff), 7813);
        let status = decide(&world, "", &proposal, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::PermissionDenied, "SAME_IDENTITY"));
        decide(&world, "second", &proposal, Verdict::Take).await.unwrap();
        assert_eq!(cents(&held(&world, "2024-03-01", None).await.unwrap().tariff), 7544);
        let list = proto::ListProposalsRequest { office: VGZ.to_owned(), ..Default::default() };
        let listed = world.client().list_proposals(list).await.unwrap().into_inner().proposals;
        assert_eq!(listed.iter().map(|one| one.decided_by.as_str()).collect::<Vec<_>>(), ["local:second"]);
    }

    async fn tar_11_the_surcharge_of_a_letter_counts_once_the_module_is_awarded(engine) {
        let world = open(engine).await;
        anders_werken(&world, true, None).await.unwrap();
        assert_eq!(cents(&agreed(&world, AGB, terms()).await.tariff), 7813);
        let tariffs = anders_werken(&world, true, Some(125)).await.unwrap().tariffs;
        assert_eq!(tariffs.len(), 1);
        assert_eq!((cents(&tariffs[0].tariff), cents(&tariffs[0].surcharge)), (7938, 125));
        assert_eq!(tariffs[0].basis(), HomeCareBasis::AndersWerken);
        // What is agreed anew has it too.
        assert_eq!(cents(&agreed(&world, AGB, terms()).await.tariff), 7938);
        // To take it back is adverse.
        let answer = anders_werken(&world, false, None).await.unwrap();
        assert!(answer.tariffs.is_empty());
        decide(&world, "second", &answer.proposal.unwrap(), Verdict::Take).await.unwrap();
        assert_eq!(cents(&held(&world, "2024-03-01", None).await.unwrap().tariff), 7813);
        assert_eq!(wrong_fields(&anders_werken(&world, false, Some(125)).await.unwrap_err()), ["surcharge"]);
    }

    async fn tar_11_other_services_learn_of_every_tariff(engine) {
        let world = open(engine).await;
        let tariff = agreed(&world, AGB, terms()).await;
        let watch = proto::WatchRequest { after_sequence: 1, ..Default::default() };
        let mut events = world.client().watch(watch).await.unwrap().into_inner();
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), events.next()).await.unwrap();
        let event = next.unwrap().unwrap().event.unwrap();
        assert_eq!((event.sequence, event.office.as_str()), (2, VGZ));
        assert_eq!(event.fact, Some(Fact::HomeCareTariffChanged(tariff)));
    }

    async fn tar_11_what_is_kept_in_memory_for_quotes_stays_right(engine) {
        let world = open(engine).await;
        world.import(VGZ, "Z053,VG 3,GZ,verblijf,14,250.00,0,0,2023-01-01,\n").await.unwrap();
        let quote = proto::QuoteRequest {
            office: VGZ.to_owned(),
            sector: contract::common::Sector::Gz.into(),
            agb: AGB.to_owned(),
            product: "Z053".to_owned(),
            care_date: Some(date("2023-12-01")),
            explain: false,
            ..Default::default()
        };
        let before = world.client().quote(quote.clone()).await.unwrap().into_inner();
        world.clock.set(utc("2023-11-02 10:00:00"));
        agreed(&world, AGB, terms()).await;
        let after = world.client().quote(quote).await.unwrap().into_inner();
        // Read again, since something became known; with the same outcome.
        assert_eq!((after.tariff, after.percentage), (before.tariff, decimal("95.80")));
        assert_eq!(after.as_of_time.unwrap().seconds, utc("2023-11-02 10:00:00").timestamp());
    }

    async fn tar_11_the_same_request_twice_is_one_tariff(engine) {
        let world = open(engine).await;
        let request = agreeing(&world, AGB, terms());
        let first = agree(&world, request.clone()).await.unwrap();
        assert_eq!(agree(&world, request.clone()).await.unwrap(), first);
        let other = proto::AgreeHomeCareTariffRequest { year: 2023, ..request };
        let status = agree(&world, other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }

    async fn tar_11_tariffs_agreed_at_once_are_versions_one_after_the_other(engine) {
        let world = open(engine).await;
        let requests = (0..6).map(|_| agree(&world, agreeing(&world, AGB, terms())));
        let answers = futures::future::join_all(requests).await;
        let mut versions: Vec<_> =
            answers.into_iter().map(|answer| answer.unwrap().tariff.unwrap().version).collect();
        versions.sort_unstable();
        assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
    }

    async fn tar_11_a_decision_is_explained_in_the_words_of_its_own_rules(engine) {
        let world = open(engine).await;
        let tariff = agreed(&world, AGB, terms()).await;
        let before = world.explained(&tariff.decision_id).await;
        let world = world.again_with_rules(|text| text.replace("\"6.37\"", "\"6.50\"")).await;
        assert_eq!(world.explained(&tariff.decision_id).await, before);
        // 72.50 x 1.079 = 78.2275.
        assert_eq!(cents(&agreed(&world, AGB, terms()).await.tariff), 7823);
    }

    async fn tar_11_every_wrong_field_is_named(engine) {
        let world = open(engine).await;
        let empty = proto::AgreeHomeCareTariffRequest { terms: Some(HomeCareTerms::default()), ..Default::default() };
        let expected = [
            "request_id", "office", "agb", "year", "terms.agreement_type", "terms.region", "terms.product",
            "terms.ceiling",
        ];
        assert_eq!(wrong_fields(&agree(&world, empty).await.unwrap_err()), expected);
        let odd = HomeCareTerms { previous_tariff: euros(0), first_day: Some(date("2025-01-01")), ..terms() };
        let status = agree(&world, agreeing(&world, AGB, odd)).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["terms.first_day", "terms.previous_tariff"]);
        let status = world.client().get_home_care_tariff(proto::GetHomeCareTariffRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "agb", "date"]);
        let list = proto::ListHomeCareTariffsRequest { region: "1".to_owned(), page_size: -1, ..Default::default() };
        let status = world.client().list_home_care_tariffs(list).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "year", "region", "page_size"]);
    }

    async fn tar_11_a_year_without_an_index_is_not_determined(engine) {
        let world = open(engine).await;
        let request = proto::AgreeHomeCareTariffRequest { year: 2025, ..agreeing(&world, AGB, terms()) };
        let status = agree(&world, request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PARAMETER_NOT_IN_FORCE"));
    }
}
