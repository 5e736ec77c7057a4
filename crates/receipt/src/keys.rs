//! Keys: [`SigningKeys`] of a service, [`PublicKeys`] of whoever checks.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    KeyError,
    key_files::{self, Key},
};

/// The name of a key: the first 16 hexadecimal digits of the SHA-256 of the public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; 8]);

/// Why a text is not the name of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key id: expected 16 hexadecimal digits")]
pub struct NotAKeyId;

impl KeyId {
    /// The name of a public key.
    pub(crate) fn of(key: &VerifyingKey) -> KeyId {
        let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        KeyId(first)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for KeyId {
    type Err = NotAKeyId;

    fn from_str(text: &str) -> Result<KeyId, NotAKeyId> {
        let mut bytes = [0; 8];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotAKeyId)?;
        Ok(KeyId(bytes))
    }
}

impl TryFrom<String> for KeyId {
    type Error = NotAKeyId;

    fn try_from(text: String) -> Result<KeyId, NotAKeyId> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> String {
        id.to_string()
    }
}

/// Public keys by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicKeys(BTreeMap<KeyId, VerifyingKey>);

impl PublicKeys {
    /// Reads key files: PEM, a public key (SPKI) in each. A private key is taken for its public half.
    ///
    /// # Errors
    /// [`KeyError`] names the file.
    pub fn from_files(files: &[impl AsRef<Path>]) -> Result<PublicKeys, KeyError> {
        let mut keys = PublicKeys::default();
        for file in files {
            keys.add(match key_files::read(file.as_ref())? {
                Key::Private(key) => key.verifying_key(),
                Key::Public(key) => key,
            });
        }
        Ok(keys)
    }

    /// The names, in their own order.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.0.keys().copied()
    }

    pub(crate) fn add(&mut self, key: VerifyingKey) {
        self.0.insert(KeyId::of(&key), key);
    }

    pub(crate) fn get(&self, id: KeyId) -> Option<&VerifyingKey> {
        self.0.get(&id)
    }
}

/// The keys of a service: the newest private key signs; all of them, and public keys of before, verify.
#[derive(Clone)]
pub struct SigningKeys {
    current: SigningKey,
    public: PublicKeys,
}

impl SigningKeys {
    /// Reads a folder: every file that ends in `.pem` holds a private key (PKCS#8) or a public key (SPKI). The private
    /// key that comes last by file name is the newest: [`make_keys`](crate::make_keys) names files by the time.
    ///
    /// # Errors
    /// [`KeyError`] names the file or folder; there must be a private key, and nobody but its owner and group may read it.
    pub fn from_folder(folder: &Path) -> Result<SigningKeys, KeyError> {
        let files = key_files::list(folder)?;
        SigningKeys::of(&files, folder)
    }

    /// Reads key files as [`SigningKeys::from_folder`] does; here the last of the files with a private key is the
    /// newest.
    ///
    /// # Errors
    /// As [`SigningKeys::from_folder`].
    pub fn from_files(files: &[PathBuf]) -> Result<SigningKeys, KeyError> {
        SigningKeys::of(files, files.first().map_or(Path::new(""), PathBuf::as_path))
    }

    fn of(files: &[PathBuf], named: &Path) -> Result<SigningKeys, KeyError> {
        let (mut newest, mut public) = (None, PublicKeys::default());
        for file in files {
            match key_files::read(file)? {
                Key::Private(key) => {
                    public.add(key.verifying_key());
                    newest = Some(key);
                }
                Key::Public(key) => public.add(key),
            }
        }
        let current = newest.ok_or_else(|| KeyError::NoPrivateKey { path: named.to_owned() })?;
        Ok(SigningKeys { current: *current, public })
    }

    /// The key that signs.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(&self.current.verifying_key())
    }

    /// The public keys that verify what this service signed, now and before.
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }

    pub(crate) fn current(&self) -> &SigningKey {
        &self.current
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The private half is never printed.
        f.debug_struct("SigningKeys").field("key_id", &self.key_id()).finish_non_exhaustive()
    }
}
