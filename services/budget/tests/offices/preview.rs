//! What would come of a round: seen with other choices or another reserve, and never kept.

use contract::budget as proto;
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

/// A year of ten million with three providers, of which the click is opened and simulated.
async fn simulated(engine: testkit::Engine) -> (World, proto::Simulation) {
    let world = World::open(engine, ("vgz", 2023), 1_000_000_000).await;
    for (agb, base) in [("41410001", 400_000_000), ("41410002", 300_000_000), ("41410003", 260_000_000)] {
        world.base(agb, &[("H1", base)]).await.unwrap();
    }
    world.committed(BASE).await;
    world.set("06-15");
    world.make_forecasts(CLICK).await;
    for (agb, forecast) in [("41410001", 430_000_000), ("41410002", 270_000_000), ("41410003", 290_000_000)] {
        world.forecast(agb, CLICK, &[("H1", forecast)]).await;
    }
    let simulation = world.simulated(CLICK).await.unwrap().simulation.unwrap();
    (world, simulation)
}

fn preview(round_id: &str, reserve: Option<i64>) -> proto::PreviewRoundRequest {
    let choices = Some(proto::RoundChoices { fund_overproduction: true });
    let reserve = reserve.and_then(money);
    proto::PreviewRoundRequest { round_id: round_id.to_owned(), choices, reserve, agb: String::new() }
}

on_both_engines! {
    async fn a_round_previewed_as_it_was_frozen_is_its_simulation(engine) {
        let (world, simulation) = simulated(engine).await;
        let seen = world.client().preview_round(preview(&simulation.round_id, None)).await.unwrap().into_inner();
        assert_eq!(seen.totals, simulation.totals);
        let request = proto::ListRoundProvidersRequest { simulation_id: simulation.simulation_id, ..Default::default() };
        let listed = world.client().list_round_providers(request).await.unwrap().into_inner().providers;
        assert_eq!(after(&seen.providers), after(&listed));
        assert_eq!(cents(&seen.room), 1_000_000_000);
        assert_eq!((seen.reserve, cents(&seen.frozen_reserve)), (seen.frozen_reserve, 20_000_000));
        assert!(!seen.explanation.unwrap().steps.is_empty());
    }

    async fn another_reserve_leaves_another_room_and_nothing_is_kept(engine) {
        let (world, simulation) = simulated(engine).await;
        let seen = |reserve| world.preview(preview(&simulation.round_id, Some(reserve)));
        let (none, most) = (seen(0).await.unwrap(), seen(50_000_000).await.unwrap());
        let available = |seen: &proto::PreviewRoundResponse| cents(&seen.totals.unwrap().available);
        assert_eq!(available(&none) - available(&most), 50_000_000);
        let sum = |seen: &proto::PreviewRoundResponse| after(&seen.providers).iter().sum::<i64>();
        assert!(sum(&most) < sum(&none) && sum(&most) <= available(&most));
        assert_eq!((cents(&most.reserve), cents(&most.frozen_reserve)), (50_000_000, 20_000_000));
        let request = proto::GetRoundRequest { round_id: simulation.round_id.clone() };
        assert_eq!(world.client().get_round(request).await.unwrap().into_inner().simulations.len(), 1);
    }

    async fn a_part_is_explained_and_what_is_no_reserve_or_provider_is_refused(engine) {
        let (world, simulation) = simulated(engine).await;
        let of = |agb: &str| proto::PreviewRoundRequest { agb: agb.to_owned(), ..preview(&simulation.round_id, Some(0)) };
        let part = world.preview(of("41410001")).await.unwrap();
        assert!(english(part.explanation.unwrap()).join(" ").contains("EUR 4,300,000.00"));
        assert_eq!(world.preview(of("41419999")).await.unwrap_err().code(), Code::NotFound);
        for reserve in [-1, 1_000_000_001] {
            let refused = world.preview(preview(&simulation.round_id, Some(reserve))).await.unwrap_err();
            assert_eq!(refused.code(), Code::InvalidArgument, "{reserve}");
        }
        let request = proto::ListRoundsRequest { office: world.office(), year: 2023, ..Default::default() };
        let rounds = world.client().list_rounds(request).await.unwrap().into_inner().rounds;
        let base = rounds.iter().find(|round| round.kind() == BASE).unwrap();
        let refused = world.preview(preview(&base.round_id, Some(0))).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        let seen = world.preview(preview(&base.round_id, None)).await.unwrap();
        assert_eq!((seen.reserve, cents(&seen.room)), (None, 1_000_000_000));
    }

    async fn rooms_are_listed_the_newest_year_first_and_in_pages(engine) {
        let world = World::open(engine, ("vgz", 2023), 1_000_000_000).await;
        for (office, year) in [("cz", 2023), ("vgz", 2024)] {
            let request = proto::EstablishRoomRequest {
                request_id: world.id(),
                office: office.to_owned(),
                year,
                regions: vec!["5508".to_owned()],
                zin: money(2_000_000),
                pgb: money(1_000),
                motivation: "test".to_owned(),
            };
            world.client().establish_room(request).await.unwrap();
        }
        let mut listed = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = proto::ListRoomsRequest { page_size: 2, page_token };
            let answer = world.client().list_rooms(request).await.unwrap().into_inner();
            assert!(answer.rooms.len() <= 2);
            listed.extend(answer.rooms);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let keys: Vec<_> = listed.iter().map(|room| (room.year, room.office.as_str())).collect();
        assert_eq!(keys, [(2024, "vgz"), (2023, "cz"), (2023, "vgz")]);
        let request = proto::GetRoomRequest { office: world.office(), year: 2023, as_of_time: None };
        let room = world.client().get_room(request).await.unwrap().into_inner().room.unwrap();
        assert_eq!(listed[2].lots, room.lots);
    }
}
