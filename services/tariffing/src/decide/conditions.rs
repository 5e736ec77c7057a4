//! What an office says of care beside its tariff (TAR-09): what it doesn't buy, and what goes with the tariff.

use explain::{Known, Row, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::PercentageFacts;
use crate::NAME;

/// The care that a tariff is asked for, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// The product code.
    pub product: String,
    /// The delivery form of the product.
    pub form: String,
    /// The care profile of the client: its code in list COD163, such as `753` for 4VV.
    pub profile: Option<String>,
    /// Whether treatment is part of it.
    pub treatment: Option<bool>,
    /// Whether the client is new to the provider.
    pub new_client: Option<bool>,
}

/// A condition that holds for the care asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The rule.
    pub rule: String,
    /// Which of the rule's conditions.
    pub key: String,
    /// Whether the care is not bought.
    pub excluded: bool,
    /// The number of the step that tells it, from 1.
    pub step: usize,
}

/// The conditions that hold for care, each told as a step. One about something that isn't known of the care, such as
/// the client's profile, is not applied.
pub fn conditions(facts: &PercentageFacts, care: &Care, rules: &Rules, trace: &mut Trace) -> Vec<Condition> {
    let rows = rules.rows(&crate::rules::CONDITION, facts.scope());
    let holding: Vec<&Row> = rows.filter(|row| holds(row, facts, care)).collect();
    holding.into_iter().map(|row| tell(row, facts, care, trace)).collect()
}

fn holds(row: &Row, facts: &PercentageFacts, care: &Care) -> bool {
    let profile = match &care.profile {
        Some(profile) => row.covers("profiles", profile),
        None => !row.has("profiles"),
    };
    let treatment = !row.has("treatment") || care.treatment == Some(true);
    let client = !row.has("clients") || care.new_client == Some(true);
    let waived = row.has("unless") && facts.grants.iter().any(|grant| grant.key == row.word("unless"));
    row.covers("for", facts.whom()) && row.covers("forms", &care.form) && profile && treatment && client && !waived
}

fn tell(row: &Row, facts: &PercentageFacts, care: &Care, trace: &mut Trace) -> Condition {
    let fact = |name, value: &str| Known::fact(NAME, name, facts.as_of, value.to_owned());
    let (product, form) = (fact("product", &care.product), fact("delivery form", &care.form));
    let excluded = row.word("effect") == "excluded";
    trace.row(row).with("product", &product).with("form", &form).gives(!excluded);
    Condition { rule: row.rule.to_string(), key: row.key.to_string(), excluded, step: trace.len() }
}

#[cfg(test)]
mod tests;
