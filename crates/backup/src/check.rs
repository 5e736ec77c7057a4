//! Whether databases are whole, and of one moment.

use std::collections::BTreeMap;

use database::{Cursor, Db, Options, fetch_one};

use crate::{BackupError, On, Source, make::each_once, sqlite};

const FEED: &str = "SELECT CAST(COUNT(*) AS BIGINT), COALESCE(MIN(sequence), 1), COALESCE(MAX(sequence), 0) FROM feed";

/// What there is to say of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The service.
    pub service: String,
    /// Events in its feed.
    pub events: i64,
    /// Entries in its audit log.
    pub audit_entries: i64,
    /// The hash of the last of them.
    pub audit_head: [u8; 32],
    /// What is wrong; nothing when the database is whole and fits the others.
    pub problems: Vec<String>,
}

/// Looks whether each database is whole (the file of SQLite, the chain of the audit log, the numbers of the feed) and
/// whether the events that one applied are those that the other has. Changes nothing. Of a service that follows one that
/// isn't among them, that part can't be told.
///
/// # Errors
/// [`BackupError`] when a database can't be opened or read.
pub async fn check(sources: &[Source]) -> Result<Vec<Checked>, BackupError> {
    each_once(sources)?;
    let (mut open, mut damaged) = (BTreeMap::new(), BTreeMap::new());
    for source in sources {
        let found = damage(source).await?;
        if found.is_empty() {
            open.insert(source.service.as_str(), look_into(source).await?);
        } else {
            damaged.insert(source.service.as_str(), found);
        }
    }
    let mut checked = Vec::new();
    for Source { service, .. } in sources {
        checked.push(match open.get(service.as_str()) {
            Some(db) => of_one(service, db, &open).await?,
            None => Checked {
                service: service.clone(),
                events: 0,
                audit_entries: 0,
                audit_head: [0; 32],
                problems: damaged.remove(service.as_str()).unwrap_or_default(),
            },
        });
    }
    for db in open.values() {
        db.close().await;
    }
    Ok(checked)
}

async fn damage(source: &Source) -> Result<Vec<String>, BackupError> {
    match source.on()? {
        On::Sqlite => sqlite::damage(source).await,
        // PostgreSQL reads its own files, and tells whoever asks.
        On::Postgres => Ok(Vec::new()),
    }
}

async fn look_into(source: &Source) -> Result<Db, BackupError> {
    let options = Options { migrate: false, max_connections: 2, ..Options::default() };
    Db::open_with(&source.url, &[], options).await.map_err(BackupError::database(&source.service))
}

/// What is to be said of a database that can be read, beside the others.
async fn of_one(service: &str, db: &Db, all: &BTreeMap<&str, Db>) -> Result<Checked, BackupError> {
    let refused = BackupError::database(service);
    let mut found = alone(service, db).await?;
    let cursors = db.read().await.map_err(refused)?.cursors().await.map_err(refused)?;
    for cursor in cursors {
        match all.get(cursor.feed.as_str()) {
            Some(followed) => found.problems.extend(beside(&cursor, followed).await?),
            None => found.problems.push(format!("follows {}, of which nothing can be told", cursor.feed)),
        }
    }
    Ok(found)
}

/// What can be told of one database by itself.
async fn alone(service: &str, db: &Db) -> Result<Checked, BackupError> {
    let refused = BackupError::database(service);
    let mut problems = Vec::new();
    let audit = db.check_audit().await.map_err(refused)?;
    if let Some(broken) = audit.broken {
        problems.push(format!("the audit log is broken at entry {}: {}", broken.sequence, broken.problem));
    }
    let mut tx = db.read().await.map_err(refused)?;
    let (events, first, last) = fetch_one!(tx, FEED => (i64, i64, i64)).map_err(refused)?;
    let counted = tx.feed_last().await.map_err(refused)?;
    if (first, last, events) != (1, counted, counted) {
        let has = format!("{events} events, {first} to {last}");
        problems.push(format!("the feed has {has}; it should have 1 to {counted}"));
    }
    Ok(Checked { service: service.to_owned(), events, audit_entries: audit.entries, audit_head: audit.head, problems })
}

/// What is wrong with how far a feed was applied, beside the database whose feed it is.
async fn beside(cursor: &Cursor, source: &Db) -> Result<Option<String>, BackupError> {
    let Cursor { feed, sequence, as_of } = cursor;
    let refused = BackupError::database(feed);
    let last = source.feed_last().await.map_err(refused)?;
    if *sequence > last {
        return Ok(Some(format!("applied event {sequence} of {feed}, of which the feed ends at {last}")));
    }
    let at = source.feed_page(sequence - 1, 1).await.map_err(refused)?;
    let is_it = at.first().is_some_and(|event| event.sequence == *sequence && event.recorded_time == *as_of);
    Ok((!is_it).then(|| format!("applied another event {sequence} of {feed} than is there now, recorded at {as_of}")))
}
