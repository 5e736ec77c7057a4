//! The claim rules (SCR-04): pure functions over the lines and facts of one client, or the sums of one provider.
//!
//! A [`Finding`] carries all it rests on: its lines, its facts and the steps that tell it. Evaluating its rule over
//! those alone finds it again, which is how a decision is taken again (see [`again`]), and what tells whether a
//! finding is still the one that a signal was raised for (see [`Finding::digest`]).

mod by_day;
mod care_forms;
mod catalogue;
mod death;
mod double;
mod finding;
mod home_care;
mod lasting;
mod lvg;
mod need;
mod palliative;
mod provider;
mod reach;
mod replayed;
mod supplements;
mod together;
mod treatment;
mod view;
mod withdrawal;

pub use catalogue::{CATALOGUE, ClaimRule, Evaluate, Family, rule};
pub use double::Pair;
pub use finding::{Finding, MOST_LINES};
pub use need::Need;
pub use provider::{ProviderHistory, Sum};
pub use reach::{FarProducts, Window, looks_far, looks_near, of_client_near};
pub use replayed::{FindingFacts, again};
pub use view::{ClientHistory, View, among};
pub use withdrawal::{Reason, WithdrawalFacts, withdraw};

use explain::Rules;

/// The rule.
pub const RULE_ID: &str = "SCR-04";

/// Everything the rules find in the history of a client, in the order of the catalogue.
pub fn of_client(history: &ClientHistory, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    // Nobody knows whether lines without a citizen service number are of one person.
    if history.client.is_empty() {
        return found;
    }
    let view = View::new(history, rules);
    for rule in CATALOGUE {
        if let Evaluate::Client(evaluate) = rule.evaluate {
            evaluate(&view, &mut found);
        }
    }
    found
}

/// Everything the rules find in a month of a provider, in the order of the catalogue.
pub fn of_provider(history: &ProviderHistory, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in CATALOGUE {
        if let Evaluate::Provider(evaluate) = rule.evaluate {
            evaluate(history, rules, &mut found);
        }
    }
    found
}

#[cfg(test)]
mod tests;
