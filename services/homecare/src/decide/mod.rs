//! The decisions of home care: pure functions of facts and rules.

pub mod agreement_type;
pub mod application;
pub mod base_ceiling;
pub mod benchmark;
pub mod ceiling;
pub mod client_stop;
pub mod forecast;
pub mod hours;
pub mod offer;
pub mod products;
pub mod raise;
mod signal;
pub mod year_end;

pub use signal::{BeyondFacts, Signal, UseFacts, beyond, reached};

#[cfg(test)]
mod golden;
#[cfg(test)]
mod offer_tests;
#[cfg(test)]
mod year_end_tests;
