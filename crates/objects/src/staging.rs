//! Where contents wait until their hash is known: in memory, and from there in parts below `uploads/`.

use std::{error::Error, mem, sync::Arc};

use bytes::{Bytes, BytesMut};
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, path::Path};
use tokio::runtime::Handle;

use crate::ObjectsError;

/// The smallest part that S3 takes, in bytes. Contents up to this size are put in one go.
pub(crate) const PART_BYTES: usize = 5 * 1024 * 1024;

/// Bytes that have no key yet.
#[derive(Debug)]
pub(crate) struct Staging {
    store: Arc<dyn ObjectStore>,
    buffer: BytesMut,
    parts: Option<Parts>,
}

impl Staging {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Staging {
        Staging { store, buffer: BytesMut::new(), parts: None }
    }

    /// Adds bytes. When this fails or is dropped half-way, the staging must not be used any more.
    pub(crate) async fn push(&mut self, bytes: &[u8]) -> Result<(), ObjectsError> {
        self.buffer.extend_from_slice(bytes);
        while self.buffer.len() > PART_BYTES {
            let part = self.buffer.split_to(PART_BYTES).freeze();
            let parts = match &mut self.parts {
                Some(parts) => parts,
                none => none.insert(Parts::begin(&self.store).await?),
            };
            parts.put(part).await?;
        }
        Ok(())
    }

    /// Makes everything visible under its key, at once and durably, in the place of what is there.
    pub(crate) async fn publish(self, key: &Path) -> Result<(), ObjectsError> {
        let rest = self.buffer.freeze();
        match self.parts {
            None => self.store.put(key, rest.into()).await.map(drop)?,
            Some(mut parts) => {
                parts.put(rest).await?;
                parts.publish(key).await?;
            }
        }
        Ok(())
    }

    /// Removes what was written, as far as that goes.
    pub(crate) async fn abandon(self) {
        if let Some(mut parts) = self.parts {
            parts.take().remove().await;
        }
    }
}

/// An object below `uploads/`. Dropped, it is removed in the background.
#[derive(Debug)]
struct Parts {
    store: Arc<dyn ObjectStore>,
    key: Path,
    state: State,
}

#[derive(Debug)]
enum State {
    Parts(Box<dyn MultipartUpload>),
    /// The parts were put together, or may have been.
    Whole,
    /// There is nothing to remove.
    Gone,
}

/// What is to be removed of an upload.
struct Leftover {
    store: Arc<dyn ObjectStore>,
    key: Path,
    state: State,
}

impl Parts {
    async fn begin(store: &Arc<dyn ObjectStore>) -> Result<Parts, ObjectsError> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| ObjectsError::NoRandomness)?;
        let key = Path::from(format!("uploads/{}", hex::encode(id)));
        let state = State::Parts(store.put_multipart(&key).await?);
        Ok(Parts { store: store.clone(), key, state })
    }

    async fn put(&mut self, part: Bytes) -> Result<(), ObjectsError> {
        match &mut self.state {
            State::Parts(upload) => Ok(upload.put_part(part.into()).await?),
            State::Whole | State::Gone => Err(ObjectsError::Interrupted),
        }
    }

    async fn publish(mut self, key: &Path) -> Result<(), ObjectsError> {
        if let State::Parts(mut upload) = mem::replace(&mut self.state, State::Whole)
            && let Err(error) = upload.complete().await
        {
            self.state = State::Parts(upload);
            return Err(error.into());
        }
        // Over what is there, not "if absent": what is there may not be durable yet, or damaged.
        self.store.rename(&self.key, key).await?;
        self.state = State::Gone;
        Ok(())
    }

    fn take(&mut self) -> Leftover {
        let state = mem::replace(&mut self.state, State::Gone);
        Leftover { store: self.store.clone(), key: self.key.clone(), state }
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        let leftover = self.take();
        if !matches!(leftover.state, State::Gone)
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(leftover.remove());
        }
    }
}

impl Leftover {
    async fn remove(self) {
        let removed = match self.state {
            State::Parts(mut upload) => upload.abort().await,
            State::Whole => self.store.delete(&self.key).await,
            State::Gone => Ok(()),
        };
        match removed {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => tracing::warn!(key = %self.key, error = &error as &dyn Error, "an upload was left behind"),
        }
    }
}
