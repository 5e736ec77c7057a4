//! One suite for every kind of place.

use std::{fs, path::Path, sync::Arc};

use bytes::Bytes;
use envelope::{KeyRing, new_key_line};
use futures::{FutureExt as _, TryStreamExt as _};
use object_store::{ObjectStore, ObjectStoreExt as _, memory::InMemory};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::{Objects, ObjectsError, Stored, sealing::CHUNK_BYTES, staging::PART_BYTES};

fn key_lines(versions: &[u32]) -> Vec<String> {
    versions.iter().map(|version| new_key_line(*version).unwrap().to_string()).collect()
}

fn ring(lines: &[String]) -> KeyRing {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contents.keys");
    fs::write(&path, lines.concat()).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    KeyRing::read(&path).unwrap()
}

/// A prime number of bytes, over and over: no two chunks are the same.
fn contents(bytes: usize) -> Bytes {
    let block: Vec<u8> = (0..65_521_u64).map(|at| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    let mut contents = block.repeat(bytes / block.len() + 1);
    contents.truncate(bytes);
    contents.into()
}

fn hash(contents: &[u8]) -> [u8; 32] {
    Sha256::digest(contents).into()
}

async fn store(objects: &Objects, contents: &Bytes, pieces: &[usize]) -> Result<Stored, ObjectsError> {
    let mut upload = objects.writer(contents.len() as u64);
    let mut rest = contents.clone();
    let mut sizes = pieces.iter().cycle();
    while !rest.is_empty() {
        let size = rest.len().min(sizes.next().copied().unwrap_or(usize::MAX));
        upload.write(rest.split_to(size)).await?;
    }
    upload.finish(Some(hash(contents))).await
}

async fn read(objects: &Objects, sha256: [u8; 32]) -> Result<Vec<u8>, ObjectsError> {
    let pieces: Vec<Bytes> = objects.read(sha256).try_collect().await?;
    Ok(pieces.concat())
}

async fn suite(objects: &Objects) {
    what_is_stored_is_read(objects).await;
    what_is_refused_is_not_there(objects).await;
    removed_is_gone(objects).await;
    the_same_twice_at_once(objects).await;
}

async fn what_is_stored_is_read(objects: &Objects) {
    let around_a_chunk = vec![CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1];
    let sizes = [vec![1, 100], around_a_chunk, vec![PART_BYTES, 2 * PART_BYTES + 77]];
    for bytes in sizes.concat() {
        let contents = contents(bytes);
        let sha256 = hash(&contents);
        assert!(!objects.contains(sha256).await.unwrap());
        let stored = store(objects, &contents, &[7, 70_001, 1, 0, 300_000]).await.unwrap();
        assert_eq!(stored, Stored { sha256, bytes: bytes as u64 });
        assert!(objects.contains(sha256).await.unwrap());
        assert!(read(objects, sha256).await.unwrap() == contents, "{bytes} bytes");
        objects.remove(sha256).await.unwrap();
    }
}

async fn what_is_refused_is_not_there(objects: &Objects) {
    for bytes in [10, CHUNK_BYTES + 1, PART_BYTES + 77] {
        let contents = contents(bytes);
        let found = hash(&contents);

        let mut upload = objects.writer(u64::MAX);
        upload.write(contents.clone()).await.unwrap();
        let error = upload.finish(Some([7; 32])).await.unwrap_err();
        let ObjectsError::OtherHash { expected, found: other } = error else { panic!("{error}") };
        assert_eq!((expected, other), ([7; 32], found));

        let limit = bytes as u64 - 1;
        let mut upload = objects.writer(limit);
        upload.write(contents.slice(..bytes - 1)).await.unwrap();
        let error = upload.write(contents.slice(bytes - 1..)).await.unwrap_err();
        assert!(matches!(error, ObjectsError::TooLarge { limit_bytes } if limit_bytes == limit), "{error}");
        let error = upload.write(Bytes::from_static(b"more")).await.unwrap_err();
        assert!(matches!(error, ObjectsError::Interrupted), "{error}");
        let error = upload.finish(None).await.unwrap_err();
        assert!(matches!(error, ObjectsError::TooLarge { limit_bytes } if limit_bytes == limit), "{error}");

        let mut upload = objects.writer(u64::MAX);
        upload.write(contents).await.unwrap();
        drop(upload);

        assert!(!objects.contains(found).await.unwrap());
        assert!(matches!(read(objects, found).await, Err(ObjectsError::NotFound)));
    }
    let mut upload = objects.writer(0);
    upload.write(Bytes::new()).await.unwrap();
    assert!(matches!(upload.finish(None).await, Err(ObjectsError::Empty)));
}

async fn removed_is_gone(objects: &Objects) {
    let Stored { sha256, .. } = store(objects, &contents(1000), &[]).await.unwrap();
    for _ in 0..2 {
        objects.remove(sha256).await.unwrap();
        assert!(!objects.contains(sha256).await.unwrap());
        assert!(matches!(read(objects, sha256).await, Err(ObjectsError::NotFound)));
    }
}

async fn the_same_twice_at_once(objects: &Objects) {
    for bytes in [1000, PART_BYTES + 1] {
        let contents = contents(bytes);
        let one = store(objects, &contents, &[100_000]);
        let other = store(objects, &contents, &[77_777]);
        let (one, other) = tokio::join!(one, other);
        assert_eq!(one.unwrap(), other.unwrap());
        assert!(read(objects, hash(&contents)).await.unwrap() == contents);
        objects.remove(hash(&contents)).await.unwrap();
    }
}

#[tokio::test]
async fn a_folder() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("documents");
    for keys in [None, Some(ring(&key_lines(&[1])))] {
        suite(&Objects::open(folder.to_str().unwrap(), keys).unwrap()).await;
    }
}

#[tokio::test]
async fn memory() {
    for keys in [None, Some(ring(&key_lines(&[1])))] {
        let inner = Arc::new(InMemory::new());
        suite(&Objects::over(inner.clone(), keys)).await;
        let left: Vec<_> = inner.list(None).try_collect().await.unwrap();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[tokio::test]
async fn a_failed_or_interrupted_write_can_not_be_finished() {
    let home = tempfile::tempdir().unwrap();
    let objects = Objects::open(home.path().to_str().unwrap(), None).unwrap();

    let mut upload = objects.writer(u64::MAX);
    // Begun, and dropped before it could end.
    assert!(upload.write(contents(PART_BYTES + 1)).now_or_never().is_none());
    assert!(matches!(upload.finish(None).await, Err(ObjectsError::Interrupted)));

    let objects = Objects::open(home.path().join("other").to_str().unwrap(), None).unwrap();
    fs::write(home.path().join("other").join("uploads"), "in the way").unwrap();
    let mut upload = objects.writer(u64::MAX);
    let error = upload.write(contents(PART_BYTES + 1)).await.unwrap_err();
    assert!(matches!(error, ObjectsError::Store(_)), "{error}");
    assert!(matches!(upload.finish(None).await, Err(ObjectsError::Interrupted)));
}

#[tokio::test]
async fn a_key_may_go_once_contents_were_written_anew() {
    let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let lines = key_lines(&[1, 2]);
    let [old, new, both] =
        [&lines[..1], &lines[1..], &lines[..]].map(|lines| Objects::over(inner.clone(), Some(ring(lines))));
    let contents = contents(CHUNK_BYTES * 2);
    let Stored { sha256, .. } = store(&old, &contents, &[]).await.unwrap();
    assert!(matches!(read(&new, sha256).await, Err(ObjectsError::KeyGone(1))));
    assert_eq!(read(&both, sha256).await.unwrap(), contents);
    store(&both, &contents, &[]).await.unwrap();
    assert_eq!(read(&new, sha256).await.unwrap(), contents);
    assert!(matches!(read(&old, sha256).await, Err(ObjectsError::KeyGone(2))));

    let plain = Objects::over(inner, None);
    assert!(!plain.contains(sha256).await.unwrap());
}

/// What comes out before the error, and the error.
async fn read_in_part(objects: &Objects, sha256: [u8; 32]) -> (Vec<u8>, Option<ObjectsError>) {
    let mut pieces = objects.read(sha256);
    let mut read = Vec::new();
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => read.extend(piece),
            Ok(None) => return (read, None),
            Err(error) => {
                assert!(pieces.try_next().await.unwrap().is_none(), "an error is the last item");
                return (read, Some(error));
            }
        }
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_contents_in_any_pieces(
        bytes in prop_oneof![1_usize..100, 1_usize..4 * CHUNK_BYTES],
        pieces in proptest::collection::vec(1_usize..100_000, 1..8),
        sealed: bool,
    ) {
        let objects = Objects::over(Arc::new(InMemory::new()), sealed.then(|| ring(&key_lines(&[1]))));
        let contents = contents(bytes);
        block_on(async {
            let stored = store(&objects, &contents, &pieces).await.unwrap();
            prop_assert_eq!(stored.bytes, bytes as u64);
            prop_assert!(read(&objects, stored.sha256).await.unwrap() == contents);
            Ok(())
        })?;
    }

    #[test]
    fn whatever_is_changed_is_found(
        bytes in 1_usize..3 * CHUNK_BYTES,
        at: prop::sample::Index,
        change in prop_oneof![(1_u8..=255).prop_map(Some), Just(None)],
        sealed: bool,
    ) {
        let inner = Arc::new(InMemory::new());
        let objects = Objects::over(inner.clone(), sealed.then(|| ring(&key_lines(&[1]))));
        let contents = contents(bytes);
        block_on(async {
            let Stored { sha256, .. } = store(&objects, &contents, &[]).await.unwrap();
            let key = objects.key(sha256);
            let mut stored = inner.get(&key).await.unwrap().bytes().await.unwrap().to_vec();
            let at = at.index(stored.len());
            match change {
                Some(bits) => stored[at] ^= bits,
                None => stored.truncate(at),
            }
            inner.put(&key, stored.into()).await.unwrap();
            let (read, error) = read_in_part(&objects, sha256).await;
            prop_assert!(
                matches!(error, Some(ObjectsError::Changed | ObjectsError::KeyGone(_))),
                "{error:?}"
            );
            prop_assert!(read.len() < bytes);
            prop_assert!(!sealed || contents.starts_with(&read), "sealed, only what was written comes out");
            Ok(())
        })?;
    }
}

#[test]
fn keys_are_spread_over_folders() {
    let objects = Objects::over(Arc::new(InMemory::new()), None);
    let mut sha256 = [0; 32];
    sha256[..3].copy_from_slice(&[0xab, 0xcd, 0xef]);
    let key = objects.key(sha256).to_string();
    assert_eq!(Path::new(&key), Path::new("ab/cd").join(format!("abcdef{}", "00".repeat(29))));
}
