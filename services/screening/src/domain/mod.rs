//! What screening speaks of.

mod case;
mod claim;
mod codes;
mod control;
mod fact;
mod link;
mod peer;
mod register;
mod signal;

pub use case::{
    Assessment, Authority, Case, CaseContent, CaseHearing, CaseKind, CaseLine, CaseMove, CaseSignal, CaseState,
    Disposition, LetterKind, Measures, Reclaimed, Verdict,
};
pub use claim::{Claim, Credit, LineKey, Part, minutes};
pub use control::{Bounds, Conclusion, ControlKind, Drawn, PopulationLine, SampleMethod};
pub use fact::{About, DOCUMENTS, FORMS, FactKind, SECTORS, Statement, Thing, ValueKind, line_subject, subject_of};
pub use link::{Adverse, AdverseKind, Link, LinkKind};
pub use peer::{Before, Duration, PeerMeasure, PeerPeriod, PeerStanding, PeerSum, ProviderFigures};
pub use register::{
    Answer, Check, CheckState, Condition, Consult, ConsultOutcome, Entry, Held, Integrity, IntegrityState, Register,
    Subject, SubjectKind,
};
pub use signal::{Evidence, Signal, SignalFilter, SignalKind, Withdrawal};
