//! What a claim rule needs of the rule files before it finds anything.

use std::sync::Arc;

use explain::{IntoValue, Known, Parameter, ParameterError, RuleScope, Rules, Value};
use money::Percentage;

/// A parameter that a rule needs: without a value it finds nothing.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// Products, or other codes.
    List(&'static Parameter<Vec<Arc<str>>>),
    /// A whole number.
    Count(&'static Parameter<u32>),
    /// One of several words.
    Choice(&'static Parameter<Arc<str>>),
    /// A percentage.
    Percent(&'static Parameter<Percentage>),
}

impl Need {
    /// The key in the rule files.
    pub fn name(self) -> &'static str {
        match self {
            Need::List(parameter) => parameter.name(),
            Need::Count(parameter) => parameter.name(),
            Need::Choice(parameter) => parameter.name(),
            Need::Percent(parameter) => parameter.name(),
        }
    }

    /// Its value.
    ///
    /// # Errors
    /// [`ParameterError`] when no value is stated, or none for that day.
    pub fn value(self, rules: &Rules, scope: &RuleScope<'_>) -> Result<Known<Value>, ParameterError> {
        fn shown<T: IntoValue>(known: Known<T>) -> Known<Value> {
            Known { value: known.value.to_value(), origin: known.origin }
        }
        match self {
            Need::List(parameter) => rules.get(parameter, scope).map(shown),
            Need::Count(parameter) => rules.get(parameter, scope).map(shown),
            Need::Choice(parameter) => rules.get(parameter, scope).map(shown),
            Need::Percent(parameter) => rules.get(parameter, scope).map(shown),
        }
    }
}
