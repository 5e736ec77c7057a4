//! A registration that is taken over in one piece.

use contract::{
    common::{Act, Sector},
    registration::{self as proto, Category, Procedure, RegistrationState},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::{contents::*, support::*};

fn import(world: &World, round: &proto::Round, content: proto::Content) -> proto::ImportRegistrationRequest {
    let questionnaire = proto::Questionnaire {
        office: round.office.clone(),
        act: round.act,
        sector: round.sector,
        year: round.year,
        agb: AGB.to_owned(),
        procedure: Procedure::Unspecified.into(),
        content: Some(content),
    };
    proto::ImportRegistrationRequest {
        request_id: world.request_id(),
        office: round.office.clone(),
        agb: AGB.to_owned(),
        questionnaire: Some(questionnaire),
    }
}

async fn imported(world: &World, request: proto::ImportRegistrationRequest) -> Result<proto::Registration, Status> {
    Ok(world.client().import_registration(request).await?.into_inner().registration.unwrap())
}

on_both_engines! {
    async fn a_questionnaire_is_draft_and_submission_in_one(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let request = import(&world, &round, content.clone());
        let received = imported(&world, request.clone()).await.unwrap();
        assert_eq!((received.round_id.as_str(), received.agb.as_str()), (round.round_id.as_str(), AGB));
        assert_eq!((received.state(), received.procedure()), (RegistrationState::Submitted, Procedure::Regular));
        assert_eq!((received.version, received.content.as_ref()), (1, Some(&content)));
        assert_eq!(received.received_time.unwrap().seconds, utc("2021-07-16 10:00:00").timestamp());
        assert_eq!(world.get(&received.registration_id).await, received);

        // Sent again it is taken over once; another one of the provider is not taken at all.
        world.clock.advance(chrono::TimeDelta::hours(1));
        assert_eq!(imported(&world, request.clone()).await.unwrap(), received);
        let list = proto::ListRegistrationsRequest { round_id: round.round_id.clone(), ..Default::default() };
        assert_eq!(world.client().list_registrations(list).await.unwrap().into_inner().registrations, [received]);
        let other = proto::ImportRegistrationRequest { agb: "41410002".to_owned(), ..request.clone() };
        let status = imported(&world, other).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["questionnaire.agb"]);
        let status = imported(&world, import(&world, &round, content.clone())).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "ALREADY_EXISTS"));
        let other = proto::ImportRegistrationRequest { request_id: request.request_id, ..import(&world, &round, empty(content)) };
        let status = imported(&world, other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }

    async fn a_questionnaire_needs_a_round_and_a_provider_on_record(engine) {
        let world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let status = imported(&world, import(&world, &round, content.clone())).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
        assert_eq!(status.message(), "provider 41410001 is not on record");
        world.provider(AGB).await;
        for other in [
            proto::Round { year: 2023, ..round.clone() },
            proto::Round { office: "cz".to_owned(), ..round.clone() },
            proto::Round { sector: Sector::Vv.into(), ..round.clone() },
        ] {
            let status = imported(&world, import(&world, &other, content.clone())).await.unwrap_err();
            assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
            assert!(status.message().starts_with("round "), "{status}");
        }
        imported(&world, import(&world, &round, content)).await.unwrap();
    }

    async fn everything_that_is_wrong_with_a_questionnaire_is_named(engine) {
        let world = World::open(engine).await;
        let status = imported(&world, proto::ImportRegistrationRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office", "agb", "questionnaire"]);
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let content = world.content(&round, Category::New);
        let questionnaire = proto::Questionnaire {
            office: "cz".to_owned(),
            act: Act::Zvw.into(),
            sector: Sector::Gz.into(),
            year: 22,
            agb: "41410002".to_owned(),
            procedure: 9,
            content: Some(proto::Content { region: "5522".to_owned(), products: vec!["Z05300".to_owned()], ..content.clone() }),
        };
        let request = proto::ImportRegistrationRequest {
            questionnaire: Some(questionnaire),
            ..import(&world, &round, content.clone())
        };
        let status = imported(&world, request).await.unwrap_err();
        let expected = [
            "questionnaire.office",
            "questionnaire.agb",
            "questionnaire.sector",
            "questionnaire.year",
            "questionnaire.procedure",
            "questionnaire.content.region",
            "questionnaire.content.products[0]",
        ];
        assert_eq!(wrong_fields(&status), expected);

        world.provider(AGB).await;
        let unknown = proto::Content { documents: vec![document("statutes"), document("diploma")], ..content };
        let status = imported(&world, import(&world, &round, unknown)).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["questionnaire.content.documents[1].kind"]);
    }

    async fn of_the_same_questionnaire_sent_twice_at_once_one_is_taken(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let request = import(&world, &round, world.content(&round, Category::New));
        let sent = (0..4).map(|_| {
            let (mut client, request) = (world.client(), request.clone());
            tokio::spawn(async move { client.import_registration(request).await })
        });
        let sent: Vec<_> = sent.collect();
        let mut ids = std::collections::BTreeSet::new();
        for sent in sent {
            ids.insert(sent.await.unwrap().unwrap().into_inner().registration.unwrap().registration_id);
        }
        assert_eq!(ids.len(), 1);
    }
}
