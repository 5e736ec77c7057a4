//! [`KeyRing`]: the keys that wrap data keys, by version.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// Keys by version. The newest one wraps; older ones still unwrap, so that they may go once nothing is left of them.
pub struct KeyRing {
    pub(crate) keys: BTreeMap<u32, LessSafeKey>,
}

/// What is wrong with a file of keys. Never holds anything of a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// It can't be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others than its owner and group may read it.
    #[error("{0} can be read by everybody: chmod 600")]
    OpenToOthers(PathBuf),
    /// A line is no key.
    #[error("{path}, line {line}: expected a version from 1 and 64 hexadecimal digits")]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A version stands there twice.
    #[error("{path}: version {version} stands there twice")]
    Twice {
        /// The file.
        path: PathBuf,
        /// The version.
        version: u32,
    },
    /// There is no key in it.
    #[error("{0} holds no key")]
    Empty(PathBuf),
    /// The machine gives no randomness.
    #[error("no randomness for a key")]
    NoRandomness,
}

impl KeyRing {
    /// Reads a file of keys: a line each, a version from 1 and 64 hexadecimal digits; `#` begins a comment.
    ///
    /// # Errors
    /// [`KeyRingError`] names the file and the line.
    pub fn read(path: &Path) -> Result<KeyRing, KeyRingError> {
        let unreadable = |source| KeyRingError::Unreadable { path: path.to_owned(), source };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
            if mode & 0o007 != 0 {
                return Err(KeyRingError::OpenToOthers(path.to_owned()));
            }
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(unreadable)?);
        let mut keys = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let not_a_key = || KeyRingError::NotAKey { path: path.to_owned(), line: index + 1 };
            let (version, key) = read_line(line).ok_or_else(not_a_key)?;
            if keys.insert(version, key).is_some() {
                return Err(KeyRingError::Twice { path: path.to_owned(), version });
            }
        }
        if keys.is_empty() { Err(KeyRingError::Empty(path.to_owned())) } else { Ok(KeyRing { keys }) }
    }

    /// The version that wraps.
    pub fn newest(&self) -> u32 {
        self.keys.keys().next_back().copied().unwrap_or_default()
    }
}

fn read_line(line: &str) -> Option<(u32, LessSafeKey)> {
    let (version, digits) = line.split_once(char::is_whitespace)?;
    let version = version.parse().ok().filter(|version| *version > 0)?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    hex::decode_to_slice(digits.trim(), bytes.as_mut_slice()).ok()?;
    Some((version, LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes.as_slice()).ok()?)))
}

/// A line with a new key, for a file of keys.
///
/// # Errors
/// [`KeyRingError::NoRandomness`].
pub fn new_key_line(version: u32) -> Result<Zeroizing<String>, KeyRingError> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| KeyRingError::NoRandomness)?;
    let digits = Zeroizing::new(hex::encode(key.as_slice()));
    Ok(Zeroizing::new(format!("{version} {}\n", digits.as_str())))
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("versions", &self.keys.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.keys");
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        (folder, path)
    }

    #[test]
    fn the_newest_key_wraps() {
        let text = format!("# keys\n{}{}", new_key_line(2).unwrap().as_str(), new_key_line(1).unwrap().as_str());
        let (_folder, path) = file(&text);
        let ring = KeyRing::read(&path).unwrap();
        assert_eq!(ring.newest(), 2);
        assert_eq!(format!("{ring:?}"), "KeyRing { versions: [1, 2], .. }");
    }

    #[test]
    fn faults_name_the_line_and_not_the_key() {
        let good = new_key_line(1).unwrap();
        for (text, problem) in [
            (format!("{}2 abcd", good.as_str()), "line 2: expected a version"),
            (good.replace("1 ", "0 "), "line 1: expected a version"),
            (good.replace("1 ", ""), "line 1: expected a version"),
            (good.repeat(2), "version 1 stands there twice"),
            ("# none\n".to_owned(), "holds no key"),
        ] {
            let (_folder, path) = file(&text);
            let error = KeyRing::read(&path).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
            assert!(!error.contains(&good[2..20]), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let (_folder, path) = file(new_key_line(1).unwrap().as_str());
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o604)).unwrap();
        assert!(matches!(KeyRing::read(&path), Err(KeyRingError::OpenToOthers(_))));
    }
}
