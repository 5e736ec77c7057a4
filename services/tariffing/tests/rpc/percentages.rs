//! Percentages through the calls: what is on record, what follows from it, what is agreed and by whom.

use contract::{
    common::{Sector, Verdict},
    tariffing as proto,
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::{AGB, VGZ, World, date, decimal, reason, refused, steps, utc, wrong_fields};

const TABLE: &str = "Z053,VG 3,GZ,verblijf,14,250.00,20.00,5.37,2023-01-01,2023-12-31\n";
const ELDERLY: &str = "V001,VV 5,VV,verblijf,14,250.00,0,0,2024-01-01,2024-12-31\n\
                       V002,VV 5 thuis,VV,vpt,14,200.00,0,0,2024-01-01,2024-12-31\n\
                       V003,MPT,VV,mpt,04,80.00,0,0,2024-01-01,2024-12-31\n";

fn value(number: &Option<contract::common::Decimal>) -> &str {
    &number.as_ref().unwrap().value
}

on_both_engines! {
    async fn tar_01_tar_06_nothing_filed_is_the_guide_percentage(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!((value(&quoted.percentage), quoted.agreed), ("95.80", false));
        assert_eq!(steps(quoted.explanation.as_ref().unwrap())[0], ("TAR-06", "Nothing was filed: the guide percentage of 95.8% holds."));
        let status = world.quote("dsw", Sector::Gz, "Z053", "2023-03-01").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_MAXIMUM_TARIFF"));
    }

    async fn tar_07_a_historically_lower_tariff_closes_the_fixed_themes(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.record(VGZ, Sector::Gz, 2022, "94.9", proto::PercentageBasis::Regular).await.unwrap();
        let proposal = world.file("zorg_dichtbij_huis", "0.15", "thuis").await.unwrap();
        let refusal = proposal.assessment.unwrap().refusal.unwrap();
        assert_eq!((refusal.rule_id.as_str(), refusal.code.as_str()), ("TAR-07", "closed"));
        assert_eq!(refusal.text_nl, "thuis: met een historisch lager tarief is zorg_dichtbij_huis gesloten.");
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "94.90");
        world.granted("zinnige_zorg", "0.3", "slim").await;
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "95.20");
    }

    async fn tar_09_cz_2024(engine) {
        let world = World::open(engine).await;
        world.import("cz", ELDERLY).await.unwrap();
        let quote = async || world.quote("cz", Sector::Vv, "V001", "2024-03-01").await.unwrap();
        world.standing("cz", Sector::Vv, 2024, proto::Standing::New).await;
        assert_eq!(value(&quote().await.percentage), "93.50");
        world.standing("cz", Sector::Vv, 2024, proto::Standing::Existing).await;
        let judged = world.judge("cz", "labour_saving_technology", None).await.unwrap();
        assert_eq!((value(&judged.percentage), judged.refusal), ("95.60", None));
        let granted = world.granted_by("cz", Sector::Vv, 2024, "movements_and_goals", None, "thuis").await;
        assert_eq!(granted.grant.unwrap().key, "movements_and_goals");
        assert_eq!(value(&quote().await.percentage), "95.90");
        // A free proposal is instead of that, not beside it.
        let filed = world.file_by("cz", Sector::Vv, 2024, "free_proposal", Some("2"), "vrij").await.unwrap();
        let refusal = filed.assessment.unwrap().refusal.unwrap();
        assert_eq!((refusal.rule_id.as_str(), refusal.code.as_str()), ("TAR-09", "alternative"));
        // Something the office has no rule for is no judgement.
        let status = world.judge("cz", "monitor", Some("1")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_SUCH_GROUND"));
    }

    async fn tar_09_dsw_2024(engine) {
        let world = World::open(engine).await;
        world.import("dsw", ELDERLY).await.unwrap();
        let status = world.quote("dsw", Sector::Vv, "V001", "2024-03-01").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PREVIOUS_PERCENTAGE_UNKNOWN"));
        world.record("dsw", Sector::Vv, 2023, "97.2", proto::PercentageBasis::Regular).await.unwrap();
        let judged = world.judge("dsw", "monitor", Some("1.0")).await.unwrap();
        assert_eq!(value(&judged.percentage), "97.50");
        let quoted = world.quote("dsw", Sector::Vv, "V001", "2024-03-01").await.unwrap();
        let explanation = quoted.explanation.unwrap();
        let told = steps(&explanation);
        assert_eq!(told[2], ("TAR-10", "Not above 97.5%: 98.2% becomes 97.5%."));
        assert!(explanation.steps[0].source.contains("our reading"));
        world.standing("dsw", Sector::Vv, 2024, proto::Standing::New).await;
        let quoted = world.quote("dsw", Sector::Vv, "V001", "2024-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "91.00");
        assert!(quoted.conditions.iter().any(|condition| condition.key == "one_year" && !condition.excluded));
    }

    async fn tar_09_zilveren_kruis_2024(engine) {
        let world = World::open(engine).await;
        world.import("zilveren_kruis", ELDERLY).await.unwrap();
        world.judge("zilveren_kruis", "essential_facility", None).await.unwrap();
        let quoted = world.quote("zilveren_kruis", Sector::Vv, "V001", "2024-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "96.00");
        // Stay with treatment is not bought for profile 4VV.
        let request = proto::QuoteRequest {
            profile: "753".to_owned(),
            treatment: proto::Known::Yes.into(),
            ..World::asked("zilveren_kruis", Sector::Vv, "V001", "2024-03-01")
        };
        let quoted = world.client().quote(request).await.unwrap().into_inner();
        let excluded: Vec<&str> =
            quoted.conditions.iter().filter(|condition| condition.excluded).map(|condition| condition.key.as_str()).collect();
        assert_eq!(excluded, ["zk_zzp4_scope"]);
        // A lower tariff for new providers is stated, its value is not.
        world.standing("zilveren_kruis", Sector::Vv, 2024, proto::Standing::New).await;
        let status = world.quote("zilveren_kruis", Sector::Vv, "V001", "2024-03-01").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PARAMETER_NOT_SET"));
        assert_eq!(
            status.message(),
            "not determined: parameter new_provider of office zilveren_kruis is not set (TAR-09)"
        );
    }

    async fn tar_09_salland_lowers_only_with_a_second_person(engine) {
        let world = World::open(engine).await;
        world.import("salland", ELDERLY).await.unwrap();
        let judged = world.judge("salland", "role_in_region", Some("-2.0")).await.unwrap();
        assert_eq!((value(&judged.percentage), judged.grant.is_some()), ("93.50", false));
        let quote = async || world.quote("salland", Sector::Vv, "V001", "2024-03-01").await.unwrap();
        assert_eq!(value(&quote().await.percentage), "95.50");
        let proposal = judged.proposal.unwrap();
        let own = world.decide("", &proposal.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&own), reason(Code::PermissionDenied, "SAME_IDENTITY"));
        world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap();
        assert_eq!(value(&quote().await.percentage), "93.50");
        // The highest there is, for another provider of the office.
        let position = world.position("salland", Sector::Vv, 2024, None).await;
        assert_eq!((position.grants[0].key.as_str(), value(&position.grants[0].points)), ("role_in_region", "-2.0"));
        let request = proto::WithdrawGrantRequest {
            request_id: world.request_id(),
            office: "salland".to_owned(),
            sector: Sector::Vv.into(),
            agb: AGB.to_owned(),
            year: 2024,
            grant_id: position.grants[0].grant_id.clone(),
            motivation: "rol gewijzigd".to_owned(),
        };
        let answer = world.client().withdraw_grant(request).await.unwrap().into_inner();
        assert!(answer.position.unwrap().grants.is_empty());
        let judged = world.judge("salland", "role_in_region", Some("1.0")).await.unwrap();
        assert_eq!(value(&judged.percentage), "96.50");
    }

    async fn tar_10_what_is_agreed_holds_and_is_explained_years_later(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.granted("voldoende_goede_zorg", "0.2", "werkgever").await;
        world.granted("zorg_dichtbij_huis", "0.15", "thuis").await;
        let agreed = world.agree(VGZ, Sector::Gz, 2023).await.unwrap().agreed.unwrap();
        assert_eq!((value(&agreed.percentage), agreed.version), ("96.15", 1));
        assert_eq!(agreed.tariffs[0].tariff.unwrap().cents, 26_575);
        let told = world.explained(&agreed.decision_id).await;
        let texts: Vec<&str> = told.steps.iter().map(|step| step.text_en.as_str()).collect();
        assert_eq!(texts, [
            "The start is the guide percentage of 95.8%.",
            "werkgever (sufficient good care): 95.8% and 0.2 percentage points is 96.0%.",
            "thuis (care close to home): 96.0% and 0.15 percentage points is 96.15%.",
            "The percentage 96.15% in two decimals is 96.15%.",
        ]);
        // Under later rules, what was agreed stays as it was, with its words.
        let world = world.again_with_rules(|text| text.replace("value = \"95.8\"", "value = \"94.0\"")).await;
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!((value(&quoted.percentage), quoted.agreed), ("96.15", true));
        assert_eq!(world.explained(&agreed.decision_id).await.steps, told.steps);
    }

    async fn tar_12_a_falling_line(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        let line = |sector: Sector, years: &[(i32, &str)]| proto::AgreeLineRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            sector: sector.into(),
            agb: AGB.to_owned(),
            years: years.iter().map(|(year, percentage)| proto::LineYear { year: *year, percentage: decimal(percentage) }).collect(),
            motivation: "maatwerk".to_owned(),
        };
        let request = line(Sector::Gz, &[(2023, "95.5"), (2024, "95.5"), (2025, "94.9")]);
        let agreed = world.client().agree_line(request).await.unwrap().into_inner();
        let told = world.explained(&agreed.decision_id).await;
        assert_eq!(steps(&told)[2], ("TAR-12", "From 1 January 2025: 94.9% (maatwerk)."));
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "95.50");
        let rising = line(Sector::Gz, &[(2023, "95.5"), (2024, "95.6")]);
        let status = world.client().agree_line(rising).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "LINE_RISES"));
        // Mental health care: from 2024.
        let status = world.client().agree_line(line(Sector::Ggz, &[(2023, "95.0")])).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "LINE_TOO_EARLY"));
        let gap = proto::AgreeLineRequest { motivation: String::new(), ..line(Sector::Gz, &[(2023, "95.5"), (2025, "0")]) };
        let status = world.client().agree_line(gap).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["years[1].year", "years[1].percentage", "motivation"]);
    }

    async fn tar_17_a_lower_bid_takes_two_people(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        let bid = |percentage: &str| proto::ProposeBidRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            year: 2023,
            percentage: decimal(percentage),
            motivation: "ruim positief resultaat".to_owned(),
        };
        let answer = world.client().propose_bid(bid("95.80")).await.unwrap().into_inner();
        assert_eq!((value(&answer.current), answer.refusal.unwrap().rule_id.as_str()), ("95.80", "TAR-17"));
        let answer = world.client().propose_bid(bid("95.00")).await.unwrap().into_inner();
        world.decide("second", &answer.proposal.unwrap().proposal_id, Verdict::Take).await.unwrap();
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "95.00");
        // Not where a multi-year line runs.
        let years = vec![proto::LineYear { year: 2023, percentage: decimal("94.5") }];
        let request = proto::AgreeLineRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            years,
            motivation: "maatwerk".to_owned(),
        };
        world.client().agree_line(request).await.unwrap();
        let answer = world.client().propose_bid(bid("94.00")).await.unwrap().into_inner();
        let refusal = answer.refusal.unwrap();
        assert_eq!(refusal.text_en, "A multi-year agreement with a falling line runs (94.5%): no lower bid.");
    }

    async fn tar_17_a_bid_that_is_no_longer_lower_is_not_taken(engine) {
        let world = World::open(engine).await;
        let bid = |percentage: &str| proto::ProposeBidRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            year: 2023,
            percentage: decimal(percentage),
            motivation: "ruim positief resultaat".to_owned(),
        };
        let waiting = world.client().propose_bid(bid("95.00")).await.unwrap().into_inner().proposal.unwrap();
        // The historically lower tariff comes to light before somebody takes the bid.
        world.record(VGZ, Sector::Gz, 2022, "94.9", proto::PercentageBasis::Regular).await.unwrap();
        let status = world.decide("second", &waiting.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROPOSAL_STALE"));
        assert!(world.position(VGZ, Sector::Gz, 2023, None).await.bid.is_none());
    }

    async fn tar_18_a_revision_after_a_note_is_a_new_version(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.agree(VGZ, Sector::Gz, 2023).await.unwrap();
        let known = world.clock.now();
        world.clock.set(utc("2022-12-20 10:00:00"));
        world.granted("zinnige_zorg", "0.3", "slim").await;
        let request = proto::AgreePercentageRequest {
            note: "Nadere Nota van Inlichtingen 2023".to_owned(),
            from_date: Some(date("2023-07-01")),
            ..world.agreement(VGZ, Sector::Gz, 2023)
        };
        let answer = world.client().agree_percentage(request).await.unwrap().into_inner();
        assert_eq!(value(&answer.before), "95.80");
        let agreed = answer.agreed.unwrap();
        assert_eq!((value(&agreed.percentage), agreed.version), ("96.10", 2));
        let pieces: Vec<(i64, i32)> = agreed.tariffs.iter().map(|tariff| {
            (tariff.tariff.unwrap().cents, tariff.period.unwrap().first_day.unwrap().month)
        }).collect();
        assert_eq!(pieces, [(26_487, 1), (26_562, 7)]);
        let on = async |day| value(&world.quote(VGZ, Sector::Gz, "Z053", day).await.unwrap().percentage).to_owned();
        assert_eq!([on("2023-06-30").await, on("2023-07-01").await], ["95.80", "96.10"]);
        let told = world.explained(&agreed.decision_id).await;
        assert_eq!(steps(&told)[0], ("TAR-18", "Revised after the supplementary note 'Nadere Nota van Inlichtingen 2023'."));
        // As it was known before the revision.
        let request = proto::QuoteRequest {
            known_time: Some(prost_types::Timestamp { seconds: known.timestamp(), nanos: 0 }),
            ..World::asked(VGZ, Sector::Gz, "Z053", "2023-08-01")
        };
        let before = world.client().quote(request).await.unwrap().into_inner();
        assert_eq!(value(&before.percentage), "95.80");
        let request = proto::ListPercentageVersionsRequest {
            office: VGZ.to_owned(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            year: 2023,
        };
        let versions = world.client().list_percentage_versions(request).await.unwrap().into_inner().versions;
        assert_eq!(versions.iter().map(|version| value(&version.percentage)).collect::<Vec<_>>(), ["95.80", "96.10"]);
    }

    async fn tar_18_a_revision_that_lowers_takes_two_people(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.granted("zinnige_zorg", "0.3", "slim").await;
        world.agree(VGZ, Sector::Gz, 2023).await.unwrap();
        let world = world.again_with_rules(|text| text.replace("value = \"95.8\"", "value = \"95.0\"")).await;
        let answer = world.agree(VGZ, Sector::Gz, 2023).await.unwrap();
        assert!(answer.agreed.is_none());
        let proposal = answer.proposal.unwrap();
        assert_eq!(proposal.summary, "Tariefpercentage van 41410001 voor 2023 wordt 95.30%.");
        world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap();
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!((value(&quoted.percentage), quoted.agreed), ("95.30", true));
    }

    async fn tar_20_the_interview_settles_the_percentage_of_a_new_provider(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.standing(VGZ, Sector::Gz, 2023, proto::Standing::New).await;
        let status = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "INTERVIEW_NEEDED"));
        let interview = |percentage: &str| proto::RecordInterviewRequest {
            request_id: world.request_id(),
            office: VGZ.to_owned(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            year: 2023,
            percentage: decimal(percentage),
            motivation: "breed spectrum".to_owned(),
        };
        let status = world.client().record_interview(interview("100.01")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "ABOVE_CAP"));
        let answer = world.client().record_interview(interview("94.25")).await.unwrap().into_inner();
        assert_eq!(value(&answer.position.unwrap().interview), "94.25");
        let told = world.explained(&answer.decision_id).await;
        assert_eq!(steps(&told)[0], ("TAR-20", "The interview led to 94.25% (breed spectrum)."));
        let quoted = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!(value(&quoted.percentage), "94.25");
    }

    async fn tar_21_a_percentage_per_delivery_form(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, ELDERLY).await.unwrap();
        world.granted_by(VGZ, Sector::Vv, 2024, "vpt_growth", None, "wijkzorg").await;
        world.granted_by(VGZ, Sector::Vv, 2024, "mpt_growth", None, "thuiszorg").await;
        let agreed = world.agree(VGZ, Sector::Vv, 2024).await.unwrap().agreed.unwrap();
        assert_eq!(value(&agreed.percentage), "95.50");
        let forms: Vec<(&str, &str)> =
            agreed.forms.iter().map(|form| (form.form.as_str(), value(&form.percentage))).collect();
        assert_eq!(forms, [("mpt", "99.00"), ("vpt", "95.90")]);
        let cents: Vec<i64> = agreed.tariffs.iter().map(|tariff| tariff.tariff.unwrap().cents).collect();
        assert_eq!(cents, [23_875, 19_180, 7_920]);
        let request = proto::QuoteProductsRequest {
            office: VGZ.to_owned(),
            sector: Sector::Vv.into(),
            agb: AGB.to_owned(),
            care_date: Some(date("2024-05-05")),
            ..Default::default()
        };
        let quotes = world.client().quote_products(request).await.unwrap().into_inner().quotes;
        let quoted: Vec<(&str, i64)> = quotes.iter().map(|quote| {
            let tariff = quote.tariff.as_ref().unwrap();
            (tariff.product.as_str(), tariff.tariff.unwrap().cents)
        }).collect();
        assert_eq!(quoted, [("V001", 23_875), ("V002", 19_180), ("V003", 7_920)]);
    }

    async fn tar_10_a_quote_that_was_kept_is_the_same_under_other_rules_and_tables(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        let proto::QuoteRequest { office, sector, agb, product, care_date, .. } =
            World::asked(VGZ, Sector::Gz, "Z053", "2023-03-01");
        let request = proto::KeepQuoteRequest {
            request_id: world.request_id(), office, sector, agb, product, care_date, ..Default::default()
        };
        let kept = world.client().keep_quote(request).await.unwrap().into_inner();
        world.import(VGZ, &TABLE.replace("250.00", "300.00")).await.unwrap();
        world.granted("zinnige_zorg", "0.3", "slim").await;
        let world = world.again_with_rules(|text| text.replace("value = \"95.8\"", "value = \"94.0\"")).await;
        let now = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert_eq!(now.tariff.unwrap().tariff.unwrap().cents, 28_290 + 2_537);
        let request = proto::GetQuoteRequest { decision_id: kept.decision_id };
        let again = world.client().get_quote(request).await.unwrap().into_inner();
        assert_eq!(again.quote, kept.quote);
        assert_eq!(kept.quote.unwrap().tariff.unwrap().tariff.unwrap().cents, 26_487);
        let unknown = proto::GetQuoteRequest { decision_id: world.request_id() };
        assert_eq!(world.client().get_quote(unknown).await.unwrap_err().code(), Code::NotFound);
    }

    async fn tar_10_wrong_fields_are_named_at_once(engine) {
        let world = World::open(engine).await;
        let request = proto::RecordPercentageRequest { percentage: decimal("0"), ..Default::default() };
        let status = world.client().record_percentage(request).await.unwrap_err();
        assert_eq!(
            wrong_fields(&status),
            ["request_id", "office", "sector", "agb", "year", "percentage", "basis", "motivation"]
        );
        let status = world.client().quote(proto::QuoteRequest { profile: "7".to_owned(), ..Default::default() }).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["office", "sector", "agb", "product", "care_date", "profile"]);
    }
}
