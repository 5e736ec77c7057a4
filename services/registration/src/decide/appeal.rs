//! Whether a question, an objection or a hardship request is considered (REG-17).

use ::calendar::{amsterdam_date, calendar_days_after};
use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{calendar::milestone, duties::end_of, scope};
use crate::{
    NAME,
    domain::{AppealKind, Round},
    error::Error,
    rules,
};

/// What it is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealFacts {
    /// The round.
    pub round: Round,
    /// What is filed.
    pub kind: AppealKind,
    /// When.
    pub filed: DateTime<Utc>,
    /// The day proceedings were started.
    pub proceedings: Option<NaiveDate>,
    /// Whether the provider asked a question in time about the same part of the policy.
    pub asked: bool,
    /// When the award, or the refusal, was announced.
    pub announced: Option<DateTime<Utc>>,
    /// The day the provider received it, where that is known.
    pub received: Option<NaiveDate>,
}

/// What it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Whether it is considered.
    pub considered: bool,
    /// Until when it could be filed.
    pub until: Option<DateTime<Utc>>,
    /// The last day for the answer.
    pub answer: Option<NaiveDate>,
    /// Whether the office waits for the judge.
    pub waits_for_judge: bool,
}

/// Decides whether what was filed is considered.
///
/// # Errors
/// A parameter without a value, or a round whose calendar has no such date.
pub fn appeal(facts: &AppealFacts, rules: &Rules, trace: &mut Trace) -> Result<Considered, Error> {
    let until = last_moment(facts, rules, trace)?;
    let filed = Known::fact(NAME, "appeal", facts.filed, facts.filed);
    let in_time = until.as_ref().is_some_and(|until| facts.filed <= until.value);
    if let Some(until) = &until {
        let text = if in_time { &rules::APPEAL_IN_TIME } else { &rules::APPEAL_LATE };
        trace.step(text).with("filed", &filed).with("until", until).gives(in_time);
    }
    let objects = matches!(facts.kind, AppealKind::Policy | AppealKind::Award);
    let mut considered = in_time;
    if facts.kind == AppealKind::Policy {
        let asked = Known::fact(NAME, "appeal", facts.filed, facts.asked);
        trace.step(&rules::APPEAL_ASKED).with("asked", &asked).gives(facts.asked);
        considered &= facts.asked;
    }
    let mut proceeding = false;
    if objects && let Some(until) = &until {
        let last = amsterdam_date(until.value);
        proceeding = facts.proceedings.is_some_and(|day| day <= last);
        let last = Known { value: last, origin: until.origin.clone() };
        let step = trace.step(if proceeding { &rules::PROCEEDINGS_IN_TIME } else { &rules::PROCEEDINGS_MISSING });
        step.with("last", &last).gives(proceeding);
        considered &= proceeding;
    }
    let mut answer = None;
    if facts.kind == AppealKind::Hardship && considered {
        let days = rules.get(&rules::HARDSHIP_ANSWER_DAYS, &scope(&facts.round))?;
        let day = Known::fact(NAME, "appeal", facts.filed, amsterdam_date(facts.filed));
        let last = calendar_days_after(*day, *days);
        trace.step(&rules::HARDSHIP_ANSWER).with("filed", &day).with("days", &days).gives(last);
        answer = Some(last);
    }
    let mut waits_for_judge = false;
    if facts.kind == AppealKind::Award && considered && proceeding {
        let waits = rules.get(&rules::WAITS_FOR_JUDGE, &scope(&facts.round))?;
        trace.step(&rules::JUDGE).with("waits", &waits).gives(*waits);
        waits_for_judge = *waits;
    }
    trace.step(if considered { &rules::APPEAL_CONSIDERED } else { &rules::APPEAL_NOT_CONSIDERED }).gives(considered);
    Ok(Considered { considered, until: until.map(|until| until.value), answer, waits_for_judge })
}

/// Until when it could be filed.
fn last_moment(facts: &AppealFacts, rules: &Rules, trace: &mut Trace) -> Result<Option<Known<DateTime<Utc>>>, Error> {
    let dated = |parameter| {
        milestone(&facts.round, rules, parameter)
            .map(|window| Known { value: window.value.until.moment(), origin: window.origin })
    };
    let after = |trace: &mut Trace, from: Known<NaiveDate>| -> Result<Known<DateTime<Utc>>, Error> {
        let days = rules.get(&rules::OBJECTION_DAYS, &scope(&facts.round))?;
        let last = calendar_days_after(*from, *days);
        let step = trace.step(&rules::OBJECTION_UNTIL).with("from", &from).with("days", &days);
        let known = step.gives(last);
        Ok(Known { value: end_of(last), origin: known.origin })
    };
    Ok(match facts.kind {
        AppealKind::Question => dated(&rules::QUESTIONS),
        AppealKind::Hardship => dated(&rules::HARDSHIP_REQUEST),
        AppealKind::Policy => match dated(&rules::OBJECTION_TO_POLICY) {
            Some(until) => Some(until),
            None => match dated(&rules::NOTE_OF_INFORMATION) {
                Some(note) => Some(after(trace, note.map(amsterdam_date))?),
                None => None,
            },
        },
        AppealKind::Award => {
            let start = rules.get(&rules::OBJECTION_START, &scope(&facts.round))?;
            let announced = facts.announced.map(amsterdam_date);
            let from = if &**start == "received" { facts.received.or(announced) } else { announced };
            match from {
                Some(from) => Some(after(trace, Known { value: from, origin: start.origin })?),
                None => None,
            }
        }
    })
}

#[cfg(test)]
mod tests;
