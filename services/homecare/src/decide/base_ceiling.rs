//! The ceiling of a year (HOM-03). Each step is rounded to the cent, half away from zero.

use edge::{EdgeError, InvalidRequest};
use explain::{Known, Rules, Trace};
use money::{Decimal, Money, MoneyError, Percentage, Rounding};

use super::{agreement_type::Typed, offer::OfferFacts};
use crate::{
    NAME,
    domain::{AgreementType, ForecastBasis, Previous},
    rules,
};

/// The decimals of hours.
const HOURS_DECIMALS: u32 = 2;

/// The forecast of the year before: stated, or what is granted in proportion to the days that are over (HOM-03).
///
/// # Errors
/// When an amount does not fit.
pub fn forecast(facts: &OfferFacts, trace: &mut Trace) -> Result<Option<Known<Money>>, MoneyError> {
    match &facts.forecast {
        Some(ForecastBasis::Stated(amount)) => {
            let stated = Known::request("forecast", *amount);
            Ok(Some(trace.step(&rules::FORECAST_STATED).with("forecast", &stated).gives(*amount)))
        }
        Some(ForecastBasis::Granted { spent, days, of }) if *days > 0 => {
            let whole = spent.euros().checked_mul(Decimal::from(*of)).ok_or(MoneyError::Overflow)?;
            let forecast = Money::from_euros(whole / Decimal::from(*days), Rounding::default())?;
            let known = Known::fact(NAME, "approved claims", facts.as_of, *spent);
            let day = |number: u32| Known::fact(NAME, "calendar", facts.as_of, number);
            let step = trace.step(&rules::FORECAST_GRANTED).with("spent", &known).with("days", &day(*days));
            Ok(Some(step.with("of", &day(*of)).gives(forecast)))
        }
        _ => Ok(None),
    }
}

/// The average hours per client per month that are offered; none when nothing says them (HOM-03).
///
/// # Errors
/// When a parameter has no value.
pub fn hours(
    facts: &OfferFacts,
    kind: AgreementType,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Option<Known<Decimal>>, EdgeError> {
    if let Some(hours) = facts.hours {
        let stated = Known::request("hours_per_client_month", hours);
        return Ok(Some(trace.step(&rules::HOURS_STATED).with("hours", &stated).gives(hours)));
    }
    let own = facts.previous.as_ref().map(|previous| facts.previous_known(previous, "hours", previous.hours));
    if kind != AgreementType::ClientFollowing {
        return Ok(own.map(|own| trace.step(&rules::HOURS_KEPT).with("hours", &own).gives(own.value)));
    }
    let known = |mean| Known::fact(NAME, "agreements", facts.as_of, mean);
    let of = Known::fact(NAME, "agreements", facts.as_of, facts.mean_of);
    match (own, facts.mean_hours) {
        (Some(own), Some(mean)) => {
            let weight = rules.get(&rules::OWN_HOURS_WEIGHT, &facts.of.scope())?;
            let share = weight.as_rate().0;
            let blend = own.value * share + mean * (Decimal::ONE - share);
            let blend = Rounding::default().apply(blend, HOURS_DECIMALS).normalize();
            let step = trace.step(&rules::HOURS_BLENDED).with("own", &own).with("mean", &known(mean));
            Ok(Some(step.with("of", &of).with("weight", &weight).gives(blend)))
        }
        (None, Some(mean)) => {
            let hours = Rounding::default().apply(mean, HOURS_DECIMALS).normalize();
            Ok(Some(trace.step(&rules::HOURS_MEAN).with("mean", &known(mean)).with("of", &of).gives(hours)))
        }
        (own, None) => Ok(own.map(|own| trace.step(&rules::HOURS_KEPT).with("hours", &own).gives(own.value))),
    }
}

/// What a ceiling is made from, once its type is known.
pub struct Making<'a> {
    /// The type.
    pub typed: &'a Typed,
    /// The forecast of the year before.
    pub forecast: &'a Known<Money>,
    /// The hours that were realised in it.
    pub realised: Decimal,
    /// The index.
    pub index: &'a Known<Percentage>,
    /// The hours that are offered.
    pub hours: &'a Known<Decimal>,
}

/// The ceiling of a provider that had one (HOM-03).
///
/// # Errors
/// When a parameter has no value, an amount does not fit, or something is stated that can't be.
pub fn ceiling(
    facts: &OfferFacts,
    previous: &Previous,
    making: &Making<'_>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Known<Money>, EdgeError> {
    let scope = facts.of.scope();
    let base = base(facts, previous, making, trace);
    let ceiling = match making.typed {
        Typed::Of(AgreementType::Standard) => {
            let amount = match *rules.get(&rules::INDEX_STANDARD, &scope)? {
                true => indexed(&base, making.index, trace)?,
                false => trace.step(&rules::NOT_INDEXED).with("base", &base).gives(base.value),
            };
            improved(facts, previous, making, (amount, rules), trace)?
        }
        Typed::Lowered => lowered(facts, previous, (base, making.index), rules, trace)?,
        Typed::Of(AgreementType::ClientFollowing) => {
            let most = rules.get(&rules::CLIENT_FOLLOWING_MOST, &scope)?;
            if &**rules.get(&rules::CLIENT_FOLLOWING_CEILING, &scope)? == "most" {
                trace.step(&rules::STANDARDISED_MOST).with("most", &most).gives(*most)
            } else {
                let amount = indexed(&base, making.index, trace)?;
                let lowest = (*amount).min(*most);
                trace.step(&rules::STANDARDISED).with("ceiling", &amount).with("most", &most).gives(lowest)
            }
        }
        Typed::Of(AgreementType::Plus) => grown(facts, indexed(&base, making.index, trace)?, trace)?,
        _ => indexed(&base, making.index, trace)?,
    };
    night_care(facts, ceiling, trace)
}

/// The ceiling of client_following for who had none (HOM-03).
///
/// # Errors
/// When the parameter has no value, or the correction for night care is more than the ceiling.
pub fn first_ceiling(facts: &OfferFacts, rules: &Rules, trace: &mut Trace) -> Result<Known<Money>, EdgeError> {
    let most = rules.get(&rules::CLIENT_FOLLOWING_MOST, &facts.of.scope())?;
    let ceiling = trace.step(&rules::STANDARDISED_MOST).with("most", &most).gives(*most);
    night_care(facts, ceiling, trace)
}

fn base(facts: &OfferFacts, previous: &Previous, making: &Making<'_>, trace: &mut Trace) -> Known<Money> {
    let (forecast, realised) = (making.forecast, making.realised);
    // Where the year was closed, what was found to the minute counts.
    let met = facts.listed_hours().map_or(realised <= previous.hours, |(kept, _)| kept);
    let held = **forecast >= previous.ceiling && met;
    let (text, base) = match held {
        true => (&rules::BASE_HELD, previous.ceiling),
        false => (&rules::BASE_LOWER, previous.ceiling.min(**forecast)),
    };
    let ceiling = facts.previous_known(previous, "ceiling", previous.ceiling);
    let agreed = facts.previous_known(previous, "hours", previous.hours);
    let realised = facts.realised_known(realised);
    let step = trace.step(text).with("ceiling", &ceiling).with("forecast", forecast);
    step.with("realised", &realised).with("agreed", &agreed).gives(base)
}

fn indexed(base: &Known<Money>, index: &Known<Percentage>, trace: &mut Trace) -> Result<Known<Money>, MoneyError> {
    let amount = with_index(base.value, index)?;
    Ok(trace.step(&rules::INDEXED).with("base", base).with("index", index).gives(amount))
}

/// An amount with the index, rounded to the cent.
pub(super) fn with_index(amount: Money, index: &Percentage) -> Result<Money, MoneyError> {
    Percentage::HUNDRED.plus_points(index.0)?.of(amount, Rounding::default())
}

fn improved(
    facts: &OfferFacts,
    previous: &Previous,
    making: &Making<'_>,
    (ceiling, rules): (Known<Money>, &Rules),
    trace: &mut Trace,
) -> Result<Known<Money>, EdgeError> {
    let before = match &**rules.get(&rules::HOURS_BASE, &facts.of.scope())? {
        "realised" => facts.realised_known(making.realised),
        _ => facts.previous_known(previous, "hours", previous.hours),
    };
    let hours = making.hours;
    if hours.value >= before.value {
        let step = trace.step(&rules::NOT_IMPROVED).with("ceiling", &ceiling).with("hours", hours);
        return Ok(step.with("before", &before).gives(ceiling.value));
    }
    // Multiplied first: the quotient of the hours may have no end.
    let product = ceiling.euros().checked_mul(hours.value).ok_or(MoneyError::Overflow)?;
    let amount = Money::from_euros(product / before.value, Rounding::default())?;
    let step = trace.step(&rules::IMPROVED).with("ceiling", &ceiling).with("hours", hours);
    Ok(step.with("before", &before).gives(amount))
}

fn grown(facts: &OfferFacts, ceiling: Known<Money>, trace: &mut Trace) -> Result<Known<Money>, MoneyError> {
    let Some(growth) = &facts.growth else { return Ok(ceiling) };
    let amount = ceiling.plus(growth.raise)?;
    let step = trace.step(&rules::GROWN).with("ceiling", &ceiling);
    let step = step.with("raise", &Known::request("growth.raise", growth.raise));
    let step = step.with("clients", &Known::request("growth.clients", growth.clients));
    let step = step.with("hours", &Known::request("growth.hours_per_client_month", growth.hours));
    Ok(step.with("motivation", &Known::request("growth.motivation", growth.motivation.clone())).gives(amount))
}

/// Of who is excluded from the benchmark, at most so much is taken off.
fn lowered(
    facts: &OfferFacts,
    previous: &Previous,
    (base, index): (Known<Money>, &Known<Percentage>),
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Known<Money>, EdgeError> {
    let scope = facts.of.scope();
    let Some((cut, choice)) = facts.excluded_choice.as_ref().and_then(|choice| Some((choice.cut?, choice))) else {
        return Err(wrong("excluded.cut_percentage", "is missing"));
    };
    let most = rules.get(&rules::EXCLUDED_CUT_MOST, &scope)?;
    if cut > *most {
        return Err(wrong("excluded.cut_percentage", &format!("is more than {} (HOM-03)", most.value)));
    }
    let word = rules.get(&rules::EXCLUDED_CUT_BASE, &scope)?;
    let from = match &**word {
        "previous" => facts.previous_known(previous, "ceiling", previous.ceiling),
        "base" => base,
        _ => indexed(&base, index, trace)?,
    };
    let rest = Percentage(Decimal::ONE_HUNDRED - cut.0).of(from.value, Rounding::default())?;
    let step = trace.step(&rules::EXCLUDED_CUT).with("base", &word).with("amount", &from);
    let step = step.with("cut", &Known::request("excluded.cut_percentage", cut));
    Ok(step.with("motivation", &Known::request("excluded.motivation", choice.motivation.clone())).gives(rest))
}

fn night_care(facts: &OfferFacts, ceiling: Known<Money>, trace: &mut Trace) -> Result<Known<Money>, EdgeError> {
    let Some(correction) = &facts.night_care else { return Ok(ceiling) };
    let amount = ceiling.minus(correction.ceiling)?;
    if amount <= Money::ZERO {
        return Err(wrong("night_care.ceiling", "leaves nothing of the ceiling"));
    }
    let step = trace.step(&rules::NIGHT_CARE_CORRECTION).with("ceiling", &ceiling);
    let step = step.with("reduction", &Known::request("night_care.ceiling", correction.ceiling));
    let motivation = Known::request("night_care.motivation", correction.motivation.clone());
    Ok(step.with("motivation", &motivation).gives(amount))
}

/// A field of the inputs that the rules don't allow.
pub(super) fn wrong(field: &str, problem: &str) -> EdgeError {
    InvalidRequest(vec![(field.to_owned(), problem.to_owned())]).into()
}
