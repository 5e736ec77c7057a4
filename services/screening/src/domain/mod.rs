//! What screening speaks of.

mod claim;
mod signal;

pub use claim::{Claim, Credit, LineKey, Part};
pub use signal::{Evidence, Signal, SignalKind, Withdrawal};
