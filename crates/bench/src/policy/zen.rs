//! The policy as a decision of zen-engine: `policy/vgz-2023-gz.json`, in its own format JDM.

use std::hint::black_box;

use money::Decimal;
use tokio::runtime::{Builder, Runtime};
use zen_engine::{
    Decision, DecisionGraphResponse, EvaluationOptions, EvaluationTraceKind, Variable, model::DecisionContent,
};

use super::cases::{Case, Outcome};
use crate::Failure;

const POLICY: &str = include_str!("../../policy/vgz-2023-gz.json");

/// The decision, compiled, with the facts of every case as its own values: numbers are decimals there as well.
pub struct Zen {
    decision: Decision,
    contexts: Vec<Variable>,
    /// It asks for a future to be driven, of which nothing waits for anything.
    runtime: Runtime,
}

impl Zen {
    /// Reads and compiles the policy.
    ///
    /// # Errors
    /// When it is not a decision.
    pub fn new(cases: &[Case]) -> Result<Zen, Failure> {
        let content: DecisionContent = serde_json::from_str(POLICY)?;
        let mut decision = Decision::from(content.as_graph().ok_or("not a graph")?.clone());
        decision.validate()?;
        decision.compile();
        let runtime = Builder::new_current_thread().build()?;
        Ok(Zen { decision, contexts: cases.iter().map(context).collect(), runtime })
    }

    /// What every case comes to.
    ///
    /// # Errors
    /// When a case can't be evaluated, or a result is missing.
    pub fn outcomes(&self) -> Result<Vec<Outcome>, Failure> {
        let outcome = |context: &Variable| {
            let result = self.runtime.block_on(self.evaluate(context, true))?.result;
            let number = |key| result.dot(key).and_then(|value| value.as_number()).ok_or(format!("no {key}: {result}"));
            let cents = |key| Ok::<i64, Failure>(number(key)?.try_into()?);
            let percentage = number("percentage")?;
            let (care_part, housing_part, tariff) = (cents("care_part")?, cents("housing_part")?, cents("tariff")?);
            Ok(Outcome { percentage, care_part, housing_part, tariff })
        };
        self.contexts.iter().map(outcome).collect()
    }

    /// Evaluates every case once; with its trace, and with the trace written as JSON.
    ///
    /// # Errors
    /// When a case can't be evaluated.
    pub fn quote_all(&self, trace: bool, written: bool) -> Result<(), Failure> {
        self.runtime.block_on(async {
            for context in &self.contexts {
                let response = self.evaluate(context, trace).await?;
                if written {
                    let mut text = Vec::with_capacity(8 << 10);
                    let mut json = serde_json::Serializer::new(&mut text);
                    // Without repeating what many steps share: the shortest it can write.
                    response.serialize_with_mode(&mut json, EvaluationTraceKind::Reference)?;
                    black_box(text);
                }
                black_box(response);
            }
            Ok(())
        })
    }

    async fn evaluate(&self, context: &Variable, trace: bool) -> Result<DecisionGraphResponse, Failure> {
        let options = EvaluationOptions { trace, ..EvaluationOptions::default() };
        let response = self.decision.evaluate_with_opts(context.shallow_clone(), options).await;
        response.map_err(|error| error.to_string().into())
    }
}

fn context(case: &Case) -> Variable {
    let number = |value: Option<Decimal>| value.map_or(Variable::Null, Variable::Number);
    let context = Variable::empty_object();
    let previous = case.previous.map_or(Variable::Null, |(percentage, _, word)| {
        let previous = Variable::empty_object();
        previous.dot_insert("percentage", Variable::Number(percentage));
        previous.dot_insert("basis", Variable::String(word.into()));
        previous
    });
    context.dot_insert("previous", previous);
    for (theme, points) in case.granted {
        context.dot_insert(theme, number(points));
    }
    context.dot_insert("maximum_cents", Variable::Number(case.maximum_cents.into()));
    context.dot_insert("housing_cents", Variable::Number(case.housing_cents.iter().sum::<i64>().into()));
    context
}
