//! The provider is heard (hoor en wederhoor).

use calendar::{WorkingDays, calendar_days_after};
use chrono::{DateTime, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, RuleScope, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{at_stake, count, known, not_in, possible};
use crate::{
    domain::{Case, CaseHearing, CaseState},
    rules,
};

/// What a hearing is started from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartFacts {
    /// The case.
    pub case: Case,
    /// The day on which the provider is told.
    pub informed: NaiveDate,
    /// The last day on which it can respond, where one is given.
    pub due: Option<NaiveDate>,
    /// Id or digest of the document that tells it.
    pub document: String,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Starts the hearing, or tells the provider of signals that were added since.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` when the case is neither open nor in hearing with signals added, the day is past, or no time to
/// respond is given where the rules state none, or less than they state.
pub fn start_hearing(facts: &StartFacts, rules: &Rules, trace: &mut Trace) -> Result<Case, EdgeError> {
    let mut case = facts.case.clone();
    let mut against: Vec<String> = not_in(&case, &[CaseState::Open, CaseState::Hearing]).into_iter().collect();
    if case.content.hearing.as_ref().is_some_and(|hearing| hearing.signals == case.signals.len()) {
        against.push("SCR-07: the provider was told of all signals before".to_owned());
    }
    if facts.informed < facts.day {
        against.push(format!("SCR-07: {} is past", facts.informed));
    }
    let scope = RuleScope { office: case.office.as_str(), act: "", sector: "", date: facts.informed };
    let term = rules.get(&rules::CASE_RESPONSE_DAYS, &scope).ok();
    let stated = term.as_ref().map(|days| calendar_days_after(facts.informed, days.value));
    let due = match (facts.due, stated) {
        (None, None) => {
            against.push("SCR-07 (case_response_days is unset): a last day to respond is to be given".to_owned());
            facts.informed
        }
        (Some(given), Some(stated)) if given < stated => {
            against.push(format!("SCR-07 (case_response_days): the provider has until {stated}"));
            given
        }
        (Some(given), _) => given,
        (None, Some(stated)) => stated,
    };
    if due <= facts.informed {
        against.push("SCR-07 (hoor en wederhoor): the provider is given no day to respond".to_owned());
    }
    possible(&case.case_id, against)?;
    let due_day = ends_on(due);
    let informed = Known::request("informed_date", facts.informed);
    let step = trace.step(&rules::CASE_INFORMED).with("informed", &informed);
    let step = step.with("signals", &known(facts.as_of, count(case.signals.len())));
    let step = step.with("at_stake", &known(facts.as_of, at_stake(&case.signals)?));
    step.with("document", &Known::request("document", facts.document.clone())).gives(CaseState::Hearing.as_str());
    match (facts.due, term) {
        (None, Some(days)) => trace.step(&rules::CASE_TERM).with("days", &days).gives(due_day),
        _ => {
            let given = Known::request("response_due_date", due);
            trace.step(&rules::CASE_TERM_GIVEN).with("given", &given).gives(due_day)
        }
    };
    let (informed, document, signals) = (facts.informed, facts.document.clone(), case.signals.len());
    case.content.hearing = Some(CaseHearing { informed, due: due_day, document, signals, response: None });
    case.state = CaseState::Hearing;
    Ok(case)
}

/// The working day on which a term ends.
pub(super) fn ends_on(day: NaiveDate) -> NaiveDate {
    let working = WorkingDays::default();
    if working.contains(day) { day } else { working.after(day, 1) }
}

/// What the response of a provider is recorded from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseFacts {
    /// The case.
    pub case: Case,
    /// Id or digest of its response.
    pub document: String,
    /// The day on which it came.
    pub received: NaiveDate,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Records what the provider said. What came late is recorded, too.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` when the case is not in hearing, the provider responded before, or the day is before it was told
/// or to come.
pub fn respond(facts: &ResponseFacts, trace: &mut Trace) -> Result<Case, EdgeError> {
    let mut case = facts.case.clone();
    let mut against: Vec<String> = not_in(&case, &[CaseState::Hearing]).into_iter().collect();
    if facts.received > facts.day {
        against.push(format!("SCR-07: {} is a day to come", facts.received));
    }
    if let Some(hearing) = &case.content.hearing {
        if facts.received < hearing.informed {
            against.push(format!("SCR-07: the provider was told on {}, after that", hearing.informed));
        }
        if hearing.response.is_some() {
            against.push("SCR-07: a response is on record".to_owned());
        }
    }
    possible(&case.case_id, against)?;
    if let Some(hearing) = &mut case.content.hearing {
        hearing.response = Some((facts.received, facts.document.clone()));
        let received = Known::request("received_date", facts.received);
        let step = trace.step(&rules::CASE_RESPONSE).with("received", &received);
        let step = step.with("due", &known(facts.as_of, hearing.due));
        let step = step.with("document", &Known::request("document", facts.document.clone()));
        step.gives(facts.received <= hearing.due);
    }
    Ok(case)
}
