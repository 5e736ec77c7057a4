//! Tables of home care, by what they hold.

mod agreements;
mod ceilings;
mod decisions;

pub use agreements::{add_agreement, page_of_agreements};
pub use ceilings::{Spent, add_clients, consumption_of, page_of_consumption, spend, take_ceilings};
pub use decisions::{add_decision, add_signal, page_of_decisions, signals_of};

use database::Migration;
use edge::EdgeError;
use identifiers::Agb;

/// The schema of home care.
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
    Migration::new(100, "homecare", include_str!("../../migrations/0100_homecare.sql")),
    Migration::append_only(
        101,
        "append_only",
        &["agreement", "agreement_tariff", "ceiling_signal", "ceiling_decision"],
    ),
];

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}
