//! [`Rules`]: a checked set of rule files.

mod check;
mod entry;
mod fault;
mod read;
mod read_check;
mod read_row;
mod row;
mod schema;
mod statement;
mod validity;
mod value;

use std::collections::{BTreeSet, HashMap};

pub use check::{Check, CheckWords, FactName, FactType, Fraction, Test, When};
use chrono::NaiveDate;
use entry::{Content, Entry, Word, Words};
pub use fault::{Fault, RuleFaults};
pub use row::{FieldKind, Row, RowKind, RowValue};
pub use schema::{Parameter, ParameterSpec, ParameterType, RuleScope, Schema, Text, Unit, Window};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
pub use statement::Statement;

use crate::{Known, Origin};

/// A rule file as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFile {
    /// Its name, such as `vgz-2023.toml`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A checked set of rule files.
#[derive(Clone, Debug)]
pub struct Rules {
    files: Vec<RuleFile>,
    sha256: [u8; 32],
    entries: HashMap<String, Vec<Entry>>,
    words: HashMap<(String, String), Words>,
    /// What people call the codes that stand in explanations.
    codes: HashMap<String, Word>,
    checks: Vec<Check>,
    /// By kind: a kind is looked through for every decision.
    rows: HashMap<&'static str, Vec<Row>>,
}

/// Why a parameter has no value here and now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// No source states a value.
    #[error("not determined: parameter {parameter} of office {office} is not set ({rule})")]
    NotSet {
        /// The rule that needs it.
        rule: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// The office.
        office: String,
    },
    /// There are values, but none is in force on that day; the nearest one is not taken instead.
    #[error("parameter {parameter} of office {office} has no version in force on {date} ({rule})")]
    NotInForce {
        /// The rule that needs it.
        rule: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// The office.
        office: String,
        /// The day.
        date: NaiveDate,
    },
}

impl Rules {
    /// Reads and checks rule files against what the service knows.
    ///
    /// # Errors
    /// [`RuleFaults`] with every fault of every file: unknown keys, wrong units and values, gaps and overlaps in
    /// validity, texts that are missing or name an input that does not exist.
    pub fn load(mut files: Vec<RuleFile>, schema: &Schema) -> Result<Rules, RuleFaults> {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut content = read::read(&files, schema);
        validity::check(&mut content);
        if content.faults.is_empty() {
            Ok(Rules::of(files, content))
        } else {
            content.faults.sort();
            content.faults.dedup();
            Err(RuleFaults(content.faults))
        }
    }

    /// The value of `parameter` for an office, act and sector on a day.
    ///
    /// The most specific statement holds: one for the office before one for the sector before one for the act.
    ///
    /// # Errors
    /// [`ParameterError`] when no value is stated, or none for that day.
    pub fn get<T: ParameterType>(
        &self,
        parameter: &Parameter<T>,
        scope: &RuleScope<'_>,
    ) -> Result<Known<T>, ParameterError> {
        let not_set = || ParameterError::NotSet {
            rule: parameter.spec.rule,
            parameter: parameter.spec.name,
            office: scope.office.to_owned(),
        };
        let entries = self.entries.get(parameter.spec.name).ok_or_else(not_set)?;
        // Entries are sorted: the most specific first.
        let entry = entries.iter().find(|entry| entry.scope.applies_to(scope)).ok_or_else(not_set)?;
        if entry.versions.is_empty() {
            return Err(not_set());
        }
        let version = entry.versions.iter().find(|version| version.contains(scope.date));
        let version = version.ok_or_else(|| ParameterError::NotInForce {
            rule: parameter.spec.rule,
            parameter: parameter.spec.name,
            office: scope.office.to_owned(),
            date: scope.date,
        })?;
        let value = T::from_raw(&version.value).ok_or_else(not_set)?;
        let origin = Origin::Parameter {
            file: version.file.clone(),
            key: parameter.spec.name.into(),
            source: version.source.clone(),
        };
        Ok(Known { value, origin })
    }

    /// Every value that is stated for `parameter`, of whatever office and time: for a service that can't do what one of
    /// them asks, and says so before anybody waits for it.
    pub fn stated<T: ParameterType>(&self, parameter: &Parameter<T>) -> impl Iterator<Item = T> {
        let entries = self.entries.get(parameter.spec.name).into_iter().flatten();
        entries.flat_map(|entry| &entry.versions).filter_map(|version| T::from_raw(&version.value))
    }

    /// The checks for an office, act and sector on a day, in the order of the rules and then of the files. Of checks
    /// with the same rule and key the most specific one holds.
    pub fn checks<'r, 's>(&'r self, scope: RuleScope<'s>) -> impl Iterator<Item = &'r Check> + use<'r, 's> {
        statement::in_force(&self.checks, scope)
    }

    /// The rows of a kind for an office, act and sector on a day, in the order of the rules and then of the files. Of
    /// rows with the same rule and key the most specific one holds.
    pub fn rows<'r, 's>(
        &'r self,
        kind: &'s RowKind,
        scope: RuleScope<'s>,
    ) -> impl Iterator<Item = &'r Row> + use<'r, 's> {
        statement::in_force(self.rows.get(kind.name).map_or(&[], Vec::as_slice), scope)
    }

    /// The offices that rows in force for an act and sector on a day are stated for, by name.
    pub fn offices<'r>(&'r self, scope: &RuleScope<'_>) -> BTreeSet<&'r str> {
        let of_office = |row: &'r Row| {
            let office = row.scope.office.as_deref()?;
            row.applies_to(&RuleScope { office, ..*scope }).then_some(office)
        };
        self.rows.values().flatten().filter_map(of_office).collect()
    }

    /// The rule files, by name.
    pub fn files(&self) -> &[RuleFile] {
        &self.files
    }

    /// SHA-256 of the [archive](Rules::archive).
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The rule files as one text, to be kept with the decisions taken under them.
    pub fn archive(&self) -> String {
        archive(&self.files)
    }

    /// Reads what [`Rules::archive`] wrote.
    ///
    /// An archive was checked when it was made. What the program has since stopped to know is kept as far as it is
    /// needed to tell old decisions, and no fault.
    ///
    /// # Errors
    /// When it is no archive.
    pub fn from_archive(archive: &str, schema: &Schema) -> Result<Rules, serde_json::Error> {
        let files: Vec<RuleFile> = serde_json::from_str(archive)?;
        let mut content = read::read(&files, schema);
        validity::check(&mut content);
        Ok(Rules::of(files, content))
    }

    fn of(files: Vec<RuleFile>, content: Content) -> Rules {
        let sha256 = Sha256::digest(archive(&files)).into();
        let mut checks = content.checks;
        statement::arrange(&mut checks);
        let mut rows: HashMap<&'static str, Vec<Row>> = HashMap::new();
        for row in content.rows {
            rows.entry(row.kind).or_default().push(row);
        }
        rows.values_mut().for_each(|rows| statement::arrange(rows));
        Rules { files, sha256, entries: content.entries, words: content.words, codes: content.codes, checks, rows }
    }

    /// A text in Dutch and in English, for what is told outside a decision.
    pub fn text(&self, rule: &str, key: &str) -> Option<(&str, &str)> {
        self.words(rule, key).map(|words| (words.dutch.as_str(), words.english.as_str()))
    }

    /// The text of a check or another row in Dutch and in English, not filled in.
    pub fn row_text(&self, row: &Statement) -> Option<(&str, &str)> {
        self.text(&row.rule, row.text())
    }

    /// What people call a code, where a rule file says so.
    pub(crate) fn word(&self, code: &str) -> Option<&Word> {
        self.codes.get(code)
    }

    pub(crate) fn words(&self, rule: &str, key: &str) -> Option<&Words> {
        self.words.get(&(rule.to_owned(), key.to_owned()))
    }
}

fn archive(files: &[RuleFile]) -> String {
    // A list of pairs of strings always serialises.
    serde_json::to_string(files).unwrap_or_default()
}
