//! Looks for what tells who a client is, in everything that a demo leaves.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use futures::TryStreamExt;
use sqlx::{Connection, PgConnection};

/// The name of every client in the demo's claim files.
const NAME: &[u8] = b"VOORBEELDCLIENT";
/// The length of a citizen service number.
const DIGITS: usize = 9;

/// The clients of a demo, as its returns name them.
pub struct Clients {
    numbers: BTreeSet<Vec<u8>>,
    births: Vec<Vec<u8>>,
}

impl Clients {
    /// Reads the returns: they hold what came in, and are the only place that does.
    pub fn of(out: &Path) -> Clients {
        let (mut numbers, mut births) = (BTreeSet::new(), BTreeSet::new());
        for path in files(&out.join("aw320")) {
            let bytes = fs::read(path).unwrap();
            let insured = bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"02"));
            for line in insured {
                numbers.insert(line[14..14 + DIGITS].to_vec());
                let day = std::str::from_utf8(&line[53..61]).unwrap();
                births.insert(format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]).into_bytes());
                assert!(line.windows(NAME.len()).any(|part| part == NAME));
            }
        }
        assert!(numbers.len() > 500, "{}", numbers.len());
        Clients { numbers, births: births.into_iter().collect() }
    }

    /// Fails when `bytes` hold a client's number, name or birth date.
    pub fn are_not_in(&self, what: &str, bytes: &[u8]) {
        let mut run = 0;
        for (index, byte) in bytes.iter().enumerate() {
            run = if byte.is_ascii_digit() { run + 1 } else { 0 };
            if run >= DIGITS {
                let number = &bytes[index + 1 - DIGITS..=index];
                assert!(!self.numbers.contains(number), "{what} holds a citizen service number");
            }
            if *byte == b'V' {
                assert!(!bytes[index..].starts_with(NAME), "{what} holds a client's name");
            }
            if *byte == b'-' && index >= 4 {
                let birth = self.births.iter().any(|birth| bytes[index - 4..].starts_with(birth));
                assert!(!birth, "{what} holds a client's birth date");
            }
        }
    }

    /// Everything below the demo's folder but the returns, which go back to who sent the files.
    pub fn are_not_below(&self, out: &Path) {
        let mut looked_at = 0;
        for path in files(out) {
            if !path.starts_with(out.join("aw320")) {
                self.are_not_in(&path.display().to_string(), &fs::read(&path).unwrap());
                looked_at += 1;
            }
        }
        assert!(looked_at > 5, "{looked_at}");
    }

    /// Every row of every table of the demo's databases on a server.
    pub fn are_not_on(&self, server: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for service in ["registration", "tariffing", "budget", "homecare", "screening"] {
            let database = format!("{server}/zorginkoop_demo_{service}");
            let rows = runtime.block_on(all_rows(&database));
            assert!(rows.len() > 1_000, "{database}: {} bytes", rows.len());
            self.are_not_in(&database, &rows);
        }
    }
}

async fn all_rows(database: &str) -> Vec<u8> {
    const TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    let mut connection = PgConnection::connect(database).await.unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(TABLES).fetch_all(&mut connection).await.unwrap();
    let mut all = Vec::new();
    for (table,) in tables {
        let copy = format!("COPY {table} TO STDOUT (FORMAT binary)");
        let mut rows = connection.copy_out_raw(&copy).await.unwrap();
        while let Some(part) = rows.try_next().await.unwrap() {
            all.extend_from_slice(&part);
        }
    }
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
