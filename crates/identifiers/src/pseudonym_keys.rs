use std::{collections::BTreeMap, fmt};

use zeroize::Zeroizing;

use crate::{Bsn, Pseudonym, PseudonymKey};

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// Keys for the pseudonyms of one purpose, by version.
///
/// The newest one makes pseudonyms. Older ones are kept for a while, to find what is on record under the pseudonyms
/// they made: each client that is seen meanwhile is linked to its earlier pseudonyms.
#[derive(Clone)]
pub struct PseudonymKeys {
    newest_version: u32,
    newest: PseudonymKey,
    /// From newer to older.
    earlier: Vec<(u32, PseudonymKey)>,
}

/// What is wrong with a text of keys. Never holds anything of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PseudonymKeysError {
    /// A line is no key.
    #[error("line {line}: expected a version from 1 and 64 hexadecimal digits")]
    NotAKey {
        /// The line, from 1.
        line: usize,
    },
    /// A version stands there twice.
    #[error("version {version} stands there twice")]
    Twice {
        /// The version.
        version: u32,
    },
    /// A key stands there under two versions.
    #[error("version {version} is the same key as an earlier one")]
    SameKey {
        /// The later version.
        version: u32,
    },
    /// There is no key in it.
    #[error("holds no key")]
    Empty,
}

impl PseudonymKeys {
    /// Reads a line for each key, a version from 1 and 64 hexadecimal digits, and derives those of `purpose`; `#` begins
    /// a comment.
    ///
    /// # Errors
    /// [`PseudonymKeysError`] names the line or the version.
    pub fn parse(text: &str, purpose: &str) -> Result<Self, PseudonymKeysError> {
        let mut keys: BTreeMap<u32, Zeroizing<[u8; KEY_BYTES]>> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (version, key) = read_line(line).ok_or(PseudonymKeysError::NotAKey { line: index + 1 })?;
            if keys.contains_key(&version) {
                return Err(PseudonymKeysError::Twice { version });
            }
            if let Some(other) = keys.iter().find_map(|(other, known)| (**known == *key).then_some(*other)) {
                return Err(PseudonymKeysError::SameKey { version: version.max(other) });
            }
            keys.insert(version, key);
        }
        let (newest_version, newest) = keys.pop_last().ok_or(PseudonymKeysError::Empty)?;
        let key = |master: &Zeroizing<[u8; KEY_BYTES]>| PseudonymKey::new(master.as_slice(), purpose);
        let earlier = keys.iter().rev().map(|(version, master)| (*version, key(master))).collect();
        Ok(Self { newest_version, newest: key(&newest), earlier })
    }

    /// One key, without a version before it.
    #[must_use]
    pub fn only(key: PseudonymKey) -> Self {
        Self { newest_version: 1, newest: key, earlier: Vec::new() }
    }

    /// The version that makes pseudonyms.
    #[must_use]
    pub fn newest_version(&self) -> u32 {
        self.newest_version
    }

    /// Whether the key of a version is there, as the newest or as an older one.
    #[must_use]
    pub fn holds(&self, version: u32) -> bool {
        version == self.newest_version || self.earlier.iter().any(|(earlier, _)| *earlier == version)
    }

    /// Whether there are older keys beside the newest.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// The pseudonym of a number. See [`PseudonymKey::pseudonym`].
    #[must_use]
    pub fn pseudonym(&self, bsn: &Bsn) -> Pseudonym {
        self.newest.pseudonym(bsn)
    }

    /// The pseudonyms that older keys make of a number, from newer to older.
    pub fn earlier<'a>(&'a self, bsn: &'a Bsn) -> impl Iterator<Item = Pseudonym> + 'a {
        self.earlier.iter().map(|(_, key)| key.pseudonym(bsn))
    }

    /// The pseudonym of another identifier. See [`PseudonymKey::of_text`].
    #[must_use]
    pub fn of_text(&self, text: &str) -> Pseudonym {
        self.newest.of_text(text)
    }

    /// The pseudonyms that older keys make of another identifier, from newer to older.
    pub fn earlier_of_text<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Pseudonym> + 'a {
        self.earlier.iter().map(|(_, key)| key.of_text(text))
    }
}

fn read_line(line: &str) -> Option<(u32, Zeroizing<[u8; KEY_BYTES]>)> {
    let (version, digits) = line.split_once(char::is_whitespace)?;
    let version = version.parse().ok().filter(|version| *version > 0)?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    hex::decode_to_slice(digits.trim(), bytes.as_mut_slice()).ok()?;
    Some((version, bytes))
}

impl fmt::Debug for PseudonymKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (newest, earlier) = (self.newest_version, self.earlier.len());
        f.debug_struct("PseudonymKeys").field("newest", &newest).field("earlier", &earlier).finish_non_exhaustive()
    }
}
