//! A round computed from its frozen inputs: any number of times, to the same cents.

use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::{
    click::{Adjusted, ClickFacts, click},
    filing::{Filed, FilingFacts, file},
    ledger::Balances,
    products::{asked_by_product, by_product},
    reconciliation::{ReconciliationFacts, settle_year},
};
use crate::{
    NAME,
    domain::{Account, Choices, Lot, OfficeYear, Outcome, Posting, RoundKind, RoundOutcome, RoundProvider, Totals},
    error::Error,
    rules,
};

/// What a round is computed from, as it was known at the cut-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// Those of base production.
    BaseProduction(FilingFacts),
    /// Those of the click or the reallocation; their choices are made in each simulation.
    Allocation(ClickFacts),
    /// Those of the reconciliation.
    Reconciliation(ReconciliationFacts),
}

/// How a provider came to its part in a round.
#[derive(Debug)]
pub enum Part {
    /// Its base production and what is filed of it.
    Filed(Filed),
    /// With what it took part in the allocation.
    Allocated(Adjusted),
    /// The steps of its reconciliation.
    Reconciled(Trace),
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
            Inputs::Reconciliation(facts) => &facts.year,
        }
    }

    /// What the round is about.
    pub fn kind(&self) -> RoundKind {
        match self {
            Inputs::BaseProduction(_) => RoundKind::BaseProduction,
            Inputs::Allocation(facts) => facts.round,
            Inputs::Reconciliation(_) => RoundKind::Reconciliation,
        }
    }

    /// The providers and the budgets they had.
    pub fn before(&self) -> Vec<(Agb, Money)> {
        match self {
            Inputs::BaseProduction(facts) => facts.providers.iter().map(|one| (one.agb, Money::ZERO)).collect(),
            Inputs::Allocation(facts) => facts.contenders.iter().map(|one| (one.agb, one.budget)).collect(),
            Inputs::Reconciliation(facts) => facts.providers.iter().map(|one| (one.agb, one.budget)).collect(),
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

    /// The room and the reserve that was frozen with it, in a click: no other round keeps a reserve apart.
    pub fn reserved(&self) -> Option<(Money, Money)> {
        match self {
            Inputs::Allocation(facts) if facts.round == RoundKind::Click => Some((facts.room, facts.reserve)),
            _ => None,
        }
    }

    /// The same with another reserve.
    #[must_use]
    pub fn reserving(self, reserve: Money) -> Inputs {
        match self {
            Inputs::Allocation(facts) => Inputs::Allocation(ClickFacts { reserve, ..facts }),
            other => other,
        }
    }

    /// The room that the round divides, if it divides one.
    pub fn room(&self) -> Option<Money> {
        match self {
            Inputs::Allocation(facts) => Some(facts.room),
            Inputs::BaseProduction(facts) => Some(facts.zin),
            Inputs::Reconciliation(_) => None,
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
        Inputs::Reconciliation(facts) => reconciliation(facts),
    }
}

/// What a round changes in the ledger. The reallocation releases what is left of the reserve; a click that counts the
/// reserve as room releases as much as it needs. A reconciliation changes nothing: what is due is settled when both sides
/// have signed for it.
///
/// # Errors
/// Amounts that don't fit.
pub fn changes(inputs: &Inputs, outcome: &RoundOutcome, balances: &Balances) -> Result<Vec<Posting>, Error> {
    if inputs.kind() == RoundKind::Reconciliation {
        return Ok(Vec::new());
    }
    let mut changes = Vec::with_capacity(outcome.providers.len() + 1);
    let mut asked = Money::ZERO;
    for provider in &outcome.providers {
        let account = Account::Agreed(provider.agb);
        let amount = provider.after.minus(balances.of(Lot::Zin, account))?;
        asked = asked.plus(amount)?;
        changes.push(Posting { lot: Lot::Zin, account, amount });
    }
    let reserve = balances.of(Lot::Zin, Account::Reserve);
    let released = match inputs.kind() {
        RoundKind::Reallocation => reserve,
        RoundKind::Click => {
            let free = balances.of(Lot::Zin, Account::Free).plus(balances.of(Lot::Zin, Account::Shortage))?;
            let lacking = asked.minus(free)?.max(Money::ZERO);
            // Without the parameter the outcome stays within what is free, and nothing is lacking.
            if outcome.totals.available > balances.room(Lot::Zin)?.minus(reserve)? {
                lacking.min(reserve)
            } else {
                Money::ZERO
            }
        }
        RoundKind::BaseProduction | RoundKind::Reconciliation => Money::ZERO,
    };
    changes.push(Posting { lot: Lot::Zin, account: Account::Reserve, amount: Money::ZERO.minus(released)? });
    Ok(changes)
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
            innovation: Money::ZERO,
            after: filed.filed,
            unfunded: Money::ZERO,
            outcome: if filed.part.is_some() { Outcome::Scaled } else { Outcome::Filed },
            products: filed.agreed()?,
            settlement: None,
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
            innovation: adjusted.innovation,
            after,
            unfunded: adjusted.unfunded(after),
            outcome,
            products: by_product(after, &asked_by_product(contender, &adjusted)?)?,
            settlement: None,
        });
        parts.push(Part::Allocated(adjusted));
    }
    Ok(Taken { outcome: RoundOutcome { totals: allocated.totals, providers }, parts, trace })
}

/// Tells what all providers together are due.
fn tell_acceptable(total: Money, facts: &ReconciliationFacts, trace: &mut Trace) {
    let providers =
        Known::fact(NAME, "providers", facts.as_of, u32::try_from(facts.providers.len()).unwrap_or(u32::MAX));
    trace.step(&rules::RECONCILED).with("providers", &providers).gives(total);
}

fn reconciliation(facts: &ReconciliationFacts) -> Result<Taken, Error> {
    let mut providers = Vec::with_capacity(facts.providers.len());
    let mut parts = Vec::with_capacity(facts.providers.len());
    for provider in &facts.providers {
        let mut own = Trace::new();
        let settlement = settle_year(provider, facts.as_of, &mut own).map_err(|error| error.of(provider.agb))?;
        let rightful = provider.production.minus(settlement.wrongful)?;
        providers.push(RoundProvider {
            agb: provider.agb,
            before: provider.budget,
            asked: provider.production,
            innovation: Money::ZERO,
            after: settlement.acceptable,
            unfunded: rightful.minus(provider.budget)?.max(Money::ZERO),
            outcome: Outcome::Reconciled,
            products: Vec::new(),
            settlement: Some(settlement),
        });
        parts.push(Part::Reconciled(own));
    }
    let sum = |of: fn(&RoundProvider) -> Money| Money::total(providers.iter().map(of));
    let totals = Totals {
        before: sum(|one| one.before)?,
        asked: sum(|one| one.asked)?,
        after: sum(|one| one.after)?,
        unfunded: sum(|one| one.unfunded)?,
        ..Totals::default()
    };
    let mut trace = Trace::new();
    tell_acceptable(totals.after, facts, &mut trace);
    Ok(Taken { outcome: RoundOutcome { totals, providers }, parts, trace })
}
