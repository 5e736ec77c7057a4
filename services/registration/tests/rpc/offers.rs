//! Offers: windows, responses, acceptance, lapse and replacement (REG-16), and the end of agreements.

use contract::{
    common::Verdict,
    registration::{self as proto, DutyKind, DutyState, OfferState},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

fn seconds(time: &Option<prost_types::Timestamp>) -> Option<i64> {
    time.as_ref().map(|time| time.seconds)
}

async fn respond(world: &World, offer_id: &str) -> Result<proto::Offer, Status> {
    let (request_id, offer_id) = (world.request_id(), offer_id.to_owned());
    let request = proto::RespondToOfferRequest { request_id, offer_id, response: "lager plafond".to_owned() };
    Ok(world.client().respond_to_offer(request).await?.into_inner().offer.unwrap())
}

async fn agreement_days(world: &World) -> Vec<contract::common::Period> {
    let list = proto::ListAgreementsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
    let agreements = world.client().list_agreements(list).await.unwrap().into_inner().agreements;
    let concluded = agreements.into_iter().filter(|agreement| !agreement.registration_id.is_empty());
    concluded.map(|agreement| agreement.period.unwrap()).collect()
}

on_both_engines! {
    async fn reg_16_an_offer_is_responded_to_in_its_window_and_accepted_until_the_last_moment(engine) {
        let world = World::open(engine).await;
        let id = world.home_care_admissible().await;
        world.clock.set(utc("2023-09-20 10:00:00"));
        let offer = world.award(&id, "2024-01-01", Some("2024-12-31")).await;
        assert_eq!(seconds(&offer.respond_until_time), Some(utc("2023-11-03 16:00:00").timestamp()));
        assert_eq!(seconds(&offer.accept_until_time), Some(utc("2023-12-22 16:00:00").timestamp()));
        assert!(offer.negotiable);
        world.clock.set(utc("2023-11-03 16:00:00"));
        assert_eq!(respond(&world, &offer.offer_id).await.unwrap().response, "lager plafond");
        world.clock.set(utc("2023-11-03 16:00:01"));
        let status = respond(&world, &offer.offer_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "OFFER_NOT_OPEN"));
        world.clock.set(utc("2023-12-22 16:00:00"));
        assert_eq!(world.accept(&offer.offer_id).await.unwrap().offer.unwrap().state(), OfferState::Accepted);
    }

    async fn reg_16_an_offer_that_is_not_accepted_in_time_lapses(engine) {
        let world = World::open(engine).await;
        let id = world.home_care_admissible().await;
        let offer = world.award(&id, "2024-01-01", Some("2024-12-31")).await;
        world.clock.set(utc("2023-12-22 16:00:01"));
        // Whether the clock got to it or not.
        let status = world.accept(&offer.offer_id).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "OFFER_NOT_OPEN"));
        world.all_are(DutyKind::Acceptance, DutyState::Missed).await;
        assert_eq!(world.offer(&offer.offer_id).await.state(), OfferState::Lapsed);
        assert!(agreement_days(&world).await.is_empty());
        let status = world.offer_anew(&offer, "2024-01-01", "2024-12-31").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "OFFER_TOO_LATE"));
    }

    async fn reg_16_a_newer_offer_replaces_the_older_on_acceptance(engine) {
        let world = World::open(engine).await;
        let id = world.home_care_admissible().await;
        world.clock.set(utc("2023-09-20 10:00:00"));
        let older = world.award(&id, "2024-01-01", Some("2024-12-31")).await;
        let agreement = world.accept(&older.offer_id).await.unwrap().agreement.unwrap();
        world.clock.set(utc("2023-11-10 10:00:00"));
        let newer = world.offer_anew(&older, "2024-01-01", "2024-06-30").await.unwrap();
        assert_eq!((newer.number, seconds(&newer.respond_until_time)), (2, Some(utc("2023-12-08 16:00:00").timestamp())));
        assert_eq!(world.offer(&older.offer_id).await.state(), OfferState::Accepted);
        let replaced = world.accept(&newer.offer_id).await.unwrap().agreement.unwrap();
        assert_eq!(replaced.agreement_id, agreement.agreement_id);
        assert_eq!(replaced.period, period("2024-01-01", Some("2024-06-30")));
        assert_eq!(world.offer(&older.offer_id).await.state(), OfferState::Replaced);
        assert_eq!(agreement_days(&world).await, [period("2024-01-01", Some("2024-06-30")).unwrap()]);
        let term: Vec<DutyState> = world.duties(DutyKind::Term).await.iter().map(proto::Duty::state).collect();
        assert_eq!(term, [DutyState::Open, DutyState::Withdrawn]);
    }

    async fn reg_16_what_was_due_for_an_offer_that_is_replaced_is_not_missed(engine) {
        let world = World::open(engine).await;
        let id = world.home_care_admissible().await;
        let older = world.award(&id, "2024-01-01", Some("2024-12-31")).await;
        let newer = world.offer_anew(&older, "2024-01-01", "2024-06-30").await.unwrap();
        world.accept(&newer.offer_id).await.unwrap();
        assert_eq!(world.offer(&older.offer_id).await.state(), OfferState::Replaced);
        world.clock.set(utc("2024-07-01 10:00:00"));
        // The term is past as well: when that was seen, so was everything before it.
        world.all_are(DutyKind::Term, DutyState::Missed).await;
        let states: Vec<DutyState> = world.duties(DutyKind::Acceptance).await.iter().map(proto::Duty::state).collect();
        assert!(states.contains(&DutyState::Met) && states.contains(&DutyState::Withdrawn), "{states:?}");
        assert!(!world.duties(DutyKind::Response).await.iter().any(|duty| duty.state() == DutyState::Missed));
    }

    async fn reg_16_a_newer_offer_that_lapses_leaves_the_agreement_as_it_is(engine) {
        let world = World::open(engine).await;
        let id = world.home_care_admissible().await;
        let older = world.award(&id, "2024-01-01", Some("2024-12-31")).await;
        world.accept(&older.offer_id).await.unwrap();
        let newer = world.offer_anew(&older, "2024-01-01", "2024-06-30").await.unwrap();
        world.clock.set(utc("2023-12-22 16:00:01"));
        eventually(async || (world.offer(&newer.offer_id).await.state() == OfferState::Lapsed).then_some(())).await;
        assert_eq!(world.offer(&older.offer_id).await.state(), OfferState::Accepted);
        assert_eq!(agreement_days(&world).await, [period("2024-01-01", Some("2024-12-31")).unwrap()]);
    }

    async fn reg_16_an_agreement_for_people_without_staff_is_not_negotiable(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2023-06-01 10:00:00"));
        let id = world.home_care_admissible().await;
        let offer = world.award(&id, "2024-01-01", None).await;
        assert!(offer.negotiable);
        let status = respond(&world, "nowhere").await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
        let request = proto::MakeOfferRequest {
            products: vec!["H999".to_owned()],
            modules: vec!["palliative".to_owned()],
            request_id: world.request_id(),
            registration_id: id,
            period: period("2024-01-01", None),
        };
        let status = world.client().make_offer(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["products[0]", "modules[0]"]);
    }

    async fn reg_11_a_one_year_agreement_may_be_extended_by_a_newer_offer_and_no_further(engine) {
        let world = World::open(engine).await;
        let id = world.new_and_admissible().await;
        let offer = world.award(&id, "2022-01-01", None).await;
        assert_eq!(offer.period, period("2022-01-01", Some("2022-12-31")));
        let agreement = world.accept(&offer.offer_id).await.unwrap().agreement.unwrap();
        assert_eq!((agreement.extension_date, agreement.extended), (Some(date("2023-12-31")), false));
        let status = world.offer_anew(&offer, "2022-01-01", "2024-01-01").await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["period.last_day"]);
        world.clock.set(utc("2022-10-01 10:00:00"));
        let newer = world.offer_anew(&offer, "2022-01-01", "2023-12-31").await.unwrap();
        let extended = world.accept(&newer.offer_id).await.unwrap().agreement.unwrap();
        assert_eq!((extended.period, extended.extended), (period("2022-01-01", Some("2023-12-31")), true));
        assert_eq!(agreement_days(&world).await.len(), 1);
    }

    async fn reg_13_an_agreement_is_ended_early_by_four_eyes(engine) {
        let world = World::open(engine).await;
        let registration = world.admissible().await;
        let offer = world.award(&registration.registration_id, "2022-01-01", Some("2023-12-31")).await;
        let agreement = world.accept(&offer.offer_id).await.unwrap().agreement.unwrap();
        let end = |last: &str| proto::EndAgreementRequest {
            request_id: world.request_id(),
            agreement_id: agreement.agreement_id.clone(),
            last_day: Some(date(last)),
            motivation: "melding in het EVR, zorgaanbieder gehoord".to_owned(),
        };
        let status = world.client().end_agreement(end("2023-12-31")).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["last_day"]);
        let answer = world.client().end_agreement(end("2022-06-30")).await.unwrap().into_inner();
        assert_eq!(answer.agreement.unwrap().period, agreement.period, "a proposal changes nothing");
        world.decide("second", &answer.proposal.unwrap().proposal_id, Verdict::Take).await.unwrap();
        assert_eq!(agreement_days(&world).await, [period("2022-01-01", Some("2022-06-30")).unwrap()]);
        // On its last day it ends, and that is told.
        world.clock.set(utc("2022-06-30 22:00:00"));
        eventually(async || {
            let terms = world.duties(DutyKind::Term).await;
            terms.iter().any(|duty| duty.state() == DutyState::Missed).then_some(())
        })
        .await;
    }
}
