//! Certificates, revocation lists and tokens for development and tests. Nothing here is for production: the keys are made
//! where they are used, and lie in plain files.

mod authority;
mod folder;
mod issuer;

use std::{io, path::PathBuf};

pub use authority::{Authority, Issued, Period};
pub use folder::{Contents, SERVICES, Written};
pub use issuer::TokenIssuer;

/// Why something could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// A certificate or list.
    #[error("a certificate can't be made")]
    Certificate(#[from] rcgen::Error),
    /// A name is none.
    #[error("{0:?} must be dns:NAME, uri:URI, email:ADDRESS or ip:ADDRESS")]
    Name(String),
    /// The system gave no randomness, or a key could not be made of it.
    #[error("a key can't be made")]
    Key,
    /// A time can't be written in a certificate.
    #[error("a certificate can't hold the time")]
    Time(#[from] time::error::ComponentRange),
    /// A file is there already.
    #[error("{0} exists: --force replaces it")]
    Exists(PathBuf),
    /// A file can't be written.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
