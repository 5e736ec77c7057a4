//! What was read from rule files.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use money::{Decimal, Money, Percentage, Rate};

use super::{Check, Fault, Row, RuleScope, Window};

/// A value as the unit of its parameter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    Percent(Percentage),
    Points(Decimal),
    Euro(Money),
    Factor(Rate),
    Count(u32),
    Flag(bool),
    Choice(Arc<str>),
    List(Vec<Arc<str>>),
    Window(Window),
    /// No source states a value for that time.
    Unset,
}

/// A value that is in force for a while.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
    pub value: Raw,
    pub file: Arc<str>,
    pub line: usize,
    pub source: Arc<str>,
}

impl Version {
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date <= until)
    }
}

/// Whom a statement is about; an empty field means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub office: Option<String>,
    pub sector: Option<String>,
    pub act: Option<String>,
}

/// All versions of a parameter for one scope.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub scope: Scope,
    pub versions: Vec<Version>,
    /// Where it is said that no source states a value.
    pub unset: Option<(Arc<str>, usize)>,
}

impl Scope {
    pub fn applies_to(&self, scope: &RuleScope<'_>) -> bool {
        let fits = |stated: &Option<String>, asked: &str| stated.as_deref().is_none_or(|stated| stated == asked);
        fits(&self.office, scope.office) && fits(&self.sector, scope.sector) && fits(&self.act, scope.act)
    }

    /// The most specific first: office before sector before act.
    pub fn precedence(&self) -> (bool, bool, bool) {
        (self.office.is_none(), self.sector.is_none(), self.act.is_none())
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
        write!(f, "{}/{}/{}", part(&self.office), part(&self.act), part(&self.sector))
    }
}

/// A text in both languages.
#[derive(Clone, Debug)]
pub struct Words {
    pub source: String,
    pub dutch: String,
    pub english: String,
}

/// What people call a code, in both languages.
#[derive(Clone, Debug)]
pub struct Word {
    pub dutch: String,
    pub english: String,
}

/// Everything read, with everything wrong in it.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub entries: HashMap<String, Vec<Entry>>,
    pub words: HashMap<(String, String), Words>,
    pub codes: HashMap<String, Word>,
    pub checks: Vec<Check>,
    pub rows: Vec<Row>,
    pub faults: Vec<Fault>,
}
