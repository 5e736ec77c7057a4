use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac, digest::Key};
use sha2::{Digest, Sha256};

use crate::{Bsn, IdentifierError, digits};

const NAME: &str = "pseudonym";

/// Keyed pseudonym of a citizen service number, for one purpose.
///
/// The same number has the same pseudonym within a purpose and unrelated ones across purposes, so that
/// two parts of the system can't join their data on it. Sixteen bytes; as text 22 characters of
/// base64url without padding.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Pseudonym([u8; 16]);

impl Pseudonym {
    /// Parses 22 characters of base64url.
    ///
    /// # Errors
    /// Wrong length, or not base64url of sixteen bytes.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        if bytes.len() != 22 {
            return Err(IdentifierError::Length { identifier: NAME, expected: 22, found: bytes.len() });
        }
        let mut value = [0; 16];
        match URL_SAFE_NO_PAD.decode_slice(bytes, &mut value) {
            Ok(16) => Ok(Self(value)),
            _ => Err(IdentifierError::Rule { identifier: NAME, rule: "is not base64url of sixteen bytes" }),
        }
    }

    /// The sixteen bytes, for compact storage.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The pseudonym that was stored as these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

digits::text_identifier!(Pseudonym);

/// Key that turns citizen service numbers into pseudonyms for one purpose.
///
/// Holds the HMAC-SHA-256 state after the key, so that a pseudonym costs two compressions.
#[derive(Clone)]
pub struct PseudonymKey(Hmac<Sha256>);

impl PseudonymKey {
    /// Derives the key of `purpose` from the master key: HMAC(master, purpose).
    #[must_use]
    pub fn new(master: &[u8], purpose: &str) -> Self {
        let derived = keyed(master).chain_update(purpose.as_bytes()).finalize().into_bytes();
        Self(keyed(&derived))
    }

    /// The pseudonym of a number.
    ///
    /// 999999999 ("has none") also gets one, shared by all who have none: callers that need to tell
    /// persons apart must look at [`Bsn::is_none`] first.
    #[must_use]
    pub fn pseudonym(&self, bsn: &Bsn) -> Pseudonym {
        self.of_bytes(&bsn.digits()[..])
    }

    /// The pseudonym of another identifier, such as a bank account, written in one way only.
    #[must_use]
    pub fn of_text(&self, text: &str) -> Pseudonym {
        self.of_bytes(text.as_bytes())
    }

    fn of_bytes(&self, bytes: &[u8]) -> Pseudonym {
        let code = self.0.clone().chain_update(bytes).finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&code[..16]);
        Pseudonym(short)
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

/// HMAC state for a key of any length. RFC 2104 hashes keys longer than a block and pads the others
/// with zeros; doing that here leaves a block-sized key, the one case that can't be refused.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Key::<Hmac<Sha256>>::default();
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    Hmac::new(&block)
}
