//! [`Objects`]: the place itself.

use std::sync::Arc;

use envelope::KeyRing;
use futures::stream::BoxStream;
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path};

use crate::{ObjectsError, Upload, location, reading};

/// A place where contents are kept by their SHA-256. Clones are the same place.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    keys: Option<Arc<KeyRing>>,
}

impl Objects {
    /// Opens a place: a folder, which is made when it is missing, or with the cargo feature `s3` `s3://bucket/prefix`,
    /// with credentials, region and endpoint from the usual `AWS_…` environment. With keys, contents are sealed.
    ///
    /// Makes no call to the bucket: whether it is there shows when it is used.
    ///
    /// # Errors
    /// [`ObjectsError::Location`].
    ///
    /// # Example
    /// ```
    /// # let home = tempfile::tempdir()?;
    /// # let folder = home.path().join("documents");
    /// # let folder = folder.to_str().unwrap_or_default();
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # runtime.block_on(async {
    /// use futures::TryStreamExt as _;
    ///
    /// let objects = objects::Objects::open(folder, None)?;
    /// let mut upload = objects.writer(1_000_000);
    /// upload.write("a document".into()).await?;
    /// let stored = upload.finish(None).await?;
    /// let pieces: Vec<bytes::Bytes> = objects.read(stored.sha256).try_collect().await?;
    /// assert_eq!(pieces.concat(), b"a document");
    /// # Ok::<(), objects::ObjectsError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(location: &str, keys: Option<KeyRing>) -> Result<Objects, ObjectsError> {
        Ok(Objects::over(location::open(location)?, keys))
    }

    /// The same over any store, so that tests need no bucket for what a bucket does.
    pub(crate) fn over(store: Arc<dyn ObjectStore>, keys: Option<KeyRing>) -> Objects {
        Objects { store, keys: keys.map(Arc::new) }
    }

    /// Begins an upload of at most `limit_bytes` bytes. Nothing is written before its first [`Upload::write`].
    pub fn writer(&self, limit_bytes: u64) -> Upload {
        Upload::new(self.clone(), limit_bytes)
    }

    /// The contents with a hash, in pieces of at most tens of kilobytes from a folder and as they arrive from a bucket.
    ///
    /// The last piece comes only after the hash of everything has been checked: contents that were changed end in an
    /// error and are never there in full. Don't act on a piece before the end, or be able to take it back.
    ///
    /// # Errors
    /// An error is the last item: [`ObjectsError::NotFound`] (then the only one), [`ObjectsError::Changed`],
    /// [`ObjectsError::KeyGone`], [`ObjectsError::Store`].
    pub fn read(&self, sha256: [u8; 32]) -> BoxStream<'static, Result<bytes::Bytes, ObjectsError>> {
        reading::read(self.store.clone(), self.key(sha256), sha256, self.keys.clone())
    }

    /// Whether there are contents with this hash. Does not read them.
    ///
    /// # Errors
    /// [`ObjectsError::Store`].
    pub async fn contains(&self, sha256: [u8; 32]) -> Result<bool, ObjectsError> {
        match self.store.head(&self.key(sha256)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the contents with this hash, for everybody who stored them. That there are none is fine.
    ///
    /// # Errors
    /// [`ObjectsError::Store`].
    pub async fn remove(&self, sha256: [u8; 32]) -> Result<(), ObjectsError> {
        match self.store.delete(&self.key(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    pub(crate) fn keys(&self) -> Option<&Arc<KeyRing>> {
        self.keys.as_ref()
    }

    /// Two levels of folders keep each of them small.
    pub(crate) fn key(&self, sha256: [u8; 32]) -> Path {
        let digits = hex::encode(sha256);
        let sealed = if self.keys.is_some() { ".sealed" } else { "" };
        Path::from(format!("{}/{}/{digits}{sealed}", &digits[..2], &digits[2..4]))
    }
}
