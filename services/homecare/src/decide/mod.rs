//! The decisions of home care: pure functions of facts and rules.

pub mod benchmark;
pub mod ceiling;
pub mod forecast;
pub mod hours;
pub mod products;
mod signal;

pub use signal::{BeyondFacts, Signal, UseFacts, beyond, reached};
