//! What can go wrong.

use std::{io, path::PathBuf};

use envelope::SealError;

/// Why contents can't be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// There are no contents with this hash.
    #[error("there are no contents with this hash")]
    NotFound,
    /// More was written than the upload may hold.
    #[error("the contents are larger than {limit_bytes} bytes")]
    TooLarge {
        /// What it may hold.
        limit_bytes: u64,
    },
    /// Nothing was written.
    #[error("the contents are empty")]
    Empty,
    /// The contents are not those that were announced.
    #[error("the contents have hash {} where {} was expected", hex::encode(.found), hex::encode(.expected))]
    OtherHash {
        /// The SHA-256 that was announced.
        expected: [u8; 32],
        /// The SHA-256 of what was written.
        found: [u8; 32],
    },
    /// An earlier write of the upload failed or was given up half-way: begin the upload again.
    #[error("an earlier write of this upload did not come to its end")]
    Interrupted,
    /// What is stored is not what was written: bytes of it changed, went missing or were put elsewhere.
    #[error("the stored contents were changed")]
    Changed,
    /// The key it was sealed with is not in the ring.
    #[error("version {0} of the key is not in the ring")]
    KeyGone(u32),
    /// The machine gives no randomness.
    #[error("no randomness for an upload")]
    NoRandomness,
    /// The folder or the bucket fails. After this, what was to be done may have been done or not.
    #[error("the store of contents fails")]
    Store(#[from] object_store::Error),
    /// This is no place to keep contents.
    #[error(transparent)]
    Location(#[from] LocationError),
}

/// Why a location is no place to keep contents.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// It has another form.
    #[error("{0:?} is neither a folder nor s3://bucket/prefix")]
    NotALocation(String),
    /// It is in a bucket, and this program was built without.
    #[error("{0}: this program was built without S3, build it with the feature `s3` of the crate objects")]
    WithoutS3(String),
    /// The folder can't be made.
    #[error("cannot make the folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The folder or the settings of the bucket, such as the AWS environment, don't serve.
    #[error("{location} can't be opened")]
    Unusable {
        /// The location.
        location: String,
        /// Why not.
        source: object_store::Error,
    },
}

impl From<SealError> for ObjectsError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Broken => ObjectsError::Changed,
            SealError::KeyGone(version) => ObjectsError::KeyGone(version),
            SealError::NoRandomness => ObjectsError::NoRandomness,
        }
    }
}
