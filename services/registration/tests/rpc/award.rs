use contract::{
    common::{Act, Sector},
    registration::{self as proto, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

fn award(world: &World, registration: &proto::Registration) -> proto::AwardAgreementRequest {
    proto::AwardAgreementRequest {
        request_id: world.request_id(),
        registration_id: registration.registration_id.clone(),
        period: period("2022-01-01", Some("2023-12-31")),
        products: vec!["Z053".to_owned(), "H300".to_owned()],
    }
}

on_both_engines! {
    async fn an_agreement_is_awarded_on_an_admissible_registration(engine) {
        let mut world = World::open(engine).await;
        let registration = world.admissible().await;
        let request = award(&world, &registration);
        let agreement = world.client.award_agreement(request.clone()).await.unwrap().into_inner().agreement.unwrap();
        let expected = proto::Agreement {
            agreement_id: agreement.agreement_id.clone(),
            office: "vgz".to_owned(),
            act: Act::Wlz.into(),
            sector: Sector::Gz.into(),
            agb: AGB.to_owned(),
            region: "5508".to_owned(),
            period: request.period,
            products: vec!["Z053".to_owned(), "H300".to_owned()],
            registration_id: registration.registration_id.clone(),
            claiming_since: None,
            extended: false,
        };
        assert_eq!(agreement, expected);
        let replay = world.client.award_agreement(request.clone()).await.unwrap().into_inner().agreement.unwrap();
        assert_eq!(replay, agreement);
        let other = proto::AwardAgreementRequest { products: vec!["Z053".to_owned()], ..request };
        let status = world.client.award_agreement(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));

        let get = proto::GetRegistrationRequest { registration_id: registration.registration_id.clone() };
        let after = world.client.get_registration(get).await.unwrap().into_inner().registration.unwrap();
        let awarded = proto::Registration { state: RegistrationState::Awarded.into(), ..registration.clone() };
        assert_eq!(after, awarded);
        let list = proto::ListAgreementsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
        let listed = world.client.list_agreements(list).await.unwrap().into_inner().agreements;
        assert!(listed.len() == 2 && listed.contains(&agreement));

        let again = award(&world, &registration);
        let status = world.client.award_agreement(again).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_NOT_ADMISSIBLE"));
        // Who has an agreement from a registration does not register again.
        let submission = world.submission(&registration.round_id, &RUNNING);
        assert_eq!(world.client.submit_registration(submission).await.unwrap_err().code(), Code::AlreadyExists);
    }

    async fn nothing_is_awarded_on_what_is_not_admissible(engine) {
        let mut world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let submitted = world.submit(&round.round_id, &[]).await;
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
        assert_eq!(wrong_fields(&status), ["period", "products[1]", "products[2]"]);
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
        let list = proto::ListAgreementsRequest { office: "vgz".to_owned(), ..Default::default() };
        let listed = world.client.list_agreements(list).await.unwrap().into_inner().agreements;
        assert_eq!(listed.iter().filter(|agreement| !agreement.registration_id.is_empty()).count(), 1);
    }
}
