//! Between contracts and the domain.

mod claims;
mod registers;
mod signals;

pub use claims::{claim, claim_file};
pub use registers::{
    AddSubject, JudgeIntegrity, RequestChecks, add_subject, check, consult, end_subject, finding, get_consult,
    integrity, judge_integrity, kind_of, list_consults, of, request_checks, subject,
};
pub use signals::{get_signal, list_signals, signal};
