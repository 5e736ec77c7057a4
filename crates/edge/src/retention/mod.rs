//! How long records are kept, and their removal after that: the same calls in every service.
//!
//! A service says which kinds of records it keeps for a time: with a parameter of its rules, and statements that find
//! and remove what is due. A thing is kept for that many years after the day it is counted from, that day included, and
//! is due from the day after. Decisions, and the rules they were taken under, are not among them: they say why money was
//! or was not paid, can be explained and taken again years later, and name a client by pseudonym only.

mod calls;
mod purge;
mod term;

use database::{Perishable, REQUESTS};
use explain::{Parameter, Text};

pub use calls::Records;

/// A kind of record that is kept for a time.
#[derive(Debug)]
pub struct Retention {
    /// The records, and how they are found and removed.
    pub records: Perishable,
    /// From when their time is counted.
    pub counting: Counting,
    /// How many years they are kept.
    pub years: Parameter<u32>,
    /// The rule in words: of `years`, resulting in the first day that is kept.
    pub text: Text,
}

/// From when the time of a record is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// From its own day.
    FromItsDay,
    /// From the last day of the year of its day.
    FromEndOfYear,
}

/// How many years replies are kept for requests that are sent again.
pub const REQUEST_YEARS: Parameter<u32> = Parameter::count("SCR-03", "request_years");
/// How many years the entries of the audit log are kept.
pub const AUDIT_YEARS: Parameter<u32> = Parameter::count("SCR-03", "audit_years");

/// Replies are kept.
pub const REQUEST_KEPT: Text = kept("request");
/// The audit log is kept.
pub const AUDIT_KEPT: Text = kept("audit");

/// The text of a kind of record.
pub const fn kept(kind: &'static str) -> Text {
    Text::new("SCR-03", kind, &["years"])
}

/// What every service keeps for a time, beside the audit log.
const COMMON: &[Retention] =
    &[Retention { records: REQUESTS, counting: Counting::FromItsDay, years: REQUEST_YEARS, text: REQUEST_KEPT }];
