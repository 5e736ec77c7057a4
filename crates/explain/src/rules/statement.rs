//! [`Statement`]: what all rows of a rule file have in common.

use std::{collections::HashMap, ops::Deref, sync::Arc};

use chrono::NaiveDate;

use super::{RuleScope, entry::Scope};
use crate::{Known, Origin};

/// Where a row stands, what it is called, for whom and when it holds, and where it comes from.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The rule, such as `REG-04`.
    pub rule: Arc<str>,
    /// Which of the rule's rows.
    pub key: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) file: Arc<str>,
    pub(super) line: usize,
    pub(super) source: Arc<str>,
    pub(super) scope: Scope,
    pub(super) from: NaiveDate,
    pub(super) until: Option<NaiveDate>,
    /// Whether there is another one of the same rule and key, so that one may overrule the other.
    pub(super) contested: bool,
}

impl Statement {
    /// Where its values come from.
    pub fn origin(&self) -> Origin {
        Origin::Parameter { file: self.file.clone(), key: self.key.to_string().into(), source: self.source.clone() }
    }

    /// A value it states.
    pub fn states<T>(&self, value: T) -> Known<T> {
        Known { value, origin: self.origin() }
    }

    /// The document and section that states it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The rule file it stands in.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its text, as steps name it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn applies_to(&self, scope: &RuleScope<'_>) -> bool {
        self.scope.applies_to(scope) && self.from <= scope.date && self.until.is_none_or(|until| scope.date <= until)
    }

    /// Its number within its rule, to put rules in order: `REG-04` before `REG-12`.
    fn order(&self) -> (&str, u32) {
        let (area, number) = self.rule.split_once('-').unwrap_or((&self.rule, ""));
        (area, number.parse().unwrap_or(u32::MAX))
    }
}

/// The rows for an office, act and sector on a day. Of rows with the same rule and key the most specific one holds.
pub(super) fn in_force<'r, 's, T: Deref<Target = Statement>>(
    rows: &'r [T],
    scope: RuleScope<'s>,
) -> impl Iterator<Item = &'r T> + use<'r, 's, T> {
    let overruled = move |row: &T| {
        let own = row.scope.precedence();
        let other = |other: &&T| other.key == row.key && other.rule == row.rule && other.applies_to(&scope);
        rows.iter().filter(other).any(|other| other.scope.precedence() < own)
    };
    rows.iter().filter(move |row| row.applies_to(&scope)).filter(move |row| !row.contested || !overruled(row))
}

/// Puts rows in the order of the rules and then of the files, and notes which may overrule each other.
pub(super) fn arrange<T: std::ops::DerefMut<Target = Statement>>(rows: &mut [T]) {
    rows.sort_by(|a, b| (a.order(), &a.file, a.line).cmp(&(b.order(), &b.file, b.line)));
    let mut times: HashMap<(Arc<str>, Arc<str>), u32> = HashMap::new();
    for row in &*rows {
        *times.entry((row.rule.clone(), row.key.clone())).or_default() += 1;
    }
    for row in rows {
        row.contested = times.get(&(row.rule.clone(), row.key.clone())).is_some_and(|times| *times > 1);
    }
}
