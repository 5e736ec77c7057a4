//! Key files: PEM, PKCS#8 for private keys and SPKI for public ones, as other tools read and write them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use ed25519_dalek::{
    SigningKey, VerifyingKey,
    pkcs8::{
        DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes, spki::der::pem::LineEnding,
    },
};
use zeroize::Zeroizing;

use crate::{KeyError, KeyId};

const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----";

/// A key as a file holds it.
pub(crate) enum Key {
    Private(Box<SigningKey>),
    Public(VerifyingKey),
}

/// Makes a new pair of keys from 32 random bytes and writes it to a folder, which is made when missing: the files are
/// named by `made` and the key's name, so that the newest sorts last. Only the owner may read the private one.
///
/// # Errors
/// [`KeyError::Io`] when a file can't be written.
pub fn make_keys(folder: &Path, made: DateTime<Utc>, random: &[u8; 32]) -> Result<KeyId, KeyError> {
    let key = SigningKey::from_bytes(random);
    let public = key.verifying_key();
    let key_id = KeyId::of(&public);
    let path = |kind: &str| folder.join(format!("{}-{key_id}.{kind}.pem", made.format("%Y%m%dT%H%M%S%6fZ")));
    let not_a_key = |path: &Path, problem: String| KeyError::NotAKey { path: path.to_owned(), problem };

    make_folder(folder).map_err(|source| KeyError::Io { path: folder.to_owned(), source })?;
    let private_path = path("private");
    // Without the public half, as other tools write it: some can't read the newer form.
    let pair = KeypairBytes { secret_key: *random, public_key: None };
    let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|error| not_a_key(&private_path, error.to_string()))?;
    write(&private_path, pem.as_bytes(), 0o600)?;
    let public_path = path("public");
    let pem = public.to_public_key_pem(LineEnding::LF).map_err(|error| not_a_key(&public_path, error.to_string()))?;
    write(&public_path, pem.as_bytes(), 0o644)?;
    Ok(key_id)
}

/// The key files of a folder, by name.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, KeyError> {
    let unreadable = |source| KeyError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a key file.
pub(crate) fn read(path: &Path) -> Result<Key, KeyError> {
    let unreadable = |source| KeyError::Io { path: path.to_owned(), source };
    let not_a_key = |problem: String| KeyError::NotAKey { path: path.to_owned(), problem };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut pem = Zeroizing::new(String::new());
    file.read_to_string(&mut pem).map_err(unreadable)?;
    if !pem.contains(PRIVATE) {
        let key = VerifyingKey::from_public_key_pem(&pem).map_err(|error| not_a_key(error.to_string()))?;
        // Under a weak key anything has a valid signature.
        return if key.is_weak() { Err(not_a_key("a weak key".to_owned())) } else { Ok(Key::Public(key)) };
    }
    if exposed(&file).map_err(unreadable)? {
        return Err(KeyError::Exposed { path: path.to_owned() });
    }
    let key = SigningKey::from_pkcs8_pem(&pem).map_err(|error| not_a_key(error.to_string()))?;
    Ok(Key::Private(Box::new(key)))
}

/// Whether others than the owner and its group may do anything with an open file.
#[cfg(unix)]
fn exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn exposed(_: &File) -> io::Result<bool> {
    Ok(false)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a new file; one that exists is never replaced.
fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(path).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(|source| KeyError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
