//! What a person decides on a request: an addition, as far as the figures bear one, or none.

use explain::{Known, Rules, Text, Trace};
use money::Decimal;
use serde::{Deserialize, Serialize};

use super::{HardshipComputed, HardshipFacts, HardshipReason, compute_hardship};
use crate::{error::Error, rules};

/// What a decision on a request rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipDecisionFacts {
    /// The request.
    pub request: HardshipFacts,
    /// The addition in percentage points; absent when it is rejected.
    pub points: Option<Decimal>,
    /// Why.
    pub motivation: String,
    /// Who decides; of a rejection the second person.
    pub by: String,
}

/// What comes of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HardshipDecided {
    /// What the request comes to.
    pub computed: HardshipComputed,
    /// What stands in the way of the addition, in the order of the steps; empty when nothing does.
    pub reasons: Vec<HardshipReason>,
}

/// Decides a request: grants what the figures bear when the request is complete and judged, or rejects it.
///
/// # Errors
/// As [`compute_hardship`].
pub fn decide_hardship(
    facts: &HardshipDecisionFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<HardshipDecided, Error> {
    let computed = compute_hardship(&facts.request, rules, trace)?;
    let person = (facts.by.as_str(), facts.motivation.as_str());
    let Some(points) = facts.points else {
        reject(&rules::HARDSHIP_REJECTED, person, trace);
        return Ok(HardshipDecided { computed, reasons: Vec::new() });
    };
    let points = Known::request("points", points);
    let reasons = borne(&computed, &points, trace);
    if reasons.is_empty() {
        grant(&rules::HARDSHIP_GRANTED, &computed, (&points, facts.request.subject.year), person, trace);
    }
    Ok(HardshipDecided { computed, reasons })
}

/// What stands in the way of granting these points.
pub(super) fn borne(computed: &HardshipComputed, points: &Known<Decimal>, trace: &mut Trace) -> Vec<HardshipReason> {
    let mut reasons = computed.reasons.clone();
    if let Some(highest) = computed.highest.as_ref().filter(|highest| points.value > highest.value) {
        let step = trace.step(&rules::HARDSHIP_ABOVE_HIGHEST).with("points", points);
        step.with("highest", highest).gives(false);
        reasons.push(HardshipReason { code: rules::HARDSHIP_ABOVE_HIGHEST.key, step: trace.len() });
    }
    reasons
}

/// Tells that an addition is granted, for the year only.
pub(super) fn grant(
    text: &'static Text,
    computed: &HardshipComputed,
    (points, year): (&Known<Decimal>, i32),
    (by, motivation): (&str, &str),
    trace: &mut Trace,
) {
    let mut step = trace.step(text).with("points", points);
    if let Some(highest) = &computed.highest {
        step = step.with("highest", highest);
    }
    let step = step.with("year", &Known::request("hardship_request_id", year));
    let step = step.with("decided_by", &Known::request("identity", by));
    step.with("motivation", &Known::request("motivation", motivation)).gives(points.value);
}

/// Tells that something is rejected.
pub(super) fn reject(text: &'static Text, (by, motivation): (&str, &str), trace: &mut Trace) {
    let step = trace.step(text).with("decided_by", &Known::request("identity", by));
    step.with("motivation", &Known::request("motivation", motivation)).gives(false);
}
