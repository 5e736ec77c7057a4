//! Applications beside the agreement: last days, what is asked, and the decision on impact.

use contract::{
    common,
    homecare::{self as proto, ApplicationKind, ApplicationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

fn application(world: &World, kind: ApplicationKind, declared: &[&str]) -> proto::FileApplicationRequest {
    proto::FileApplicationRequest {
        request_id: world.id(),
        office: "vgz".to_owned(),
        agb: AGB.to_owned(),
        year: 2024,
        kind: kind.into(),
        preferred: false,
        amount: Some(common::Money { cents: 2_500_000 }),
        description: "medicine dispensers for forty clients".to_owned(),
        declared: declared.iter().map(|code| (*code).to_owned()).collect(),
    }
}

const ALL: [&str; 3] = ["inside_entitlement", "not_against_guidelines", "other_subsidies_first"];

async fn file(world: &World, kind: ApplicationKind, declared: &[&str]) -> proto::Application {
    let request = application(world, kind, declared);
    world.client().file_application(request).await.unwrap().into_inner().application.unwrap()
}

fn decision(world: &World, id: &str, granted: Option<i64>) -> proto::DecideApplicationRequest {
    proto::DecideApplicationRequest {
        request_id: world.id(),
        application_id: id.to_owned(),
        granted: granted.map(|cents| common::Money { cents }),
        impact: "saves two visits a day".to_owned(),
    }
}

async fn with_agreement(engine: testkit::Engine, now: &str) -> World {
    let world = World::open(engine).await;
    world.set(now);
    world.conclude(2024, 1_000_000).await;
    world
}

on_both_engines! {
    async fn hom_08_innovation_is_granted_by_impact_up_to_what_was_asked(engine) {
        let world = with_agreement(engine, "2023-12-22T22:59:59Z").await;
        let filed = file(&world, ApplicationKind::Innovation, &ALL).await;
        assert_eq!(filed.state(), ApplicationState::Filed);
        assert_eq!(world.explained(&filed.decision_id).await, [
            "The application (innovation) was filed on 2023-12-22 22:59:59 UTC, at the latest 2023-12-22 22:59:59 UTC: in \
             time: yes.",
            "The agreement is of type standard; an application can come from plus, standard, client_following: yes.",
            "All that is asked is declared: inside_entitlement, not_against_guidelines, other_subsidies_first.",
        ]);
        let status = world.client().decide_application(decision(&world, &filed.application_id, Some(2_500_001))).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "MORE_THAN_ASKED".to_owned()));
        let granted = world.client().decide_application(decision(&world, &filed.application_id, Some(2_000_000))).await.unwrap();
        let granted = granted.into_inner().application.unwrap();
        assert_eq!((granted.state(), granted.granted.unwrap().cents), (ApplicationState::Granted, 2_000_000));
        assert_eq!(
            world.explained(&granted.decision_id).await,
            ["On the application (innovation) for EUR 25,000.00, EUR 20,000.00 is granted: saves two visits a day"]
        );
        let status = world.client().decide_application(decision(&world, &filed.application_id, None)).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "APPLICATION_CLOSED".to_owned()));
    }

    async fn hom_08_what_is_late_or_lacks_something_is_not_considered(engine) {
        let world = with_agreement(engine, "2023-12-22T23:00:00Z").await;
        let late = file(&world, ApplicationKind::Innovation, &ALL[..2]).await;
        assert_eq!(late.state(), ApplicationState::NotConsidered);
        let told = world.explained(&late.decision_id).await;
        assert!(told[0].ends_with("in time: no."), "{}", told[0]);
        assert!(told[2].ends_with("this is missing: other_subsidies_first."), "{}", told[2]);
        // The year before its agreement, nobody has one.
        let other = proto::FileApplicationRequest { agb: "41410002".to_owned(), ..application(&world, ApplicationKind::Technology, &[]) };
        let other = world.client().file_application(other).await.unwrap().into_inner().application.unwrap();
        assert!(world.explained(&other.decision_id).await[1].starts_with("The agreement is of type none;"));
        let request = proto::ListApplicationsRequest { office: "vgz".to_owned(), year: 2024, ..Default::default() };
        assert_eq!(world.client().list_applications(request).await.unwrap().into_inner().applications, [late, other]);
        let wrong = proto::FileApplicationRequest {
            amount: None,
            description: String::new(),
            ..application(&world, ApplicationKind::Unspecified, &[""])
        };
        let status = world.client().file_application(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["kind", "amount", "description", "declared[0]"]);
    }

    async fn hom_08_a_year_without_a_last_day_is_told_to_have_none(engine) {
        let world = with_agreement(engine, "2024-11-01T10:00:00Z").await;
        let next = proto::FileApplicationRequest { year: 2025, ..application(&world, ApplicationKind::Innovation, &ALL) };
        let status = world.client().file_application(next).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "PARAMETER_NOT_IN_FORCE".to_owned()));
    }

    async fn hom_12_technology_is_refused_by_two_people(engine) {
        let world = with_agreement(engine, "2024-06-03T10:00:00Z").await;
        let declared = [
            "technology_only", "fits_client", "part_of_care_process", "no_double_funding", "zvw_only", "fits_care_plan",
            "fewer_hours_or_more_productive",
        ];
        let filed = file(&world, ApplicationKind::Technology, &declared).await;
        assert_eq!(filed.state(), ApplicationState::Filed);
        let proposed = world.client().decide_application(decision(&world, &filed.application_id, None)).await.unwrap().into_inner();
        assert_eq!(proposed.application.unwrap().state(), ApplicationState::Filed);
        world.take(&proposed.proposal.unwrap().proposal_id).await;
        let request = proto::ListApplicationsRequest { office: "vgz".to_owned(), year: 2024, ..Default::default() };
        let refused = world.client().list_applications(request).await.unwrap().into_inner().applications.remove(0);
        assert_eq!(refused.state(), ApplicationState::Refused);
        assert!(world.explained(&refused.decision_id).await[0].contains("is refused: saves two visits a day"));
    }
}
