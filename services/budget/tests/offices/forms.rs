//! What offices do otherwise with delivery forms: priorities, a cap and a ceiling (BUD-13).

use testkit::{Engine, on_both_engines};
use tonic::Code;

use crate::support::*;

const FIRST: &str = "41410001";
const SECOND: &str = "41410002";

/// On the day of the click, with a room of 10,000.00 and these base productions and forecasts of two providers.
async fn on_the_click(
    engine: Engine,
    office: &'static str,
    rules: Vec<(String, String)>,
    providers: [(&[Of<'_>], &[Of<'_>]); 2],
) -> World {
    let world = World::under(engine, (office, 2024), 1_000_000, rules).await;
    for (agb, (base, _)) in [FIRST, SECOND].iter().zip(providers) {
        world.base(agb, base).await.unwrap();
    }
    world.committed(BASE).await;
    world.set("06-15");
    world.make_forecasts(CLICK).await;
    for (agb, (_, forecast)) in [FIRST, SECOND].iter().zip(providers) {
        world.forecast(agb, CLICK, forecast).await;
    }
    world
}

/// Budgets of 392,000 cents each: of stays, and of stays and a quarter at home.
const BASES: [&[Of<'_>]; 2] = [&[("Z1", 400_000)], &[("Z1", 300_000), ("V1", 100_000)]];
/// Stays that grow by 200,000 cents, and care at home that grows by 150,000.
const GROWN: [&[Of<'_>]; 2] = [&[("Z1", 592_000)], &[("Z1", 294_000), ("V1", 248_000)]];

on_both_engines! {
    async fn bud_13_dsw_keeps_three_percent_apart_and_gives_growth_at_home_priority_in_a_click(engine) {
        let world = on_the_click(engine, "dsw", Vec::new(), [(BASES[0], GROWN[0]), (BASES[1], GROWN[1])]).await;
        let (simulated, providers) = world.committed(CLICK).await;
        // 970,000 of the room is left by both reserves: 186,000 to share, of which 150,000 goes to care at home.
        let totals = simulated.simulation.unwrap().totals.unwrap();
        assert_eq!([&totals.available, &totals.to_share, &totals.granted].map(cents), [970_000, 186_000, 186_000]);
        assert_eq!(after(&providers), [428_000, 542_000]);
        let told = english(simulated.explanation.unwrap());
        let first = "Of EUR 1,860.00, EUR 1,500.00 first goes to the growth of care at home of EUR 1,500.00.";
        assert!(told.iter().any(|step| step == first), "{told:#?}");
    }

    async fn bud_13_dsw_gives_expansion_at_home_priority_in_base_production_too(engine) {
        let world = World::open(engine, ("dsw", 2024), 1_000_000).await;
        world.base(FIRST, &[("Z1", 800_000)]).await.unwrap();
        world.base(SECOND, &[("Z1", 300_000), ("V1", 100_000)]).await.unwrap();
        let (simulated, providers) = world.committed(BASE).await;
        // 980,000 may be agreed: 100,000 at home is whole, and stays of 1,100,000 share 880,000.
        let scaled = |one: &contract::budget::RoundProvider| {
            one.products.iter().map(|one| (one.product.clone(), cents(&one.amount))).collect::<Vec<_>>()
        };
        assert_eq!(scaled(&providers[0]), [("Z1".to_owned(), 640_000)]);
        assert_eq!(scaled(&providers[1]), [("V1".to_owned(), 100_000), ("Z1".to_owned(), 240_000)]);
        assert_eq!(after(&providers), [627_200, 333_200]);
        assert_eq!(english(simulated.explanation.unwrap()), [
            "All base production together, EUR 12,000.00, exceeds 98% of EUR 10,000.00; it is scaled down to \
             EUR 9,800.00, and care at home goes first.",
            "Of EUR 9,800.00, EUR 1,000.00 first goes to care at home, of which EUR 1,000.00 goes first; what is left is \
             shared in proportion.",
        ]);
        let own = world.told(&providers[1].decision_id).await;
        let step = "Of base production of EUR 4,000.00, EUR 1,000.00 of care at home goes first and gets EUR 1,000.00; \
                    with its proportion of the rest it becomes EUR 3,400.00.";
        assert!(own.iter().any(|told| told == step), "{own:#?}");
    }

    async fn bud_13_salland_lets_care_at_home_prevail_only_when_the_region_is_short(engine) {
        let world = on_the_click(engine, "salland", Vec::new(), [(BASES[0], GROWN[0]), (BASES[1], GROWN[1])]).await;
        // 196,000 to share, of which 150,000 goes to care at home.
        let simulated = world.simulated(CLICK).await.unwrap();
        assert_eq!(after(&world.providers(&simulated.simulation.unwrap()).await), [438_000, 542_000]);
        // As soon as all fits, nobody goes first.
        world.forecast(FIRST, CLICK, &[("Z1", 438_000)]).await;
        let (simulated, providers) = world.committed(CLICK).await;
        assert_eq!(after(&providers), [438_000, 542_000]);
        let told = english(simulated.explanation.unwrap());
        assert!(!told.iter().any(|step| step.contains("care at home")), "{told:#?}");
    }

    async fn bud_13_zorg_en_zekerheid_refuses_growth_of_treatment_stays_above_eighty_percent(engine) {
        let rules = stating("treatment_stay_prefixes", "zorg_en_zekerheid", "[\"T\"]");
        let first: [&[Of<'_>]; 2] = [&[("Z1", 100_000), ("T1", 300_000)], &[("Z1", 98_000), ("T1", 494_000)]];
        let second: [&[Of<'_>]; 2] = [&[("Z1", 200_000), ("T1", 200_000)], &[("Z1", 196_000), ("T1", 296_000)]];
        let world = on_the_click(engine, "zorg_en_zekerheid", rules, [(first[0], first[1]), (second[0], second[1])]).await;
        let (simulated, providers) = world.committed(CLICK).await;
        // 83.45% of the first one's stays would be with treatment; of the second one's 60.16%.
        assert_eq!(after(&providers), [392_000, 492_000]);
        assert_eq!(cents(&simulated.simulation.unwrap().totals.unwrap().unfunded), 200_000);
        let own = world.told(&providers[0].decision_id).await;
        assert_eq!(own[0], "Stays with treatment are 83.45% of all stays in the forecast of EUR 5,920.00: their growth \
            does not count and the forecast counts for EUR 3,920.00.");
    }

    async fn bud_13_zorg_en_zekerheid_has_no_click_until_it_states_which_stays_are_with_treatment(engine) {
        let both = [(BASES[0], GROWN[0]), (BASES[1], GROWN[1])];
        let world = on_the_click(engine, "zorg_en_zekerheid", Vec::new(), both).await;
        let status = world.simulated(CLICK).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        let unset = "parameter treatment_stay_prefixes of office zorg_en_zekerheid is not set";
        assert!(status.message().contains(unset), "{status}");
    }

    async fn bud_13_zilveren_kruis_holds_the_growth_of_stays_to_its_ceiling(engine) {
        let rules = stating("intramural_ceiling_percentage", "zilveren_kruis", "\"60\"");
        let first: [&[Of<'_>]; 2] = [&[("Z1", 400_000)], &[("Z1", 592_000)]];
        let second: [&[Of<'_>]; 2] = [&[("Z1", 100_000), ("V1", 300_000)], &[("Z1", 98_000), ("V1", 344_000)]];
        let world = on_the_click(engine, "zilveren_kruis", rules, [(first[0], first[1]), (second[0], second[1])]).await;
        let (simulated, providers) = world.committed(CLICK).await;
        // Stays may ask 588,000 of 980,000 and hold 490,000: 98,000 of the 200,000 that they grow counts.
        assert_eq!(after(&providers), [490_000, 442_000]);
        let told = english(simulated.explanation.unwrap());
        let ceiling = "Stays may take 60% of EUR 9,800.00; their budgets are EUR 4,900.00 and their growth is \
                       EUR 2,000.00: EUR 980.00 of it counts.";
        assert!(told.iter().any(|step| step == ceiling), "{told:#?}");
        let own = world.told(&providers[0].decision_id).await;
        assert_eq!(own[0], "For the volume ceiling of stays, the forecast of EUR 5,920.00 counts for EUR 4,900.00.");
    }

    async fn bud_13_zilveren_kruis_has_no_click_until_it_states_its_ceiling(engine) {
        let both = [(BASES[0], GROWN[0]), (BASES[1], GROWN[1])];
        let world = on_the_click(engine, "zilveren_kruis", Vec::new(), both).await;
        let status = world.simulated(CLICK).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        let unset = "parameter intramural_ceiling_percentage of office zilveren_kruis is not set";
        assert!(status.message().contains(unset), "{status}");
    }
}
