//! The allocation of the click and the reallocation (BUD-07, BUD-10): budgets to forecasts, as far as the room goes.

mod adjust;
mod provider;
mod share;

use std::cmp::Ordering;

pub use adjust::{Adjusted, Limit};
use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Money, MoneyError, Rounding, split};
pub use provider::{ProviderClickFacts, explain_provider};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{Affordability, AgreedInnovation, Form, OfficeYear, Outcome, ProductAmount, RoundKind, Totals},
    error::Error,
    rules,
};

/// A provider in the allocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// The provider.
    pub agb: Agb,
    /// B: the budget before.
    pub budget: Money,
    /// The forecast that holds after the talk about it.
    pub forecast: Money,
    /// The office's own, extrapolated from claims.
    pub extrapolated: Money,
    /// The same budget, and what may count of what is asked, by delivery form, where the office treats forms differently.
    pub forms: Vec<FormAmounts>,
    /// The forecast by product, where the round agrees products.
    pub products: Vec<ProductAmount>,
    /// The affordability agreement laid down with it.
    pub affordability: Option<Affordability>,
    /// What was agreed with it on zinnige zorg & innovatie, which the reallocation takes in (BUD-10).
    pub innovation: Option<AgreedInnovation>,
    /// Whether it had no part in any round of the year before, and holds no budget.
    pub is_new: bool,
}

/// What of a budget and of what is asked for it is in a delivery form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAmounts {
    /// The form.
    pub form: Form,
    /// Of the budget.
    pub budget: Money,
    /// Of the forecast, and of what was agreed on innovation.
    pub forecast: Money,
}

/// What an allocation is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The click or the reallocation.
    pub round: RoundKind,
    /// The room of the lot, transfers included.
    pub room: Money,
    /// The reserve that was not released.
    pub reserve: Money,
    /// Whether over-production is funded when the forecasts exceed the room.
    pub fund_overproduction: bool,
    /// The providers, by AGB code.
    pub contenders: Vec<Contender>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The result of an allocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickOutcome {
    /// Of all together.
    pub totals: Totals,
    /// Each provider as it takes part, what became of it, and its budget after, in the order of the facts.
    pub providers: Vec<(Adjusted, Outcome, Money)>,
}

/// Decides an allocation.
///
/// When the forecasts fit in the room, over-producers are raised in full and under-producers keep their budget as far
/// as the room allows (or all go down, by parameter, and always in the reallocation). When they don't, under-producers
/// go down to their forecast, and what that leaves goes to over-production in proportion, if the office decides so.
///
/// # Errors
/// A parameter without a value, a provider named twice, or amounts that do not fit.
pub fn click(facts: &ClickFacts, rules: &Rules, trace: &mut Trace) -> Result<ClickOutcome, Error> {
    let available = available(facts, rules, trace)?;
    let adjusted = adjust::adjusted(facts, *available, rules, trace)?;
    let forecast = Money::total(adjusted.iter().map(|one| one.forecast))?;
    let forecast = Known::fact(NAME, "forecasts", facts.as_of, forecast);
    let staying = Money::total(adjusted.iter().map(|one| one.budget.min(one.forecast)))?;
    let click = Click { facts, rules, available, forecast, staying, adjusted };
    let (mut totals, ends) = if *click.forecast <= *click.available {
        click.room_suffices(lowers_all(facts, rules)?, trace)?
    } else {
        click.overrun(trace)?
    };
    totals.available = click.available.value;
    totals.before = Money::total(facts.contenders.iter().map(|contender| contender.budget))?;
    totals.asked = Money::total(click.adjusted.iter().map(|one| one.wanted))?;
    totals.after = Money::total(ends.iter().map(|(_, after)| *after))?;
    totals.unfunded = Money::total(click.adjusted.iter().zip(&ends).map(|(one, (_, after))| one.unfunded(*after)))?;
    totals.left = click.available.minus(totals.after)?.max(Money::ZERO);
    trace.step(&rules::LEFT).with("available", &click.available).gives(totals.left);
    let providers = click.adjusted.into_iter().zip(ends).map(|(one, (outcome, after))| (one, outcome, after));
    Ok(ClickOutcome { totals, providers: providers.collect() })
}

/// R: the room available.
fn available(facts: &ClickFacts, rules: &Rules, trace: &mut Trace) -> Result<Known<Money>, Error> {
    let scope = facts.year.scope();
    let room = Known::fact(NAME, "contract room", facts.as_of, facts.room);
    if facts.round == RoundKind::Reallocation {
        return Ok(trace.step(&rules::AVAILABLE_IN_FULL).with("room", &room).gives(facts.room));
    }
    let share = rules.get(&rules::CLICK_SHARE, &scope)?;
    let kept_apart = match &**rules.get(&rules::OVERRUN_ROOM, &scope)? {
        "with_reserve" => Money::ZERO,
        _ => facts.reserve,
    };
    let reserve = Known::fact(NAME, "reserve", facts.as_of, kept_apart);
    let available = share.of(facts.room.minus(kept_apart)?, Rounding::Down)?;
    let step = trace.step(&rules::AVAILABLE).with("share", &share).with("room", &room).with("reserve", &reserve);
    Ok(step.gives(available))
}

/// Whether under-producers go down when the room suffices.
fn lowers_all(facts: &ClickFacts, rules: &Rules) -> Result<bool, Error> {
    let parameter = match facts.round {
        RoundKind::Reallocation => &rules::REALLOCATION_LOWERS,
        _ => &rules::LOWER_WHEN_ROOM_SUFFICES,
    };
    Ok(*rules.get(parameter, &facts.year.scope())?)
}

struct Click<'a> {
    facts: &'a ClickFacts,
    rules: &'a Rules,
    available: Known<Money>,
    forecast: Known<Money>,
    staying: Money,
    adjusted: Vec<Adjusted>,
}

type Ends = (Totals, Vec<(Outcome, Money)>);

impl Click<'_> {
    /// Sum F <= R.
    fn room_suffices(&self, lower_all: bool, trace: &mut Trace) -> Result<Ends, Error> {
        let step = trace.step(&rules::ROOM_SUFFICES).with("forecast", &self.forecast);
        step.with("available", &self.available).gives(self.forecast.value);
        let wanted = |one: &Adjusted| if lower_all { one.forecast } else { one.forecast.max(one.budget) };
        let budgets = Money::total(self.adjusted.iter().map(wanted))?;
        let shortage = budgets.minus(self.available.value)?.max(Money::ZERO);
        if !shortage.is_zero() {
            let budgets = Known::fact(NAME, "budgets", self.facts.as_of, budgets);
            trace.step(&rules::SHORTAGE).with("budgets", &budgets).gives(shortage);
        }
        let under = weights(&self.adjusted, |one| (one.budget, one.forecast))?;
        let withheld = split(shortage, &under).map_err(|_| Error::DuplicateProvider)?.parts;
        let mut granted = Money::ZERO;
        let mut ends = Vec::with_capacity(self.adjusted.len());
        for (one, withheld) in self.adjusted.iter().zip(withheld) {
            ends.push(match one.forecast.cmp(&one.budget) {
                Ordering::Greater => {
                    granted = granted.plus(one.forecast.minus(one.budget)?)?;
                    (Outcome::Raised, one.forecast)
                }
                Ordering::Less if lower_all => (Outcome::Lowered, one.forecast),
                Ordering::Less if !withheld.is_zero() => (Outcome::LoweredInProportion, one.budget.minus(withheld)?),
                _ => (Outcome::Kept, one.budget),
            });
        }
        Ok((Totals { shortage, granted, ..Totals::default() }, ends))
    }

    /// Sum F > R.
    fn overrun(&self, trace: &mut Trace) -> Result<Ends, Error> {
        let staying = Known::fact(NAME, "budgets that stay", self.facts.as_of, self.staying);
        let margin = self.available.minus(self.staying)?;
        let step = trace.step(&rules::OVERRUN).with("forecast", &self.forecast).with("available", &self.available);
        let to_share = step.with("staying", &staying).gives(margin.max(Money::ZERO));
        let commitment = self.staying.minus(self.available.value)?.max(Money::ZERO);
        if !commitment.is_zero() {
            let step = trace.step(&rules::COMMITMENT).with("staying", &staying);
            step.with("available", &self.available).gives(commitment);
        }
        let over = weights(&self.adjusted, |one| (one.forecast, one.budget))?;
        let overproduction = total_weight(&over)?;
        let funds = if self.facts.fund_overproduction { to_share.value.min(overproduction) } else { Money::ZERO };
        let grants = share::share(funds, &self.adjusted, &over, (self.facts, self.rules), trace)?;
        let all = Known::fact(NAME, "over-production", self.facts.as_of, overproduction);
        trace.step(&rules::GRANTED).with("to_share", &to_share).with("overproduction", &all).gives(funds);

        let mut ends = Vec::with_capacity(self.adjusted.len());
        for (one, grant) in self.adjusted.iter().zip(grants) {
            ends.push(match () {
                () if one.forecast < one.budget => (Outcome::Lowered, one.forecast),
                () if !grant.is_zero() => (Outcome::Funded, one.budget.plus(grant)?),
                () => (Outcome::Kept, one.budget),
            });
        }
        Ok((Totals { to_share: to_share.value, granted: funds, commitment, ..Totals::default() }, ends))
    }
}

/// By how much the first of a pair of amounts exceeds the second, for each provider.
fn weights(adjusted: &[Adjusted], pair: impl Fn(&Adjusted) -> (Money, Money)) -> Result<Vec<(Agb, u64)>, Error> {
    let weight = |one: &Adjusted| {
        let (more, less) = pair(one);
        Ok((one.agb, more.minus(less)?.max(Money::ZERO).cents().unsigned_abs()))
    };
    adjusted.iter().map(weight).collect()
}

fn total_weight(weights: &[(Agb, u64)]) -> Result<Money, Error> {
    let sum: i128 = weights.iter().map(|(_, weight)| i128::from(*weight)).sum();
    Ok(Money::from_cents(i64::try_from(sum).map_err(|_| MoneyError::Overflow)?))
}

#[cfg(test)]
mod tests;
