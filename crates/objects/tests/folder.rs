//! What is in the folder itself: nothing that should not be, and nothing that can be read without the keys.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use envelope::{KeyRing, new_key_line};
use futures::TryStreamExt as _;
use objects::{Objects, ObjectsError, Stored};
use tempfile::TempDir;

/// More than one part of a bucket, which takes another way in than less does.
const LARGE_BYTES: usize = 6_000_001;

struct Place {
    home: TempDir,
    objects: Objects,
}

impl Place {
    fn plain() -> Place {
        Place::new(|_| None)
    }

    fn sealed() -> Place {
        Place::new(|home| {
            let path = home.join("contents.keys");
            fs::write(&path, new_key_line(1).unwrap().as_str()).unwrap();
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            Some(KeyRing::read(&path).unwrap())
        })
    }

    fn new(keys: impl FnOnce(&Path) -> Option<KeyRing>) -> Place {
        let home = tempfile::tempdir().unwrap();
        let objects = Objects::open(home.path().join("documents").to_str().unwrap(), keys(home.path())).unwrap();
        Place { home, objects }
    }

    fn files(&self) -> Vec<PathBuf> {
        files(&self.home.path().join("documents"))
    }

    async fn store(&self, contents: impl Into<Bytes>) -> Stored {
        let mut upload = self.objects.writer(u64::MAX);
        upload.write(contents.into()).await.unwrap();
        upload.finish(None).await.unwrap()
    }

    async fn read(&self, sha256: [u8; 32]) -> Result<Vec<u8>, ObjectsError> {
        let pieces: Vec<Bytes> = self.objects.read(sha256).try_collect().await?;
        Ok(pieces.concat())
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn people(bytes: usize) -> Vec<u8> {
    let mut text = b"Jan Jansen, ".repeat(bytes / 12 + 1);
    text.truncate(bytes);
    text
}

#[tokio::test]
async fn the_same_contents_are_one_file() {
    for place in [Place::plain(), Place::sealed()] {
        for bytes in [100, LARGE_BYTES] {
            let stored = place.store(people(bytes)).await;
            assert_eq!(place.store(people(bytes)).await, stored);
            let files = place.files();
            assert_eq!(files.len(), 1, "{files:?}");
            let name = files[0].file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with(&hex::encode(stored.sha256)), "{name}");
            place.objects.remove(stored.sha256).await.unwrap();
            assert_eq!(place.files(), Vec::<PathBuf>::new());
        }
    }
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    for place in [Place::plain(), Place::sealed()] {
        for bytes in [100, LARGE_BYTES] {
            let mut upload = place.objects.writer(u64::MAX);
            upload.write(people(bytes).into()).await.unwrap();
            assert!(matches!(upload.finish(Some([7; 32])).await, Err(ObjectsError::OtherHash { .. })));
            assert_eq!(place.files(), Vec::<PathBuf>::new());

            let mut upload = place.objects.writer(bytes as u64);
            upload.write(people(bytes).into()).await.unwrap();
            assert!(matches!(upload.write("x".into()).await, Err(ObjectsError::TooLarge { .. })));
            assert_eq!(place.files(), Vec::<PathBuf>::new());
        }
        assert!(matches!(place.objects.writer(10).finish(None).await, Err(ObjectsError::Empty)));
        assert_eq!(place.files(), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn what_is_dropped_leaves_nothing() {
    for bytes in [100, LARGE_BYTES] {
        let place = Place::sealed();
        let mut upload = place.objects.writer(u64::MAX);
        upload.write(people(bytes).into()).await.unwrap();
        assert_eq!(place.files().len(), usize::from(bytes == LARGE_BYTES));
        drop(upload);

        let mut upload = place.objects.writer(u64::MAX);
        let write = upload.write(people(bytes).into());
        let _ = tokio::time::timeout(Duration::ZERO, write).await;
        drop(upload);

        for _ in 0..500 {
            if place.files().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(place.files(), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn a_byte_changed_on_disk_is_found() {
    for place in [Place::plain(), Place::sealed()] {
        let stored = place.store(people(200_000)).await;
        let path = place.files().remove(0);
        let good = fs::read(&path).unwrap();
        for at in [0, 50, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert!(matches!(place.read(stored.sha256).await, Err(ObjectsError::Changed)), "at {at}");
        }
        place.store(people(200_000)).await;
        assert_eq!(place.read(stored.sha256).await.unwrap(), people(200_000), "written over, it is mended");
    }
}

#[tokio::test]
async fn the_plain_text_is_nowhere_in_the_folder() {
    for bytes in [100, LARGE_BYTES] {
        let place = Place::sealed();
        let mut upload = place.objects.writer(u64::MAX);
        upload.write(people(bytes).into()).await.unwrap();
        let under_way = place.files();
        let read = |files: Vec<PathBuf>| files.iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>().concat();
        let mut seen = read(under_way);
        upload.finish(None).await.unwrap();
        seen.extend(read(place.files()));
        assert!(seen.len() > bytes);
        assert!(!seen.windows(6).any(|part| part == b"Jansen"));
    }
}

/// The head of sealed contents, and their chunks.
fn chunks(sealed: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (head, mut rest) = sealed.split_at("zorginkoop sealed contents 1\n".len() + 16);
    let mut chunks = Vec::new();
    while let Some((&[_, a, b, c, d], _)) = rest.split_first_chunk::<5>() {
        let (chunk, more) = rest.split_at(5 + u32::from_be_bytes([a, b, c, d]) as usize);
        chunks.push(chunk.to_vec());
        rest = more;
    }
    (head.to_vec(), chunks)
}

#[tokio::test]
async fn chunks_have_their_place() {
    let place = Place::sealed();
    let other = place.store(people(250_001)).await;
    let (_, foreign) = chunks(&fs::read(place.files().remove(0)).unwrap());
    place.objects.remove(other.sha256).await.unwrap();

    let stored = place.store(people(250_000)).await;
    let path = place.files().remove(0);
    let good = fs::read(&path).unwrap();
    let (head, parts) = chunks(&good);
    assert_eq!(parts.len(), 4);

    let mut swapped = parts.clone();
    swapped.swap(0, 1);
    let mut of_others = parts.clone();
    of_others[1].clone_from(&foreign[1]);
    let mut last_too_early = parts[..3].to_vec();
    last_too_early[2][0] = 1;
    let twice = [&parts[..], &parts[3..]].concat();
    for (what, changed) in [
        ("swapped", swapped),
        ("of others", of_others),
        ("the first left out", parts[1..].to_vec()),
        ("the last left out", parts[..3].to_vec()),
        ("the last left out and hidden", last_too_early),
        ("the last twice", twice),
        ("none", Vec::new()),
    ] {
        fs::write(&path, [head.clone(), changed.concat()].concat()).unwrap();
        assert!(matches!(place.read(stored.sha256).await, Err(ObjectsError::Changed)), "{what}");
    }
    for bytes in [0, 10, 45, 48, 1000, good.len() - 1] {
        fs::write(&path, &good[..bytes]).unwrap();
        assert!(matches!(place.read(stored.sha256).await, Err(ObjectsError::Changed)), "{bytes} bytes of it");
    }
    fs::write(&path, &good).unwrap();
    assert_eq!(place.read(stored.sha256).await.unwrap(), people(250_000));
}

#[tokio::test]
async fn contents_put_under_another_hash_are_found() {
    for place in [Place::plain(), Place::sealed()] {
        let one = place.store(people(100)).await;
        let path = place.files().remove(0);
        let contents = fs::read(&path).unwrap();
        place.objects.remove(one.sha256).await.unwrap();
        let other = place.store(people(200)).await;
        fs::write(place.files().remove(0), contents).unwrap();
        assert!(matches!(place.read(other.sha256).await, Err(ObjectsError::Changed)));
    }
}
