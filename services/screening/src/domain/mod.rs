//! What screening speaks of.

mod claim;
mod codes;
mod register;
mod signal;

pub use claim::{Claim, Credit, LineKey, Part};
pub use register::{
    Answer, Check, CheckState, Condition, Consult, ConsultOutcome, Entry, Held, Integrity, IntegrityState, Register,
    Subject, SubjectKind,
};
pub use signal::{Evidence, Signal, SignalKind, Withdrawal};
