//! Tables of screening, by what they hold.

mod cases;
mod claims;
mod clients;
mod controls;
mod facts;
mod integrity;
mod network;
mod peers;
mod registers;
mod retention;
mod shadow;
mod signals;
mod work;

pub use cases::{
    Dispositions, add_case, add_case_move, add_case_signals, case, case_moves, decided_cases, dispositions,
    page_of_cases, save_case, signals_in_cases, signals_in_open_cases, take_case,
};
pub use claims::{
    add_claims, add_credits, claims_of, claims_on, clients_of_provider, credits_of, days_of_provider, largest_lines,
    lines_by_reference, longest_line, page_of_clients, page_of_providers, present_lines, sums_of_month, take_turn,
};
pub use clients::{clients_of, known};
pub use controls::{
    Concluded, Control, SampleLine, add_conclusion, add_control, add_result, control, granted_at, page_of_controls,
    page_of_population, sample_lines, take_control,
};
pub use facts::{
    FactImport, FactRow, add_facts, add_import, answered, any_about, clients_of_lines, count_of, facts_of,
};
pub use integrity::{
    Stated, add_asked, add_integrity, add_judgement, asked_for, integrity, is_screened, judgement, lapsed,
    take_screened,
};
pub use network::{
    LinkImport, LinkRow, LinksAnswered, StatedLink, add_links, adverse_standing, clear_mark, first_days, links,
    links_answered, mark_all_networks, mark_network, marked_networks, page_of_links, subjects_as_links,
};
pub use peers::{figures, page_of_peers};
pub use registers::{
    add_consult, add_finding, add_subject, all_subjects, ask, ask_once, checks, consult, due_checks, end_same_subject,
    end_subject, failed, finding, keep_answer, lease_check, organisation, page_of_consults, rewrap_findings,
    same_subject, save_organisation, subject, subjects,
};
pub use retention::RETENTION;
pub use shadow::{
    Shadow, add_shadow_findings, compare_shadow, forget_clients, forget_month, shadow, start_shadow, stop_shadow,
};
pub use signals::{
    add_signal, add_withdrawal, page_of_signals, signal, signals, standing_clients, standing_of_month,
    standing_of_rule, standing_signals,
};
pub use work::standing_by_provider;

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
    Migration::new(110, "fact", include_str!("../../migrations/0110_fact.sql")),
    Migration::append_only(111, "fact_append_only", &["fact", "fact_import"]),
    Migration::purgeable(112, "fact_purgeable", &["fact", "fact_import"]),
    Migration::new(113, "shadow", include_str!("../../migrations/0113_shadow.sql")),
    Migration::new(120, "registers", include_str!("../../migrations/0120_registers.sql")),
    Migration::append_only(121, "registers_append_only", &["integrity", "judgement", "consult"]),
    Migration::purgeable(122, "registers_purgeable", &["consult"]),
    Migration::new(130, "cases", include_str!("../../migrations/0130_cases.sql")),
    Migration::append_only(131, "cases_append_only", &["case_move"]),
    Migration::purgeable(132, "cases_purgeable", &["case_move"]),
    Migration::new(140, "signal_of_rule", include_str!("../../migrations/0140_signal_of_rule.sql")),
    Migration::new(145, "network", include_str!("../../migrations/0145_network.sql")),
    Migration::append_only(146, "network_append_only", &["link", "link_import"]),
    Migration::purgeable(147, "network_purgeable", &["link", "link_import"]),
    Migration::new(150, "control", include_str!("../../migrations/0150_control.sql")),
    Migration::append_only(151, "control_append_only", &["control_line", "control_result", "control_conclusion"]),
    Migration::purgeable(152, "control_purgeable", &["control_line", "control_result", "control_conclusion"]),
];

/// To whom records belong. They are about a provider, and never for its eyes.
pub const RECORDS: &[Record] = &[
    Record { kind: "signal", owner: "SELECT office, agb FROM signal WHERE signal_id = $1" },
    Record { kind: "subject", owner: "SELECT office, agb FROM subject WHERE subject_id = $1" },
    // A control of all providers is about none.
    Record { kind: "control", owner: "SELECT office, agb FROM control WHERE control_id = $1" },
    Record { kind: "consult", owner: "SELECT office, agb FROM consult WHERE consult_id = $1" },
    Record { kind: "case", owner: "SELECT office, agb FROM provider_case WHERE case_id = $1" },
];

/// What is stored and can't be read.
fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

fn agb(text: &str) -> Result<Agb, EdgeError> {
    text.parse().map_err(|_| stored("an AGB code"))
}
