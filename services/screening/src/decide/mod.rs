//! The decisions of screening: pure functions of facts and rules.

pub mod case;
pub mod claim_rules;
pub mod control;
pub mod integrity;
pub mod network;
pub mod peers;
pub mod registers;
pub mod score;
