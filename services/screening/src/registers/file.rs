//! A register as a file that the office gets from it: CSV, or JSON with the same names.
//!
//! ```text
//! as_of;2024-05-01
//! agb;kvk;name;birth_date;code;first_day;last_day;value;text
//! 41410001;;;;measure;2024-02-01;;;Instruction
//! ;;A. de Vries;1970-01-31;hit;;;;
//! 41410002;12345678;;;;;;;
//! ```
//!
//! A row is about whoever has its AGB code, its KvK number, or its name and birth date; names are compared by their
//! letters, without marks and case. A row without a code says that the register knows the subject and holds nothing. JSON
//! is `{"as_of": "2024-05-01", "rows": [{"agb": "41410001", "code": "measure", "first_day": "2024-02-01"}]}`. A file that
//! was replaced is read again.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use chrono::NaiveDate;
use money::Decimal;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{Identity, NoAnswer};
use crate::domain::{Entry, Held};

/// A file, and what was read of it last.
#[derive(Debug)]
pub struct FileRegister {
    path: PathBuf,
    read: Arc<Mutex<LastRead>>,
}

/// What was read last, and of which file.
type LastRead = Option<(Stamp, Arc<Table>)>;

/// When a file was written, and how long it is: another one is another file.
type Stamp = (SystemTime, u64);

/// The rows, and where those of somebody are. Names are in it: there is no `Debug` that shows them.
struct Table {
    as_of: NaiveDate,
    rows: Vec<Option<Entry>>,
    by_key: HashMap<String, Vec<usize>>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table of {} rows", self.rows.len())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    as_of: NaiveDate,
    rows: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Row {
    agb: String,
    kvk: String,
    name: String,
    birth_date: Option<NaiveDate>,
    code: String,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    value: Option<Decimal>,
    text: String,
}

impl FileRegister {
    /// The register in a file, which is read when it is asked.
    pub fn new(path: PathBuf) -> FileRegister {
        FileRegister { path, read: Arc::default() }
    }

    /// What it holds about somebody.
    pub async fn consult(&self, who: &Identity) -> Result<Held, NoAnswer> {
        let (path, read) = (self.path.clone(), self.read.clone());
        let table = tokio::task::spawn_blocking(move || current(&path, &read)).await;
        let table = table.map_err(|_| NoAnswer::Failed("reading the file broke off".to_owned()))??;
        Ok(table.about(who))
    }
}

fn current(path: &Path, read: &Mutex<LastRead>) -> Result<Arc<Table>, NoAnswer> {
    let failed = |error: std::io::Error| NoAnswer::Failed(error.to_string());
    let metadata = fs::metadata(path).map_err(failed)?;
    let stamp = (metadata.modified().map_err(failed)?, metadata.len());
    let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, table)) = read.as_ref().filter(|(of, _)| *of == stamp) {
        tracing::debug!(?of, "the register's file is known");
        return Ok(table.clone());
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let document = match path.extension().is_some_and(|extension| extension == "json") {
        true => serde_json::from_str(&text).map_err(|error| format!("line {}: not as described", error.line())),
        false => from_csv(&text),
    };
    let table = Arc::new(Table::of(document.map_err(NoAnswer::Failed)?));
    *read = Some((stamp, table.clone()));
    Ok(table)
}

// What is wrong is told by its line: the line itself may name somebody.
fn from_csv(text: &str) -> Result<Document, String> {
    let (first, rest) = text.split_once('\n').ok_or("one line only")?;
    let as_of = first.trim_end().strip_prefix("as_of;").and_then(|day| day.parse().ok());
    let as_of = as_of.ok_or("line 1: expected as_of; and a day")?;
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').trim(csv::Trim::All).from_reader(rest.as_bytes());
    let mut rows = Vec::new();
    for (number, row) in reader.deserialize::<Row>().enumerate() {
        rows.push(row.map_err(|_| format!("line {}: not as described", number + 3))?);
    }
    Ok(Document { as_of, rows })
}

impl Table {
    fn of(document: Document) -> Table {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        let mut rows = Vec::with_capacity(document.rows.len());
        for row in document.rows {
            for key in keys(&row.agb, &row.kvk, &row.name, row.birth_date) {
                by_key.entry(key).or_default().push(rows.len());
            }
            let Row { code, first_day, last_day, value, text, .. } = row;
            rows.push((!code.is_empty()).then_some(Entry { code, first_day, last_day, value, text }));
        }
        Table { as_of: document.as_of, rows, by_key }
    }

    fn about(&self, who: &Identity) -> Held {
        let keys = keys(&who.agb, &who.kvk, &who.name, who.birth_date);
        let found: BTreeSet<usize> = keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied().collect();
        let entries = found.iter().filter_map(|row| self.rows.get(*row)?.clone()).collect();
        Held { listed: !found.is_empty(), entries, as_of: self.as_of }
    }
}

/// What somebody is found by. The name of an organisation is no key: two may have the same.
fn keys(agb: &str, kvk: &str, name: &str, birth_date: Option<NaiveDate>) -> Vec<String> {
    let known = |kind: &str, key: &str| (!key.is_empty()).then(|| format!("{kind} {key}"));
    let person = birth_date.filter(|_| !name.is_empty()).map(|day| format!("person {} {day}", letters(name)));
    [known("agb", agb), known("kvk", kvk), person].into_iter().flatten().collect()
}

/// The letters of a name: "J. van Dórp" and "j van dorp" are the same.
fn letters(name: &str) -> String {
    name.nfd().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "as_of;2024-05-01\nagb;kvk;name;birth_date;code;first_day;last_day;value;text\n\
        41410001;;;;measure;2024-02-01;;;Instruction\n;;J. van Dórp;1970-01-31;hit;;;;\n41410002;12345678;;;;;;;\n\
        ;12345678;;;subcontracting_share;;;40.5;\n";
    const JSON: &str = r#"{"as_of": "2024-05-01", "rows": [
        {"agb": "41410001", "code": "measure", "first_day": "2024-02-01", "text": "Instruction"},
        {"name": "J. van Dórp", "birth_date": "1970-01-31", "code": "hit"},
        {"agb": "41410002", "kvk": "12345678"},
        {"kvk": "12345678", "code": "subcontracting_share", "value": "40.5"}]}"#;

    fn person(name: &str, birth_date: &str) -> Identity {
        Identity { name: name.to_owned(), birth_date: Some(birth_date.parse().unwrap()), ..Identity::default() }
    }

    fn codes(held: &Held) -> Vec<&str> {
        held.entries.iter().map(|entry| entry.code.as_str()).collect()
    }

    #[test]
    fn scr_02_csv_and_json_say_the_same_of_the_same() {
        for document in [from_csv(CSV).unwrap(), serde_json::from_str(JSON).unwrap()] {
            let table = Table::of(document);
            let provider = Identity { agb: "41410001".to_owned(), ..Identity::default() };
            let held = table.about(&provider);
            assert_eq!((held.as_of.to_string().as_str(), codes(&held)), ("2024-05-01", vec!["measure"]));
            assert_eq!(held.entries[0].first_day, Some("2024-02-01".parse().unwrap()));
            assert_eq!(codes(&table.about(&person("j VAN dorp", "1970-01-31"))), ["hit"]);
            assert!(!table.about(&person("j van dorp", "1970-02-01")).listed);
            let other = Identity { agb: "41410002".to_owned(), kvk: "12345678".to_owned(), ..Identity::default() };
            let held = table.about(&other);
            assert_eq!((held.listed, codes(&held)), (true, vec!["subcontracting_share"]));
            // The name alone says nothing of an organisation.
            let named = Identity { name: "J. van Dórp".to_owned(), ..Identity::default() };
            assert!(!table.about(&named).listed);
        }
    }

    #[tokio::test]
    async fn scr_02_a_file_that_was_replaced_is_read_again_and_a_wrong_line_is_told_by_its_number() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("igj.csv");
        fs::write(&path, CSV).unwrap();
        let register = FileRegister::new(path.clone());
        let provider = Identity { agb: "41410001".to_owned(), ..Identity::default() };
        assert_eq!(register.consult(&provider).await.unwrap().entries.len(), 1);
        assert_eq!(register.consult(&provider).await.unwrap().entries.len(), 1);
        fs::write(&path, CSV.replace("41410001", "41410009")).unwrap();
        let later = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
        assert!(!register.consult(&provider).await.unwrap().listed);
        fs::write(&path, CSV.replace("1970-01-31", "31-01-1970") + "\n").unwrap();
        assert_eq!(register.consult(&provider).await.unwrap_err().to_string(), "line 4: not as described");
        fs::remove_file(&path).unwrap();
        assert!(register.consult(&provider).await.is_err());
    }
}
