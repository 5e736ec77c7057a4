//! What a click means for one provider, in steps of its own (BUD-07).

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use money::Money;
use serde::{Deserialize, Serialize};

use super::click::{Contender, Outcome};
use crate::{NAME, rules};

/// What a provider's part of a click is explained from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderClickFacts {
    /// The decision on the click as a whole.
    pub click_decision_id: String,
    /// The provider's budget and forecast.
    pub contender: Contender,
    /// What there was to share in the click.
    pub to_share: Money,
    /// What had to be withheld in the click.
    pub shortage: Money,
    /// What became of the provider.
    pub outcome: Outcome,
    /// Its budget after.
    pub after: Money,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The step that tells a provider its budget after the click.
pub fn explain_provider(facts: &ProviderClickFacts) -> Trace {
    let known = |name: &'static str, amount: Money| Known::fact(NAME, name, facts.as_of, amount);
    let text = match facts.outcome {
        Outcome::Raised => &rules::RAISED,
        Outcome::Kept => &rules::KEPT,
        Outcome::Lowered => &rules::LOWERED,
        Outcome::LoweredInProportion => &rules::LOWERED_IN_PROPORTION,
        Outcome::Funded => &rules::FUNDED,
    };
    let mut trace = Trace::new();
    let step = trace.step(text).with("forecast", &known("forecast", facts.contender.forecast));
    let step = step.with("budget", &known("budget", facts.contender.budget));
    let step = match facts.outcome {
        Outcome::LoweredInProportion => step.with("shortage", &known("click", facts.shortage)),
        Outcome::Funded => step.with("to_share", &known("click", facts.to_share)),
        Outcome::Raised | Outcome::Kept | Outcome::Lowered => step,
    };
    step.gives(facts.after);
    trace
}
