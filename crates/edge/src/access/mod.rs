//! Who gets in, and whose data they get: one place for all services.
//!
//! 1. The [`Gate`] stands before every RPC: it finds out who calls, holds the caller to its rate, and looks the RPC's
//!    roles up in the contract's table. Nothing of a request was read by then.
//! 2. [`Core::admit`](crate::Core::admit) reads whose data the request is about (the contract's table again, or the
//!    owner of the record it names) and admits the caller for that office and provider, or refuses.
//! 3. What comes out is a [`Call`]. The store of a service opens only with one, so that a handler can't forget it.
//!
//! Every refusal is in the audit log, and every write and every look at data about people.

mod admit;
mod call;
mod gate;
mod rate;
mod records;
mod refusals;

pub use admit::{Arrival, Refused};
pub use call::Call;
pub use gate::Gate;
pub use records::Record;
pub(crate) use records::unknown_kind;
pub(crate) use refusals::Refusals;
