//! Making copies of one moment.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use crate::{BackupError, On, Source, postgres, sqlite};

/// The file with the checksums of the copies, as `sha256sum --check` reads it.
const CHECKSUMS: &str = "SHA256SUMS";

/// How much of a copy is read at a time, in bytes.
const PIECE: usize = 1 << 20;

/// The copy of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The service.
    pub service: String,
    /// The file: `NAME.db` of SQLite, `NAME.dump` of PostgreSQL.
    pub file: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// The SHA-256 of it.
    pub sha256: [u8; 32],
    /// The last event of the service's feed that is in it.
    pub last_feed: i64,
}

/// Copies the databases into the folder `to`, all as they were at one moment, with `SHA256SUMS` beside them. Writers wait
/// for as long as it takes to fix a snapshot of each, not for the copying. `programs` is the folder of `pg_dump` where it
/// isn't on the path.
///
/// # Errors
/// [`BackupError`]; then there is no folder `to`.
pub async fn make(sources: &[Source], to: &Path, programs: Option<&Path>) -> Result<Vec<Copied>, BackupError> {
    each_once(sources)?;
    if to.exists() {
        return Err(BackupError::Taken(to.to_owned()));
    }
    // Made under another name, so that what has the name is whole.
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    private_folder(&partial)?;
    let copied = copy_all(sources, &partial, programs).await;
    match copied {
        Ok(copied) => {
            fs::rename(&partial, to).map_err(BackupError::file(to))?;
            Ok(copied.into_iter().map(|copy| Copied { file: to.join(&copy.file), ..copy }).collect())
        }
        Err(error) => {
            // What can't be removed doesn't have the name of a backup.
            let _ = fs::remove_dir_all(&partial);
            Err(error)
        }
    }
}

pub(crate) fn each_once(sources: &[Source]) -> Result<(), BackupError> {
    let mut named = BTreeSet::new();
    if sources.is_empty() {
        return Err(BackupError::Services("no database is named".to_owned()));
    }
    match sources.iter().find(|source| !named.insert(&source.service)) {
        Some(twice) => Err(BackupError::Services(format!("{} is named twice", twice.service))),
        None => Ok(()),
    }
}

/// The copies hold what the databases hold: nobody else may read them.
fn private_folder(folder: &Path) -> Result<(), BackupError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(BackupError::file(folder))
}

/// A database of which the commits are held up.
enum Held {
    Sqlite(sqlite::Held),
    Postgres(Box<postgres::Held>),
}

enum Snapshot {
    Sqlite(sqlite::Snapshot),
    Postgres(postgres::Snapshot),
}

/// Snapshots of one moment. Between holding the last and letting go of the first nobody commits an event anywhere: an
/// event that one snapshot saw applied was committed before, and is in the snapshot of the service it came from.
async fn snapshots(sources: &[Source]) -> Result<Vec<Snapshot>, BackupError> {
    let mut held = Vec::new();
    for source in sources {
        held.push(match source.on()? {
            On::Sqlite => Held::Sqlite(sqlite::Held::take(source).await?),
            On::Postgres => Held::Postgres(Box::new(postgres::Held::take(source).await?)),
        });
    }
    let mut snapshots = Vec::new();
    for held in &held {
        snapshots.push(match held {
            Held::Sqlite(held) => Snapshot::Sqlite(held.snapshot()?),
            Held::Postgres(held) => Snapshot::Postgres(held.snapshot().await?),
        });
    }
    for held in held {
        match held {
            Held::Sqlite(held) => held.release()?,
            Held::Postgres(held) => held.release().await?,
        }
    }
    Ok(snapshots)
}

async fn copy_all(sources: &[Source], folder: &Path, programs: Option<&Path>) -> Result<Vec<Copied>, BackupError> {
    let snapshots = snapshots(sources).await?;
    let mut copies = Vec::new();
    for (source, snapshot) in sources.iter().zip(snapshots) {
        let (name, last_feed) = match &snapshot {
            Snapshot::Sqlite(snapshot) => (format!("{}.db", source.service), snapshot.last_feed),
            Snapshot::Postgres(snapshot) => (format!("{}.dump", source.service), snapshot.last_feed),
        };
        let path = folder.join(&name);
        match snapshot {
            Snapshot::Sqlite(snapshot) => snapshot.copy(path.clone()).await?,
            Snapshot::Postgres(snapshot) => snapshot.copy(&source.url, path.clone(), programs).await?,
        }
        let (bytes, sha256) = spawn_blocking(move || settle(&path)).await??;
        copies.push(Copied { service: source.service.clone(), file: name.into(), bytes, sha256, last_feed });
    }
    checksums(folder, &copies)?;
    Ok(copies)
}

/// Sees to it that a copy is on the disk, and gives its size and hash.
fn settle(path: &Path) -> Result<(u64, [u8; 32]), BackupError> {
    let read = || {
        let mut file = File::open(path)?;
        file.sync_all()?;
        let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
        loop {
            match file.read(&mut piece)? {
                0 => return Ok((bytes, hash.finalize().into())),
                read => {
                    hash.update(&piece[..read]);
                    bytes += read as u64;
                }
            }
        }
    };
    read().map_err(BackupError::file(path))
}

fn checksums(folder: &Path, copies: &[Copied]) -> Result<(), BackupError> {
    let path = folder.join(CHECKSUMS);
    let write = || {
        let mut file = File::create(&path)?;
        for copy in copies {
            writeln!(file, "{}  {}", hex::encode(copy.sha256), copy.file.display())?;
        }
        file.sync_all()?;
        File::open(folder)?.sync_all()
    };
    write().map_err(BackupError::file(&path))
}
