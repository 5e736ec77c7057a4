//! The click (BUD-07): budgets to forecasts, as far as the room goes.

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Money, MoneyError, Rounding, split};
use serde::{Deserialize, Serialize};

use crate::{NAME, domain::OfficeYear, error::Error, rules};

/// A provider in the click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// The provider.
    pub agb: Agb,
    /// B: the budget before.
    pub budget: Money,
    /// F: the forecast that holds.
    pub forecast: Money,
}

/// What a click is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickFacts {
    /// The office's year.
    pub year: OfficeYear,
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

/// What became of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Raised to its forecast.
    Raised,
    /// Keeps its budget.
    Kept,
    /// Lowered to its forecast.
    Lowered,
    /// Lowered by its part of a shortage.
    LoweredInProportion,
    /// Raised by its part of what there was to share.
    Funded,
}

/// The result of a click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickOutcome {
    /// R: the room available.
    pub available: Money,
    /// The forecasts together.
    pub forecast: Money,
    /// M: what there was to share over over-production; zero when the room suffices.
    pub to_share: Money,
    /// S: what raised and kept budgets ask beyond the room, when the forecasts fit.
    pub shortage: Money,
    /// What went to over-producers.
    pub granted: Money,
    /// Over-production that is not funded.
    pub unfunded: Money,
    /// What is left of the room available.
    pub left: Money,
    /// By how much the budgets that stay exceed the room; such a click can't be committed.
    pub commitment: Money,
    /// What became of each provider and its budget after, in the order of the facts.
    pub providers: Vec<(Outcome, Money)>,
}

impl ClickOutcome {
    /// The providers that end with less than they had, or than their forecast.
    pub fn worse_off(&self, facts: &ClickFacts) -> Vec<Agb> {
        let ends = facts.contenders.iter().zip(&self.providers);
        let worse = ends.filter(|(before, (_, after))| *after < before.budget || *after < before.forecast);
        worse.map(|(before, _)| before.agb).collect()
    }
}

/// Decides a click.
///
/// When the forecasts fit in the room, over-producers are raised in full and under-producers keep their budget as far
/// as the room allows (or all go down, by parameter). When they don't, under-producers go down to their forecast, and
/// what that leaves goes to over-production in proportion, if the office decides so.
///
/// # Errors
/// A parameter without a value, a provider named twice, or amounts that do not fit.
pub fn click(facts: &ClickFacts, rules: &Rules, trace: &mut Trace) -> Result<ClickOutcome, Error> {
    let scope = facts.year.scope();
    let share = rules.get(&rules::CLICK_SHARE, &scope)?;
    let room = Known::fact(NAME, "contract room", facts.as_of, facts.room);
    let reserve = Known::fact(NAME, "reserve", facts.as_of, facts.reserve);
    let available = share.of(facts.room.minus(facts.reserve)?, Rounding::Down)?;
    let step = trace.step(&rules::AVAILABLE).with("share", &share).with("room", &room).with("reserve", &reserve);
    let available = step.gives(available);

    let forecast = Money::total(facts.contenders.iter().map(|contender| contender.forecast))?;
    let forecast = Known::fact(NAME, "forecasts", facts.as_of, forecast);
    let staying = Money::total(facts.contenders.iter().map(|contender| contender.budget.min(contender.forecast)))?;
    let click = Click { facts, available, forecast, staying };
    let mut outcome = if *click.forecast <= *click.available {
        let lower = rules.get(&rules::LOWER_WHEN_ROOM_SUFFICES, &scope)?;
        click.room_suffices(*lower, trace)?
    } else {
        click.overrun(trace)?
    };
    let after = Money::total(outcome.providers.iter().map(|(_, budget)| *budget))?;
    outcome.left = click.available.minus(after)?.max(Money::ZERO);
    trace.step(&rules::LEFT).with("available", &click.available).gives(outcome.left);
    Ok(outcome)
}

struct Click<'a> {
    facts: &'a ClickFacts,
    available: Known<Money>,
    forecast: Known<Money>,
    staying: Money,
}

impl Click<'_> {
    /// Sum F <= R.
    fn room_suffices(&self, lower_all: bool, trace: &mut Trace) -> Result<ClickOutcome, Error> {
        trace
            .step(&rules::ROOM_SUFFICES)
            .with("forecast", &self.forecast)
            .with("available", &self.available)
            .gives(self.forecast.value);
        let wanted = |contender: &Contender| match lower_all {
            true => contender.forecast,
            false => contender.forecast.max(contender.budget),
        };
        let budgets = Money::total(self.facts.contenders.iter().map(wanted))?;
        let shortage = budgets.minus(self.available.value)?.max(Money::ZERO);
        if !shortage.is_zero() {
            let budgets = Known::fact(NAME, "budgets", self.facts.as_of, budgets);
            trace.step(&rules::SHORTAGE).with("budgets", &budgets).gives(shortage);
        }
        let under = self.weights(|contender| (contender.budget, contender.forecast))?;
        let withheld = split(shortage, &under).map_err(|_| Error::DuplicateProvider)?.parts;
        let mut granted = Vec::new();
        let mut providers = Vec::with_capacity(self.facts.contenders.len());
        for (contender, withheld) in self.facts.contenders.iter().zip(withheld) {
            let Contender { budget, forecast, .. } = *contender;
            providers.push(match forecast.cmp(&budget) {
                std::cmp::Ordering::Greater => {
                    granted.push(forecast.minus(budget)?);
                    (Outcome::Raised, forecast)
                }
                std::cmp::Ordering::Less if lower_all => (Outcome::Lowered, forecast),
                std::cmp::Ordering::Less if !withheld.is_zero() => {
                    (Outcome::LoweredInProportion, budget.minus(withheld)?)
                }
                _ => (Outcome::Kept, budget),
            });
        }
        let granted = Money::total(granted)?;
        Ok(ClickOutcome { shortage, granted, providers, ..self.outcome() })
    }

    /// Sum F > R.
    fn overrun(&self, trace: &mut Trace) -> Result<ClickOutcome, Error> {
        let staying = Known::fact(NAME, "budgets that stay", self.facts.as_of, self.staying);
        let margin = self.available.minus(self.staying)?;
        let step = trace.step(&rules::OVERRUN).with("forecast", &self.forecast).with("available", &self.available);
        let to_share = step.with("staying", &staying).gives(margin.max(Money::ZERO));
        let commitment = self.staying.minus(self.available.value)?.max(Money::ZERO);
        if !commitment.is_zero() {
            let step = trace.step(&rules::COMMITMENT).with("staying", &staying);
            step.with("available", &self.available).gives(commitment);
        }

        let over = self.weights(|contender| (contender.forecast, contender.budget))?;
        let overproduction = total_weight(&over)?;
        let funds = if self.facts.fund_overproduction { to_share.value.min(overproduction) } else { Money::ZERO };
        let grants = split(funds, &over).map_err(|_| Error::DuplicateProvider)?.parts;
        let all = Known::fact(NAME, "over-production", self.facts.as_of, overproduction);
        trace.step(&rules::GRANTED).with("to_share", &to_share).with("overproduction", &all).gives(funds);

        let mut providers = Vec::with_capacity(self.facts.contenders.len());
        for (contender, grant) in self.facts.contenders.iter().zip(grants) {
            let Contender { budget, forecast, .. } = *contender;
            providers.push(match () {
                () if forecast < budget => (Outcome::Lowered, forecast),
                () if !grant.is_zero() => (Outcome::Funded, budget.plus(grant)?),
                () => (Outcome::Kept, budget),
            });
        }
        let unfunded = overproduction.minus(funds)?;
        Ok(ClickOutcome { to_share: to_share.value, granted: funds, unfunded, commitment, providers, ..self.outcome() })
    }

    /// By how much the first of a pair of amounts exceeds the second, for each provider.
    fn weights(&self, pair: impl Fn(&Contender) -> (Money, Money)) -> Result<Vec<(Agb, u64)>, Error> {
        let weight = |contender: &Contender| {
            let (more, less) = pair(contender);
            Ok((contender.agb, more.minus(less)?.max(Money::ZERO).cents().unsigned_abs()))
        };
        self.facts.contenders.iter().map(weight).collect()
    }

    fn outcome(&self) -> ClickOutcome {
        ClickOutcome {
            available: self.available.value,
            forecast: self.forecast.value,
            to_share: Money::ZERO,
            shortage: Money::ZERO,
            granted: Money::ZERO,
            unfunded: Money::ZERO,
            left: Money::ZERO,
            commitment: Money::ZERO,
            providers: Vec::new(),
        }
    }
}

fn total_weight(weights: &[(Agb, u64)]) -> Result<Money, Error> {
    let sum: i128 = weights.iter().map(|(_, weight)| i128::from(*weight)).sum();
    Ok(Money::from_cents(i64::try_from(sum).map_err(|_| MoneyError::Overflow)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixtures::{agb, built_in, cents, changed, vgz};

    fn facts(room: i64, reserve: i64, contenders: &[(u32, i64, i64)]) -> ClickFacts {
        let contender = |(number, budget, forecast): &(u32, i64, i64)| Contender {
            agb: agb(*number),
            budget: cents(*budget),
            forecast: cents(*forecast),
        };
        ClickFacts {
            year: vgz(2023),
            room: cents(room),
            reserve: cents(reserve),
            fund_overproduction: true,
            contenders: contenders.iter().map(contender).collect(),
            as_of: DateTime::UNIX_EPOCH,
        }
    }

    fn decided(facts: &ClickFacts, rules: &Rules) -> ClickOutcome {
        click(facts, rules, &mut Trace::new()).unwrap()
    }

    fn after(outcome: &ClickOutcome) -> Vec<i64> {
        outcome.providers.iter().map(|(_, budget)| budget.cents()).collect()
    }

    /// The worked example: three providers in a room of ten million.
    const WORKED: [(u32, i64, i64); 3] =
        [(1, 400_000_000, 430_000_000), (2, 300_000_000, 270_000_000), (3, 260_000_000, 290_000_001)];

    #[test]
    fn bud_07_overrun_shares_what_underproduction_leaves() {
        let outcome = decided(&facts(1_000_000_000, 20_000_000, &WORKED), &built_in());
        assert_eq!(outcome.available, cents(980_000_000));
        assert_eq!(outcome.to_share, cents(50_000_000));
        assert_eq!(after(&outcome), [425_000_000, 270_000_000, 285_000_000]);
        assert_eq!(outcome.unfunded, cents(10_000_001));
        assert_eq!((outcome.left, outcome.commitment), (cents(0), cents(0)));
    }

    #[test]
    fn bud_07_with_the_whole_reserve_released_the_room_suffices() {
        let facts = facts(1_000_000_000, 0, &WORKED);
        let outcome = decided(&facts, &built_in());
        assert_eq!(after(&outcome), [430_000_000, 279_999_999, 290_000_001]);
        assert_eq!((outcome.shortage, outcome.left), (cents(20_000_001), cents(0)));

        let all = "lower_underproduction_when_room_suffices\"\nunit = \"flag\"\nact = \"wlz\"\nsource = \"reading: the policy only describes the overrun\"\nvalues = [{ from = 2022-01-01, value = ";
        let rules = changed(&format!("{all}false"), &format!("{all}true"));
        let outcome = decided(&facts, &rules);
        assert_eq!(after(&outcome), [430_000_000, 270_000_000, 290_000_001]);
        assert_eq!(outcome.left, cents(9_999_999));
    }

    #[test]
    fn bud_07_forecasts_that_fit_raise_in_full_and_keep_what_the_room_allows() {
        let forecasts = [(1, 400_000_000, 410_000_000), (3, 260_000_000, 270_000_000), (2, 300_000_000, 295_000_000)];
        let outcome = decided(&facts(1_000_000_000, 20_000_000, &forecasts), &built_in());
        assert_eq!(after(&outcome), [410_000_000, 270_000_000, 300_000_000]);
        assert_eq!(outcome.left, cents(0));
    }

    #[test]
    fn bud_07_overproduction_is_funded_only_if_the_office_decides_so() {
        let facts = ClickFacts { fund_overproduction: false, ..facts(1_000_000_000, 20_000_000, &WORKED) };
        let outcome = decided(&facts, &built_in());
        assert_eq!(after(&outcome), [400_000_000, 270_000_000, 260_000_000]);
        assert_eq!((outcome.unfunded, outcome.left), (cents(60_000_001), cents(50_000_000)));
    }

    #[test]
    fn bud_07_budgets_that_exceed_the_room_are_a_commitment() {
        let outcome = decided(&facts(500_000_000, 0, &WORKED), &built_in());
        assert_eq!(outcome.commitment, cents(430_000_000));
        assert_eq!((outcome.granted, outcome.left), (cents(0), cents(0)));
    }

    #[test]
    fn bud_07_a_provider_named_twice_is_refused() {
        let twice = facts(1_000_000_000, 0, &[(1, 1, 2), (1, 1, 2)]);
        assert!(matches!(click(&twice, &built_in(), &mut Trace::new()), Err(Error::DuplicateProvider)));
    }

    fn contenders() -> impl Strategy<Value = Vec<(u32, i64, i64)>> {
        let amounts = (0..1_000_000_000i64, 0..1_000_000_000i64);
        proptest::collection::btree_map(1..1000u32, amounts, 1..20)
            .prop_map(|map| map.into_iter().map(|(number, (budget, forecast))| (number, budget, forecast)).collect())
    }

    proptest! {
        #[test]
        fn bud_07_money_is_conserved(room in 0..20_000_000_000i64, contenders in contenders(), fund: bool) {
            let facts = ClickFacts { fund_overproduction: fund, ..facts(room, 0, &contenders) };
            let outcome = decided(&facts, &built_in());
            let sum: i64 = after(&outcome).iter().sum();
            prop_assert_eq!(sum + outcome.left.cents() - outcome.commitment.cents(), room);
            prop_assert!(outcome.left.is_zero() || outcome.commitment.is_zero());
        }

        #[test]
        fn bud_07_nobody_gets_more_than_it_overproduces_or_loses_more_than_it_underproduces(
            room in 0..20_000_000_000i64, contenders in contenders()
        ) {
            let facts = facts(room, 0, &contenders);
            let outcome = decided(&facts, &built_in());
            let mut granted = 0;
            for (contender, (_, after)) in facts.contenders.iter().zip(&outcome.providers) {
                let (low, high) = (contender.budget.min(contender.forecast), contender.budget.max(contender.forecast));
                prop_assert!(low <= *after && *after <= high);
                granted += (after.cents() - contender.budget.cents()).max(0);
                // In an overrun under-producers always go down to their forecast.
                if outcome.forecast > outcome.available && contender.forecast < contender.budget {
                    prop_assert_eq!(*after, contender.forecast);
                }
            }
            prop_assert_eq!(granted, outcome.granted.cents());
        }

        #[test]
        fn bud_07_the_order_of_providers_does_not_matter(
            room in 0..20_000_000_000i64, contenders in contenders(), turn in 0usize..20
        ) {
            let mut turned = contenders.clone();
            turned.rotate_left(turn % contenders.len());
            let by_agb = |contenders: &[(u32, i64, i64)]| {
                let outcome = decided(&facts(room, 0, contenders), &built_in());
                let mut keyed: Vec<_> = contenders.iter().map(|(number, ..)| *number).zip(after(&outcome)).collect();
                keyed.sort_unstable();
                keyed
            };
            prop_assert_eq!(by_agb(&contenders), by_agb(&turned));
        }
    }
}
