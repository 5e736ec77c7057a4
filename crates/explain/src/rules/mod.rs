//! [`Rules`]: a checked set of rule files.

mod entry;
mod fault;
mod read;
mod schema;
mod validity;
mod value;

use std::collections::HashMap;

use chrono::NaiveDate;
use entry::{Entry, Words};
pub use fault::{Fault, RuleFaults};
pub use schema::{Parameter, ParameterSpec, ParameterType, RuleScope, Schema, Text, Unit, Window};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
            let sha256 = fingerprint(&files);
            Ok(Rules {
                files,
                sha256,
                entries: content.entries,
                words: content.words,
            })
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
        let entry = entries
            .iter()
            .find(|entry| entry.applies_to(scope))
            .ok_or_else(not_set)?;
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

    /// The rule files, by name.
    pub fn files(&self) -> &[RuleFile] {
        &self.files
    }

    /// SHA-256 over the names and texts of the rule files.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The rule files as one text, to be kept with the decisions taken under them.
    pub fn archive(&self) -> String {
        // A list of pairs of strings always serialises.
        serde_json::to_string(&self.files).unwrap_or_default()
    }

    /// Reads what [`Rules::archive`] wrote.
    ///
    /// # Errors
    /// [`RuleFaults`] when it is no archive, or its files don't fit this schema any more.
    pub fn from_archive(archive: &str, schema: &Schema) -> Result<Rules, RuleFaults> {
        let files: Vec<RuleFile> = serde_json::from_str(archive).map_err(|error| {
            RuleFaults(vec![Fault {
                file: "archive".to_owned(),
                line: 0,
                message: error.to_string(),
            }])
        })?;
        Rules::load(files, schema)
    }

    pub(crate) fn words(&self, rule: &str, key: &str) -> Option<&Words> {
        self.words.get(&(rule.to_owned(), key.to_owned()))
    }
}

fn fingerprint(files: &[RuleFile]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in files.iter().flat_map(|file| [&file.name, &file.text]) {
        // The length before the text keeps "ab"+"c" apart from "a"+"bc".
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
