//! [`Upload`]: contents on their way in.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::{Objects, ObjectsError, sealing::Sealer, staging::Staging};

/// Bytes taken from a piece at a time: one chunk when it is sealed.
const STEP_BYTES: usize = crate::sealing::CHUNK_BYTES;

/// Contents on their way in, counted and hashed as they come. Holds about 10 MiB in memory at most, whatever the size.
///
/// Dropped before [`finish`](Self::finish) it leaves nothing that can be read; what was written already is removed in
/// the background, for which the tokio runtime must go on for a moment.
#[derive(Debug)]
pub struct Upload {
    objects: Objects,
    limit_bytes: u64,
    bytes: u64,
    hasher: Sha256,
    sealer: Option<Sealer>,
    /// None when a write failed or was dropped half-way: there would be a hole in what is written.
    staging: Option<Staging>,
}

/// What was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The SHA-256 of the plain contents, by which they can be read.
    pub sha256: [u8; 32],
    /// Their size in bytes, plain.
    pub bytes: u64,
}

impl Upload {
    pub(crate) fn new(objects: Objects, limit_bytes: u64) -> Upload {
        let sealer = objects.keys().cloned().map(Sealer::new);
        let staging = Some(Staging::new(objects.store().clone()));
        Upload { objects, limit_bytes, bytes: 0, hasher: Sha256::new(), sealer, staging }
    }

    /// Adds a piece, of any size.
    ///
    /// After an error, or when the future is dropped before its end, the upload can't be finished any more.
    ///
    /// # Errors
    /// [`ObjectsError::TooLarge`] as soon as the limit is passed, [`ObjectsError::Interrupted`] after an earlier error,
    /// [`ObjectsError::Store`] and what else storing can run into.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), ObjectsError> {
        let mut staging = self.staging.take().ok_or(ObjectsError::Interrupted)?;
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        if self.bytes > self.limit_bytes {
            staging.abandon().await;
            return Err(self.too_large());
        }
        for step in piece.chunks(STEP_BYTES) {
            self.hasher.update(step);
            match &mut self.sealer {
                None => staging.push(step).await?,
                Some(sealer) => staging.push(&sealer.add(step)?).await?,
            }
        }
        self.staging = Some(staging);
        Ok(())
    }

    /// Stores what was written, when it is what was announced. `Ok` means durable and readable by its hash.
    ///
    /// Contents that are there already are written over with the same, which mends them should they have been damaged.
    ///
    /// # Errors
    /// In this order: [`ObjectsError::TooLarge`], [`ObjectsError::Interrupted`] after an earlier error,
    /// [`ObjectsError::Empty`], [`ObjectsError::OtherHash`]; these leave nothing. [`ObjectsError::Store`] and what else
    /// storing can run into.
    pub async fn finish(mut self, expected_sha256: Option<[u8; 32]>) -> Result<Stored, ObjectsError> {
        if self.bytes > self.limit_bytes {
            return Err(self.too_large());
        }
        let mut staging = self.staging.take().ok_or(ObjectsError::Interrupted)?;
        let sha256 = self.hasher.finalize().into();
        if let Err(refusal) = check(self.bytes, sha256, expected_sha256) {
            staging.abandon().await;
            return Err(refusal);
        }
        if let Some(sealer) = self.sealer {
            staging.push(&sealer.last()?).await?;
        }
        staging.publish(&self.objects.key(sha256)).await?;
        Ok(Stored { sha256, bytes: self.bytes })
    }

    fn too_large(&self) -> ObjectsError {
        ObjectsError::TooLarge { limit_bytes: self.limit_bytes }
    }
}

fn check(bytes: u64, found: [u8; 32], expected: Option<[u8; 32]>) -> Result<(), ObjectsError> {
    match expected {
        _ if bytes == 0 => Err(ObjectsError::Empty),
        Some(expected) if expected != found => Err(ObjectsError::OtherHash { expected, found }),
        _ => Ok(()),
    }
}
