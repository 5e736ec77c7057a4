//! A made-up year of claims of which is known what is wrong: cases of each claim rule, planted and almost, between lines
//! with which nothing is the matter. What screening says of it is held against what was planted.
//!
//! [`Year`] makes it from a seed, [`Muddle`] mixes its clients up, [`Volume`] makes many lines; an [`Owner`] serves their files as budget and home care
//! do, an [`Office`] has them screened, and [`Outcome`] tells of each rule what was found, missed and wrong.
#![allow(clippy::expect_used, reason = "only tests and measurements use it: what is made up here is well-formed")]

mod case;
mod home_care;
mod long_term;
mod lvg;
mod muddle;
mod office;
mod outcome;
mod owner;
mod values;
mod volume;
mod year;

pub use case::{Case, Fact, Line, Service};
pub use muddle::Muddle;
pub use office::Office;
pub use outcome::{Outcome, RuleOutcome};
pub use owner::{Made, Owner, Source};
pub use values::rule_files;
pub use volume::Volume;
pub use year::Year;

/// The office.
pub const OFFICE: &str = "vgz";

/// The key that pseudonyms of clients are made with, as a key file has it.
pub const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The keys of clients' pseudonyms.
fn keys() -> identifiers::PseudonymKeys {
    identifiers::PseudonymKeys::parse(&format!("1 {KEY}\n"), "client").expect("a key")
}

/// A day such as `2024-03-01`.
fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a day")
}
