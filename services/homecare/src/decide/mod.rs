//! The decisions of home care: pure functions of facts and rules.

pub mod application;
pub mod benchmark;
pub mod ceiling;
pub mod client_stop;
pub mod raise;
mod signal;

pub use signal::{BeyondFacts, Signal, UseFacts, beyond, reached};
