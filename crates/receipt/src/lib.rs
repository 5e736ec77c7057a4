//! Receipts: proof of a decision that anybody can check, offline and years later.
//!
//! A [`Receipt`] holds a decision, its explanation, the facts and the rule files it was taken from, and the Ed25519
//! signature of the service that took it. One format serves all services. Nothing else is needed to check it but the
//! service's public key ([`Receipt::verify`]), and nothing else to take the decision again but the service's program.
//!
//! **What is signed** is the body: the text `zorginkoop receipt 1` and a line feed, then these fields in this order,
//! each as its length in bytes (64 bits, big-endian) and its bytes:
//!
//! 1. service, 2. decision id, 3. office, 4. kind, 5. subject: UTF-8,
//! 6. decided time: RFC 3339 in UTC with six decimals, such as `2026-11-22T09:30:00.000000Z`,
//! 7. SHA-256 of the facts, 8. SHA-256 of the rule archive: 32 bytes each,
//! 9. key id: 16 hexadecimal digits, the first of the SHA-256 of the public key's 32 bytes,
//! 10. the explanation, as stored with the decision.
//!
//! **The file** is JSON, one field to a line, in a fixed order. The explanation, the facts and the rule archive stand
//! in it as the very bytes that were stored, so that hashes can be taken from the file itself. There is one way to
//! write a receipt: a file that differs from it in any byte, white space included, is refused.

mod body;
mod error;
mod file;
mod key_files;
mod keys;
mod receipt;

pub use error::{KeyError, SignError, VerifyError};
pub use key_files::make_keys;
pub use keys::{KeyId, PublicKeys, SigningKeys};
pub use receipt::{Decision, Receipt};

/// The first field of a receipt, and the first line of what is signed: the format and its version.
const FORMAT: &str = "zorginkoop receipt 1";
