use contract::{
    common::{Act, Sector},
    registration as proto,
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

fn open(world: &World, office: &str, act: Act, sector: Sector, year: i32) -> proto::OpenRoundRequest {
    proto::OpenRoundRequest {
        request_id: world.request_id(),
        office: office.to_owned(),
        act: act.into(),
        sector: sector.into(),
        year,
    }
}

on_both_engines! {
    async fn reg_05_a_round_opens_with_the_calendar_of_the_rule_files(engine) {
        let mut world = World::open(engine).await;
        let request = open(&world, "vgz", Act::Wlz, Sector::Gz, 2023);
        let round = world.client.open_round(request.clone()).await.unwrap().into_inner().round.unwrap();
        assert_eq!((round.office.as_str(), round.year), ("vgz", 2023));
        assert_eq!((round.act(), round.sector()), (Act::Wlz, Sector::Gz));
        let milestone = round.milestones.iter().find(|milestone| milestone.name == "registration").unwrap();
        let seconds = |time: &Option<prost_types::Timestamp>| time.as_ref().map(|time| time.seconds);
        assert_eq!(seconds(&milestone.from_time), Some(utc("2022-06-30 22:00:00").timestamp()));
        assert_eq!(seconds(&milestone.until_time), Some(utc("2022-07-31 15:00:00").timestamp()));
        assert!(milestone.cutoff_inclusive);
        assert!(milestone.source.contains("Zorginkoopproces"), "{}", milestone.source);
        let ends: Vec<_> = round.milestones.iter().map(|milestone| seconds(&milestone.until_time)).collect();
        assert!(ends.is_sorted());

        let replay = world.client.open_round(request).await.unwrap().into_inner().round.unwrap();
        assert_eq!(replay, round);
        let found = world.client.get_round(proto::GetRoundRequest { round_id: round.round_id.clone() }).await.unwrap();
        assert_eq!(found.into_inner().round, Some(round));
    }

    async fn reg_05_a_round_without_a_calendar_is_not_opened(engine) {
        let mut world = World::open(engine).await;
        let request = open(&world, "cz", Act::Wlz, Sector::Gz, 2023);
        let status = world.client.open_round(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_CALENDAR"));
        let list = proto::ListRoundsRequest { office: "cz".to_owned(), ..Default::default() };
        assert!(world.client.list_rounds(list).await.unwrap().into_inner().rounds.is_empty());
    }

    async fn a_round_is_opened_once(engine) {
        let mut world = World::open(engine).await;
        world.round("vgz", Sector::Gz, 2022).await;
        let request = open(&world, "vgz", Act::Wlz, Sector::Gz, 2022);
        let status = world.client.open_round(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "ALREADY_EXISTS"));
        world.round("vgz", Sector::Vv, 2022).await;
        world.round("cz", Sector::Gz, 2022).await;
    }

    async fn every_wrong_field_of_a_round_is_named(engine) {
        let mut world = World::open(engine).await;
        let status = world.client.open_round(proto::OpenRoundRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "office", "act", "sector", "year"]);
        let request = open(&world, "vgz", Act::Zvw, Sector::Gz, 2022);
        assert_eq!(wrong_fields(&world.client.open_round(request).await.unwrap_err()), ["sector"]);

        let missing = proto::GetRoundRequest { round_id: "nowhere".to_owned() };
        let status = world.client.get_round(missing).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::NotFound, "NOT_FOUND"));
        let status = world.client.get_round(proto::GetRoundRequest::default()).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["round_id"]);
        let request = proto::ListRoundsRequest { page_size: -1, ..Default::default() };
        assert_eq!(wrong_fields(&world.client.list_rounds(request).await.unwrap_err()), ["office", "page_size"]);
    }

    async fn rounds_come_in_pages_per_office(engine) {
        let mut world = World::open(engine).await;
        let mut opened = Vec::new();
        for sector in [Sector::Vv, Sector::Gz, Sector::Ggz] {
            opened.push(world.round("vgz", sector, 2022).await);
            world.round("cz", sector, 2022).await;
        }
        let mut list = proto::ListRoundsRequest { office: "vgz".to_owned(), page_size: 2, ..Default::default() };
        let first = world.client.list_rounds(list.clone()).await.unwrap().into_inner();
        list.page_token = first.next_page_token;
        let second = world.client.list_rounds(list).await.unwrap().into_inner();
        assert_eq!((first.rounds.len(), second.rounds.len(), second.next_page_token.as_str()), (2, 1, ""));
        assert_eq!([first.rounds, second.rounds].concat(), opened);
    }

    async fn reg_05_a_calendar_taken_away_leaves_the_round_readable(engine) {
        let mut world = World::open(engine).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        world = world.again_with_rules(|text| inside(text, "milestone_", "from = 2022-01-01, until = 2022-12-31", "from = 2021-01-01, until = 2021-12-31")).await;
        let found = world.client.get_round(proto::GetRoundRequest { round_id: round.round_id }).await.unwrap();
        assert!(found.into_inner().round.unwrap().milestones.is_empty());
    }
}
