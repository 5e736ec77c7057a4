//! Between a contract and a decision: what every service does the same way at its edge.
//!
//! - [`Fields`] turns the fields of a request into domain types and reports all that are wrong at once.
//! - [`EdgeError`] and [`Failure`] turn an error into a status with machine-readable details.
//! - [`Write`] makes a request that is sent twice have its effect once.
//! - [`access`] decides who gets in and whose data they get, and gives a [`Call`] to whoever does.
//! - [`four_eyes`] lets a second identity take what is adverse to a provider.
//! - [`retention`] removes what was kept long enough.
//! - [`Core`] is what every service holds, and answers the calls all services share; [`serve`] puts it on the net.
//! - [`Read`] reads what a service shows as gauges.
//! - [`Page`] and [`to_proto`] are lists and values on their way out.

pub mod access;
mod audit;
mod codes;
mod core;
mod error;
mod explanation;
pub mod feed;
mod fields;
pub mod four_eyes;
mod page;
mod readings;
pub mod retention;
mod scope;
mod service;
pub mod to_proto;
mod write;

pub use access::{Arrival, Call, Record, Refused};
pub use core::{Core, Decided};
pub use error::{EdgeError, Failure, InvalidRequest, status_of};
pub use fields::{Fields, Wanted};
pub use page::{Page, newest_first};
pub use readings::Read;
pub use retention::Retention;
pub use scope::{Act, Office, Sector};
pub use service::{Service, serve};
pub use write::{Begun, Write};
