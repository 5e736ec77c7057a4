//! The decisions of screening: pure functions of facts and rules.

pub mod case;
pub mod claim_rules;
pub mod integrity;
pub mod registers;
pub mod score;
