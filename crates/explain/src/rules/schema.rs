//! What a service's rule files may say: its parameters with their units, and its texts.

use std::{marker::PhantomData, sync::Arc};

use calendar::{Cutoff, Deadline};
use chrono::{NaiveDate, NaiveDateTime};
use money::{Decimal, Money, Percentage, Rate};

use super::{CheckWords, RowKind, entry::Raw};

/// The unit a parameter is stated in; a rule file repeats it so that nobody mistakes 2 for 2%.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `percent`: "95.8".
    Percent,
    /// `points`: percentage points, "0.2".
    Points,
    /// `euro`: "250000.00".
    Euro,
    /// `factor`: a number without unit, "1".
    Factor,
    /// `count`: a whole number, from zero.
    Count,
    /// `flag`: true or false.
    Flag,
    /// `choice`: one of these words.
    Choice(&'static [&'static str]),
    /// `list`: texts.
    List,
    /// `window`: a period of local time in Amsterdam, with a last moment.
    Window,
}

impl Unit {
    /// The word a rule file uses.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Percent => "percent",
            Unit::Points => "points",
            Unit::Euro => "euro",
            Unit::Factor => "factor",
            Unit::Count => "count",
            Unit::Flag => "flag",
            Unit::Choice(_) => "choice",
            Unit::List => "list",
            Unit::Window => "window",
        }
    }
}

/// A period of a calendar: from when, if stated, and until when (both local time in Amsterdam).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it opens; `None` when only the end is stated.
    pub opens: Option<NaiveDateTime>,
    /// The last moment.
    pub until: Deadline,
}

/// A parameter a service knows, by the name of its rule file key. `T` is what it reads as.
#[derive(Debug)]
pub struct Parameter<T> {
    pub(super) spec: ParameterSpec,
    value: PhantomData<fn() -> T>,
}

/// A parameter without its Rust type, as a [`Schema`] lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterSpec {
    pub(super) rule: &'static str,
    pub(super) name: &'static str,
    pub(super) unit: Unit,
}

impl<T> Parameter<T> {
    const fn of(rule: &'static str, name: &'static str, unit: Unit) -> Parameter<T> {
        Parameter { spec: ParameterSpec { rule, name, unit }, value: PhantomData }
    }

    /// The parameter as a [`Schema`] lists it.
    pub const fn spec(&self) -> ParameterSpec {
        self.spec
    }

    /// The key in the rule files.
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }
}

impl Parameter<Percentage> {
    /// A percentage.
    pub const fn percent(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Percent)
    }
}

impl Parameter<Decimal> {
    /// Percentage points.
    pub const fn points(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Points)
    }
}

impl Parameter<Money> {
    /// An amount.
    pub const fn euro(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Euro)
    }
}

impl Parameter<Rate> {
    /// A number without unit.
    pub const fn factor(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Factor)
    }
}

impl Parameter<u32> {
    /// A whole number.
    pub const fn count(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Count)
    }
}

impl Parameter<bool> {
    /// A yes or no.
    pub const fn flag(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Flag)
    }
}

impl Parameter<Arc<str>> {
    /// One of several words.
    pub const fn choice(rule: &'static str, name: &'static str, words: &'static [&'static str]) -> Self {
        Self::of(rule, name, Unit::Choice(words))
    }
}

impl Parameter<Vec<Arc<str>>> {
    /// A list of texts.
    pub const fn list(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::List)
    }
}

impl Parameter<Window> {
    /// A period of a calendar.
    pub const fn window(rule: &'static str, name: &'static str) -> Self {
        Self::of(rule, name, Unit::Window)
    }
}

/// The types a parameter can read as. Loading made sure that the value is of the parameter's unit.
pub trait ParameterType: Sized {
    /// The value, `None` when it is of another unit.
    #[doc(hidden)]
    fn from_raw(raw: &Raw) -> Option<Self>;
}

macro_rules! parameter_type {
    ($($type:ty: $pattern:pat => $value:expr),* $(,)?) => {
        $(impl ParameterType for $type {
            fn from_raw(raw: &Raw) -> Option<Self> {
                match raw {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        })*
    };
}

parameter_type! {
    Percentage: Raw::Percent(value) => *value,
    Decimal: Raw::Points(value) => *value,
    Money: Raw::Euro(value) => *value,
    Rate: Raw::Factor(value) => *value,
    u32: Raw::Count(value) => *value,
    bool: Raw::Flag(value) => *value,
    Arc<str>: Raw::Choice(value) => value.clone(),
    Vec<Arc<str>>: Raw::List(value) => value.clone(),
    Window: Raw::Window(value) => *value,
}

/// A text a service uses to tell a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The rule it tells, such as `BUD-07`.
    pub rule: &'static str,
    /// Which of the rule's texts.
    pub key: &'static str,
    /// The inputs a template may name, beside `result`.
    pub inputs: &'static [&'static str],
}

impl Text {
    /// Text `key` of `rule`, with the inputs its templates may name.
    pub const fn new(rule: &'static str, key: &'static str, inputs: &'static [&'static str]) -> Text {
        Text { rule, key, inputs }
    }
}

/// Everything a service's rule files must and may say.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The parameters.
    pub parameters: &'static [ParameterSpec],
    /// The texts.
    pub texts: &'static [Text],
    /// The words of its checks, where it has any.
    pub checks: Option<CheckWords>,
    /// Its own kinds of rows.
    pub rows: &'static [RowKind],
}

impl Schema {
    /// Nothing may be said.
    pub const EMPTY: Schema = Schema { parameters: &[], texts: &[], checks: None, rows: &[] };
}

/// Where and when a parameter is looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleScope<'a> {
    /// The office, such as `vgz`.
    pub office: &'a str,
    /// The act: `wlz` or `zvw`.
    pub act: &'a str,
    /// The sector: `vv`, `gz`, `ggz` or `home_care`; empty where a rule holds for all.
    pub sector: &'a str,
    /// The day the rule is applied for.
    pub date: NaiveDate,
}

impl Window {
    /// A window that is open until a local moment.
    pub fn until(local: NaiveDateTime, cutoff: Cutoff) -> Window {
        Window { opens: None, until: Deadline { local, cutoff } }
    }
}
