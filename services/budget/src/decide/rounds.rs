//! A round computed from its frozen inputs: any number of times, to the same cents.

use explain::{Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::{
    click::{Adjusted, ClickFacts, click},
    filing::{Filed, FilingFacts, file},
    products::by_product,
};
use crate::{
    domain::{Choices, OfficeYear, Outcome, RoundKind, RoundOutcome, RoundProvider, Totals},
    error::Error,
};

/// What a round is computed from, as it was known at the cut-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// Those of base production.
    BaseProduction(FilingFacts),
    /// Those of the click or the reallocation; their choices are made in each simulation.
    Allocation(ClickFacts),
}

/// How a provider came to its part in a round.
#[derive(Debug)]
pub enum Part {
    /// Its base production and what is filed of it.
    Filed(Filed),
    /// With what it took part in the allocation.
    Allocated(Adjusted),
}

/// A round as it was computed.
#[derive(Debug)]
pub struct Taken {
    /// What it comes to.
    pub outcome: RoundOutcome,
    /// How each provider came to its part, in the order of the outcome.
    pub parts: Vec<Part>,
    /// The steps that concern all.
    pub trace: Trace,
}

impl Inputs {
    /// The office's year.
    pub fn year(&self) -> &OfficeYear {
        match self {
            Inputs::BaseProduction(facts) => &facts.year,
            Inputs::Allocation(facts) => &facts.year,
        }
    }

    /// What the round is about.
    pub fn kind(&self) -> RoundKind {
        match self {
            Inputs::BaseProduction(_) => RoundKind::BaseProduction,
            Inputs::Allocation(facts) => facts.round,
        }
    }

    /// The providers and the budgets they had.
    pub fn before(&self) -> Vec<(Agb, Money)> {
        match self {
            Inputs::BaseProduction(facts) => facts.providers.iter().map(|one| (one.agb, Money::ZERO)).collect(),
            Inputs::Allocation(facts) => facts.contenders.iter().map(|one| (one.agb, one.budget)).collect(),
        }
    }

    /// The same with the choices of a simulation.
    #[must_use]
    pub fn with(self, choices: Choices) -> Inputs {
        match self {
            Inputs::Allocation(facts) => {
                Inputs::Allocation(ClickFacts { fund_overproduction: choices.fund_overproduction, ..facts })
            }
            other => other,
        }
    }
}

/// Computes a round.
///
/// # Errors
/// A parameter without a value, a product without a tariff, or amounts that do not fit.
pub fn take(inputs: &Inputs, rules: &Rules) -> Result<Taken, Error> {
    match inputs {
        Inputs::BaseProduction(facts) => base_production(facts, rules),
        Inputs::Allocation(facts) => allocation(facts, rules),
    }
}

fn base_production(facts: &FilingFacts, rules: &Rules) -> Result<Taken, Error> {
    let mut trace = Trace::new();
    let filing = file(facts, rules, &mut trace)?;
    let mut providers = Vec::with_capacity(filing.providers.len());
    for filed in &filing.providers {
        providers.push(RoundProvider {
            agb: filed.agb,
            before: Money::ZERO,
            asked: filed.base,
            after: filed.filed,
            unfunded: Money::ZERO,
            outcome: if filed.part.is_some() { Outcome::Scaled } else { Outcome::Filed },
            products: filed.agreed()?,
        });
    }
    let after = Money::total(providers.iter().map(|one| one.after))?;
    let totals = Totals {
        available: filing.cap,
        asked: Money::total(providers.iter().map(|one| one.asked))?,
        after,
        left: filing.cap.minus(Money::total(filing.providers.iter().map(|one| one.scaled))?)?.max(Money::ZERO),
        ..Totals::default()
    };
    let parts = filing.providers.into_iter().map(Part::Filed).collect();
    Ok(Taken { outcome: RoundOutcome { totals, providers }, parts, trace })
}

fn allocation(facts: &ClickFacts, rules: &Rules) -> Result<Taken, Error> {
    let mut trace = Trace::new();
    let allocated = click(facts, rules, &mut trace)?;
    let mut providers = Vec::with_capacity(facts.contenders.len());
    let mut parts = Vec::with_capacity(facts.contenders.len());
    for (contender, (adjusted, outcome, after)) in facts.contenders.iter().zip(allocated.providers) {
        providers.push(RoundProvider {
            agb: contender.agb,
            before: contender.budget,
            asked: adjusted.wanted,
            after,
            unfunded: adjusted.unfunded(after),
            outcome,
            products: by_product(after, &contender.products)?,
        });
        parts.push(Part::Allocated(adjusted));
    }
    Ok(Taken { outcome: RoundOutcome { totals: allocated.totals, providers }, parts, trace })
}
