//! Screening: what its claim rules find in a labelled year, what millions of lines cost, and the same rule elsewhere.
//!
//! It takes half an hour, so only `cargo xtask bench screen` runs it. `ZORGINKOOP_SCREEN_MILLIONS` says how many millions
//! of lines there are in the end, ten where it is not set.

pub mod doubles;
mod lines;
pub mod planted;
pub mod volume;
