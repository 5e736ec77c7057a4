//! [`Trace`]: the steps of a decision as it is taken.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Facts, IntoValue, Known, Origin, Rules, Statement, Text, Value};

/// A value that went into a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name in the rule.
    pub name: Cow<'static, str>,
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// One application of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The rule, such as `BUD-07`.
    pub rule: Cow<'static, str>,
    /// Which of the rule's texts tells this step.
    pub text: Cow<'static, str>,
    /// What went in.
    pub inputs: Vec<Input>,
    /// What came out.
    pub result: Value,
}

/// Why a decision is what it is. Holds values only; see [`Explanation::render`] for words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The steps, in the order taken.
    pub steps: Vec<Step>,
    /// SHA-256 of the rule files in force.
    #[serde(with = "hex")]
    pub rules_sha256: [u8; 32],
    /// SHA-256 of the canonical facts.
    #[serde(with = "hex")]
    pub facts_sha256: [u8; 32],
    /// The moment the facts are known as of.
    pub facts_as_of: DateTime<Utc>,
}

impl Explanation {
    /// The explanation as it is stored with the decision: compact JSON, keys in alphabetical order.
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::facts::canonical(self)
    }

    /// Reads what [`Explanation::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are not an explanation.
    pub fn from_bytes(bytes: &[u8]) -> Result<Explanation, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Collects steps while a decision is taken.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    steps: Vec<Step>,
}

impl Trace {
    /// No steps yet.
    pub fn new() -> Trace {
        Trace::default()
    }

    /// How many steps there are so far.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is no step yet.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Begins a step told by `text`.
    pub fn step(&mut self, text: &Text) -> StepBuilder<'_> {
        let step = Step {
            rule: Cow::Borrowed(text.rule),
            text: Cow::Borrowed(text.key),
            inputs: Vec::with_capacity(text.inputs.len()),
            result: Value::Flag(false),
        };
        StepBuilder { trace: self, step }
    }

    /// Begins a step told by the words of a check or another row of a rule file.
    pub fn row(&mut self, row: &Statement) -> StepBuilder<'_> {
        let (rule, text) = (Cow::Owned(row.rule.to_string()), Cow::Owned(row.text().to_owned()));
        let step = Step { rule, text, inputs: Vec::with_capacity(4), result: Value::Flag(false) };
        StepBuilder { trace: self, step }
    }

    /// The explanation of a decision taken from `facts` under `rules`.
    pub fn finish(self, rules: &Rules, facts: &Facts) -> Explanation {
        Explanation {
            steps: self.steps,
            rules_sha256: rules.sha256(),
            facts_sha256: facts.sha256(),
            facts_as_of: facts.as_of(),
        }
    }
}

/// A step being written: inputs first, then [`StepBuilder::gives`].
#[must_use = "a step is recorded by `gives`"]
#[derive(Debug)]
pub struct StepBuilder<'a> {
    trace: &'a mut Trace,
    step: Step,
}

impl StepBuilder<'_> {
    /// Adds an input.
    pub fn with<T: IntoValue>(mut self, name: &'static str, known: &Known<T>) -> Self {
        let input = Input { name: name.into(), value: known.value.to_value(), origin: known.origin.clone() };
        self.step.inputs.push(input);
        self
    }

    /// Records the step with its result, which later steps can take as an input.
    pub fn gives<T: IntoValue>(mut self, result: T) -> Known<T> {
        self.step.result = result.to_value();
        self.trace.steps.push(self.step);
        // A decision of four billion steps does not exist.
        let number = u32::try_from(self.trace.steps.len()).unwrap_or(u32::MAX);
        Known { value: result, origin: Origin::Step { number } }
    }
}
