//! Where the contents of documents are kept.
//!
//! [`Objects`] is a folder or, with the cargo feature `s3`, a part of a bucket. Contents are addressed by the SHA-256 of
//! what is in them: what was written twice is there once, and what comes out is checked against its own name. What a
//! document is, who may see it and when it must go, is up to the caller, who keeps the hash.
//!
//! **Keys.** Contents with hash `abcd…` are at `ab/cd/abcd…`, sealed ones at `ab/cd/abcd….sealed`. Nothing is at such a
//! key until all of it is: contents up to 5 MiB are put there at once, larger ones wait in parts below `uploads/` until
//! their hash is known and are moved then. A bucket moves 5 GiB at most, a folder what fits.
//!
//! **Durable** are contents when [`Upload::finish`] returns `Ok`, not before. In a folder the file and the folders it is
//! in are synced by then; of S3 it is the promise of every answer. [`Objects::remove`] is not synced: after a power cut
//! a file that was just removed can be back, so repeat what is not sure to have been done.
//!
//! **Left behind.** A wrong, too large or dropped upload removes what it wrote. A process that is killed can't: what it
//! leaves is never visible as contents, has a name with a `#` in a folder, and may be deleted once it is older than any
//! upload takes. A bucket should have lifecycle rules for incomplete multipart uploads and for `uploads/`. In a bucket
//! that keeps versions, a removed object is still there as an older version.
//!
//! **Sealed.** With a [`KeyRing`](envelope::KeyRing), contents are sealed in chunks before they leave the process; the
//! hash that addresses them is that of the plain contents. A place is meant to be sealed or plain from its first day:
//! opened with keys it does not see what was stored without, nor the other way round. Writing contents once more seals
//! them anew, with the newest key.

mod error;
mod location;
mod objects;
mod reading;
mod sealing;
mod staging;
#[cfg(test)]
mod tests;
mod upload;

pub use error::{LocationError, ObjectsError};
pub use objects::Objects;
pub use upload::{Stored, Upload};
