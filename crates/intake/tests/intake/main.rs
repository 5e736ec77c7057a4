//! The intake as a whole, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod again;
mod calls;
mod defects;
mod lines;
mod support;
