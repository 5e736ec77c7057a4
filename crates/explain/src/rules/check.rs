//! [`Check`]: a requirement that is stated in a rule file, not in code.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use chrono::NaiveDateTime;
use money::{Decimal, Money};

use super::Statement;
use crate::{IntoValue, Value};

/// A requirement: a named fact of something, and the test it must pass. What the facts are, and what follows when one
/// fails, is the service's; which there are, for whom and with which limit, is data.
#[derive(Clone, Debug)]
pub struct Check {
    pub(super) statement: Statement,
    /// The categories it holds for; empty for all.
    pub whom: Vec<Arc<str>>,
    /// The module it belongs to, where it only holds for who applies for that.
    pub module: Option<Arc<str>>,
    /// The products it is a condition of: codes, or beginnings of codes with a `*`.
    pub products: Vec<Arc<str>>,
    /// When it must be shown.
    pub when: When,
    /// The fact.
    pub fact: FactName,
    /// The fact that is the whole of which `fact` is a share.
    pub of: Option<Arc<str>>,
    /// The test.
    pub test: Test,
    /// It only holds when this flag is yes.
    pub only_if: Option<FactName>,
    /// It does not hold when this flag is yes.
    pub unless: Option<FactName>,
    /// What it is that a failure shows; one of the words of the service.
    pub ground: Arc<str>,
}

/// A fact of something, such as the issue date of an extract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactName {
    /// What it is about: the kind of a document, or another word of the service.
    pub about: Arc<str>,
    /// Its name; empty for the thing as such.
    pub name: Arc<str>,
}

/// When a requirement must be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// With the registration.
    Registration,
    /// When care starts.
    CareStart,
    /// So many months after the start of the agreement.
    MonthsAfterStart(u32),
    /// By this local moment.
    Until(NaiveDateTime),
    /// When somebody asks for it.
    Asked,
}

/// A test, with its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The document is there.
    HandedIn,
    /// The fact is stated.
    Given,
    /// A flag is yes.
    Yes,
    /// A flag is no.
    No,
    /// A text is one of these.
    OneOf(Vec<Arc<str>>),
    /// A list has all of these.
    Includes(Vec<Arc<str>>),
    /// A list has all of another list.
    Covers(FactName),
    /// A text is the number of the legal entity itself.
    Entity,
    /// A date is at most so many months before the receipt, and not after it.
    MonthsOld(u32),
    /// A date is at most so many years before the receipt, and not after it.
    YearsOld(u32),
    /// A date is in a year, counted from the year of the round.
    InYear(i32),
    /// A list has these years, counted from the year of the round.
    Years(Vec<i32>),
    /// A date is at the latest the start of the agreement.
    ByStart,
    /// A number is at least this.
    AtLeast(Decimal),
    /// A number is at most this.
    AtMost(Decimal),
    /// An amount is at least this.
    AtLeastEuro(Money),
    /// A share is at least this fraction.
    ShareAtLeast(Fraction),
    /// A share is at most this fraction.
    ShareAtMost(Fraction),
    /// Somebody judged it, and not negatively.
    Judged,
    /// Nobody judged it negatively.
    NotObjected,
}

/// A fraction that is compared without division, so that a third is a third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub numerator: u32,
    /// Below the line, not zero.
    pub denominator: u32,
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.denominator == 100 {
            return write!(f, "{}%", self.numerator);
        }
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// What kind of value a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactType {
    /// Yes or no.
    Flag,
    /// A text.
    Text,
    /// Several texts.
    List,
    /// A date.
    Date,
    /// A number.
    Number,
    /// An amount.
    Money,
}

impl Test {
    /// The type of the fact it reads; `None` when it reads none, or any.
    pub fn fact_type(&self) -> Option<FactType> {
        match self {
            Test::HandedIn | Test::Given | Test::Judged | Test::NotObjected => None,
            Test::Yes | Test::No => Some(FactType::Flag),
            Test::OneOf(_) | Test::Entity => Some(FactType::Text),
            Test::Includes(_) | Test::Covers(_) | Test::Years(_) => Some(FactType::List),
            Test::MonthsOld(_) | Test::YearsOld(_) | Test::InYear(_) | Test::ByStart => Some(FactType::Date),
            Test::AtLeast(_) | Test::AtMost(_) | Test::ShareAtLeast(_) | Test::ShareAtMost(_) => Some(FactType::Number),
            Test::AtLeastEuro(_) => Some(FactType::Money),
        }
    }
}

impl Test {
    /// Whether a fact passes, for the tests that look at nothing but the fact. One of another type does not.
    pub fn passed_by(&self, fact: Option<&Value>) -> bool {
        match (self, fact) {
            (Test::HandedIn | Test::Given, fact) => fact.is_some(),
            (Test::Yes | Test::Judged, Some(Value::Flag(yes))) => *yes,
            (Test::No, Some(Value::Flag(yes))) => !yes,
            (Test::NotObjected, fact) => fact != Some(&Value::Flag(false)),
            (Test::OneOf(words), Some(Value::Text(text))) => words.contains(text),
            (Test::AtLeast(limit), Some(Value::Number(number))) => number >= limit,
            (Test::AtMost(limit), Some(Value::Number(number))) => number <= limit,
            (Test::AtLeastEuro(limit), Some(Value::Money(amount))) => amount >= limit,
            _ => false,
        }
    }

    /// The limit as a step shows it.
    pub fn limit(&self) -> Option<Value> {
        match self {
            Test::OneOf(words) | Test::Includes(words) => Some(words.to_value()),
            Test::MonthsOld(count) | Test::YearsOld(count) => Some(count.to_value()),
            Test::AtLeast(number) | Test::AtMost(number) => Some(number.to_value()),
            Test::AtLeastEuro(amount) => Some(amount.to_value()),
            Test::ShareAtLeast(fraction) | Test::ShareAtMost(fraction) => Some(fraction.to_string().to_value()),
            Test::HandedIn | Test::Given | Test::Yes | Test::No | Test::Entity | Test::ByStart => None,
            Test::Judged | Test::NotObjected | Test::Covers(_) | Test::InYear(_) | Test::Years(_) => None,
        }
    }
}

impl Deref for Check {
    type Target = Statement;

    fn deref(&self) -> &Statement {
        &self.statement
    }
}

impl DerefMut for Check {
    fn deref_mut(&mut self) -> &mut Statement {
        &mut self.statement
    }
}

/// The words that checks of a service may use.
#[derive(Clone, Copy, Debug)]
pub struct CheckWords {
    /// The categories.
    pub whom: &'static [&'static str],
    /// The grounds.
    pub grounds: &'static [&'static str],
}

/// What the text of a check may name, beside `result`.
pub(super) const CHECK_INPUTS: &[&str] = &["given", "limit", "of", "received", "year", "start"];
