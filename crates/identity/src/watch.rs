//! Files that are read again when they change.
//!
//! The contents are compared, not the times: replacing a file by one of the same size within a second, or a link that
//! points elsewhere, is a change too. Files that belong together, such as a certificate and its key, are read together:
//! between the two writes of a renewal they don't fit, which is logged, and the old ones stay until they do.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ring::digest;
use tokio::{task, time};
use tokio_util::sync::CancellationToken;

use crate::fault::{Fault, Faults};

/// How often files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Counts what was replaced. Whoever keeps a conclusion drawn from such data keeps the number it read *before* it looked
/// at the data; as soon as the numbers differ, the conclusion is worth nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Generation(Arc<AtomicU64>);

impl Generation {
    pub(crate) fn current(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Called after the replacement.
    pub(crate) fn next(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// Makes a value of the contents of files, in the order of their paths.
type Read<T> = Box<dyn Fn(&[Vec<u8>]) -> Result<T, Faults> + Send + Sync>;

/// A value that is made of files.
pub(crate) struct Watched<T> {
    what: &'static str,
    paths: Vec<PathBuf>,
    read: Read<T>,
    held: RwLock<Arc<T>>,
    seen: Mutex<Vec<Seen>>,
    generation: Generation,
}

/// What a file held when it was last looked at: a digest, or nothing when it can't be read.
type Seen = Option<[u8; 32]>;

impl<T: Send + Sync + 'static> Watched<T> {
    /// Reads the files for the first time.
    pub(crate) fn open(
        what: &'static str,
        paths: Vec<PathBuf>,
        generation: Generation,
        read: impl Fn(&[Vec<u8>]) -> Result<T, Faults> + Send + Sync + 'static,
    ) -> Result<Arc<Watched<T>>, Faults> {
        let (seen, contents) = contents(&paths);
        let value = read(&contents?)?;
        let (held, seen) = (RwLock::new(Arc::new(value)), Mutex::new(seen));
        Ok(Arc::new(Watched { what, paths, read: Box::new(read), held, seen, generation }))
    }

    /// The value as it is now.
    pub(crate) fn get(&self) -> Arc<T> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the files changed. Blocks while it reads. What can't be used is logged once, and the old value
    /// stays.
    pub(crate) fn look(&self) {
        let (now, contents) = contents(&self.paths);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return;
        }
        *seen = now;
        match contents.and_then(|contents| (self.read)(&contents)) {
            Ok(value) => {
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
                self.generation.next();
                tracing::info!(what = self.what, "read again after a change");
            }
            Err(faults) => tracing::error!(what = self.what, %faults, "changed, but can't be used: the old stays"),
        }
    }
}

/// Looks at files every few seconds until `stop`.
pub(crate) fn keep_looking<T: Send + Sync + 'static>(watched: Arc<Watched<T>>, stop: CancellationToken) {
    tokio::spawn(async move {
        let mut ticks = time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let watched = watched.clone();
            // Reading can wait for a slow disk; a panic in it is not ours to hide, and the next look tries again.
            if let Err(error) = task::spawn_blocking(move || watched.look()).await {
                tracing::error!(%error, "looking at files failed");
            }
        }
    });
}

fn contents(paths: &[PathBuf]) -> (Vec<Seen>, Result<Vec<Vec<u8>>, Faults>) {
    let (mut seen, mut contents, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        match fs::read(path) {
            Ok(bytes) => {
                seen.push(digest::digest(&digest::SHA256, &bytes).as_ref().try_into().ok());
                contents.push(bytes);
            }
            Err(error) => {
                seen.push(None);
                faults.push(Fault::new(path.display(), format!("cannot be read: {error}")));
            }
        }
    }
    (seen, Faults::or(faults, contents))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(contents: &[Vec<u8>]) -> Result<i32, Faults> {
        let text = String::from_utf8_lossy(&contents[0]);
        text.trim().parse().map_err(|_| Fault::new("file", "no number").into())
    }

    #[test]
    fn a_change_is_seen_and_a_broken_one_keeps_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("number");
        let generation = Generation::default();
        fs::write(&path, "1").unwrap();
        let watched = Watched::open("number", vec![path.clone()], generation.clone(), number).unwrap();
        watched.look();
        assert_eq!((*watched.get(), generation.current()), (1, 0), "nothing changed");
        fs::write(&path, "2").unwrap();
        watched.look();
        assert_eq!((*watched.get(), generation.current()), (2, 1), "same size, other content");
        fs::write(&path, "broken").unwrap();
        watched.look();
        fs::remove_file(&path).unwrap();
        watched.look();
        assert_eq!((*watched.get(), generation.current()), (2, 1), "the old stays");
        fs::write(&path, "3").unwrap();
        watched.look();
        assert_eq!((*watched.get(), generation.current()), (3, 2));
    }

    #[test]
    fn every_missing_file_is_told() {
        let paths = vec!["/nowhere/a".into(), "/nowhere/b".into()];
        let Err(faults) = Watched::open("number", paths, Generation::default(), number) else {
            panic!("there are no such files")
        };
        let places: Vec<&str> = faults.0.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(places, ["/nowhere/a", "/nowhere/b"]);
    }
}
