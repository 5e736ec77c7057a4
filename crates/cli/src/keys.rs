//! The keys of services that run from one data folder, made when there are none yet.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use runtime::Clock;

use crate::failure::Failure;

/// Where the keys are.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Of the clients' pseudonyms.
    pub pseudonyms: PathBuf,
    /// That people of providers are sealed with.
    pub people: PathBuf,
    /// The folder of those that receipts are signed with.
    pub receipts: PathBuf,
}

impl Keys {
    /// The keys of a data folder; what is missing is made, readable by its owner only.
    ///
    /// # Errors
    /// When a file can't be written, or the machine gives no randomness.
    pub fn in_folder(data: &Path) -> Result<Keys, Failure> {
        let keys = Keys {
            pseudonyms: data.join("pseudonym.key"),
            people: data.join("people.keys"),
            receipts: data.join("receipt-keys"),
        };
        for file in [&keys.pseudonyms, &keys.people] {
            if !file.exists() {
                let line = envelope::new_key_line(1).map_err(|error| Failure::Other(error.to_string()))?;
                write(file, line.as_bytes())?;
            }
        }
        if !keys.receipts.exists() {
            let mut random = [0_u8; 32];
            getrandom::fill(&mut random)
                .map_err(|error| Failure::Other(format!("no randomness for a key: {error}")))?;
            receipt::make_keys(&keys.receipts, Clock::system().now(), &random)
                .map_err(|error| Failure::Other(error.to_string()))?;
        }
        Ok(keys)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?.write_all(bytes)?)
}
