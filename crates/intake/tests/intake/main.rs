//! The intake as a whole, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod again;
mod calls;
mod days;
mod defects;
mod insured;
mod keys;
mod lines;
mod retention;
mod support;
