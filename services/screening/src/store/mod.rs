//! Tables of screening, by what they hold.

mod claims;
mod clients;
mod integrity;
mod registers;
mod retention;
mod signals;

pub use claims::{add_claims, add_credits, claims_like, claims_of, take_turn};
pub use clients::clients_of;
pub use integrity::{
    Stated, add_asked, add_integrity, add_judgement, asked_for, integrity, is_screened, judgement, lapsed,
    take_screened,
};
pub use registers::{
    add_consult, add_finding, add_subject, answered, ask, ask_once, checks, consult, due_checks, end_subject, failed,
    finding, lease_check, organisation, page_of_consults, rewrap_findings, same_subject, save_organisation, subject,
    subjects,
};
pub use retention::RETENTION;
pub use signals::{add_signal, add_withdrawal, page_of_signals, signal, standing_signals};

use database::Migration;
use edge::{EdgeError, Record};
use identifiers::Agb;

/// The schema of screening.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "screening", include_str!("../../migrations/0100_screening.sql")),
    Migration::append_only(101, "append_only", &["claim", "credit", "signal", "evidence", "withdrawal"]),
    Migration::purgeable(102, "purgeable", &["claim", "credit", "signal", "evidence", "withdrawal"]),
    Migration::new(103, "client_alias", include_str!("../../migrations/0103_client_alias.sql")),
    Migration::append_only(104, "client_alias_append_only", &["client_alias"]),
    Migration::new(120, "registers", include_str!("../../migrations/0120_registers.sql")),
    Migration::append_only(121, "registers_append_only", &["integrity", "judgement", "consult"]),
    Migration::purgeable(122, "registers_purgeable", &["consult"]),
];

/// To whom records belong. They are about a provider, and never for its eyes.
pub const RECORDS: &[Record] = &[
    Record { kind: "signal", owner: "SELECT office, agb FROM signal WHERE signal_id = $1" },
    Record { kind: "subject", owner: "SELECT office, agb FROM subject WHERE subject_id = $1" },
    Record { kind: "consult", owner: "SELECT office, agb FROM consult WHERE consult_id = $1" },
];

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}
