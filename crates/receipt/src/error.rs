//! What can be wrong with receipts and keys.

use std::path::PathBuf;

use crate::KeyId;

/// Why a receipt proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The bytes are no receipt, or one of a format that is not known here.
    #[error("not a receipt: {0}")]
    NotAReceipt(String),
    /// It reads as a receipt, but no service writes it like that.
    #[error("not a receipt as it was written: line {line} was changed")]
    NotCanonical {
        /// The first line that differs, from 1.
        line: usize,
    },
    /// None of the keys given signed it.
    #[error("signed with key {0}, which is none of the keys given")]
    UnknownKey(KeyId),
    /// The signature is not one of the key over what the receipt says.
    #[error("the signature is wrong: the decision or its explanation was changed, or another key signed it")]
    Signature,
    /// The facts are not those that were signed for.
    #[error("the facts are not those of the decision")]
    FactsHash,
    /// The rule files are not those that were signed for.
    #[error("the rule files are not those of the decision")]
    RulesHash,
}

/// Why a decision can't be signed for: what is stored of it does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// A part that is kept as JSON is none.
    #[error("the {part} of the decision: {problem}")]
    NotJson {
        /// Which part.
        part: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The explanation is of other facts.
    #[error("the explanation is of other facts than those stored with it")]
    OtherFacts,
    /// The explanation is of other rules.
    #[error("the explanation is of other rule files than those stored with it")]
    OtherRules,
}

/// Why keys can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file or folder can't be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A private key that everybody may read is no secret.
    #[error("{path}: everybody may read this private key; take that right away (chmod 600)")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// A file holds no key of the right kind.
    #[error("{path}: not an Ed25519 key in PEM (PKCS#8 or SPKI): {problem}")]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// None of the files holds a private key.
    #[error("{path}: holds no private key to sign with")]
    NoPrivateKey {
        /// The folder, or the first of the files.
        path: PathBuf,
    },
}
