//! Subcontractors that are reported under an agreement (REG-12).

use ::calendar::{amsterdam_date, calendar_days_after};
use chrono::{DateTime, Utc};
use explain::{Known, ParameterError, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{duties::end_of, scope};
use crate::{
    NAME,
    domain::{Round, SubcontractorState},
    error::Error,
    rules,
};

/// What the time to answer, and the meaning of silence, follow from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubcontractorFacts {
    /// The round of the year in which it is reported.
    pub round: Round,
    /// Whether it delivers whole packages.
    pub whole_package: bool,
    /// Whether it is one person without staff.
    pub self_employed: bool,
    /// When it was reported.
    pub reported: DateTime<Utc>,
}

/// What follows from a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reporting {
    /// Until when the office can answer; none where the rules give no such date.
    pub due: Option<DateTime<Utc>>,
    /// What it is from the start.
    pub state: SubcontractorState,
    /// What silence comes to.
    pub by_silence: SubcontractorState,
}

/// Until when the office can answer, and what its silence means.
///
/// # Errors
/// A parameter without a value.
pub fn reporting(facts: &SubcontractorFacts, rules: &Rules, trace: &mut Trace) -> Result<Reporting, Error> {
    let scope = scope(&facts.round);
    let due = match rules.get(&rules::SUBCONTRACTOR_DAYS, &scope) {
        Err(ParameterError::NotSet { .. }) => None,
        days => {
            let days = days?;
            let reported = Known::fact(NAME, "subcontractor", facts.reported, amsterdam_date(facts.reported));
            let last = calendar_days_after(*reported, *days);
            trace.step(&rules::SUBCONTRACTOR_UNTIL).with("reported", &reported).with("days", &days).gives(last);
            Some(end_of(last))
        }
    };
    let silence = rules.get(&rules::SUBCONTRACTOR_SILENCE, &scope)?;
    let self_employed = rules.get(&rules::SUBCONTRACTOR_SELF_EMPLOYED, &scope)?;
    let whole = Known::fact(NAME, "subcontractor", facts.reported, facts.whole_package);
    let not_asked = facts.self_employed && !facts.whole_package && !*self_employed;
    let by_silence = if not_asked || (*silence && !facts.whole_package) {
        SubcontractorState::NoObjection
    } else {
        SubcontractorState::Unanswered
    };
    let text = match (not_asked, facts.whole_package, *silence) {
        (true, ..) => &rules::SUBCONTRACTOR_NOT_ASKED,
        (false, true, _) => &rules::SUBCONTRACTOR_WHOLE,
        (false, false, true) => &rules::SUBCONTRACTOR_SILENT,
        (false, false, false) => &rules::SUBCONTRACTOR_EXPLICIT,
    };
    let step = trace.step(text).with("whole_package", &whole).with("silence", &silence);
    step.with("self_employed_asked", &self_employed).gives(by_silence.as_str());
    let state = if not_asked { SubcontractorState::NoObjection } else { SubcontractorState::Reported };
    Ok(Reporting { due, state, by_silence })
}
