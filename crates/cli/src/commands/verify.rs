//! `zorginkoop verify`: whether a receipt proves what it says. Needs no service and no network.

use std::{fs, path::Path};

use receipt::{KeyError, PublicKeys, Receipt, VerifyError};

use crate::{
    args::VerifyArguments,
    failure::Failure,
    output::{line, printable},
};

/// Checks the receipt and says what it proves.
///
/// # Errors
/// [`Failure::Refused`] when it proves nothing; other failures when a file can't be read.
pub fn run(asked: &VerifyArguments) -> Result<(), Failure> {
    let keys = PublicKeys::from_files(&asked.key).map_err(key_failure)?;
    let receipt = read(&asked.file)?;
    receipt.verify(&keys).map_err(|error| refused(&asked.file, &error))?;
    line(format!("verified: {}, signed with key {}", name(&receipt), receipt.key_id()));
    Ok(())
}

/// Reads a receipt file.
///
/// # Errors
/// [`Failure::Refused`] when it is no receipt.
pub fn read(file: &Path) -> Result<Receipt, Failure> {
    let unreadable = |error| Failure::Other(format!("{}: {error}", file.display()));
    let bytes = fs::read(file).map_err(unreadable)?;
    Receipt::read(&bytes).map_err(|error| refused(file, &error))
}

/// What a receipt is about, in one line.
pub fn name(receipt: &Receipt) -> String {
    let decision = receipt.decision();
    let time = decision.decided_time.format("%Y-%m-%d %H:%M:%S UTC");
    printable(&format!(
        "decision {} of {}: {} of {} for office {}, taken {time}",
        decision.decision_id, decision.service, decision.kind, decision.subject, decision.office
    ))
}

/// A receipt that proves nothing.
pub fn refused(file: &Path, error: &VerifyError) -> Failure {
    Failure::Refused(printable(&format!("{}: {error}", file.display())))
}

/// Keys that can't be used: a file that can't be read, or one that is not what was asked for.
pub fn key_failure(error: KeyError) -> Failure {
    match error {
        KeyError::Io { .. } => Failure::Other(error.to_string()),
        KeyError::Exposed { .. } | KeyError::NotAKey { .. } | KeyError::NoPrivateKey { .. } => {
            Failure::Usage(error.to_string())
        }
    }
}
