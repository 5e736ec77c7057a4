//! What an allocation means for one provider, in steps of its own (BUD-07, BUD-10, BUD-13, BUD-15).

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use money::Money;
use serde::{Deserialize, Serialize};

use super::{Adjusted, Contender, Limit};
use crate::{
    NAME,
    domain::{AgreedProduct, Outcome},
    rules,
};

/// What a provider's part of an allocation is explained from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderClickFacts {
    /// The decision on the round as a whole.
    pub round_decision_id: String,
    /// The provider's budget and forecast.
    pub contender: Contender,
    /// The same as it took part.
    pub adjusted: Adjusted,
    /// What there was to share.
    pub to_share: Money,
    /// What had to be withheld.
    pub shortage: Money,
    /// What became of the provider.
    pub outcome: Outcome,
    /// Its budget after.
    pub after: Money,
    /// The same by product, where the round agrees products.
    pub products: Vec<AgreedProduct>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The steps that tell a provider its budget after the round.
pub fn explain_provider(facts: &ProviderClickFacts) -> Trace {
    let mut trace = Trace::new();
    let known = |name: &'static str, amount: Money| Known::fact(NAME, name, facts.as_of, amount);
    let Adjusted { budget, wanted, innovation, forecast, .. } = facts.adjusted;
    let without = Money::from_cents(wanted.cents().saturating_sub(innovation.cents()));
    if let Some(agreement) = facts.contender.affordability {
        if let Some(agreed) = agreement.budget {
            let before = known("budget", facts.contender.budget);
            trace.step(&rules::AFFORDABLE_BUDGET).with("budget", &before).gives(agreed);
        }
        if let Some(tariff) = agreement.tariff {
            let percentage = Known::fact(NAME, "affordability agreement", facts.as_of, tariff);
            trace.step(&rules::AFFORDABLE_TARIFF).with("percentage", &percentage).gives(without);
        }
    }
    if !innovation.is_zero() {
        let agreed = known("innovation agreement", innovation);
        let own = known("forecast", without);
        trace.step(&rules::INNOVATION_ENTERS).with("forecast", &own).with("agreed", &agreed).gives(wanted);
    }
    for limit in &facts.adjusted.limits {
        let asked = known("forecast", wanted);
        match limit {
            Limit::TreatmentStays(part) => {
                let part = Known::fact(NAME, "stays with treatment", facts.as_of, *part);
                trace.step(&rules::TREATMENT_REFUSED).with("part", &part).with("forecast", &asked).gives(forecast);
            }
            Limit::NewInReallocation => {
                // Told before any other limit, so that it gives what was agreed rather than what is left of it.
                trace.step(&rules::NEW_IN_REALLOCATION).with("forecast", &asked).gives(innovation);
            }
            Limit::VolumeCeiling => {
                trace.step(&rules::CEILING_REFUSED).with("forecast", &asked).gives(forecast);
            }
        }
    }
    let text = match facts.outcome {
        Outcome::Raised => &rules::RAISED,
        Outcome::Lowered => &rules::LOWERED,
        Outcome::LoweredInProportion => &rules::LOWERED_IN_PROPORTION,
        Outcome::Funded => &rules::FUNDED,
        Outcome::Kept | Outcome::Filed | Outcome::Scaled | Outcome::Reconciled => &rules::KEPT,
    };
    let step = trace.step(text).with("forecast", &known("forecast", forecast)).with("budget", &known("budget", budget));
    let step = match facts.outcome {
        Outcome::LoweredInProportion => step.with("shortage", &known("click", facts.shortage)),
        Outcome::Funded => step.with("to_share", &known("click", facts.to_share)),
        _ => step,
    };
    step.gives(facts.after);
    for agreed in &facts.products {
        let product = Known::fact(NAME, "forecast", facts.as_of, agreed.product.clone());
        let volume = Known::fact(NAME, "forecast", facts.as_of, agreed.volume);
        trace.step(&rules::PRODUCT_AGREED).with("product", &product).with("volume", &volume).gives(agreed.amount);
    }
    trace
}
