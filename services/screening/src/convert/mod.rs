//! Between contracts and the domain.

mod cases;
mod claim_rules;
mod claims;
mod controls;
mod facts;
mod letters;
mod network;
mod peers;
mod registers;
mod signals;
mod work;

pub use cases::{
    AssessCase, OpenCase, StartHearing, add_to_case, assess_case, case, case_decided, close_case, decide_case,
    get_case, list_cases, measures, open_case, record_response, start_hearing,
};
pub use claim_rules::{
    TryRules, claim_rule, get_shadow_report, list_claim_rules, run_claim_rules, start_shadow, stop_shadow,
    try_claim_rules,
};
pub use claims::{claim, claim_file, first_day};
pub use controls::{
    PlanControl, Results, conclude_control, control, control_line, control_of, list_control_lines, list_controls,
    plan_control, record_results,
};
pub use facts::{FactsStart, facts_start, read_facts};
pub use letters::{get_letter, get_rule_precision, letter, rule_precision};
pub use network::{LinksStart, get_network_path, link, links_start, list_links, read_links, run_network, stated_link};
pub use peers::{get_peer_position, list_peer_figures, peer_figure, run_peers};
pub use registers::{
    AddSubject, JudgeIntegrity, RequestChecks, add_subject, check, consult, end_subject, finding, get_consult,
    integrity, judge_integrity, kind_of, list_consults, of, request_checks, subject,
};
pub use signals::{get_signal, list_signals, signal};
pub use work::{list_work, work_item};
