//! What is adverse to a provider is proposed by one and taken by another.

use contract::{
    common::{Proposal, ProposalState, Verdict},
    registration::{self as proto, Category, InterviewGround, RefusalGround, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{contents::*, support::*};

/// A registration without documents that was assessed: what is proposed about it.
async fn proposed(world: &World) -> (proto::Registration, Proposal) {
    let id = world.registered(Category::New, empty).await;
    proposed_of(world, &id).await
}

/// What is proposed about a registration that is assessed.
async fn proposed_of(world: &World, registration_id: &str) -> (proto::Registration, Proposal) {
    let before = world.get(registration_id).await;
    let request = proto::AssessRegistrationRequest {
        request_id: world.request_id(),
        registration_id: registration_id.to_owned(),
    };
    let answer = world.client().assess_registration(request).await.unwrap().into_inner();
    assert_eq!(answer.registration.as_ref(), Some(&before), "a proposal changes nothing");
    (before, answer.proposal.unwrap())
}

async fn state_of(world: &World, registration: &proto::Registration) -> RegistrationState {
    world.get(&registration.registration_id).await.state()
}

on_both_engines! {
    async fn who_proposes_not_to_consider_a_registration_does_not_take_it(engine) {
        let world = World::open(engine).await;
        let (registration, proposal) = proposed(&world).await;
        assert_eq!((proposal.state(), proposal.proposed_by.as_str()), (ProposalState::Open, "local"));
        assert_eq!((proposal.agb.as_str(), proposal.office.as_str()), (AGB, "vgz"));
        assert!(proposal.summary.contains("inschrijving niet in behandeling nemen: "), "{}", proposal.summary);
        assert!(proposal.summary.contains("kvk_extract kvk_extract (REG-03)"), "{}", proposal.summary);

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

    async fn reg_09_who_proposes_to_reject_a_registration_does_not_take_it(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        world.assess(&id).await.unwrap();
        world.interview(&id, &[InterviewGround::Finances]).await.unwrap();
        let (registration, proposal) = proposed_of(&world, &id).await;
        assert_eq!(registration.state(), RegistrationState::InAssessment);
        assert_eq!(proposal.summary, "inschrijving afwijzen: finances interview (REG-09)");
        let take = proto::DecideProposalRequest {
            request_id: world.request_id(),
            proposal_id: proposal.proposal_id.clone(),
            verdict: Verdict::Take.into(),
            motivation: "seen".to_owned(),
        };
        let status = world.client().decide_proposal(take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::PermissionDenied, "SAME_IDENTITY"));
        assert_eq!(state_of(&world, &registration).await, RegistrationState::InAssessment);
        world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap();
        let taken = world.get(&id).await;
        assert_eq!((taken.state(), taken.reasons[0].code.as_str()), (RegistrationState::Rejected, "finances"));
    }

    async fn what_is_not_adverse_takes_two_eyes(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        for wanted in [RegistrationState::InAssessment, RegistrationState::Admissible] {
            let request = proto::AssessRegistrationRequest { request_id: world.request_id(), registration_id: id.clone() };
            let answer = world.client().assess_registration(request).await.unwrap().into_inner();
            assert_eq!((answer.proposal, answer.registration.unwrap().state()), (None, wanted));
            if wanted == RegistrationState::InAssessment {
                world.interview(&id, &[]).await.unwrap();
            }
        }
    }

    async fn a_proposal_is_stale_once_something_else_is_known(engine) {
        let world = World::open(engine).await;
        let id = world.registered(Category::New, |content| content).await;
        world.interview(&id, &[InterviewGround::Finances]).await.unwrap();
        let (registration, proposal) = proposed_of(&world, &id).await;
        world.interview(&id, &[]).await.unwrap();
        let status = world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROPOSAL_STALE"));
        assert_eq!(world.get(&id).await, registration);
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
            modules: Vec::new(),
            refusals: vec![proto::Refusal {
                product: "Z053".to_owned(),
                ground: RefusalGround::SufficientSupply.into(),
                motivation: "what there is in the region covers what is asked".to_owned(),
                conditions: Vec::new(),
            }],
        };
        let answer = world.client.award_agreement(request).await.unwrap().into_inner();
        let proposal = answer.proposal.unwrap();
        assert_eq!((answer.award, answer.offer, proposal.summary.as_str()), (None, None, "niet gunnen: Z053"));
        world.decide("second", &proposal.proposal_id, Verdict::Take).await.unwrap();
        assert_eq!(state_of(&world, &registration).await, RegistrationState::Awarded);
        let get = proto::GetAwardRequest { registration_id: registration.registration_id };
        let award = world.client.get_award(get).await.unwrap().into_inner().award.unwrap();
        assert_eq!((award.products.as_slice(), award.refusals.len()), (["H300".to_owned()].as_slice(), 1));
    }

    async fn a_verdict_names_every_wrong_field(engine) {
        let world = World::open(engine).await;
        let status = world.client().decide_proposal(proto::DecideProposalRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "proposal_id", "verdict", "motivation"]);
        let status = world.decide("second", "nowhere", Verdict::Take).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
    }
}
