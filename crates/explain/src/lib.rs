//! Rules as data, and the explanation of every decision.
//!
//! A service declares which [`Parameter`]s and [`Text`]s it knows ([`Schema`]); its rule files give them values and
//! words ([`Rules::load`] reports every fault at once, with file and line). A decision takes its inputs as
//! [`Known`] values, which carry where they came from, and records each step in a [`Trace`]. What comes out is an
//! [`Explanation`]: typed values, no text. Text is made when somebody asks, from the very rule files the decision
//! was taken under ([`Explanation::render`]), so building one costs next to nothing and it reads the same years
//! later. From the facts and the rules kept with it, the decision can be taken again ([`Replay`]).
//!
//! What is of one kind but differs from year to year and office to office is a row of a rule file, with its source and
//! words: requirements are [`Check`]s, and a service may know kinds of its own ([`RowKind`]).

mod facts;
mod known;
mod render;
mod replay;
mod rules;
mod trace;
mod value;

pub use facts::Facts;
pub use known::{Known, Origin};
pub use render::{RenderError, RenderedStep};
pub use replay::{Replay, ReplayError, Replayer};
pub use rules::{
    Check, CheckWords, FactName, FactType, Fault, FieldKind, Fraction, Parameter, ParameterError, ParameterSpec,
    ParameterType, Row, RowKind, RowValue, RuleFaults, RuleFile, RuleScope, Rules, Schema, Statement, Test, Text, Unit,
    When, Window,
};
pub use trace::{Explanation, Input, Step, StepBuilder, Trace};
pub use value::{IntoValue, Language, Value};
