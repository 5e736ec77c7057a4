//! What screening speaks of.

mod claim;
mod fact;
mod signal;

pub use claim::{Claim, Credit, LineKey, Part, minutes};
pub use fact::{About, DOCUMENTS, FORMS, FactKind, Statement, Thing, ValueKind, line_subject, subject_of};
pub use signal::{Evidence, Signal, SignalFilter, SignalKind, Withdrawal};
