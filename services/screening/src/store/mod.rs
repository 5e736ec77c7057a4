//! Tables of screening, by what they hold.

mod claims;
mod signals;

pub use claims::{add_claims, add_credits, claims_like, take_turn};
pub use signals::{add_signal, add_withdrawal, page_of_signals, signal, standing_signals};

use database::Migration;
use edge::EdgeError;
use identifiers::Agb;

/// The schema of screening.
pub static MIGRATIONS: &[Migration] = &[
    Migration::new(100, "screening", include_str!("../../migrations/0100_screening.sql")),
    Migration::append_only(101, "append_only", &["claim", "credit", "signal", "evidence", "withdrawal"]),
];

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}
