//! What screening speaks of.

mod case;
mod claim;
mod codes;
mod fact;
mod register;
mod signal;

pub use case::{
    Assessment, Authority, Case, CaseContent, CaseHearing, CaseKind, CaseLine, CaseMove, CaseSignal, CaseState,
    Disposition, LetterKind, Measures, Reclaimed, Verdict,
};
pub use claim::{Claim, Credit, LineKey, Part, minutes};
pub use fact::{About, DOCUMENTS, FORMS, FactKind, Statement, Thing, ValueKind, line_subject, subject_of};
pub use register::{
    Answer, Check, CheckState, Condition, Consult, ConsultOutcome, Entry, Held, Integrity, IntegrityState, Register,
    Subject, SubjectKind,
};
pub use signal::{Evidence, Signal, SignalFilter, SignalKind, Withdrawal};
