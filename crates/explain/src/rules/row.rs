//! [`Row`]: a line of policy that is stated in a rule file, not in code.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use chrono::NaiveDate;
use money::{Decimal, Percentage};

use super::Statement;

/// A row of a kind that a service knows: its fields, and the text that tells it as a step.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) statement: Statement,
    pub(super) kind: &'static str,
    pub(super) fields: Vec<(&'static str, RowValue)>,
}

/// A kind of rows: `[[name]]` in a rule file.
#[derive(Clone, Copy, Debug)]
pub struct RowKind {
    /// The name.
    pub name: &'static str,
    /// The fields a row may have, beside those of every row: rule, key, office, act, sector, from, until, source,
    /// reading, nl and en.
    pub fields: &'static [(&'static str, FieldKind)],
    /// What its texts may name, beside `result`.
    pub inputs: &'static [&'static str],
    /// What is wrong with a row although each of its fields is right: the field, and what is expected.
    pub faults: fn(&Row) -> Vec<(&'static str, String)>,
}

/// What a field of a row may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A list of texts.
    List,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of these words.
    Choices(&'static [&'static str]),
    /// A percentage in quotes: "95.8".
    Percent,
    /// Percentage points in quotes: "-2".
    Points,
    /// A whole number from zero.
    Count,
    /// true or false.
    Flag,
    /// A day.
    Date,
}

/// The value of a field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowValue {
    /// A text, or a word of a choice.
    Text(Arc<str>),
    /// Several of them.
    List(Vec<Arc<str>>),
    /// A percentage.
    Percent(Percentage),
    /// Percentage points.
    Points(Decimal),
    /// A whole number.
    Count(u32),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
}

impl Row {
    /// Its kind.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Whether a field is stated.
    pub fn has(&self, field: &str) -> bool {
        self.value(field).is_some()
    }

    /// A text or a word; empty when not stated.
    pub fn word(&self, field: &str) -> &str {
        match self.value(field) {
            Some(RowValue::Text(word)) => word,
            _ => "",
        }
    }

    /// A list; empty when not stated.
    pub fn list(&self, field: &str) -> &[Arc<str>] {
        match self.value(field) {
            Some(RowValue::List(list)) => list,
            _ => &[],
        }
    }

    /// Whether a list is not stated, or has this word.
    pub fn covers(&self, field: &str, word: &str) -> bool {
        let list = self.list(field);
        list.is_empty() || list.iter().any(|listed| **listed == *word)
    }

    /// A percentage.
    pub fn percent(&self, field: &str) -> Option<Percentage> {
        match self.value(field) {
            Some(RowValue::Percent(percentage)) => Some(*percentage),
            _ => None,
        }
    }

    /// Percentage points.
    pub fn points(&self, field: &str) -> Option<Decimal> {
        match self.value(field) {
            Some(RowValue::Points(points)) => Some(*points),
            _ => None,
        }
    }

    /// A whole number.
    pub fn count(&self, field: &str) -> Option<u32> {
        match self.value(field) {
            Some(RowValue::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// Yes or no; no when not stated.
    pub fn flag(&self, field: &str) -> bool {
        matches!(self.value(field), Some(RowValue::Flag(true)))
    }

    /// A day.
    pub fn date(&self, field: &str) -> Option<NaiveDate> {
        match self.value(field) {
            Some(RowValue::Date(date)) => Some(*date),
            _ => None,
        }
    }

    fn value(&self, field: &str) -> Option<&RowValue> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }
}

impl Deref for Row {
    type Target = Statement;

    fn deref(&self) -> &Statement {
        &self.statement
    }
}

impl DerefMut for Row {
    fn deref_mut(&mut self) -> &mut Statement {
        &mut self.statement
    }
}
