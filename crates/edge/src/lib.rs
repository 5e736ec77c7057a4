//! Between a contract and a decision: what every service does the same way at its edge.
//!
//! - [`Fields`] turns the fields of a request into domain types and reports all that are wrong at once.
//! - [`EdgeError`] and [`Failure`] turn an error into a status with machine-readable details.
//! - [`Write`] makes a request that is sent twice have its effect once.
//! - [`Core`] is what every service holds, and answers the calls all services share.
//! - [`Page`] and [`to_proto`] are lists and values on their way out.

mod core;
mod error;
mod explanation;
pub mod feed;
mod fields;
mod page;
mod scope;
pub mod to_proto;
mod write;

pub use core::{Core, Decided};
pub use error::{EdgeError, Failure, InvalidRequest, status_of};
pub use fields::{Fields, Wanted};
pub use page::Page;
pub use scope::{Act, Office, Sector};
pub use write::{Begun, Write};
