//! Something granted to a provider, judged of it, or taken back: what the percentage comes to then (TAR-03, TAR-05,
//! TAR-07, TAR-09).

use explain::{Rules, Trace};
use money::Percentage;
use serde::{Deserialize, Serialize};

use super::percentage::{PercentageFacts, Refusal, derive_percentage};
use crate::{
    domain::Grant,
    error::Error,
    rules::{self, ADJUSTMENT, CONDITION, START},
};

/// What a grant is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantFacts {
    /// What is on record of the provider without it.
    pub percentage: PercentageFacts,
    /// The grant.
    pub grant: Grant,
    /// Whether it is taken back; then `percentage` has it.
    pub withdrawn: bool,
}

/// What a grant comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The percentage before.
    pub before: Percentage,
    /// The percentage then.
    pub percentage: Percentage,
    /// Why it adds nothing, when it is refused.
    pub refusal: Option<Refusal>,
}

impl Granted {
    /// Whether it lowers the percentage: adverse to the provider.
    pub fn lowers(&self) -> bool {
        self.percentage < self.before
    }
}

/// Derives the percentage with a grant, or without it when it is taken back.
///
/// # Errors
/// [`Error::NoSuchGround`] when the office's rules don't have its key in this way, and what keeps the percentage from
/// being determined.
pub fn grant(facts: &GrantFacts, rules: &Rules, trace: &mut Trace) -> Result<Granted, Error> {
    known_ground(facts, rules)?;
    let own = match &facts.grant.form {
        Some(form) => facts.percentage.for_form(form),
        None => {
            form_of_row(facts, rules).map_or_else(|| facts.percentage.clone(), |form| facts.percentage.for_form(&form))
        }
    };
    let before = derive_percentage(&own, rules, &mut Trace::new())?.percentage.value;
    let mut after = own;
    if facts.withdrawn {
        after.grants.retain(|grant| *grant != facts.grant);
    } else {
        after.grants.push(facts.grant.clone());
    }
    let place = after.grants.len().wrapping_sub(1);
    let derived = derive_percentage(&after, rules, trace)?;
    let refusal = derived.refused.into_iter().find(|refusal| !facts.withdrawn && refusal.place == place);
    Ok(Granted { before, percentage: derived.percentage.value, refusal })
}

/// The rules of the office have the key: as an adjustment by proposal or by judgement, whichever this is, or as a
/// start or a condition that somebody establishes.
fn known_ground(facts: &GrantFacts, rules: &Rules) -> Result<(), Error> {
    let scope = facts.percentage.scope();
    let grant = &facts.grant;
    let basis = if grant.proposal_id.is_some() { "proposal" } else { "judgement" };
    let adjustment = |row: &explain::Row| *row.key == *grant.key && row.word("basis") == basis;
    let established = |row: &explain::Row| *row.key == *grant.key && row.word("if") == "granted";
    let known = facts.withdrawn
        || rules.rows(&ADJUSTMENT, scope).any(adjustment)
        || rules.rows(&START, scope).any(established)
        || rules.rows(&CONDITION, scope).any(|row| row.word("unless") == grant.key);
    let (key, office) = (grant.key.clone(), facts.percentage.subject.office.to_string());
    if known { Ok(()) } else { Err(Error::NoSuchGround { key, office, year: facts.percentage.subject.year }) }
}

/// The first form of a row that only holds for some.
fn form_of_row(facts: &GrantFacts, rules: &Rules) -> Option<String> {
    let row = rules.rows(&rules::ADJUSTMENT, facts.percentage.scope()).find(|row| *row.key == *facts.grant.key)?;
    row.list("forms").first().map(ToString::to_string)
}

#[cfg(test)]
mod tests;
