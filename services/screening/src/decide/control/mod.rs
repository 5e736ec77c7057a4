//! Control by samples (SCR-09): planned from the population, drawn from a seed, and concluded from what was found.
//!
//! A population is divided by amount. In each part the sample is as large as exact binomial probabilities ask for, with
//! the chance to be mistaken divided over the parts, so that what is said of the whole is as sure as was planned, however
//! different the parts are.

mod binomial;
mod conclude;
mod draw;
mod plan;

pub use conclude::{ConcludeFacts, StratumFound, Wrong, conclude};
pub use draw::{Draw, sha256};
pub use plan::{Plan, PlanFacts, Scope, StratumFact, StratumPlan, plan};

#[cfg(test)]
mod tests;
