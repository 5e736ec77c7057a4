//! The collective cap: what all providers together may take of the room (BUD-04), and who is scaled last (BUD-13).

use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Money, MoneyError, Percentage, Rounding, split};

use super::{Filed, FilingFacts, ScaledPart, cap_of};
use crate::{NAME, error::Error, rules};

/// Scales all base production down when together it exceeds the cap, which is given. In proportion; in an office that
/// gives care at home priority, that care first, and then the rest in proportion.
pub(super) fn scale(
    facts: &FilingFacts,
    filed: &mut [Filed],
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Money, Error> {
    let scope = facts.year.scope();
    let percentage = rules.get(&rules::COLLECTIVE_CAP, &scope)?;
    let room = match &**rules.get(&rules::BUDGET_CAP_BASE, &scope)? {
        "total" => facts.zin.plus(facts.pgb)?,
        _ => facts.zin,
    };
    let base = Known::fact(NAME, "contract room", facts.as_of, room);
    let cap = percentage.of(room, Rounding::Down)?;
    let held = Held::of(facts, rules)?;
    let bases: Vec<Money> = filed.iter().map(|filed| filed.base).collect();
    let held_sum = held.sum(&bases, Rounding::Down)?;
    let total = Known::fact(NAME, "base production", facts.as_of, held_sum);
    if held_sum <= cap {
        let step = trace.step(&rules::COLLECTIVE_FITS).with("total", &total);
        step.with("percentage", &percentage).with("base", &base).gives(held_sum);
        return Ok(cap);
    }
    let at_home: Option<Vec<Money>> =
        filed.iter().map(|filed| filed.first.as_ref().map(|first| first.amount)).collect();
    let (text, targets) = match &at_home {
        None => (&rules::COLLECTIVE_EXCEEDED, (Money::ZERO, held.fits(&bases, (cap, held_sum))?)),
        Some(at_home) => (&rules::COLLECTIVE_EXCEEDED_HOME_FIRST, held.fit_home_first(&bases, at_home, cap)?),
    };
    let step = trace.step(text).with("total", &total).with("percentage", &percentage).with("base", &base);
    let target = step.gives(targets.0.plus(targets.1)?);
    let at_home = at_home.unwrap_or_else(|| vec![Money::ZERO; filed.len()]);
    if filed.iter().any(|filed| filed.first.is_some()) {
        let goes_first = Known::fact(NAME, "care at home", facts.as_of, Money::total(at_home.iter().copied())?);
        trace.step(&rules::BASE_HOME_FIRST).with("funds", &target).with("first", &goes_first).gives(targets.0);
    }
    let rest = minus(&bases, &at_home)?;
    let (first, rest) = (divided(targets.0, filed, &at_home)?, divided(targets.1, filed, &rest)?);
    for ((filed, at_home), rest) in filed.iter_mut().zip(first).zip(rest) {
        filed.scale_to(ScaledPart { amount: at_home.plus(rest)?, at_home }, facts.as_of);
    }
    Ok(cap)
}

/// What the cap is held against: base production, or what is filed of it at each provider's own cap.
struct Held(Option<Vec<Percentage>>);

impl Held {
    fn of(facts: &FilingFacts, rules: &Rules) -> Result<Held, Error> {
        if &**rules.get(&rules::COLLECTIVE_CAP_ON, &facts.year.scope())? != "filed" {
            return Ok(Held(None));
        }
        let caps = facts.providers.iter().map(|provider| Ok(cap_of(&facts.year, provider, rules)?.value));
        Ok(Held(Some(caps.collect::<Result<_, Error>>()?)))
    }

    /// What is held of these amounts of the providers together.
    fn sum(&self, amounts: &[Money], rounding: Rounding) -> Result<Money, Error> {
        let Some(caps) = &self.0 else { return Ok(Money::total(amounts.iter().copied())?) };
        let held = caps.iter().zip(amounts).map(|(cap, amount)| cap.of(*amount, rounding));
        Ok(Money::total(held.collect::<Result<Vec<_>, _>>()?)?)
    }

    /// How much of these amounts fits in a cap that is held against this much of them. In proportion: scaling them by cap
    /// / held scales what is held to the cap, filing rounds down.
    fn fits(&self, amounts: &[Money], (cap, held): (Money, Money)) -> Result<Money, Error> {
        let sum = Money::total(amounts.iter().copied())?;
        if self.0.is_none() || held.is_zero() {
            return Ok(cap.min(sum));
        }
        proportion(sum, cap, held)
    }

    /// How much of what goes first fits in a cap, and how much of the rest in what that leaves. What is held is rounded up
    /// here, so that two amounts of one provider are never held for less than they are together.
    fn fit_home_first(&self, bases: &[Money], at_home: &[Money], cap: Money) -> Result<(Money, Money), Error> {
        let held = self.sum(at_home, Rounding::Up)?;
        if held >= cap {
            return Ok((self.fits(at_home, (cap, held))?, Money::ZERO));
        }
        let rest = minus(bases, at_home)?;
        let fits = self.fits(&rest, (cap.minus(held)?, self.sum(&rest, Rounding::Up)?))?;
        Ok((Money::total(at_home.iter().copied())?, fits))
    }
}

fn minus(amounts: &[Money], less: &[Money]) -> Result<Vec<Money>, Error> {
    Ok(amounts.iter().zip(less).map(|(amount, less)| amount.minus(*less)).collect::<Result<_, _>>()?)
}

/// An amount over the providers in proportion to theirs.
fn divided(amount: Money, filed: &[Filed], theirs: &[Money]) -> Result<Vec<Money>, Error> {
    let weight = |(filed, theirs): (&Filed, &Money)| (filed.agb, theirs.cents().unsigned_abs());
    let weights: Vec<(Agb, u64)> = filed.iter().zip(theirs).map(weight).collect();
    Ok(split(amount, &weights).map_err(|_| Error::DuplicateProvider)?.parts)
}

/// `amount` x `numerator` / `denominator`, rounded down to the cent.
fn proportion(amount: Money, numerator: Money, denominator: Money) -> Result<Money, Error> {
    let product = i128::from(amount.cents()) * i128::from(numerator.cents());
    let cents = product / i128::from(denominator.cents());
    Ok(Money::from_cents(i64::try_from(cents).map_err(|_| MoneyError::Overflow)?))
}
