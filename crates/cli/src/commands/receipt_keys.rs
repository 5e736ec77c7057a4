//! `zorginkoop receipt-keys`: a new pair of keys to sign receipts with.

use runtime::Clock;

use super::verify::key_failure;
use crate::{args::ReceiptKeysArguments, failure::Failure, output::line};

/// Makes the pair and prints its name.
///
/// # Errors
/// When there is no randomness, or the files can't be written.
pub fn run(asked: &ReceiptKeysArguments) -> Result<(), Failure> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|error| Failure::Other(format!("no randomness for a key: {error}")))?;
    let key_id = receipt::make_keys(&asked.out, Clock::system().now(), &random).map_err(key_failure)?;
    line(format!("key {key_id} in {}", asked.out.display()));
    Ok(())
}
