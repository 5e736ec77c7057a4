//! Explanations on their way out, in words.

use contract::common::{self, input, value};
use explain::{Explanation, Input, Origin, RenderError, RenderedStep, Rules, Value};

use crate::to_proto;

/// The explanation of `decision_id` in words, from the rules it was taken under.
pub(crate) fn explanation(
    decision_id: &str,
    explanation: &Explanation,
    rules: &Rules,
) -> Result<common::Explanation, RenderError> {
    Ok(common::Explanation {
        decision_id: decision_id.to_owned(),
        steps: explanation.render(rules)?.into_iter().map(step).collect(),
        rules_sha256: hex::encode(explanation.rules_sha256),
        facts_sha256: hex::encode(explanation.facts_sha256),
        facts_as_of_time: to_proto::time(explanation.facts_as_of),
    })
}

fn step(step: RenderedStep) -> common::Step {
    common::Step {
        rule_id: step.rule,
        source: step.source,
        text_nl: step.dutch,
        text_en: step.english,
        inputs: step.inputs.into_iter().map(input).collect(),
        result: Some(value(&step.result)),
    }
}

fn input(input: Input) -> common::Input {
    let origin = match input.origin {
        Origin::Request { field } => input::Origin::Request(common::RequestOrigin { field: field.into_owned() }),
        Origin::Fact { service, name, as_of } => input::Origin::Fact(common::FactOrigin {
            service: service.into_owned(),
            name: name.into_owned(),
            as_of_time: to_proto::time(as_of),
        }),
        Origin::Parameter { file, key, source } => input::Origin::Parameter(common::ParameterOrigin {
            file: file.to_string(),
            key: key.into_owned(),
            source: source.to_string(),
        }),
        Origin::Step { number } => {
            input::Origin::Step(common::StepOrigin { number: i32::try_from(number).unwrap_or(i32::MAX) })
        }
    };
    common::Input { name: input.name.into_owned(), value: Some(value(&input.value)), origin: Some(origin) }
}

fn value(value: &Value) -> common::Value {
    let text = |number: &money::Decimal| common::Decimal { value: number.to_string() };
    let kind = match value {
        Value::Money(amount) => value::Kind::Money(common::Money { cents: amount.cents() }),
        Value::Number(number) => value::Kind::Number(text(number)),
        Value::Percentage(percentage) => value::Kind::Percentage(text(&percentage.0)),
        Value::Text(words) => value::Kind::Text(words.to_string()),
        Value::Flag(flag) => value::Kind::Flag(*flag),
        Value::Date(date) => value::Kind::Date(to_proto::date(*date).unwrap_or_default()),
        Value::Time(time) => value::Kind::Time(to_proto::time(*time).unwrap_or_default()),
    };
    common::Value { kind: Some(kind) }
}
