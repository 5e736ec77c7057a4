//! Whether a proposal counts (TAR-03, TAR-04, TAR-19): the checks of its theme, each tested, and what the rules allow
//! it to add.

use chrono::NaiveDate;
use explain::{Check, IntoValue, Known, Rules, Test, Trace, Value};
use money::Percentage;
use serde::{Deserialize, Serialize};

use super::{
    grant::{GrantFacts, grant},
    percentage::{PercentageFacts, Refusal},
};
use crate::{
    NAME,
    domain::{Grant, TariffProposal},
    error::Error,
};

/// The name under which a check asks for results agreed with the office.
const RESULTS: &str = "result_agreement";

/// What a proposal is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalFacts {
    /// What is on record of the provider, the proposal aside.
    pub percentage: PercentageFacts,
    /// The proposal.
    pub proposal: TariffProposal,
    /// Its id.
    pub proposal_id: String,
    /// The day on which it would be granted.
    pub on: NaiveDate,
}

/// What a proposal comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The checks that are not met, in the order of the rules.
    pub unmet: Vec<Unmet>,
    /// Why the rules let it add nothing, whatever its evidence.
    pub refusal: Option<Refusal>,
    /// The percentage without it.
    pub before: Percentage,
    /// The percentage with it, were every check met.
    pub percentage: Percentage,
}

impl Assessed {
    /// Whether it can be granted.
    pub fn is_grantable(&self) -> bool {
        self.unmet.is_empty() && self.refusal.is_none()
    }
}

/// A check that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The rule.
    pub rule: String,
    /// Which of the rule's checks.
    pub key: String,
    /// What it shows: incomplete, condition or judgement.
    pub ground: String,
    /// The number of the step that tells it, from 1.
    pub step: usize,
}

impl ProposalFacts {
    /// The grant that the proposal asks for.
    pub fn as_grant(&self) -> Grant {
        Grant {
            key: self.proposal.key.clone(),
            points: self.proposal.points,
            form: self.proposal.form.clone(),
            initiative: self.proposal.initiative.clone(),
            agreed: self.on,
            proposal_id: Some(self.proposal_id.clone()),
        }
    }
}

/// Tests every check of the theme, and derives the percentage as it would be.
///
/// # Errors
/// A theme that the rules of the office don't have, and what keeps the percentage from being determined.
pub fn assess(facts: &ProposalFacts, rules: &Rules, trace: &mut Trace) -> Result<Assessed, Error> {
    let mut unmet = Vec::new();
    for check in rules.checks(facts.percentage.scope()).filter(|check| concerns(check, facts)) {
        if !test(check, facts, trace) {
            let (rule, key, ground) = (check.rule.to_string(), check.key.to_string(), check.ground.to_string());
            unmet.push(Unmet { rule, key, ground, step: trace.len() });
        }
    }
    let asked = GrantFacts { percentage: facts.percentage.clone(), grant: facts.as_grant(), withdrawn: false };
    let granted = grant(&asked, rules, trace)?;
    let (before, percentage, refusal) = (granted.before, granted.percentage, granted.refusal);
    Ok(Assessed { unmet, refusal, before, percentage })
}

/// Whether a check is asked of this proposal: of its theme, and not excepted by what the provider states.
fn concerns(check: &Check, facts: &ProposalFacts) -> bool {
    let theme = check.module.as_ref().is_none_or(|module| **module == *facts.proposal.key);
    let whom = check.whom.is_empty() || check.whom.iter().any(|whom| **whom == *facts.percentage.whom());
    let states = |name: &explain::FactName| value(facts, &name.name) == Some(Value::Flag(true));
    let only_if = check.only_if.as_ref().is_none_or(states);
    theme && whom && only_if && !check.unless.as_ref().is_some_and(states)
}

/// The value of a fact: what the provider states, what the office judged, or whether results were agreed.
fn value(facts: &ProposalFacts, name: &str) -> Option<Value> {
    if name == RESULTS {
        return Some(Value::Flag(facts.proposal.results_agreed));
    }
    let judged = facts.proposal.judgements.get(name).map(|judged| Value::Flag(judged.positive));
    judged.or_else(|| facts.proposal.evidence.get(name).cloned())
}

fn test(check: &Check, facts: &ProposalFacts, trace: &mut Trace) -> bool {
    // A judgement counts only when the office gave it, whatever the provider states.
    let given = match check.test {
        Test::Judged | Test::NotObjected => {
            let judged = facts.proposal.judgements.get(&*check.fact.name);
            judged.map(|judged| Value::Flag(judged.positive))
        }
        _ => value(facts, &check.fact.name),
    };
    let met = check.test.passed_by(given.as_ref());
    let absent = || Value::Text("-".into());
    let shown = Known::fact(NAME, "proposal", facts.percentage.as_of, given.unwrap_or_else(absent));
    let mut step = trace.row(check).with("given", &shown);
    if let Some(limit) = check.test.limit() {
        step = step.with("limit", &check.states(limit));
    }
    let year = Known::fact(NAME, "year", facts.percentage.as_of, facts.percentage.subject.year.to_value());
    step.with("year", &year).gives(met);
    met
}

#[cfg(test)]
pub(in crate::decide) mod tests;
