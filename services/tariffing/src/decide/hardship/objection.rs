//! Objections to what was decided: whether they come in time, and what a person decides on them.

use calendar::{amsterdam_date, calendar_days_after};
use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, Rules, Trace};
use money::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    HardshipDecided, HardshipFacts, HardshipReason, compute_hardship,
    decision::{borne, grant, reject},
};
use crate::{NAME, domain::Subject, error::Error, rules};

/// What an objection is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipObjectionFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The request.
    pub hardship_request_id: String,
    /// The day on which the decision was received.
    pub received: NaiveDate,
    /// When the objection is made.
    pub as_of: DateTime<Utc>,
}

/// What a decision on an objection rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionDecisionFacts {
    /// The request.
    pub request: HardshipFacts,
    /// The addition granted before; absent when the request was rejected.
    pub granted: Option<Decimal>,
    /// The addition in its place; absent when the objection is dismissed.
    pub points: Option<Decimal>,
    /// Why.
    pub motivation: String,
    /// Who decides; of a dismissal the second person.
    pub by: String,
}

/// Judges whether an objection comes in time, and gives the last day. The day after the decision was received counts as
/// the first.
///
/// # Errors
/// A number of days that no source states.
pub fn object_to_hardship(
    facts: &HardshipObjectionFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(NaiveDate, bool), Error> {
    let days = rules.get(&rules::HARDSHIP_OBJECTION_DAYS, &facts.subject.scope())?;
    let received = Known::request("received_date", facts.received);
    let filed = Known::fact(NAME, "hardship objection", facts.as_of, amsterdam_date(facts.as_of));
    let last = calendar_days_after(received.value, days.value);
    let in_time = filed.value <= last;
    let text = if in_time { &rules::HARDSHIP_OBJECTION_IN_TIME } else { &rules::HARDSHIP_OBJECTION_LATE };
    trace.step(text).with("received", &received).with("days", &days).with("filed", &filed).gives(last);
    Ok((last, in_time))
}

/// Decides an objection: upheld with more than was granted, as far as the figures bear it, or dismissed.
///
/// # Errors
/// As [`compute_hardship`].
pub fn decide_hardship_objection(
    facts: &ObjectionDecisionFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<HardshipDecided, Error> {
    let computed = compute_hardship(&facts.request, rules, trace)?;
    let person = (facts.by.as_str(), facts.motivation.as_str());
    let Some(points) = facts.points else {
        reject(&rules::HARDSHIP_DISMISSED, person, trace);
        return Ok(HardshipDecided { computed, reasons: Vec::new() });
    };
    let points = Known::request("points", points);
    let mut reasons = borne(&computed, &points, trace);
    // Less than before would be adverse, and no objection asks for it.
    if let Some(granted) = facts.granted.filter(|granted| points.value <= *granted) {
        let granted = Known::fact(NAME, "hardship request", facts.request.as_of, granted);
        trace.step(&rules::HARDSHIP_NOT_MORE).with("points", &points).with("granted", &granted).gives(false);
        reasons.push(HardshipReason { code: rules::HARDSHIP_NOT_MORE.key, step: trace.len() });
    }
    if reasons.is_empty() {
        grant(&rules::HARDSHIP_UPHELD, &computed, (&points, facts.request.subject.year), person, trace);
    }
    Ok(HardshipDecided { computed, reasons })
}
