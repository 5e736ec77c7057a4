//! Budget: the money of an office for a year.
pub mod decide;
pub mod domain;
pub mod error;
pub mod rules;
/// The service's name.
pub const NAME: &str = "budget";
