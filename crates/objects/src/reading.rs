//! Contents on their way out.

use std::sync::Arc;

use bytes::Bytes;
use envelope::KeyRing;
use futures::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path};
use sha2::{Digest as _, Sha256};

use crate::{ObjectsError, sealing::Opener};

/// What is stored under a key, opened and checked.
pub(crate) fn read(
    store: Arc<dyn ObjectStore>,
    key: Path,
    sha256: [u8; 32],
    keys: Option<Arc<KeyRing>>,
) -> BoxStream<'static, Result<Bytes, ObjectsError>> {
    let begin = async move {
        let stored = match store.get(&key).await {
            Ok(found) => found.into_stream(),
            Err(object_store::Error::NotFound { .. }) => return Err(ObjectsError::NotFound),
            Err(error) => return Err(error.into()),
        };
        let reading = Reading { stored, opener: keys.map(Opener::new), hasher: Sha256::new(), sha256, held: None };
        Ok::<_, ObjectsError>(stream::try_unfold(Some(reading), step))
    };
    stream::once(begin).try_flatten().boxed()
}

struct Reading {
    stored: BoxStream<'static, object_store::Result<Bytes>>,
    opener: Option<Opener>,
    hasher: Sha256,
    sha256: [u8; 32],
    /// Held back until it is known whether it is the last piece, which waits for the check.
    held: Option<Bytes>,
}

async fn step(reading: Option<Reading>) -> Result<Option<(Bytes, Option<Reading>)>, ObjectsError> {
    let Some(mut reading) = reading else { return Ok(None) };
    while let Some(piece) = reading.next().await? {
        reading.hasher.update(&piece);
        if let Some(ready) = reading.held.replace(piece) {
            return Ok(Some((ready, Some(reading))));
        }
    }
    if <[u8; 32]>::from(reading.hasher.finalize()) != reading.sha256 {
        return Err(ObjectsError::Changed);
    }
    Ok(reading.held.map(|last| (last, None)))
}

impl Reading {
    /// The next piece, plain.
    async fn next(&mut self) -> Result<Option<Bytes>, ObjectsError> {
        let Some(opener) = &mut self.opener else { return Ok(self.stored.try_next().await?) };
        loop {
            if let Some(piece) = opener.next()? {
                return Ok(Some(piece));
            }
            match self.stored.try_next().await? {
                Some(stored) => opener.add(&stored),
                None => return opener.end().map(|()| None),
            }
        }
    }
}
