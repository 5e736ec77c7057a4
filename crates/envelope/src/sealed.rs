//! Sealing and opening.
//!
//! Sealed bytes: format (1 byte), version of the wrapping key (4, big-endian), nonce and wrapped data key (12 + 48),
//! nonce and record (12 + its length + 16).

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::{KeyRing, ring_file::KEY_BYTES};

const FORMAT: u8 = 1;
const TAG: usize = 16;
const HEAD: usize = 1 + 4;
const WRAPPED: usize = NONCE_LEN + KEY_BYTES + TAG;

/// Why something can't be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key that wraps it is not in the ring.
    #[error("version {0} of the key is not in the ring")]
    KeyGone(u32),
    /// It was changed, belongs to another context, or is nothing that was sealed here.
    #[error("what is sealed does not open")]
    Broken,
    /// The machine gives no randomness.
    #[error("no randomness to seal with")]
    NoRandomness,
}

impl KeyRing {
    /// Seals a record for a context, such as the table and the id of its row.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, context: &str, record: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut data_key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(data_key.as_mut_slice()).map_err(|_| SealError::NoRandomness)?;
        let version = self.newest();
        let mut sealed = head(version).to_vec();
        sealed.extend(encrypt(self.key(version)?, &head(version), data_key.as_slice())?);
        sealed.extend(encrypt(&key(data_key.as_slice())?, context.as_bytes(), record)?);
        Ok(sealed)
    }

    /// Opens what was sealed for a context.
    ///
    /// # Errors
    /// [`SealError::Broken`] when any byte of it or of the context differs, [`SealError::KeyGone`] when its key is not
    /// in the ring.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (version, wrapped, record) = parts(sealed)?;
        let data_key = decrypt(self.key(version)?, &head(version), wrapped)?;
        decrypt(&key(&data_key)?, context.as_bytes(), record)
    }

    /// The same record under the newest key; none when it is under that one already.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn rewrap(&self, sealed: &[u8]) -> Result<Option<Vec<u8>>, SealError> {
        let (version, wrapped, record) = parts(sealed)?;
        let newest = self.newest();
        if version == newest {
            return Ok(None);
        }
        let data_key = decrypt(self.key(version)?, &head(version), wrapped)?;
        let mut anew = head(newest).to_vec();
        anew.extend(encrypt(self.key(newest)?, &head(newest), &data_key)?);
        anew.extend_from_slice(record);
        Ok(Some(anew))
    }

    fn key(&self, version: u32) -> Result<&LessSafeKey, SealError> {
        self.keys.get(&version).ok_or(SealError::KeyGone(version))
    }
}

fn head(version: u32) -> [u8; HEAD] {
    let [a, b, c, d] = version.to_be_bytes();
    [FORMAT, a, b, c, d]
}

fn parts(sealed: &[u8]) -> Result<(u32, &[u8], &[u8]), SealError> {
    let (head, rest) = sealed.split_at_checked(HEAD).ok_or(SealError::Broken)?;
    let (wrapped, record) = rest.split_at_checked(WRAPPED).ok_or(SealError::Broken)?;
    match *head {
        [FORMAT, a, b, c, d] => Ok((u32::from_be_bytes([a, b, c, d]), wrapped, record)),
        _ => Err(SealError::Broken),
    }
}

fn key(bytes: &[u8]) -> Result<LessSafeKey, SealError> {
    UnboundKey::new(&AES_256_GCM, bytes).map(LessSafeKey::new).map_err(|_| SealError::Broken)
}

fn encrypt(key: &LessSafeKey, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
    let mut text = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut text)
        .map_err(|_| SealError::Broken)?;
    Ok([nonce.as_slice(), &text].concat())
}

fn decrypt(key: &LessSafeKey, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError::Broken)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
    let mut text = Zeroizing::new(text.to_vec());
    let length = key.open_in_place(nonce, Aad::from(context), &mut text).map_err(|_| SealError::Broken)?.len();
    text.truncate(length);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn ring(versions: &[(u32, u8)]) -> KeyRing {
        let keys: BTreeMap<_, _> =
            versions.iter().map(|(version, byte)| (*version, key(&[*byte; KEY_BYTES]).unwrap())).collect();
        KeyRing { keys }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_in_its_context_only(record in proptest::collection::vec(any::<u8>(), 0..200)) {
            let ring = ring(&[(1, 7)]);
            let sealed = ring.seal("person/1", &record).unwrap();
            let opened = ring.open("person/1", &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), record.as_slice());
            prop_assert_eq!(ring.open("person/2", &sealed), Err(SealError::Broken));
            let again = ring.seal("person/1", &record).unwrap();
            prop_assert_ne!(again, sealed);
        }

        #[test]
        fn any_changed_byte_breaks_it(at in 0_usize..200, bit in 0_u32..8) {
            let ring = ring(&[(1, 7)]);
            let mut sealed = ring.seal("person/1", b"Jan Jansen").unwrap();
            let at = at % sealed.len();
            sealed[at] ^= 1 << bit;
            prop_assert!(ring.open("person/1", &sealed).is_err());
            sealed.truncate(at);
            prop_assert!(ring.open("person/1", &sealed).is_err());
        }
    }

    #[test]
    fn a_newer_key_wraps_anew_and_the_old_one_may_go() {
        let sealed = ring(&[(1, 7)]).seal("person/1", b"Jan Jansen").unwrap();
        let both = ring(&[(1, 7), (2, 9)]);
        let anew = both.rewrap(&sealed).unwrap().unwrap();
        assert_eq!(both.rewrap(&anew), Ok(None));
        let new = ring(&[(2, 9)]);
        assert_eq!(new.open("person/1", &anew).unwrap().as_slice(), b"Jan Jansen");
        assert_eq!(new.open("person/1", &sealed), Err(SealError::KeyGone(1)));
        assert!(!anew.windows(6).any(|part| part == b"Jansen"));
    }
}
