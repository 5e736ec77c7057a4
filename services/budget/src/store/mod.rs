//! Tables of budget, by what they hold.

mod budgets;
mod closed_years;
mod entries;
mod filed;
mod forecasts;
mod production;
mod projections;
mod refusals;
mod room;

pub use budgets::{
    BaseEntry, add_base, add_budget, add_click, base_of_year, budgets, budgets_at, click_of, page_of_budgets,
};
pub use closed_years::{close_year, closed_years_of, page_of_corrections};
pub use entries::{EntryOf, add_cube};
pub use filed::{FiledMonth, page_of_filed};
pub use forecasts::{add_forecast, forecast_of, forecast_total_at, forecasts, page_of_forecasts};
pub use production::{
    Selection, page_of_production, production_key, production_of_year, production_pages, realised_at, realised_of_year,
};
pub use projections::{
    add_agreement, agreements_of, providers_with_agreement, replace_tariffs, tariffs_of, tariffs_of_year,
};
pub use refusals::{RefusalSelection, page_of_refusals};
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
    Migration::new(120, "production", include_str!("../../migrations/0120_production.sql")),
    Migration::append_only(
        121,
        "production_append_only",
        &["production_entry", "refusal_entry", "correction", "closed_year"],
    ),
];

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}
