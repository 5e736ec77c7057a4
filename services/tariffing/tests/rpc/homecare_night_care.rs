//! Night care of a region: all take part or none, and the total comes out to the cent.

use contract::{
    common::Verdict,
    tariffing::{self as proto, HomeCareAgreementType, HomeCareBasis, HomeCareTerms, NightCareSettlement},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{homecare_support::*, support::*};

/// Turnovers of 2 and 1 million; 40,000 and 15,100 hours.
const BOTH: [(&str, i64, i64); 2] = [(AGB, 200_000_000, 40_000), (OTHER_AGB, 100_000_000, 15_100)];

async fn two_agreed(world: &World) {
    agreed(world, AGB, terms()).await;
    agreed(world, OTHER_AGB, terms()).await;
}

async fn settlement(world: &World, known: Option<&str>) -> Result<NightCareSettlement, tonic::Status> {
    let request = proto::GetNightCareRequest {
        office: VGZ.to_owned(),
        region: REGION.to_owned(),
        year: 2024,
        known_time: known.map(timestamp),
    };
    Ok(world.client().get_night_care(request).await?.into_inner().settlement.unwrap())
}

on_both_engines! {
    async fn tar_11_a_region_is_lowered_by_the_price_of_its_night_care_to_the_cent(engine) {
        let world = open(engine).await;
        two_agreed(&world).await;
        let answer = settle(&world, settling(&world, &BOTH)).await.unwrap();
        let proposal = answer.proposal.unwrap();
        assert_eq!((answer.settlement, answer.tariffs.len(), proposal.agb.as_str()), (None, 0, ""));
        let summary = "tarieven in regio 5508 verlagen voor onplanbare nachtzorg: € 60.000,00 over 2 zorgaanbieders";
        assert_eq!(proposal.summary, summary);
        assert_eq!(settlement(&world, None).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(listed(&world, None).await, [(AGB.to_owned(), 7813), (OTHER_AGB.to_owned(), 7813)]);

        world.clock.set(utc("2023-11-02 10:00:00"));
        let status = decide(&world, "", &proposal, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::PermissionDenied, "SAME_IDENTITY"));
        decide(&world, "second", &proposal, Verdict::Take).await.unwrap();
        // 40,000.00 over 40,000 hours is 1.00; 20,000.00 over 15,100 hours is 1.3245.., so 1.32 and 68.00 is left.
        let settled = settlement(&world, None).await.unwrap();
        let shares: Vec<_> = settled
            .shares
            .iter()
            .map(|share| (cents(&share.part), cents(&share.reduction), cents(&share.residual)))
            .collect();
        assert_eq!(shares, [(4_000_000, 100, 0), (2_000_000, 132, 6_800)]);
        let borne: i64 = settled.shares.iter().map(|share| cents(&share.reduction) * share.hours).sum();
        assert_eq!(borne + cents(&settled.residual), cents(&settled.total));
        // (72.50 - 1.00) x 1.0777 = 77.05555; (72.50 - 1.32) x 1.0777 = 76.710686.
        assert_eq!(listed(&world, None).await, [(AGB.to_owned(), 7706), (OTHER_AGB.to_owned(), 7671)]);
        let lowered = held(&world, "2024-03-01", None).await.unwrap().agreed.unwrap();
        assert_eq!((lowered.basis(), cents(&lowered.night_care_reduction)), (HomeCareBasis::NightCare, 100));
        let own = world.explained(&lowered.decision_id).await;
        let words = "In the region unplannable night care is paid for separately: EUR 72.50 is lowered before the index by EUR 1.00 per hour, to EUR 71.50.";
        assert!(steps(&own).contains(&("TAR-11", words)), "{own:?}");
        let region = world.explained(&settled.decision_id).await;
        let words = "The reductions bring EUR 59,932.00; with a residual of EUR 68.00 that is EUR 60,000.00 together.";
        assert_eq!(steps(&region).last(), Some(&("TAR-11", words)));
        // What was known before stays.
        assert_eq!(settlement(&world, Some("2023-11-01 12:00:00")).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(cents(&held(&world, "2024-03-01", Some("2023-11-01 12:00:00")).await.unwrap().tariff), 7813);
    }

    async fn tar_11_who_is_missing_or_declines_keeps_the_whole_region_out(engine) {
        let world = open(engine).await;
        two_agreed(&world).await;
        agreed(&world, "41410003", terms()).await;
        let mut request = settling(&world, &BOTH);
        request.providers[0] = proto::NightCareProvider { agb: AGB.to_owned(), ..Default::default() };
        let answer = settle(&world, request).await.unwrap();
        assert_eq!((answer.settlement, answer.proposal, answer.tariffs.len()), (None, None, 0));
        let reasons: Vec<_> = answer.refusals.iter().map(|one| (one.agb.as_str(), one.reason.as_str())).collect();
        assert_eq!(reasons, [(AGB, "PROVIDER_DECLINES"), ("41410003", "PROVIDER_MISSING")]);
        assert_eq!(answer.refusals[0].text_nl, "Zorgaanbieder 41410001 doet niet mee.");
        let missing = "Provider 41410003 has an agreement in the region and is missing.";
        assert_eq!(answer.refusals[1].text_en, missing);
        let explanation = world.explained(&answer.refusal_decision_id).await;
        assert_eq!(steps(&explanation)[1], ("TAR-11", missing));
        assert_eq!(steps(&explanation).len(), 3);
        assert_eq!(cents(&held(&world, "2024-03-01", None).await.unwrap().tariff), 7813);
    }

    async fn tar_11_a_zzp_agreement_is_left_out_unless_the_scope_has_it(engine) {
        let all = |text: &str| text.replace("\"without_zzp\"", "\"with_zzp\"");
        for (world, expected) in [(open(engine).await, 0), (with_rules(engine, all).await, 1)] {
            agreed(&world, AGB, terms()).await;
            let zzp = HomeCareTerms { agreement_type: HomeCareAgreementType::Zzp.into(), ..terms() };
            agreed(&world, OTHER_AGB, zzp).await;
            let answer = settle(&world, settling(&world, &BOTH[..1])).await.unwrap();
            assert_eq!((answer.refusals.len(), answer.proposal.is_none()), (expected, expected == 1));
        }
    }

    async fn tar_11_a_tariff_agreed_after_the_settlement_is_lowered_too(engine) {
        let world = open(engine).await;
        two_agreed(&world).await;
        let proposal = settle(&world, settling(&world, &BOTH)).await.unwrap().proposal.unwrap();
        decide(&world, "second", &proposal, Verdict::Take).await.unwrap();
        // (74.00 - 1.00) x 1.0777 = 78.6721.
        let more = agreed(&world, AGB, HomeCareTerms { previous_tariff: euros(7400), ..terms() }).await;
        assert_eq!(cents(&more.tariff), 7867);
        let newcomer = agreed(&world, "41410003", terms()).await;
        let explanation = world.explained(&newcomer.decision_id).await;
        let told = steps(&explanation).into_iter().any(|(_, text)| text.contains("does not know this provider"));
        assert!(told && cents(&newcomer.tariff) == 7813);
    }

    async fn tar_11_a_settlement_is_stale_once_another_provider_has_an_agreement(engine) {
        let world = open(engine).await;
        two_agreed(&world).await;
        let proposal = settle(&world, settling(&world, &BOTH)).await.unwrap().proposal.unwrap();
        agreed(&world, AGB, HomeCareTerms { previous_tariff: euros(7400), ..terms() }).await;
        let status = decide(&world, "second", &proposal, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROPOSAL_STALE"));
        let rejected = decide(&world, "second", &proposal, Verdict::Reject).await.unwrap();
        assert_eq!(rejected.motivation, "seen");
        assert_eq!(listed(&world, None).await, [(AGB.to_owned(), 7975), (OTHER_AGB.to_owned(), 7813)]);
    }

    async fn tar_11_without_turnover_nothing_is_lowered(engine) {
        let world = open(engine).await;
        two_agreed(&world).await;
        let request = settling(&world, &[(AGB, 0, 10), (OTHER_AGB, 0, 10)]);
        let proposal = settle(&world, request).await.unwrap().proposal.unwrap();
        decide(&world, "second", &proposal, Verdict::Take).await.unwrap();
        let settled = settlement(&world, None).await.unwrap();
        assert_eq!((cents(&settled.undivided), cents(&settled.residual)), (6_000_000, 6_000_000));
        assert_eq!(listed(&world, None).await, [(AGB.to_owned(), 7813), (OTHER_AGB.to_owned(), 7813)]);
    }

    async fn tar_11_night_care_that_leaves_nothing_of_a_tariff_is_not_proposed(engine) {
        let world = open(engine).await;
        agreed(&world, AGB, terms()).await;
        let status = settle(&world, settling(&world, &[(AGB, 1, 100)])).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NIGHT_CARE_EXCEEDS_TARIFF"));
    }

    async fn tar_11_every_wrong_field_of_a_region_is_named(engine) {
        let world = open(engine).await;
        let empty = proto::SettleNightCareRequest {
            products: vec![proto::NightCareProduct::default()],
            providers: vec![proto::NightCareProvider { takes_part: true, hours: -1, ..Default::default() }],
            ..Default::default()
        };
        let expected = [
            "request_id", "office", "region", "year", "products[0].product", "products[0].agb", "products[0].price",
            "turnover_year", "providers[0].agb", "providers[0].turnover", "providers[0].hours",
        ];
        assert_eq!(wrong_fields(&settle(&world, empty).await.unwrap_err()), expected);
        agreed(&world, AGB, terms()).await;
        let twice = settling(&world, &[(AGB, 1, 1), (AGB, 1, 1)]);
        assert_eq!(wrong_fields(&settle(&world, twice).await.unwrap_err()), ["providers[1].agb"]);
        let strange = proto::SettleNightCareRequest { turnover_year: 2022, ..settling(&world, &BOTH) };
        let status = settle(&world, strange).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["turnover_year", "providers[1].agb"]);
    }
}
