//! The comparison of providers with their peers (SCR-05): pure functions over the figures of a provider and the outcomes
//! of its group.
//!
//! Providers of the same sector and size band are peers ([`group_of`]). A figure ([`outcome`]) far from the median of the
//! group, in terms of its spread ([`Spread`]), is a signal: it says how unusual the figure is, and nothing more
//! ([`position`]).

mod group;
mod measures;
mod position;
mod spread;
mod withdrawal;

pub use group::{Group, group_of};
pub use measures::{Outcome, outcome};
pub use position::{NotUnusual, PeerFacts, Position, again, digest, key, position};
pub use spread::{Spread, UNIT_SPREAD};
pub use withdrawal::{PeerEnd, PeerWithdrawalFacts, withdraw};

/// The rule.
pub const RULE_ID: &str = "SCR-05";

#[cfg(test)]
mod tests;
