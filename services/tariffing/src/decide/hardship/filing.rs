//! Whether a request, or a document with it, comes in time, and what it lacks.

use std::collections::BTreeSet;

use calendar::{Cutoff, Deadline};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use explain::{Known, ParameterError, Rules, Trace, Window};
use serde::{Deserialize, Serialize};

use crate::{NAME, domain::Subject, error::Error, rules};

/// What a filing is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipFilingFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The kinds of documents that are there, those that come now among them.
    pub kinds: BTreeSet<String>,
    /// When it is received.
    pub as_of: DateTime<Utc>,
}

/// What becomes of a filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HardshipFiling {
    /// Whether it is considered: it came within the window, or there is none.
    pub considered: bool,
    /// The kinds of documents that are missing; none are told of what is not considered.
    pub missing: Vec<String>,
    /// The last day to answer; absent where no source states one, or when there is nothing to answer.
    pub answer_by: Option<NaiveDate>,
}

/// Judges whether a request or a document comes within the window of the year, and tells what is still missing.
///
/// # Errors
/// A parameter that has no version for the year; documents that no source lists.
pub fn file_hardship(facts: &HardshipFilingFacts, rules: &Rules, trace: &mut Trace) -> Result<HardshipFiling, Error> {
    let scope = facts.subject.scope();
    // Asked before anything else, so that an office without a list gets no other answer outside a window.
    rules.get(&rules::HARDSHIP_DOCUMENTS, &scope)?;
    let received = Known::fact(NAME, "hardship request", facts.as_of, facts.as_of);
    let considered = match stated(rules.get(&rules::HARDSHIP_WINDOW, &scope))? {
        Some(window) => within(&window, &received, trace),
        None => trace.step(&rules::HARDSHIP_ANY_TIME).with("received", &received).gives(true).value,
    };
    if !considered {
        return Ok(HardshipFiling { considered, missing: Vec::new(), answer_by: None });
    }
    let missing = super::missing(&facts.subject, &facts.kinds, rules, trace)?;
    let answer_by = stated(rules.get(&rules::HARDSHIP_ANSWER, &scope))?.map(|window| {
        let (local, inclusive) = told(&window);
        let step = trace.step(&rules::HARDSHIP_ANSWER_BY).with("local", &local).with("inclusive", &inclusive);
        step.gives(last_day(window.until)).value
    });
    Ok(HardshipFiling { considered, missing, answer_by })
}

/// Whether a moment lies in a window, told.
fn within(window: &Known<Window>, received: &Known<DateTime<Utc>>, trace: &mut Trace) -> bool {
    if let Some(opens) = window.opens
        && received.value < (Deadline { local: opens, cutoff: Cutoff::Inclusive }).moment()
    {
        let opens = window.clone().map(|_| opens.format("%Y-%m-%d %H:%M:%S").to_string());
        return trace
            .step(&rules::HARDSHIP_TOO_EARLY)
            .with("received", received)
            .with("opens", &opens)
            .gives(false)
            .value;
    }
    let in_time = window.until.is_met_by(received.value);
    let text = if in_time { &rules::HARDSHIP_IN_TIME } else { &rules::HARDSHIP_TOO_LATE };
    let (local, inclusive) = told(window);
    let last = window.clone().map(|window| last_day(window.until));
    let step = trace.step(text).with("received", received).with("last", &last);
    step.with("local", &local).with("inclusive", &inclusive).gives(in_time).value
}

/// The last moment of a window as local time, and whether it is in it.
fn told(window: &Known<Window>) -> (Known<String>, Known<bool>) {
    let local = window.clone().map(|window| window.until.local.format("%Y-%m-%d %H:%M:%S").to_string());
    (local, window.clone().map(|window| window.until.cutoff == Cutoff::Inclusive))
}

/// The last day on which something can be in time: before midnight is the day before.
fn last_day(until: Deadline) -> NaiveDate {
    match until.cutoff {
        Cutoff::Inclusive => until.local.date(),
        Cutoff::Exclusive => (until.local - TimeDelta::nanoseconds(1)).date(),
    }
}

/// A value where a source states one. That a value is not in force for the year is an error all the same.
fn stated<T>(found: Result<Known<T>, ParameterError>) -> Result<Option<Known<T>>, Error> {
    match found {
        Err(ParameterError::NotSet { .. }) => Ok(None),
        other => Ok(Some(other?)),
    }
}
