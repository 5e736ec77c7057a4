//! Evaluations of the results agreed (TAR-16).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{Consequence, Evaluation, Outcome, ResultAgreement, Subject},
    error::Error,
    rules,
};

/// What an evaluation is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// What was agreed.
    pub result: ResultAgreement,
    /// The evaluation.
    pub evaluation: Evaluation,
    /// The moment it is recorded.
    pub as_of: DateTime<Utc>,
}

/// Tells an evaluation: the value beside the target, and the judgement that a person gave by reasonableness.
///
/// # Errors
/// [`Error::NoObligation`] when a surcharge is to be reclaimed and the result is none.
pub fn evaluate(facts: &EvaluationFacts, _: &Rules, trace: &mut Trace) -> Result<(), Error> {
    let EvaluationFacts { result, evaluation, .. } = facts;
    if evaluation.consequence == Consequence::Reclaimed && !result.obligation {
        return Err(Error::NoObligation);
    }
    let fact = |value| Known::fact(NAME, "result agreement", facts.as_of, value);
    let (start, target) = (fact(result.start), fact(result.target));
    let measure = Known::fact(NAME, "result agreement", facts.as_of, result.measure.clone());
    let value = Known::request("evaluation.value", evaluation.value);
    let motivation = Known::request("evaluation.motivation", evaluation.motivation.clone());
    let text = match evaluation.outcome {
        Outcome::Met => &rules::RESULT_MET,
        Outcome::Partly => &rules::RESULT_PARTLY,
        Outcome::NotMet => &rules::RESULT_NOT_MET,
    };
    let step = trace.step(text).with("measure", &measure).with("start", &start).with("target", &target);
    step.with("value", &value).with("motivation", &motivation).gives(evaluation.outcome == Outcome::Met);
    let text = match evaluation.consequence {
        Consequence::None => &rules::NO_CONSEQUENCE,
        Consequence::EndedNextYear => &rules::ENDED_NEXT_YEAR,
        Consequence::Reclaimed => &rules::RECLAIMED,
    };
    trace.step(text).with("motivation", &motivation).gives(evaluation.consequence == Consequence::None);
    Ok(())
}

#[cfg(test)]
mod tests;
