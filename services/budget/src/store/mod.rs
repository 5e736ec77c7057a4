//! Tables of budget, by what they hold.

mod allocations;
mod budgets;
mod closed_years;
mod closing;
mod entries;
mod filed;
mod forecasts;
mod innovations;
mod iwlz;
mod ledger;
mod production;
mod projections;
mod refusals;
mod room;
mod rounds;

pub use allocations::{AllocationsAsked, StoredAllocation, allocations_of, list_allocations, pseudonyms_of};
pub use budgets::{
    BaseEntry, add_affordability, add_base, add_budget, affordability, base_of_year, budget_of, budgets,
    page_of_budgets,
};
pub use closed_years::{close_year, closed_years_of, page_of_corrections};
pub use closing::{
    add_escalation, add_signature, add_wrongful, close_investigation, escalations, investigation, is_investigated,
    open_investigation, signatures, wrongful_of_year,
};
pub use entries::{EntryOf, add_cube};
pub use filed::{FiledMonth, page_of_filed};
pub use forecasts::{add_forecast, forecast_of, forecast_total_at, forecasts, forecasts_at, page_of_forecasts};
pub use innovations::{add_innovation, innovation_of, innovations, page_of_innovations};
pub use iwlz::{NamedClient, StoredMessage, add_message, message_of, take_messages};
pub use ledger::{END, FAR_FUTURE, Until, add_entry, balances, balances_at, page_of_entries};
pub use production::{
    Selection, approved_of_year, filed_in_year, granted_of_year, page_of_production, production_key, production_pages,
    realised_at, realised_of_year,
};
pub use projections::{
    add_agreement, agreements_of, providers_with_agreement, regions_of_providers, replace_tariffs, tariffs_of,
    tariffs_of_year,
};
pub use refusals::{RefusalSelection, page_of_refusals};
pub use room::{add_room, regions, rooms, take};
pub use rounds::{
    add_round, add_simulation, commit_round, committed_kinds, committed_simulation, inputs, page_of_rounds, round,
    round_decisions, simulation, simulations,
};

use database::Migration;
use edge::{EdgeError, Record};
use identifiers::Agb;
use intake::reclaim;
use serde::{Serialize, de::DeserializeOwned};

const CASE_RECLAIM: [Migration; 2] = reclaim::migrations(130);

/// The schema of budget.
pub const MIGRATIONS: &[Migration] = &[
    intake::MIGRATIONS[0],
    intake::MIGRATIONS[1],
    intake::MIGRATIONS[2],
    intake::MIGRATIONS[3],
    intake::MIGRATIONS[4],
    intake::MIGRATIONS[5],
    intake::MIGRATIONS[6],
    intake::MIGRATIONS[7],
    intake::MIGRATIONS[8],
    Migration::new(100, "budget", include_str!("../../migrations/0100_budget.sql")),
    Migration::append_only(
        101,
        "append_only",
        &[
            "ledger_entry",
            "ledger_posting",
            "base_production",
            "base_volume",
            "budget",
            "forecast",
            "affordability",
            "budget_round",
            "simulation",
            "round_commitment",
            "round_decision",
        ],
    ),
    Migration::new(102, "closing", include_str!("../../migrations/0102_closing.sql")),
    Migration::append_only(
        103,
        "closing_append_only",
        &["investigation", "investigation_end", "wrongful_payment", "form_signature", "escalation"],
    ),
    Migration::new(104, "innovation", include_str!("../../migrations/0104_innovation.sql")),
    Migration::append_only(105, "innovation_append_only", &["innovation"]),
    Migration::new(110, "iwlz", include_str!("../../migrations/0110_iwlz.sql")),
    Migration::append_only(
        111,
        "iwlz_append_only",
        &["iwlz_message", "iwlz_client", "allocation", "care_start", "care_mutation"],
    ),
    Migration::purgeable(112, "iwlz_purgeable", &["iwlz_client", "allocation", "care_start", "care_mutation"]),
    Migration::new(120, "production", include_str!("../../migrations/0120_production.sql")),
    Migration::append_only(
        121,
        "production_append_only",
        &["production_entry", "refusal_entry", "correction", "closed_year"],
    ),
    CASE_RECLAIM[0],
    CASE_RECLAIM[1],
];

/// To whom a round belongs.
pub const ROUND: Record = Record { kind: "round", owner: "SELECT office, '' FROM budget_round WHERE round_id = $1" };

/// To whom a simulation belongs.
pub const SIMULATION: Record = Record {
    kind: "simulation",
    owner: "SELECT office, '' FROM simulation JOIN budget_round ON budget_round.round_id = simulation.round_id
        WHERE simulation_id = $1",
};

/// To whom an investigation belongs.
pub const INVESTIGATION: Record =
    Record { kind: "investigation", owner: "SELECT office, agb FROM investigation WHERE investigation_id = $1" };

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}

/// What is kept as JSON.
fn json<T: DeserializeOwned>(text: &str) -> Result<T, EdgeError> {
    serde_json::from_str(text).map_err(|error| EdgeError::Stored(error.to_string()))
}

/// The opposite of [`json`].
fn to_json<T: Serialize>(value: &T) -> String {
    // Nothing that is kept has keys that aren't texts, which is all that can fail.
    serde_json::to_string(value).unwrap_or_default()
}
