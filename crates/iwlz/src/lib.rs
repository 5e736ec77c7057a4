//! Reads the iWlz messages that say which care a client was allocated, and whether it is being given.
//!
//! | message | code | from and to | what it says |
//! | --- | --- | --- | --- |
//! | AW33 | 352 | care office to provider | allocations (zorgtoewijzing) |
//! | AW35 | 354 | provider to care office | care began (melding aanvang zorg) |
//! | AW39 | 358 | provider to care office | care changed or ended (mutatie, melding einde zorg) |
//!
//! A [`Reader`] goes through the bytes once and gives one [`Client`] after the other; at the end
//! [`Reader::finish`] tells everything that is wrong, each with the path of its element, the client, the byte and the
//! line:
//!
//! ```
//! let mut reader = iwlz::Reader::new(b"<Bericht/>");
//! assert_eq!(reader.by_ref().count(), 0);
//! let faults = reader.finish().unwrap_err();
//! assert_eq!(faults.found[0].path, "Bericht");
//! ```
//!
//! What holds whatever the bytes are:
//!
//! - reading ends, without a panic, and what is kept at a time is one client of at most [`MAX_RECORDS`] records, and at
//!   most [`MAX_FAULTS`] faults;
//! - a client with anything wrong in it is not given, and neither is a message [finished](Reader::finish) that had one;
//! - document types and entities of their own are refused unread;
//! - no text of the message stands in a fault: it could be a citizen service number or a name;
//! - name, birth date, addresses, relations and what else is not needed are skipped: they are held to be well-formed and
//!   in their place, and are not looked at further.
//!
//! Source: iStandaarden iWlz 2.2, message specifications and XSDs of AW33, AW35 and AW39.

mod care;
mod codes;
mod faults;
mod message;
mod reader;
mod record;
mod schema;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod value;

pub use care::{Care, OfficeCode};
pub use codes::{AllocationKind, DeliveryForm, DeliveryStatus, MutationCode, ReportStatus, Withdrawal};
pub use faults::{Fault, Faults, MAX_FAULTS, Problem};
pub use message::{Allocation, CareStart, Client, Header, MessageKind, Mutation, Product};
pub use reader::{MAX_BYTES, MAX_RECORDS, Reader};
