//! Who is calling.
//!
//! - [`Caller`]: an identity with what it may be, for which offices and, for adapters, for which providers.

mod caller;

pub use caller::{Authentication, Caller, Grant, Offices};
