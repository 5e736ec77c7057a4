//! The decisions of screening: pure functions of facts and rules.

pub mod claim_rules;
