//! The worked click with the whole reserve released, to the cent.

use contract::budget as proto;
use testkit::{Engine, on_both_engines};

use crate::support::*;

/// Budgets and forecasts of three providers.
const WORKED: [(&str, i64, i64); 3] = [
    ("41410001", 400_000_000, 430_000_000),
    ("41410002", 300_000_000, 270_000_000),
    ("41410003", 260_000_000, 290_000_001),
];

/// The click of a room of ten million of which nothing is kept apart any more.
async fn clicked(
    engine: Engine,
    rules: Vec<(String, String)>,
) -> (World, proto::Simulation, Vec<proto::RoundProvider>) {
    let world = World::under(engine, ("vgz", 2023), 1_000_000_000, rules).await;
    for (agb, budget, _) in WORKED {
        // What is filed is 98% rounded down: this base gives exactly the budget.
        world.base(agb, &[("H1", (budget * 100 + 97) / 98)]).await.unwrap();
    }
    let (_, filed) = world.committed(BASE).await;
    assert_eq!(after(&filed), WORKED.map(|(_, budget, _)| budget));
    let request = proto::ReleaseReserveRequest {
        request_id: world.id(),
        office: world.office(),
        year: 2023,
        amount: money(20_000_000),
        motivation: "unforeseen growth".to_owned(),
    };
    let room = world.client().release_reserve(request).await.unwrap().into_inner().room.unwrap();
    assert_eq!([&room.lots[0].reserve, &room.lots[0].free].map(cents), [0, 40_000_000]);
    world.set("06-15");
    assert_eq!(world.make_forecasts(CLICK).await.len(), 3);
    for (agb, _, forecast) in WORKED {
        world.forecast(agb, CLICK, &[("H1", forecast)]).await;
    }
    let (simulated, providers) = world.committed(CLICK).await;
    (world, simulated.simulation.unwrap(), providers)
}

on_both_engines! {
    async fn bud_07_with_the_whole_reserve_released_underproduction_bears_the_shortage(engine) {
        let (world, simulation, providers) = clicked(engine, Vec::new()).await;
        assert_eq!(after(&providers), [430_000_000, 279_999_999, 290_000_001]);
        let totals = simulation.totals.unwrap();
        let found = [&totals.available, &totals.asked, &totals.after, &totals.shortage, &totals.left].map(cents);
        assert_eq!(found, [1_000_000_000, 990_000_001, 1_000_000_000, 20_000_001, 0]);
        let outcomes: Vec<_> = providers.iter().map(proto::RoundProvider::outcome).collect();
        use proto::RoundOutcome::{LoweredInProportion, Raised};
        assert_eq!(outcomes, [Raised, LoweredInProportion, Raised]);
        assert_eq!(world.told(&providers[1].decision_id).await, [
            "The forecast EUR 2,700,000.00 is below the budget EUR 3,000,000.00; the provider bears its proportion of the \
             shortage of EUR 200,000.01 and the budget becomes EUR 2,799,999.99.",
        ]);
    }

    async fn bud_07_where_all_underproduction_is_lowered_what_that_leaves_is_free(engine) {
        let rules = flagged("BUD-07", "lower_underproduction_when_room_suffices", true);
        let (world, simulation, providers) = clicked(engine, rules).await;
        assert_eq!(after(&providers), [430_000_000, 270_000_000, 290_000_001]);
        let totals = simulation.totals.unwrap();
        assert_eq!([&totals.shortage, &totals.left].map(cents), [0, 9_999_999]);
        assert_eq!(providers[1].outcome(), proto::RoundOutcome::Lowered);
        let request = proto::GetRoomRequest { office: world.office(), year: 2023, as_of_time: None };
        let lot = world.client().get_room(request).await.unwrap().into_inner().room.unwrap().lots[0];
        assert_eq!([&lot.agreed, &lot.free, &lot.reserve].map(cents), [990_000_001, 9_999_999, 0]);
    }
}
