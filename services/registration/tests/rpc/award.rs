//! What is awarded on an admissible registration (REG-15), and the agreement that comes of the offer.

use contract::{
    common::{Act, Sector},
    registration::{self as proto, Category, OfferState, RefusalGround, RegistrationState},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{contents::*, support::*};

fn award(world: &World, registration: &proto::Registration) -> proto::AwardAgreementRequest {
    proto::AwardAgreementRequest {
        request_id: world.request_id(),
        registration_id: registration.registration_id.clone(),
        period: period("2022-01-01", Some("2023-12-31")),
        products: vec!["Z053".to_owned(), "H300".to_owned()],
        modules: Vec::new(),
        refusals: Vec::new(),
    }
}

async fn accepted(world: &World, offer_id: &str) -> Result<proto::AcceptOfferResponse, Status> {
    let request = proto::AcceptOfferRequest { request_id: world.request_id(), offer_id: offer_id.to_owned() };
    Ok(world.client().accept_offer(request).await?.into_inner())
}

async fn agreements(world: &World) -> Vec<proto::Agreement> {
    let list = proto::ListAgreementsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
    world.client().list_agreements(list).await.unwrap().into_inner().agreements
}

on_both_engines! {
    async fn reg_15_an_award_on_an_admissible_registration_comes_with_an_offer(engine) {
        let mut world = World::open(engine).await;
        let registration = world.admissible().await;
        let request = award(&world, &registration);
        let answer = world.client.award_agreement(request.clone()).await.unwrap().into_inner();
        let made = answer.award.clone().unwrap();
        let expected = proto::Award {
            registration_id: registration.registration_id.clone(),
            products: vec!["Z053".to_owned(), "H300".to_owned()],
            modules: Vec::new(),
            refusals: Vec::new(),
            conditional: false,
            period: request.period,
            extension_date: None,
            decision_id: made.decision_id.clone(),
            announced_time: made.announced_time,
        };
        assert_eq!(made, expected);
        assert_eq!(made.announced_time.unwrap().seconds, utc("2021-07-16 10:00:00").timestamp());
        assert!(!world.explained(&made.decision_id).await.steps.is_empty());
        let offer = answer.offer.clone().unwrap();
        assert_eq!((offer.registration_id.as_str(), offer.number, offer.state()), (registration.registration_id.as_str(), 1, OfferState::Open));
        assert_eq!((offer.period, offer.products.as_slice()), (request.period, expected.products.as_slice()));

        assert_eq!(world.client.award_agreement(request.clone()).await.unwrap().into_inner(), answer);
        let other = proto::AwardAgreementRequest { products: vec!["Z053".to_owned()], ..request };
        let status = world.client.award_agreement(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
        let get = proto::GetAwardRequest { registration_id: registration.registration_id.clone() };
        assert_eq!(world.client.get_award(get).await.unwrap().into_inner().award, Some(made));
        let awarded = proto::Registration { state: RegistrationState::Awarded.into(), ..registration.clone() };
        assert_eq!(world.get(&registration.registration_id).await, awarded);
        // There is no agreement before the offer is accepted.
        assert!(agreements(&world).await.iter().all(|agreement| agreement.registration_id.is_empty()));

        let again = award(&world, &registration);
        let status = world.client.award_agreement(again).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_ADMISSIBLE"));
        // Who has an award on a registration does not register again.
        let content = registration.content.clone().unwrap();
        let again = world.create(world.creation(&registration.round_id, content)).await.unwrap_err();
        assert_eq!(again.code(), Code::AlreadyExists);
    }

    async fn reg_16_an_offer_that_is_accepted_becomes_an_agreement(engine) {
        let mut world = World::open(engine).await;
        let registration = world.admissible().await;
        let request = award(&world, &registration);
        let offer = world.client.award_agreement(request.clone()).await.unwrap().into_inner().offer.unwrap();
        let accept = proto::AcceptOfferRequest { request_id: world.request_id(), offer_id: offer.offer_id.clone() };
        let answer = world.client.accept_offer(accept.clone()).await.unwrap().into_inner();
        let agreement = answer.agreement.clone().unwrap();
        let expected = proto::Agreement {
            agreement_id: agreement.agreement_id.clone(),
            office: "vgz".to_owned(),
            act: Act::Wlz.into(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            region: "5508".to_owned(),
            period: request.period,
            products: vec!["Z053".to_owned(), "H300".to_owned()],
            registration_id: registration.registration_id,
            ..Default::default()
        };
        assert_eq!(agreement, expected);
        let taken = answer.offer.clone().unwrap();
        assert_eq!((taken.state(), taken.agreement_id.as_str()), (OfferState::Accepted, agreement.agreement_id.as_str()));
        assert_eq!(world.client.accept_offer(accept).await.unwrap().into_inner(), answer);
        assert_eq!(accepted(&world, &offer.offer_id).await.unwrap_err().code(), Code::FailedPrecondition);
        let listed = agreements(&world).await;
        assert!(listed.len() == 2 && listed.contains(&agreement));
    }

    async fn nothing_is_awarded_on_what_is_not_admissible(engine) {
        let mut world = World::open(engine).await;
        let id = world.registered(Category::New, empty).await;
        let submitted = world.get(&id).await;
        let request = award(&world, &submitted);
        let status = world.client.award_agreement(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_ADMISSIBLE"));
        world.assess(&submitted.registration_id).await.unwrap();
        let request = award(&world, &submitted);
        let status = world.client.award_agreement(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_ADMISSIBLE"));
        assert!(status.message().contains("not_considered"), "{status}");
        let nowhere = proto::Registration { registration_id: "nowhere".to_owned(), ..submitted };
        let request = award(&world, &nowhere);
        assert_eq!(world.client.award_agreement(request).await.unwrap_err().code(), Code::NotFound);
        let get = proto::GetAwardRequest { registration_id: id };
        assert_eq!(world.client.get_award(get).await.unwrap_err().code(), Code::NotFound);
    }

    async fn every_wrong_field_of_an_award_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.award_agreement(proto::AwardAgreementRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "registration_id", "period", "products"]);
        let registration = world.admissible().await;
        let request = proto::AwardAgreementRequest {
            period: period("2023-01-01", None),
            products: ["H300", "H301", "Z9"].map(str::to_owned).to_vec(),
            ..award(&world, &registration)
        };
        let status = world.client.award_agreement(request).await.unwrap_err();
        // Z053 was asked for, and is neither awarded nor refused.
        assert_eq!(wrong_fields(&status), ["period", "products[1]", "products[2]", "refusals"]);
        let refusal = |product: &str, ground: RefusalGround| proto::Refusal {
            product: product.to_owned(),
            ground: ground.into(),
            ..Default::default()
        };
        let request = proto::AwardAgreementRequest {
            refusals: vec![refusal("", RefusalGround::Unspecified), refusal("Z053", RefusalGround::SufficientSupply)],
            ..award(&world, &registration)
        };
        let status = world.client.award_agreement(request).await.unwrap_err();
        let expected = ["refusals[0].product", "refusals[0].ground", "refusals[0].motivation", "refusals[1].motivation"];
        assert_eq!(wrong_fields(&status), expected);
        // The registration is still there to be awarded.
        let request = award(&world, &registration);
        world.client.award_agreement(request).await.unwrap();
    }

    async fn of_awards_at_once_one_is_made(engine) {
        let mut world = World::open(engine).await;
        let registration = world.admissible().await;
        let calls = (0..8).map(|_| {
            let (mut client, request) = (world.client(), award(&world, &registration));
            tokio::spawn(async move { client.award_agreement(request).await })
        });
        let calls: Vec<_> = calls.collect();
        let (mut made, mut refusals) = (0, 0);
        for call in calls {
            match call.await.unwrap() {
                Ok(_) => made += 1,
                Err(status) => {
                    assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_ADMISSIBLE"));
                    refusals += 1;
                }
            }
        }
        assert_eq!((made, refusals), (1, 7));
        let list = proto::ListOffersRequest { office: "vgz".to_owned(), ..Default::default() };
        let listed = world.client.list_offers(list).await.unwrap().into_inner().offers;
        assert_eq!(listed.len(), 1);
        // And of the same offer accepted at once one agreement comes.
        let accept = || accepted(&world, &listed[0].offer_id);
        let (one, two, three) = tokio::join!(accept(), accept(), accept());
        assert_eq!([one, two, three].iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(agreements(&world).await.iter().filter(|agreement| !agreement.registration_id.is_empty()).count(), 1);
    }
}
