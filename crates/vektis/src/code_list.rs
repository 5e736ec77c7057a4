//! The texts of the return codes, as data.
//!
//! A list comes with the crate; a newer one is loaded with [`CodeList::parse`]. The checks don't depend
//! on the list: it only explains what they report.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use thiserror::Error;

use crate::codes::{Level, ReturnCode};

/// What the list says of a code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CodeEntry {
    /// The code.
    pub code: ReturnCode,
    /// What it does.
    pub level: Level,
    /// Meaning in Dutch.
    pub text_nl: String,
    /// Meaning in English.
    pub text_en: String,
    /// Where the code comes from.
    pub source: String,
    /// How the checks use it where the text doesn't say it; may be empty.
    pub note: String,
}

/// A list of return codes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CodeList {
    entries: BTreeMap<ReturnCode, CodeEntry>,
}

/// Why a list can't be used.
#[derive(Debug, Error)]
pub enum CodeListError {
    /// The text isn't TOML of the expected form.
    #[error("the list of return codes is not readable")]
    Form(#[from] toml::de::Error),
    /// A code isn't four capitals or digits.
    #[error("{0:?} is not a return code")]
    Code(String),
    /// A code is in the list twice.
    #[error("return code {0} is in the list twice")]
    Double(ReturnCode),
}

#[derive(Deserialize)]
struct RawList {
    code: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    code: String,
    level: RawLevel,
    text_nl: String,
    text_en: String,
    source: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
enum RawLevel {
    X,
    D,
    O,
}

static BUILTIN: LazyLock<CodeList> =
    // a list that doesn't parse fails this crate's tests
    LazyLock::new(|| CodeList::parse(include_str!("../data/return-codes.toml")).unwrap_or_default());

impl CodeList {
    /// The list that comes with the crate.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads a list in the form of `data/return-codes.toml`.
    ///
    /// # Errors
    /// The text has another form, or a code is malformed or double.
    pub fn parse(text: &str) -> Result<Self, CodeListError> {
        let raw: RawList = toml::from_str(text)?;
        let mut entries = BTreeMap::new();
        for RawEntry { code, level, text_nl, text_en, source, note } in raw.code {
            let Some(code) = ReturnCode::parse(&code) else {
                return Err(CodeListError::Code(code));
            };
            let level = match level {
                RawLevel::X => Level::File,
                RawLevel::D => Level::Record,
                RawLevel::O => Level::Remark,
            };
            let entry = CodeEntry { code, level, text_nl, text_en, source, note };
            if entries.insert(code, entry).is_some() {
                return Err(CodeListError::Double(code));
            }
        }
        Ok(Self { entries })
    }

    /// What the list says of a code.
    #[must_use]
    pub fn get(&self, code: ReturnCode) -> Option<&CodeEntry> {
        self.entries.get(&code)
    }

    /// All entries, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &CodeEntry> {
        self.entries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::GROUNDS;

    #[test]
    fn every_code_the_checks_give_is_in_the_list_with_the_same_level() {
        for ground in GROUNDS {
            let entry = CodeList::builtin().get(ground.code);
            assert_eq!(entry.map(|entry| entry.level), Some(ground.level), "{}", ground.code);
        }
        for code in [ReturnCode::FILE_REJECTED, ReturnCode::NO_REMARK, ReturnCode::GRANTED] {
            assert!(CodeList::builtin().get(code).is_some(), "{code}");
        }
    }

    #[test]
    fn a_double_or_malformed_code_is_refused() {
        let entry =
            |code: &str| format!("[[code]]\ncode = '{code}'\nlevel = 'D'\ntext_nl = ''\ntext_en = ''\nsource = ''\n");
        assert!(CodeList::parse(&entry("0435")).is_ok());
        assert!(matches!(CodeList::parse(&entry("435")), Err(CodeListError::Code(_))));
        assert!(matches!(CodeList::parse(&(entry("0435") + &entry("0435"))), Err(CodeListError::Double(_))));
        assert!(matches!(CodeList::parse("code = 1"), Err(CodeListError::Form(_))));
    }
}
