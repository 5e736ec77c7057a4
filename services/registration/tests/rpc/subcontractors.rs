//! Subcontractors that are reported under an agreement (REG-12).

use contract::{
    common::{Decimal, Sector},
    registration::{self as proto, DutyKind, ReportedSubcontractor, SubcontractorState},
};
use testkit::on_both_engines;
use tonic::{Code, Status};

use crate::support::*;

async fn agreement(world: &World, sector: Sector, first: &str) -> String {
    world.provider(AGB).await;
    world.agreement_of(AGB, ("vgz", sector), (first, None), None).await;
    let list = proto::ListAgreementsRequest { office: "vgz".to_owned(), agb: AGB.to_owned(), ..Default::default() };
    world.client().list_agreements(list).await.unwrap().into_inner().agreements[0].agreement_id.clone()
}

async fn report(world: &World, agreement_id: &str, whole_package: bool, self_employed: bool) -> ReportedSubcontractor {
    let request = proto::ReportSubcontractorRequest {
        request_id: world.request_id(),
        agreement_id: agreement_id.to_owned(),
        subcontractor: Some(proto::Subcontractor {
            name: "Zorg Samen".to_owned(),
            kvk: "87654321".to_owned(),
            share_percent: Some(Decimal { value: "12.5".to_owned() }),
            self_employed,
        }),
        whole_package,
    };
    world.client().report_subcontractor(request).await.unwrap().into_inner().subcontractor.unwrap()
}

async fn answer(world: &World, id: &str, consents: bool) -> Result<ReportedSubcontractor, Status> {
    let request = proto::AnswerSubcontractorRequest {
        request_id: world.request_id(),
        subcontractor_id: id.to_owned(),
        consents,
        motivation: "bekend bij het kantoor".to_owned(),
    };
    Ok(world.client().answer_subcontractor(request).await?.into_inner().subcontractor.unwrap())
}

async fn states(world: &World, agreement_id: &str) -> Vec<SubcontractorState> {
    let list = proto::ListSubcontractorsRequest { agreement_id: agreement_id.to_owned() };
    let found = world.client().list_subcontractors(list).await.unwrap().into_inner().subcontractors;
    found.iter().map(ReportedSubcontractor::state).collect()
}

on_both_engines! {
    async fn reg_12_no_answer_in_two_weeks_is_no_objection_but_never_for_a_whole_package(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2023-03-01 10:00:00"));
        let agreement = agreement(&world, Sector::Gz, "2023-01-01").await;
        let part = report(&world, &agreement, false, false).await;
        let whole = report(&world, &agreement, true, false).await;
        assert_eq!((part.state(), whole.state()), (SubcontractorState::Reported, SubcontractorState::Reported));
        assert_eq!(part.due_time.unwrap().seconds, utc("2023-03-15 22:59:59").timestamp());
        assert_eq!(world.duties(DutyKind::Subcontractor).await.len(), 2);
        world.clock.set(utc("2023-03-15 23:00:00"));
        let after = [SubcontractorState::NoObjection, SubcontractorState::Unanswered];
        eventually(async || (states(&world, &agreement).await == after).then_some(())).await;
        // What was not answered can be, and is then explicit.
        assert_eq!(answer(&world, &whole.subcontractor_id, true).await.unwrap().state(), SubcontractorState::Consented);
        let status = answer(&world, &whole.subcontractor_id, false).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "SUBCONTRACTOR_ANSWERED"));
    }

    async fn reg_12_an_answer_in_time_stands(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2023-03-01 10:00:00"));
        let agreement = agreement(&world, Sector::Gz, "2023-01-01").await;
        let reported = report(&world, &agreement, false, false).await;
        answer(&world, &reported.subcontractor_id, false).await.unwrap();
        world.clock.set(utc("2023-04-01 10:00:00"));
        assert_eq!(states(&world, &agreement).await, [SubcontractorState::Objected]);
        assert!(!world.explained(&reported.decision_id).await.steps.is_empty());
    }

    async fn reg_12_home_care_takes_explicit_consent_and_none_for_self_employed(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2024-03-01 10:00:00"));
        let agreement = agreement(&world, Sector::HomeCare, "2024-01-01").await;
        report(&world, &agreement, false, false).await;
        report(&world, &agreement, false, true).await;
        assert_eq!(states(&world, &agreement).await, [SubcontractorState::Reported, SubcontractorState::NoObjection]);
        assert!(world.duties(DutyKind::Subcontractor).await.is_empty(), "no source names a term");
    }

    async fn every_wrong_field_of_a_subcontractor_is_named(engine) {
        let world = World::open(engine).await;
        let subcontractor = proto::Subcontractor { kvk: "1".to_owned(), ..Default::default() };
        let request = proto::ReportSubcontractorRequest { subcontractor: Some(subcontractor), ..Default::default() };
        let status = world.client().report_subcontractor(request).await.unwrap_err();
        let expected =
            ["request_id", "agreement_id", "subcontractor.name", "subcontractor.kvk", "subcontractor.share_percent"];
        assert_eq!(wrong_fields(&status), expected);
    }
}
