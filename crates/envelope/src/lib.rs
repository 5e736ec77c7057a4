//! Envelope encryption of small records.
//!
//! A record is encrypted with a data key of its own (AES-256-GCM), and the data key with a key of the [`KeyRing`], which
//! lives in a file outside the database. What is sealed is bound to its context, such as the table and the id of its
//! row: put in another row it does not open. When the ring gets a newer key, [`KeyRing::rewrap`] wraps a record's data
//! key anew without touching the record.

mod ring_file;
mod sealed;

pub use ring_file::{KeyRing, KeyRingError, new_key_line};
pub use sealed::SealError;
