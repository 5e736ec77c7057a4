//! What is adverse to a provider is proposed by one and taken by another.

use contract::{
    common::{ProposalState, Sector, Verdict},
    registration::{self as proto, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

/// A registration without documents that was assessed: what is proposed about it.
async fn proposed(world: &World) -> (proto::Registration, contract::common::Proposal) {
    world.provider(AGB).await;
    let round = world.round("vgz", Sector::Gz, 2022).await;
    let submitted = world.submit(&round.round_id, &[]).await;
    let request = proto::AssessRegistrationRequest {
        request_id: world.request_id(),
        registration_id: submitted.registration_id.clone(),
    };
    let answer = world.client().assess_registration(request).await.unwrap().into_inner();
    assert_eq!(answer.registration.as_ref(), Some(&submitted), "a proposal changes nothing");
    (submitted, answer.proposal.unwrap())
}

async fn state_of(world: &World, registration: &proto::Registration) -> RegistrationState {
    let request = proto::GetRegistrationRequest { registration_id: registration.registration_id.clone() };
    world.client().get_registration(request).await.unwrap().into_inner().registration.unwrap().state()
}

on_both_engines! {
    async fn who_proposes_not_to_consider_a_registration_does_not_take_it(engine) {
        let world = World::open(engine).await;
        let (registration, proposal) = proposed(&world).await;
        assert_eq!((proposal.state(), proposal.proposed_by.as_str()), (ProposalState::Open, "local"));
        assert_eq!((proposal.agb.as_str(), proposal.office.as_str()), (AGB, "vgz"));
        assert!(proposal.summary.contains("DOCUMENT_MISSING kvk_extract (REG-03)"), "{}", proposal.summary);

        let mut same = tonic::Request::new(proto::DecideProposalRequest {
            request_id: world.request_id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        same.set_timeout(std::time::Duration::from_secs(20));
        let status = world.client().decide_proposal(same).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::PermissionDenied, "SAME_IDENTITY"));
        assert_eq!(state_of(&world, &registration).await, RegistrationState::Submitted);

        let taken = world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap();
        assert_eq!((taken.state(), taken.decided_by.as_str()), (ProposalState::Taken, "local:second"));
        assert_eq!(state_of(&world, &registration).await, RegistrationState::NotConsidered);
        let status = world.decide("third", &proposal.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROPOSAL_CLOSED"));

        let list = proto::ListProposalsRequest { office: "vgz".to_owned(), ..Default::default() };
        let listed = world.client().list_proposals(list).await.unwrap().into_inner().proposals;
        assert_eq!(listed, [taken]);
    }

    async fn what_was_rejected_is_not_done_and_may_be_proposed_anew(engine) {
        let world = World::open(engine).await;
        let (registration, proposal) = proposed(&world).await;
        let rejected = world.decide("second", &proposal.proposal_id, Verdict::Reject).await.unwrap();
        assert_eq!((rejected.state(), rejected.motivation.as_str()), (ProposalState::Rejected, "seen"));
        assert_eq!(state_of(&world, &registration).await, RegistrationState::Submitted);
        world.assess(&registration.registration_id).await.unwrap();
        assert_eq!(state_of(&world, &registration).await, RegistrationState::NotConsidered);
    }

    async fn a_decision_that_would_be_another_by_now_is_not_taken(engine) {
        let world = World::open(engine).await;
        let (registration, proposal) = proposed(&world).await;
        // With an agreement the provider is of another category, of which other documents are asked.
        world.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        let status = world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROPOSAL_STALE"));
        assert_eq!(state_of(&world, &registration).await, RegistrationState::Submitted);
        world.decide("second", &proposal.proposal_id, Verdict::Reject).await.unwrap();
    }

    async fn to_award_less_than_was_asked_for_takes_four_eyes(engine) {
        let mut world = World::open(engine).await;
        let registration = world.admissible().await;
        let request = proto::AwardAgreementRequest {
            request_id: world.request_id(),
            registration_id: registration.registration_id.clone(),
            period: period("2022-01-01", None),
            products: vec!["H300".to_owned()],
        };
        let answer = world.client.award_agreement(request).await.unwrap().into_inner();
        let proposal = answer.proposal.unwrap();
        assert_eq!((answer.agreement, proposal.summary.as_str()), (None, "niet gunnen: Z053"));
        world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap();
        assert_eq!(state_of(&world, &registration).await, RegistrationState::Awarded);
        let list = proto::ListAgreementsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
        let listed = world.client.list_agreements(list).await.unwrap().into_inner().agreements;
        assert!(listed.iter().any(|agreement| agreement.products == ["H300"]), "{listed:?}");
    }

    async fn a_verdict_names_every_wrong_field(engine) {
        let world = World::open(engine).await;
        let status = world.client().decide_proposal(proto::DecideProposalRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "proposal_id", "verdict", "motivation"]);
        let status = world.decide("second", "nowhere", Verdict::Take).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
    }
}
