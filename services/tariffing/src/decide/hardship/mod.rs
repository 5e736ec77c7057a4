//! The hardship clause (hardheidsclausule, TAR-08): what a request comes to. The figures say how far an addition could
//! go; whether there is one, and how much, a person decides.

mod decision;
mod filing;
mod objection;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Text, Trace};
use money::{Decimal, Money, MoneyError};
use serde::{Deserialize, Serialize};

pub use decision::{HardshipDecided, HardshipDecisionFacts, decide_hardship};
pub use filing::{HardshipFiling, HardshipFilingFacts, file_hardship};
pub use objection::{HardshipObjectionFacts, ObjectionDecisionFacts, decide_hardship_objection, object_to_hardship};

use crate::{
    NAME,
    domain::{
        Subject,
        hardship::{HardshipFigures, HardshipJudgement, HardshipRequest, HardshipTopic, LaidOut},
    },
    error::Error,
    rules,
};

/// Points are in hundredths of a percentage point, and a percentage is a hundredth.
const HUNDREDTHS_OF_POINTS: i128 = 10_000;
/// The decimals of an addition.
const DECIMALS: u32 = 2;

/// What a request is weighed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The request.
    pub hardship_request_id: String,
    /// The kinds of documents that are there.
    pub kinds: BTreeSet<String>,
    /// The figures, with who laid them out.
    pub figures: Option<LaidOut>,
    /// What the office judged.
    pub judgements: BTreeMap<HardshipTopic, HardshipJudgement>,
    /// The moment all this is known as of.
    pub as_of: DateTime<Utc>,
}

impl HardshipFacts {
    /// The facts of a request on record.
    pub fn of(subject: &Subject, id: &str, request: &HardshipRequest, as_of: DateTime<Utc>) -> HardshipFacts {
        HardshipFacts {
            subject: subject.clone(),
            hardship_request_id: id.to_owned(),
            kinds: request.kinds(),
            figures: request.figures.clone(),
            judgements: request.judgements.clone(),
            as_of,
        }
    }
}

/// Something that stands in the way of an addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HardshipReason {
    /// Which one: the key of the text that tells it.
    pub code: &'static str,
    /// The number of the step that tells it, from 1.
    pub step: usize,
}

/// What a request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HardshipComputed {
    /// The kinds of documents that are missing.
    pub missing: Vec<String>,
    /// What remains of the deficit; absent without figures.
    pub remaining: Option<Money>,
    /// The highest addition, in percentage points; absent without figures or revenue.
    pub highest: Option<Known<Decimal>>,
    /// What stands in the way of any addition, in the order of the steps.
    pub reasons: Vec<HardshipReason>,
}

/// Computes what a request comes to: its completeness, its judgements, and the highest addition its figures bear.
///
/// # Errors
/// A list of documents that is not stated for the year, amounts that don't fit.
pub fn compute_hardship(facts: &HardshipFacts, rules: &Rules, trace: &mut Trace) -> Result<HardshipComputed, Error> {
    let mut reasons = Vec::new();
    let missing = missing(&facts.subject, &facts.kinds, rules, trace)?;
    let first = trace.len() + 1 - missing.len();
    let document = rules::HARDSHIP_DOCUMENT_MISSING.key;
    reasons.extend((first..).take(missing.len()).map(|step| HardshipReason { code: document, step }));
    reasons.extend(judged(facts, trace));
    let Some(laid_out) = &facts.figures else {
        reasons.push(absent(&rules::HARDSHIP_NO_FIGURES, trace));
        return Ok(HardshipComputed { missing, remaining: None, highest: None, reasons });
    };
    let remaining = remaining(&laid_out.figures, facts.as_of, trace)?;
    let revenue = Known::fact(NAME, "hardship figures", facts.as_of, laid_out.figures.wlz_revenue);
    let highest = highest(remaining.value, revenue.value)?;
    let text = if highest.is_some() { &rules::HARDSHIP_HIGHEST } else { &rules::HARDSHIP_NO_REVENUE };
    let step = trace.step(text).with("remaining", &remaining).with("wlz_revenue", &revenue);
    let highest = match highest {
        Some(highest) => Some(step.gives(highest)),
        None => {
            step.gives(false);
            reasons.push(HardshipReason { code: text.key, step: trace.len() });
            None
        }
    };
    Ok(HardshipComputed { missing, remaining: Some(remaining.value), highest, reasons })
}

/// The kinds of documents of the round's list that are not there, each told by a step; or one step that all are.
fn missing(
    subject: &Subject,
    kinds: &BTreeSet<String>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Vec<String>, Error> {
    let needed = rules.get(&rules::HARDSHIP_DOCUMENTS, &subject.scope())?;
    let mut missing = Vec::new();
    for kind in needed.iter().filter(|kind| !kinds.contains(&***kind)) {
        let known = needed.clone().map(|_| kind.clone());
        trace.step(&rules::HARDSHIP_DOCUMENT_MISSING).with("kind", &known).with("needed", &needed).gives(false);
        missing.push(kind.to_string());
    }
    if missing.is_empty() {
        trace.step(&rules::HARDSHIP_COMPLETE).with("needed", &needed).gives(true);
    }
    Ok(missing)
}

/// Tells what the office judged, and gives what is missing in it: efficiency must be shown, the duty of care weighed.
fn judged(facts: &HardshipFacts, trace: &mut Trace) -> Vec<HardshipReason> {
    let mut reasons = Vec::new();
    match facts.judgements.get(&HardshipTopic::Efficiency) {
        None => reasons.push(absent(&rules::EFFICIENCY_NOT_JUDGED, trace)),
        Some(judgement) if judgement.positive => tell(&rules::EFFICIENCY_SHOWN, judgement, facts.as_of, trace),
        Some(judgement) => {
            tell(&rules::EFFICIENCY_NOT_SHOWN, judgement, facts.as_of, trace);
            reasons.push(HardshipReason { code: rules::EFFICIENCY_NOT_SHOWN.key, step: trace.len() });
        }
    }
    match facts.judgements.get(&HardshipTopic::DutyOfCare) {
        None => reasons.push(absent(&rules::DUTY_OF_CARE_NOT_WEIGHED, trace)),
        Some(judgement) => tell(&rules::DUTY_OF_CARE_WEIGHED, judgement, facts.as_of, trace),
    }
    reasons
}

fn tell(text: &'static Text, judgement: &HardshipJudgement, as_of: DateTime<Utc>, trace: &mut Trace) {
    let by = Known::fact(NAME, "hardship judgement", as_of, judgement.by.clone());
    let motivation = Known::fact(NAME, "hardship judgement", as_of, judgement.motivation.clone());
    trace.step(text).with("judged_by", &by).with("motivation", &motivation).gives(judgement.positive);
}

fn absent(text: &'static Text, trace: &mut Trace) -> HardshipReason {
    trace.step(text).gives(false);
    HardshipReason { code: text.key, step: trace.len() }
}

/// The deficit without incidental charges, corrected for real estate, after reserves and improvements; not below zero.
fn remaining(figures: &HardshipFigures, as_of: DateTime<Utc>, trace: &mut Trace) -> Result<Known<Money>, Error> {
    let fact = |amount: Money| Known::fact(NAME, "hardship figures", as_of, amount);
    let (deficit, charges) = (fact(figures.deficit), fact(figures.incidental_charges));
    let step = trace.step(&rules::HARDSHIP_CLEANED).with("deficit", &deficit).with("incidental_charges", &charges);
    let mut left = step.gives(deficit.minus(*charges)?);
    for (text, name, amount) in [
        (&rules::HARDSHIP_CORRECTED, "real_estate_losses", figures.real_estate_losses),
        (&rules::HARDSHIP_ABSORBED, "absorbing_reserves", figures.absorbing_reserves),
        (&rules::HARDSHIP_IMPROVED, "improvements", figures.improvements),
    ] {
        let step = trace.step(text).with("before", &left).with(name, &fact(amount));
        left = step.gives(left.minus(amount)?);
    }
    if left.is_negative() {
        left = trace.step(&rules::HARDSHIP_NOTHING_REMAINS).with("before", &left).gives(Money::ZERO);
    }
    Ok(left)
}

/// The most points, in two decimals, whose part of the revenue does not exceed what remains; none without revenue.
/// Divided in whole numbers, so that nothing is rounded on the way.
fn highest(remaining: Money, revenue: Money) -> Result<Option<Decimal>, MoneyError> {
    if revenue <= Money::ZERO {
        return Ok(None);
    }
    let hundredths = i128::from(remaining.cents()) * HUNDREDTHS_OF_POINTS / i128::from(revenue.cents());
    Decimal::try_from_i128_with_scale(hundredths, DECIMALS).map(Some).map_err(|_| MoneyError::Overflow)
}

#[cfg(test)]
mod tests;
