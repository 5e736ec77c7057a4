//! Where a derivation starts (TAR-06, TAR-07, TAR-09, TAR-12, TAR-17, TAR-20).

use std::sync::Arc;

use explain::{Known, ParameterError, Row, RuleScope, Rules, Trace};
use money::Percentage;

use super::{PercentageFacts, moved};
use crate::{
    NAME,
    decide::timeline::days_of,
    domain::{Basis, Previous},
    error::Error,
    rules,
};

/// A start that was taken.
pub(super) struct Start {
    pub key: Arc<str>,
    pub basis: Basis,
    pub percentage: Known<Percentage>,
}

/// Takes the first start that applies, or the guide percentage when none does.
pub(super) fn start(facts: &PercentageFacts, rules: &Rules, trace: &mut Trace) -> Result<Start, Error> {
    let scope = facts.scope();
    let mut rows: Vec<&Row> = rules.rows(&rules::START, scope).filter(|row| row.covers("for", facts.whom())).collect();
    rows.sort_by_key(|row| row.count("order"));
    for row in rows {
        if applies(row, facts, rules)? {
            return from_row(row, facts, rules, trace);
        }
    }
    let guide = rules.get(&rules::GUIDE_PERCENTAGE, &scope)?;
    let text = if facts.grants.is_empty() { &rules::NOTHING_FILED } else { &rules::GUIDE };
    let percentage = trace.step(text).with("guide", &guide).gives(guide.value);
    Ok(Start { key: "guide".into(), basis: Basis::Regular, percentage })
}

fn applies(row: &Row, facts: &PercentageFacts, rules: &Rules) -> Result<bool, Error> {
    let on_record = match row.word("begin") {
        "line" => facts.line.is_some(),
        "bid" => facts.bid.is_some(),
        _ => true,
    };
    let condition = match row.word("if") {
        "granted" => facts.grants.iter().any(|grant| *grant.key == *row.key),
        "lower_than_guide" => match facts.previous {
            Some(previous) => is_historically_lower(previous, facts, rules)?,
            None => false,
        },
        _ => true,
    };
    Ok(on_record && condition)
}

/// Whether the percentage of the year before counts as historically lower: below the guide percentage, and not by a
/// reduction that was meant to pass.
fn is_historically_lower(previous: Previous, facts: &PercentageFacts, rules: &Rules) -> Result<bool, ParameterError> {
    let scope = facts.scope();
    let excluded = rules.get(&rules::HISTORIC_EXCLUDES, &scope)?;
    if excluded.iter().any(|basis| **basis == *basis_code(previous.basis)) {
        return Ok(false);
    }
    let reference = rules.get(&rules::HISTORIC_REFERENCE, &scope)?;
    let year = if *reference.value == *"year_before" { facts.subject.year - 1 } else { facts.subject.year };
    let guide = rules.get(&rules::GUIDE_PERCENTAGE, &RuleScope { date: days_of(year).0, ..scope })?;
    Ok(previous.percentage < guide.value)
}

/// The word for a basis, as the rule files use it.
fn basis_code(basis: Basis) -> &'static str {
    match basis {
        Basis::Regular => "regular",
        Basis::FallingLine => "falling_line",
        Basis::NewProvider => "new_provider",
        Basis::Interview => "interview",
        Basis::LowerBid => "lower_bid",
    }
}

fn from_row(row: &Row, facts: &PercentageFacts, rules: &Rules, trace: &mut Trace) -> Result<Start, Error> {
    let not_stated = || Error::not_stated(row, &facts.subject.office);
    if row.flag("unset") {
        return Err(not_stated());
    }
    let fact = |name, value| Known::fact(NAME, name, facts.as_of, value);
    let year = Known::fact(NAME, "year", facts.as_of, facts.subject.year);
    let previous = facts.previous.map(|previous| fact("percentage of the year before", previous.percentage));
    let mut step = trace.row(row).with("year", &year);
    if let Some(previous) = &previous {
        step = step.with("previous", previous);
    }
    let percentage = match row.word("begin") {
        "stated" => row.percent("percentage").ok_or_else(not_stated)?,
        "previous" => previous.ok_or(Error::PreviousUnknown { year: facts.subject.year - 1 })?.value,
        "line" => facts.line.ok_or_else(not_stated)?,
        "bid" => facts.bid.ok_or_else(not_stated)?,
        "interview" => facts.interview.ok_or(Error::InterviewNeeded)?,
        _ => {
            let guide = rules.get(&rules::GUIDE_PERCENTAGE, &facts.scope())?;
            let points = row.states(row.points("points").unwrap_or_default());
            step = step.with("guide", &guide).with("points", &points);
            moved(guide.value, points.value, facts, rules)?
        }
    };
    Ok(Start { key: row.key.clone(), basis: basis_of(row), percentage: step.gives(percentage) })
}

fn basis_of(row: &Row) -> Basis {
    match row.word("begin") {
        "line" => Basis::FallingLine,
        "bid" => Basis::LowerBid,
        "interview" => Basis::Interview,
        _ if !row.covers("for", "existing") => Basis::NewProvider,
        _ => Basis::Regular,
    }
}
