//! 2024 under the Wlz, for a demo that stays: bought in November 2023, and until September on its way, its click not taken.

use contract::budget;

use super::{
    day,
    office::{PGB_CENTS, Provider, ROOM_CENTS},
    stage::{OFFICE, money},
    wlz::{REGION, Wlz},
};
use crate::failure::Failure;

/// How much more room there is than the year before, in percent.
const MORE_ROOM: i64 = 6;

impl Wlz<'_> {
    /// November 2023: agreements and tariffs of 2024, its room, and the budgets that are filed.
    pub async fn buy_2024(&mut self) -> Result<(), Failure> {
        self.stage.at(day(2023, 11, 10));
        self.year = 2024;
        self.import_tariffs(2024).await?;
        let world = self.world;
        for provider in world.providers.iter().filter(|provider| provider.flaw.is_none()) {
            self.recorded(provider, OFFICE, (day(2024, 1, 1), day(2024, 12, 31))).await?;
            self.agree(provider, 2024).await?;
        }
        self.stage.budget_caught_up().await?;
        let more = |cents: i64| money(cents / 100 * (100 + MORE_ROOM));
        let request = budget::EstablishRoomRequest {
            request_id: self.stage.request_id(),
            office: OFFICE.to_owned(),
            year: 2024,
            regions: vec![REGION.to_owned()],
            zin: more(ROOM_CENTS - PGB_CENTS),
            pgb: more(PGB_CENTS),
            motivation: "voorbeeld: een honderdste van de contracteerruimte".to_owned(),
        };
        self.stage.cast.purchaser.budget.establish_room(request).await?;
        let simulation = self.simulate(budget::RoundKind::BaseProduction, true).await?.simulation.unwrap_or_default();
        self.committed(&simulation).await?;
        Ok(())
    }

    /// June 2024: the click is simulated and proposed, and nobody takes it yet.
    pub async fn propose_click(&mut self) -> Result<(), Failure> {
        let simulation_id = self.simulated_click().await?.simulation_id;
        let request = budget::CommitRoundRequest { request_id: self.stage.request_id(), simulation_id };
        self.stage.cast.purchaser.budget.commit_round(request).await?;
        Ok(())
    }
}

/// Providers whose clients stay in care through 2024.
pub fn staying(providers: &mut [Provider]) {
    for client in providers.iter_mut().flat_map(|provider| &mut provider.clients) {
        if client.until == day(2023, 12, 31) {
            client.until = day(2024, 12, 31);
        }
    }
}
