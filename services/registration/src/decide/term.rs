//! How long an agreement runs (REG-11).

use chrono::NaiveDate;
use explain::{Known, Parameter, ParameterError, RuleScope, Rules, Trace};

use super::{award::AwardFacts, category::covers, scope};
use crate::{
    NAME,
    domain::{Agreement, Category, days_of},
    error::Error,
    rules,
};

/// How long an agreement runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The last day.
    pub last: NaiveDate,
    /// The last day it can be extended to.
    pub extension: Option<NaiveDate>,
}

/// The term that the rules give; none where they give none.
///
/// # Errors
/// A parameter without a value in force.
pub(super) fn term(facts: &AwardFacts, rules: &Rules, trace: &mut Trace) -> Result<Option<Term>, Error> {
    let assessment = &facts.assessment;
    let (scope, year) = (scope(&assessment.round), assessment.round.year);
    let category = Known::fact(NAME, "assessment", assessment.as_of, facts.category);
    let through = |years: u32| days_of(year + i32::try_from(years).unwrap_or(0) - 1).1;
    if facts.category == Category::ExistingRunning {
        let Some(last_year) = stated(rules, &rules::TERM_RUNNING_THROUGH, &scope)? else { return Ok(None) };
        let last = days_of(i32::try_from(*last_year).unwrap_or(year)).1;
        let step = trace.step(&rules::TERM_RUNNING).with("category", &category).with("last_year", &last_year);
        step.gives(last);
        return Ok(Some(Term { last, extension: None }));
    }
    let held: Vec<&Agreement> =
        assessment.agreements.iter().filter(|held| held.office == assessment.round.office).collect();
    let whole = covers(&held, days_of(year - 1));
    let conditional =
        held.iter().any(|held| held.conditional && held.runs_between(days_of(year - 1).0, days_of(year - 1).1));
    let before = Known::fact(NAME, "agreement", assessment.as_of, year - 1);
    if facts.category == Category::ExistingExpiring && whole && !conditional {
        let Some(years) = stated(rules, &rules::TERM_EXISTING_YEARS, &scope)? else { return Ok(None) };
        let last = through(*years);
        let step = trace.step(&rules::TERM_WHOLE_YEAR).with("year_before", &before).with("years", &years);
        step.with("category", &category).gives(last);
        return Ok(Some(Term { last, extension: None }));
    }
    let Some(years) = stated(rules, &rules::TERM_OTHER_YEARS, &scope)? else { return Ok(None) };
    let Some(more) = stated(rules, &rules::TERM_EXTENSION_YEARS, &scope)? else { return Ok(None) };
    let (last, extension) = (through(*years), through(*years + *more));
    let step =
        trace.step(&rules::TERM_OTHER).with("category", &category).with("years", &years).with("extension", &more);
    step.gives(last);
    Ok(Some(Term { last, extension: (*more > 0).then_some(extension) }))
}

fn stated(
    rules: &Rules,
    parameter: &Parameter<u32>,
    scope: &RuleScope<'_>,
) -> Result<Option<Known<u32>>, ParameterError> {
    match rules.get(parameter, scope) {
        Err(ParameterError::NotSet { .. }) => Ok(None),
        other => other.map(Some),
    }
}
