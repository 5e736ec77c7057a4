//! Signals from what connects providers with each other (SCR-06): pure functions over a graph.
//!
//! [`find`] looks through the whole network for candidates: of each pair of providers and rule the strongest path.
//! [`judge`] tells from the path and standing alone whether it is a signal, and why; that is how a decision is taken
//! again. What is found does not depend on the order in which links came, and grows no faster than the links do: of
//! many that share a thing, each is held against the first only.

mod find;
mod graph;
mod judge;
mod withdrawal;

pub use find::{Network, find};
pub use graph::resolve;
pub use judge::{NetworkFacts, NetworkRule, NotFound, judge};
pub use withdrawal::{NetworkWithdrawalFacts, withdraw};

/// The rule.
pub const RULE_ID: &str = "SCR-06";

#[cfg(test)]
mod tests;
