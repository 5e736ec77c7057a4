//! The raised offer: it replaces what was agreed, or lapses.

use contract::tariffing::{self as proto, HomeCareBasis, HomeCareTerms, UpliftOffer, UpliftState};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{homecare_support::*, support::*};

fn raised() -> HomeCareTerms {
    HomeCareTerms { ceiling: euros(101_400_000), ..terms() }
}

async fn offer(world: &World) -> Result<UpliftOffer, Status> {
    let request = proto::MakeUpliftOfferRequest {
        request_id: world.request_id(),
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        year: 2024,
        terms: Some(raised()),
    };
    Ok(world.client().make_uplift_offer(request).await?.into_inner().offer.unwrap())
}

async fn accept(world: &World, offer: &UpliftOffer) -> Result<proto::AcceptUpliftOfferResponse, Status> {
    let offer_id = offer.offer_id.clone();
    let request = proto::AcceptUpliftOfferRequest { request_id: world.request_id(), offer_id };
    Ok(world.client().accept_uplift_offer(request).await?.into_inner())
}

/// An agreement on the original offer, and then a raised offer.
async fn offered(world: &World) -> UpliftOffer {
    let original = proto::AgreeHomeCareTariffRequest { original_offer: true, ..agreeing(world, AGB, terms()) };
    let original = agree(world, original).await.unwrap().tariff.unwrap();
    assert_eq!((cents(&original.tariff), original.original_offer), (7712, true));
    world.clock.set(utc("2023-11-10 10:00:00"));
    offer(world).await.unwrap()
}

on_both_engines! {
    async fn tar_22_an_accepted_offer_replaces_what_was_agreed_before(engine) {
        let world = open(engine).await;
        let offer = offered(&world).await;
        assert_eq!((cents(&offer.tariff), cents(&offer.earlier_tariff), offer.state()), (7813, 7712, UpliftState::Open));
        assert_eq!(offer.accept_until_time.unwrap().seconds, utc("2023-12-22 16:00:00").timestamp());
        let open = held(&world, "2024-01-01", None).await.unwrap();
        assert_eq!((cents(&open.tariff), open.uplift_offer.unwrap().state()), (7712, UpliftState::Open));

        world.clock.set(utc("2023-12-22 15:59:59"));
        let answer = accept(&world, &offer).await.unwrap();
        assert!(answer.accepted && answer.reason.is_empty());
        assert_eq!(answer.offer.unwrap().state(), UpliftState::Accepted);
        let tariff = answer.tariff.unwrap();
        assert_eq!((cents(&tariff.tariff), tariff.version, tariff.basis()), (7813, 2, HomeCareBasis::Uplift));
        let explanation = world.explained(&answer.decision_id).await;
        let words = "The new agreement replaces the one with tariff EUR 77.12 and ceiling EUR 1,000,000.00: tariff EUR 78.13, ceiling EUR 1,014,000.00.";
        assert_eq!(steps(&explanation).last(), Some(&("TAR-22", words)));
        assert_eq!(tariff.decision_id, answer.decision_id);

        for (known, expected, state) in [
            (None, 7813, UpliftState::Accepted),
            (Some("2023-12-22 15:59:58"), 7712, UpliftState::Open),
        ] {
            let answer = held(&world, "2024-01-01", known).await.unwrap();
            assert_eq!((cents(&answer.tariff), answer.uplift_offer.unwrap().state()), (expected, state), "{known:?}");
        }
        let status = accept(&world, &offer).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "UPLIFT_NOT_OPEN"));
    }

    async fn tar_22_after_the_last_moment_the_earlier_tariff_and_ceiling_hold(engine) {
        let world = open(engine).await;
        let offer = offered(&world).await;
        world.clock.set(utc("2023-12-22 16:00:00"));
        let answer = accept(&world, &offer).await.unwrap();
        assert_eq!((answer.accepted, answer.reason.as_str()), (false, "UPLIFT_LAPSED"));
        assert!(answer.reason_nl.starts_with("Het aanbod verviel op 2023-12-22 17:00:00 Nederlandse tijd"), "{answer:?}");
        assert!(answer.reason_en.starts_with("The offer lapsed at 2023-12-22 17:00:00 Dutch time"), "{answer:?}");
        let tariff = answer.tariff.unwrap();
        let ceiling = cents(&tariff.terms.unwrap().ceiling);
        assert_eq!((cents(&tariff.tariff), ceiling, tariff.version), (7712, 100_000_000, 1));
        assert_eq!(answer.offer.unwrap().state(), UpliftState::Lapsed);
        let explanation = world.explained(&answer.decision_id).await;
        let words = "The agreement that was accepted before goes on to hold: tariff EUR 77.12, ceiling EUR 1,000,000.00.";
        assert_eq!(steps(&explanation)[1], ("TAR-22", words));

        let looked = held(&world, "2024-03-01", None).await.unwrap();
        assert_eq!((cents(&looked.tariff), looked.uplift_offer.unwrap().state()), (7712, UpliftState::Lapsed));
        assert_eq!(steps(&looked.explanation.unwrap())[1], ("TAR-22", words));
        let status = self::offer(&world).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "UPLIFT_TOO_LATE"));
    }

    async fn tar_22_whether_the_last_moment_counts_is_a_parameter(engine) {
        let inclusive = |text: &str| text.replace("cutoff = \"exclusive\"", "cutoff = \"inclusive\"");
        let world = with_rules(engine, inclusive).await;
        let offer = offered(&world).await;
        world.clock.set(utc("2023-12-22 16:00:00"));
        assert!(accept(&world, &offer).await.unwrap().accepted);
    }

    async fn tar_22_who_had_accepted_nothing_has_an_agreement_by_accepting_and_none_by_waiting(engine) {
        let world = open(engine).await;
        world.clock.set(utc("2023-11-10 10:00:00"));
        let first = offer(&world).await.unwrap();
        assert_eq!((first.earlier_tariff, first.earlier_ceiling), (None, None));
        let second = offer(&world).await.unwrap();
        let status = accept(&world, &first).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "UPLIFT_NOT_OPEN"));
        world.clock.set(utc("2024-01-10 10:00:00"));
        let late = accept(&world, &second).await.unwrap();
        assert_eq!((late.accepted, late.tariff), (false, None));
        assert_eq!(held(&world, "2024-03-01", None).await.unwrap_err().code(), Code::NotFound);
        world.clock.set(utc("2023-12-01 10:00:00"));
        assert_eq!(cents(&accept(&world, &second).await.unwrap().tariff.unwrap().tariff), 7813);
    }

    async fn tar_22_an_acceptance_takes_along_what_was_settled_since_the_offer(engine) {
        let world = open(engine).await;
        let offer = offered(&world).await;
        let request = settling(&world, &[(AGB, 100, 60_000)]);
        let proposal = settle(&world, request).await.unwrap().proposal.unwrap();
        decide(&world, "second", &proposal, contract::common::Verdict::Take).await.unwrap();
        // (72.50 - 1.00) x 1.0637 = 76.05455, and x 1.0777 = 77.05555.
        assert_eq!(cents(&held(&world, "2024-03-01", None).await.unwrap().tariff), 7605);
        assert_eq!(cents(&accept(&world, &offer).await.unwrap().tariff.unwrap().tariff), 7706);
    }

    async fn tar_22_every_wrong_field_is_named(engine) {
        let world = open(engine).await;
        let status = world.client().make_uplift_offer(proto::MakeUpliftOfferRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office", "agb", "year", "terms"]);
        let status = world.client().accept_uplift_offer(proto::AcceptUpliftOfferRequest::default()).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
    }
}
