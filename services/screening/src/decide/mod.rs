//! The decisions of screening: pure functions of facts and rules.

pub mod double;
pub mod integrity;
pub mod registers;
