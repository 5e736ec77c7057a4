//! Identifiers of Dutch care: AGB, BSN, KvK, UZOVI, region.
//!
//! Each identifier is parsed once, at the edge; from then on its type says that it is well formed.
//! Whether it also exists (an AGB that is in use, a BSN that was issued) is not decided here.
//!
//! A [`Bsn`] can't be printed or serialised: what leaves the edge is a [`Pseudonym`] of it.

mod agb;
mod bsn;
mod digits;
mod error;
mod kvk;
mod postcode;
mod pseudonym;
mod pseudonym_keys;
mod region;
mod uzovi;

pub use agb::Agb;
pub use bsn::Bsn;
pub use error::IdentifierError;
pub use kvk::{Kvk, KvkBranch};
pub use postcode::Postcode;
pub use pseudonym::{Pseudonym, PseudonymKey};
pub use pseudonym_keys::{PseudonymKeys, PseudonymKeysError};
pub use region::{Region, RegionInfo};
pub use uzovi::Uzovi;
