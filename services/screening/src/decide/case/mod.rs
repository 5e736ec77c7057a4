//! Cases about providers (SCR-07): each step is a function from a case and what somebody asks to the case after it, or
//! to everything that stands in the way. States go open, hearing, assessed, decided, closed; no other order is possible,
//! but that a case that is unfounded is assessed without a hearing, since nothing adverse follows.

mod assess;
mod close;
mod hearing;
mod integrity;
mod letter;
mod open;
mod precision;
#[cfg(test)]
mod tests;
mod verdict;

pub use assess::{AssessFacts, SignalVerdict, assess};
pub use close::{CloseFacts, close};
pub use hearing::{ResponseFacts, StartFacts, respond, start_hearing};
pub use integrity::{CaseMeasure, measure_of};
pub use letter::{Letter, LetterLine, LetterSignal, RuleText, letter};
pub use open::{ExtendFacts, OpenFacts, extend, open};
pub use precision::precision;
pub use verdict::{VerdictFacts, claimed_of_lines_of, verdict};

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, EdgeError};
use explain::Known;
use money::{Money, MoneyError};

use crate::{
    NAME,
    decide::integrity::Hearing,
    domain::{Case, CaseSignal, CaseState},
};

/// The refusal of a step, with everything that stands in its way.
fn possible(case_id: &str, against: Vec<String>) -> Result<(), EdgeError> {
    if against.is_empty() {
        return Ok(());
    }
    let (reason, subject) = ("CASE_NOT_POSSIBLE", case_id.to_owned());
    Err(EdgeError::Precondition { reason, subject, message: against.join("; ") })
}

/// What is wrong with the state of a case for a step that is possible in some.
fn not_in(case: &Case, states: &[CaseState]) -> Option<String> {
    let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let problem = || format!("SCR-07: the case is {}, and this is done while it is {}", case.state, words.join(" or "));
    (!states.contains(&case.state)).then(problem)
}

/// What is lacking of the hearing before anything adverse: the provider was told of every signal, and responded or let
/// its last day pass.
fn unheard(case: &Case, day: NaiveDate) -> Option<String> {
    let said = |lacks: &str| format!("SCR-07 (hoor en wederhoor): {lacks}");
    let Some(hearing) = &case.content.hearing else { return Some(said("the provider was not heard")) };
    if hearing.signals < case.signals.len() {
        return Some(said("the provider was not told of signals that were added since"));
    }
    let response = hearing.response.as_ref().map(|(_, document)| document.clone()).unwrap_or_default();
    let hearing = Hearing { informed: Some(hearing.informed), response, response_due: Some(hearing.due) };
    hearing.lacks(day).map(said)
}

/// What stands in the way of taking signals into a case about a provider.
fn unfit(signals: &[CaseSignal], taken: &[String], agb: identifiers::Agb) -> Vec<String> {
    let mut against = Vec::new();
    for signal in signals {
        let id = &signal.signal_id;
        if !signal.standing {
            against.push(format!("SCR-07: signal {id} was withdrawn"));
        }
        if signal.agb != Some(agb) {
            against.push(format!("SCR-07: signal {id} judges no lines of provider {agb}"));
        }
    }
    against.extend(taken.iter().map(|id| format!("SCR-07: signal {id} is in a case already")));
    against
}

/// The parts of rules that signals are of, each once.
fn rules_of(signals: &[CaseSignal]) -> String {
    let rules: BTreeSet<String> = signals.iter().map(|signal| signal.rule.clone()).collect();
    rules.into_iter().collect::<Vec<_>>().join(", ")
}

fn at_stake(signals: &[CaseSignal]) -> Result<Money, MoneyError> {
    Money::total(signals.iter().map(|signal| signal.at_stake))
}

/// What is established: of confirmed signals that still stand.
fn established(signals: &[CaseSignal]) -> Result<Money, MoneyError> {
    Money::total(signals.iter().filter(|signal| signal.is_established()).map(|signal| signal.established))
}

/// Something of the case file.
fn known<T>(as_of: DateTime<Utc>, value: T) -> Known<T> {
    Known::fact(NAME, "case", as_of, value)
}

fn count(signals: usize) -> i64 {
    i64::try_from(signals).unwrap_or(i64::MAX)
}

/// The name of an act as it is written.
fn act_name(act: Act) -> &'static str {
    match act {
        Act::Wlz => "Wlz",
        Act::Zvw => "Zvw",
    }
}
