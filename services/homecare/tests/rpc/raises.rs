//! Raises and client stops: what is missing, the clock, the decision and what it does to claims.

use contract::{
    common,
    homecare::{self as proto, RaiseState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

pub const OTHER: &str = "41410002";

fn items(clients: i32, hours: &str, forecast: i64) -> proto::RaiseItems {
    proto::RaiseItems {
        clients: Some(clients),
        hours_per_client_month: Some(common::Decimal { value: hours.to_owned() }),
        forecast: Some(common::Money { cents: forecast }),
        explanation: "the hospital sends people home sooner".to_owned(),
    }
}

/// A provider that has spent all of a ceiling of ten lines, on 1 October 2024.
async fn spent(engine: testkit::Engine) -> World {
    let world = World::open(engine).await;
    world.set("2024-10-01T09:00:00Z");
    world.conclude(2024, 10 * TARIFF).await;
    let answer = submit(&world, "F1", &[debit("R1", 10)]).await;
    assert_eq!(answer.lines(), [returned("8001", 10 * TARIFF)]);
    world
}

/// Hands in a file about the first three quarters of the year.
async fn submit(world: &World, invoice: &str, lines: &[Line]) -> Answer {
    send(world.client(), file_until(invoice, ("2024-09-30", "2024-09-30"), lines)).await.unwrap()
}

async fn request(world: &World, items: Option<proto::RaiseItems>) -> Result<proto::Raise, tonic::Status> {
    let request = proto::RequestRaiseRequest {
        request_id: world.id(),
        office: "vgz".to_owned(),
        agb: AGB.to_owned(),
        year: 2024,
        items,
    };
    Ok(world.client().request_raise(request).await?.into_inner().raise.unwrap())
}

async fn confirm(world: &World, raise_id: &str) -> Result<proto::Raise, tonic::Status> {
    let request = proto::ConfirmRaiseRequest { request_id: world.id(), raise_id: raise_id.to_owned() };
    Ok(world.client().confirm_raise(request).await?.into_inner().raise.unwrap())
}

fn decision(world: &World, raise_id: &str, ceiling: Option<i64>) -> proto::DecideRaiseRequest {
    proto::DecideRaiseRequest {
        request_id: world.id(),
        raise_id: raise_id.to_owned(),
        ceiling: ceiling.map(|cents| common::Money { cents }),
        regional: "two providers in the region have no room left".to_owned(),
        motivation: "more clients at the agreed hours".to_owned(),
    }
}

async fn get(world: &World, raise_id: &str) -> proto::Raise {
    let request = proto::GetRaiseRequest { raise_id: raise_id.to_owned() };
    world.client().get_raise(request).await.unwrap().into_inner().raise.unwrap()
}

/// A request that was refused by two people.
pub async fn refused_raise(world: &World) -> proto::Raise {
    let raise = request(world, Some(items(12, "13", 20 * TARIFF))).await.unwrap();
    confirm(world, &raise.raise_id).await.unwrap();
    let proposed = world.client().decide_raise(decision(world, &raise.raise_id, None)).await.unwrap().into_inner();
    assert_eq!(proposed.raise.unwrap().state(), RaiseState::Complete);
    world.take(&proposed.proposal.unwrap().proposal_id).await;
    get(world, &raise.raise_id).await
}

pub fn stop(world: &World, raise_id: &str, alternatives: &[&str]) -> proto::StartClientStopRequest {
    proto::StartClientStopRequest {
        request_id: world.id(),
        raise_id: raise_id.to_owned(),
        first_day: Some(common::Date { year: 2024, month: 10, day: 15 }),
        informing: "a letter to new clients, and the care finder".to_owned(),
        consultation: "spoken with the board on 30 September".to_owned(),
        alternatives: alternatives.iter().map(|agb| (*agb).to_owned()).collect(),
    }
}

on_both_engines! {
    async fn hom_06_a_raise_that_is_granted_gives_room_from_then_on(engine) {
        let world = spent(engine).await;
        let first = proto::RaiseItems { clients: Some(12), ..proto::RaiseItems::default() };
        let raise = request(&world, Some(first)).await.unwrap();
        assert_eq!(raise.state(), RaiseState::Incomplete);
        assert_eq!(raise.missing, ["hours_per_client_month", "forecast", "explanation"]);
        assert_eq!(raise.due_date, None);
        let status = confirm(&world, &raise.raise_id).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "RAISE_INCOMPLETE".to_owned()));
        assert_eq!(status.message(), "hours_per_client_month, forecast, explanation is missing");

        let said = proto::SupplementRaiseRequest {
            request_id: world.id(),
            raise_id: raise.raise_id.clone(),
            items: Some(items(12, "12.4", 13 * TARIFF)),
        };
        let said = world.client().supplement_raise(said).await.unwrap().into_inner().raise.unwrap();
        assert_eq!(said.state(), RaiseState::Received);
        // Complete on 1 October: to be decided on 22 October.
        assert_eq!(said.due_date, Some(common::Date { year: 2024, month: 10, day: 22 }));
        let status = world.client().decide_raise(decision(&world, &raise.raise_id, Some(13 * TARIFF))).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "RAISE_NOT_COMPLETE".to_owned()));
        world.set("2024-10-03T09:00:00Z");
        // The notice only tells: the clock runs on.
        assert_eq!(confirm(&world, &raise.raise_id).await.unwrap().due_date, said.due_date);

        // Until it is decided the ceiling is what it was.
        assert_eq!(submit(&world, "F2", &[debit("R2", 1)]).await.lines(), [returned("0584", 0)]);
        let status = world.client().decide_raise(decision(&world, &raise.raise_id, Some(10 * TARIFF))).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "CEILING_NOT_RAISED".to_owned()));
        let granted = world.client().decide_raise(decision(&world, &raise.raise_id, Some(12 * TARIFF))).await.unwrap();
        let granted = granted.into_inner().raise.unwrap();
        assert_eq!((granted.state(), granted.ceiling.unwrap().cents), (RaiseState::Granted, 12 * TARIFF));
        assert_eq!(submit(&world, "F3", &[debit("R3", 3)]).await.lines(), [returned("0584", 2 * TARIFF)]);
        assert_eq!(world.explained(&granted.decision_id).await, [
            "It is decided on 3 October 2024, to be decided on 22 October 2024 at the latest: in time: yes.",
            "Regional developments and the duty of care: two providers in the region have no room left",
            "The provider reports 12 clients; there is something granted for 1. There is no agreement for the year before.",
            "Reported are 12.4 hours per client per month on average against 12.5 agreed: a difference of -0.1.",
            "The provider has no score in a benchmark.",
            "The ceiling of EUR 727.60 is raised to EUR 873.12, at a forecast of EUR 945.88: more clients at the agreed hours",
        ]);
        let status = world.client().decide_raise(decision(&world, &raise.raise_id, Some(14 * TARIFF))).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "RAISE_CLOSED".to_owned()));
    }

    async fn hom_06_a_request_that_comes_too_early_is_not_taken_up(engine) {
        let world = World::open(engine).await;
        world.set("2024-10-01T09:00:00Z");
        world.conclude(2024, 10 * TARIFF).await;
        submit(&world, "F1", &[debit("R1", 6)]).await;
        let early = request(&world, Some(items(12, "12", 13 * TARIFF))).await.unwrap();
        assert_eq!(early.state(), RaiseState::NotTakenUp);
        assert_eq!(world.explained(&early.decision_id).await, [
            "Of the ceiling of EUR 727.60, EUR 436.56 is granted, 60.00%; a raise can be asked for from 70% on: no.",
            "The provider expects EUR 945.88 over the whole year, at a ceiling of EUR 727.60: that ceiling does not suffice: yes.",
        ]);
        submit(&world, "F2", &[debit("R2", 1)]).await;
        let enough = request(&world, Some(items(12, "12", 10 * TARIFF))).await.unwrap();
        assert_eq!(enough.state(), RaiseState::NotTakenUp);
        assert_eq!(request(&world, Some(items(12, "12", 10 * TARIFF + 1))).await.unwrap().state(), RaiseState::Received);
        let status = request(&world, None).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "RAISE_OPEN".to_owned()));
    }

    async fn hom_06_a_question_stops_the_clock_and_what_is_overdue_is_listed(engine) {
        let world = spent(engine).await;
        let raise = request(&world, Some(items(12, "12", 13 * TARIFF))).await.unwrap();
        let overdue = async |overdue| {
            let request = proto::ListRaisesRequest { office: "vgz".to_owned(), year: 2024, overdue, ..Default::default() };
            world.client().list_raises(request).await.unwrap().into_inner().raises
        };
        world.set("2024-10-22T20:00:00Z");
        assert_eq!(overdue(true).await, []);
        // 23 October has begun in the Netherlands.
        world.set("2024-10-22T22:00:00Z");
        assert!(overdue(true).await[0].overdue);
        let ask = proto::AskAboutRaiseRequest {
            request_id: world.id(),
            raise_id: raise.raise_id.clone(),
            question: "how many of these clients are new?".to_owned(),
        };
        let asked = world.client().ask_about_raise(ask).await.unwrap().into_inner().raise.unwrap();
        assert_eq!((asked.state(), asked.due_date), (RaiseState::Incomplete, None));
        assert_eq!((overdue(true).await, overdue(false).await.len()), (vec![], 1));
        let status = confirm(&world, &raise.raise_id).await.unwrap_err();
        assert_eq!(status.message(), "the answer to what was asked is missing");
        let said = proto::SupplementRaiseRequest {
            request_id: world.id(),
            raise_id: raise.raise_id.clone(),
            items: Some(proto::RaiseItems { explanation: "five of twelve".to_owned(), ..Default::default() }),
        };
        let said = world.client().supplement_raise(said).await.unwrap().into_inner().raise.unwrap();
        assert_eq!((said.state(), said.question.as_str()), (RaiseState::Received, ""));
        assert_eq!(said.due_date, Some(common::Date { year: 2024, month: 11, day: 13 }));
    }

    async fn hom_06_every_wrong_field_of_a_request_is_told(engine) {
        let world = spent(engine).await;
        let wrong = proto::RaiseItems { clients: Some(0), ..items(1, "-1", -1) };
        let status = request(&world, Some(wrong)).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["items.clients", "items.hours_per_client_month", "items.forecast"]);
        let empty = proto::DecideRaiseRequest { motivation: String::new(), regional: String::new(), ..decision(&world, "R", Some(-1)) };
        let status = world.client().decide_raise(empty).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["ceiling", "regional", "motivation"]);
        let status = world.client().decide_raise(decision(&world, "R", Some(1))).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound);
    }

    async fn hom_07_a_client_stop_follows_a_refused_raise(engine) {
        let world = spent(engine).await;
        let raise = refused_raise(&world).await;
        assert_eq!((raise.state(), raise.ceiling), (RaiseState::Refused, None));
        let status = world.client().start_client_stop(stop(&world, &raise.raise_id, &[OTHER])).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "STOP_NOT_POSSIBLE".to_owned()));
        assert_eq!(status.message(), "41410002 has no agreement with room in its ceiling");
        let other = proto::ConcludeAgreementRequest { agb: OTHER.to_owned(), ..world.agreement(2024, 1_000) };
        world.client().conclude_agreement(other).await.unwrap();

        let proposed = world.client().start_client_stop(stop(&world, &raise.raise_id, &[OTHER])).await.unwrap();
        world.take(&proposed.into_inner().proposal.unwrap().proposal_id).await;
        let list = proto::ListClientStopsRequest { office: "vgz".to_owned(), year: 2024, ..Default::default() };
        let started = world.client().list_client_stops(list.clone()).await.unwrap().into_inner().stops.remove(0);
        assert_eq!((started.agb.as_str(), &started.alternatives[..]), (AGB, &[OTHER.to_owned()][..]));
        let told = world.explained(&started.decision_id).await;
        assert_eq!(told[0], "A raise was refused; an agreement of type standard allows a client stop: yes.");
        assert!(told[1].ends_with("For whoever is in care nothing changes."), "{}", told[1]);
        let status = world.client().start_client_stop(stop(&world, &raise.raise_id, &[OTHER])).await.unwrap_err();
        assert_eq!(status.message(), "a client stop runs");

        // Whoever was in care is not touched: what is credited is paid again.
        submit(&world, "F2", &[credit("C1", 10, "R1")]).await;
        assert_eq!(submit(&world, "F3", &[debit("R9", 1)]).await.lines(), [returned("8001", TARIFF)]);

        let mut end = proto::EndClientStopRequest {
            request_id: world.id(),
            stop_id: started.stop_id.clone(),
            last_day: Some(common::Date { year: 2024, month: 10, day: 14 }),
            motivation: "two clients left".to_owned(),
        };
        let status = world.client().end_client_stop(end.clone()).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "STOP_NOT_BEGUN".to_owned()));
        end.last_day = Some(common::Date { year: 2024, month: 10, day: 31 });
        let ended = world.client().end_client_stop(end.clone()).await.unwrap().into_inner().stop.unwrap();
        assert_eq!(ended.last_day, end.last_day);
        end.request_id = world.id();
        let status = world.client().end_client_stop(end).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "STOP_ENDED".to_owned()));
        assert_eq!(world.client().list_client_stops(list).await.unwrap().into_inner().stops, [ended]);
    }
}
