//! Tables of budget, by what they hold.

mod allocations;
mod budgets;
mod forecasts;
mod iwlz;
mod production;
mod projections;
mod room;

pub use allocations::{AllocationsAsked, StoredAllocation, allocations_of, list_allocations, pseudonyms_of};
pub use budgets::{
    BaseEntry, add_base, add_budget, add_click, base_of_year, budgets, budgets_at, click_of, page_of_budgets,
};
pub use forecasts::{add_forecast, forecast_of, forecast_total_at, forecasts, page_of_forecasts};
pub use iwlz::{NamedClient, StoredMessage, add_message, message_of, take_messages};
pub use production::{Delta, add_production, page_of_production, production_of_year, realised_at, realised_of_year};
pub use projections::{
    add_agreement, agreements_of, providers_with_agreement, replace_tariffs, tariffs_of, tariffs_of_year,
};
pub use room::{Entry, add_entry, add_room, money_at, regions, take};

use database::Migration;
use edge::EdgeError;
use identifiers::Agb;

/// The schema of budget.
pub const MIGRATIONS: &[Migration] = &[
    intake::MIGRATIONS[0],
    intake::MIGRATIONS[1],
    intake::MIGRATIONS[2],
    intake::MIGRATIONS[3],
    intake::MIGRATIONS[4],
    Migration::new(100, "budget", include_str!("../../migrations/0100_budget.sql")),
    Migration::append_only(
        101,
        "append_only",
        &["room_entry", "base_production", "base_volume", "budget", "forecast", "click"],
    ),
    Migration::new(110, "iwlz", include_str!("../../migrations/0110_iwlz.sql")),
    Migration::append_only(
        111,
        "iwlz_append_only",
        &["iwlz_message", "iwlz_client", "allocation", "care_start", "care_mutation"],
    ),
    Migration::purgeable(112, "iwlz_purgeable", &["iwlz_client", "allocation", "care_start", "care_mutation"]),
];

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}
