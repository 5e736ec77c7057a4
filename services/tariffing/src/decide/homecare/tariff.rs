//! The integral tariff of a provider for a year (TAR-11).

use chrono::{DateTime, Utc};
use explain::{Known, ParameterError, Rules, Trace};
use money::{Decimal, Money, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::scope;
use crate::{
    NAME,
    domain::{
        MaximumTariff, Subject,
        homecare::{AndersWerken, BenchmarkOutcome, HomeCareAmounts, HomeCareTerms, NightCare},
    },
    error::Error,
    rules,
};

/// What the tariff of a provider follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeCareFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The terms.
    pub terms: HomeCareTerms,
    /// What settled night care means for it.
    pub night_care: NightCare,
    /// What became of the module for working differently.
    pub anders_werken: Option<AndersWerken>,
    /// The maximum tariff on the first day.
    pub maximum: MaximumTariff,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Derives the tariff: the year before -> index -> maximum -> surcharge -> maximum, lowered for night care before or
/// after the index. The cents are rounded once, where the index is applied.
///
/// # Errors
/// A parameter without a value, amounts that do not fit, or a tariff that night care would leave nothing of.
pub fn home_care_tariff(facts: &HomeCareFacts, rules: &Rules, trace: &mut Trace) -> Result<HomeCareAmounts, Error> {
    let start = previous(facts, rules, trace)?;
    let index = index(facts, rules, trace)?;
    let lowering = lowering(facts, rules, trace)?;
    let start = match &lowering {
        Some(lowering) if lowering.before => lowering.of(&start, facts, trace)?,
        _ => start,
    };
    let factor = Decimal::ONE.checked_add(index.as_rate().0).ok_or(money::MoneyError::Overflow)?;
    let indexed = start.times(factor, Rounding::default())?;
    let indexed = trace.step(&rules::INDEXED).with("tariff", &start).with("index", &index).gives(indexed);
    let capped = capped(indexed, facts, trace);
    let integral = match &lowering {
        Some(lowering) if !lowering.before => lowering.of(&capped, facts, trace)?,
        _ => capped,
    };
    if integral.cents() <= 0 {
        return Err(Error::HomeCareTariffNotPositive { agb: facts.subject.agb, tariff: integral.value });
    }
    let tariff = with_surcharge(&integral, facts, trace)?;
    Ok(HomeCareAmounts {
        integral: integral.value,
        surcharge: tariff.minus(integral.value)?,
        reduction: lowering.map_or(Money::ZERO, |lowering| lowering.reduction.value),
        tariff,
    })
}

/// The tariff of the year before, as far as it is indexed.
fn previous(facts: &HomeCareFacts, rules: &Rules, trace: &mut Trace) -> Result<Known<Money>, Error> {
    let terms = &facts.terms;
    let known = |amount| match terms.previous.on_record {
        true => Known::fact(NAME, "home care tariff", facts.as_of, amount),
        false => Known::request("terms.previous_tariff", amount),
    };
    if !terms.agreement_type.negotiable() {
        let kind = Known::request("terms.agreement_type", terms.agreement_type.as_str());
        trace.step(&rules::NOT_NEGOTIABLE).with("type", &kind).gives(false);
    }
    let integral = known(terms.previous.integral);
    if terms.previous.surcharge.is_zero() {
        return Ok(trace.step(&rules::PREVIOUS).with("previous", &integral).gives(integral.value));
    }
    let carries = rules.get(&rules::SURCHARGE_CARRIES, &scope(&facts.subject))?;
    if !*carries {
        return Ok(trace.step(&rules::PREVIOUS).with("previous", &integral).gives(integral.value));
    }
    let surcharge = known(terms.previous.surcharge);
    let both = integral.plus(surcharge.value)?;
    let step = trace.step(&rules::PREVIOUS_WITH_SURCHARGE).with("previous", &integral);
    Ok(step.with("surcharge", &surcharge).with("carries", &carries).gives(both))
}

/// The index: the NZa's, or the one stated for the outcome of the benchmark; and what the office adds to it.
fn index(facts: &HomeCareFacts, rules: &Rules, trace: &mut Trace) -> Result<Known<Percentage>, Error> {
    let (terms, scope) = (&facts.terms, scope(&facts.subject));
    let kind = Known::request("terms.agreement_type", terms.agreement_type.as_str());
    let plain = || rules.get(&rules::PRICE_INDEX, &scope);
    let index = match terms.benchmark.filter(|_| terms.agreement_type.benchmarked()) {
        None => {
            let index = plain()?;
            trace.step(&rules::INDEX_PLAIN).with("type", &kind).with("index", &index).gives(index.value)
        }
        Some(outcome) => {
            let parameter = match outcome {
                BenchmarkOutcome::Better => &rules::BENCHMARK_BETTER,
                BenchmarkOutcome::AsExpected => &rules::BENCHMARK_AS_EXPECTED,
                BenchmarkOutcome::Worse => &rules::BENCHMARK_WORSE,
            };
            let (text, index) = match rules.get(parameter, &scope) {
                Ok(stated) => (&rules::INDEX_BENCHMARK, stated),
                // No source states it: the plain index holds. A value that is not in force is an error, as ever.
                Err(ParameterError::NotSet { .. }) => (&rules::INDEX_UNSTATED, plain()?),
                Err(error) => return Err(error.into()),
            };
            let outcome = Known::request("terms.benchmark_outcome", outcome.as_str());
            let step = trace.step(text).with("type", &kind).with("outcome", &outcome);
            step.with("index", &index).gives(index.value)
        }
    };
    if terms.original_offer {
        return Ok(trace.step(&rules::ORIGINAL_OFFER).with("index", &index).gives(index.value));
    }
    let points = rules.get(&rules::INDEX_ADDITION, &scope)?;
    let raised = index.plus_points(points.value)?;
    Ok(trace.step(&rules::ADDITION).with("index", &index).with("points", &points).gives(raised))
}

/// A tariff that is lowered for night care.
struct Lowering {
    reduction: Known<Money>,
    before: bool,
    order: Known<std::sync::Arc<str>>,
}

fn lowering(facts: &HomeCareFacts, rules: &Rules, trace: &mut Trace) -> Result<Option<Lowering>, Error> {
    match facts.night_care {
        NightCare::None => Ok(None),
        NightCare::Outside => {
            let region = Known::request("terms.region", facts.terms.region.to_string());
            trace.step(&rules::NIGHT_CARE_OUTSIDE).with("region", &region).gives(Money::ZERO);
            Ok(None)
        }
        NightCare::Lowers(reduction) => {
            let order = rules.get(&rules::ANW_ORDER, &scope(&facts.subject))?;
            let reduction = Known::fact(NAME, "night care", facts.as_of, reduction);
            Ok(Some(Lowering { reduction, before: &*order.value == "before", order }))
        }
    }
}

impl Lowering {
    fn of(&self, tariff: &Known<Money>, facts: &HomeCareFacts, trace: &mut Trace) -> Result<Known<Money>, Error> {
        let lowered = tariff.minus(self.reduction.value)?;
        if lowered.cents() <= 0 {
            let (agb, reduction) = (facts.subject.agb, self.reduction.value);
            return Err(Error::NightCareExceedsTariff { agb, tariff: tariff.value, reduction });
        }
        let text = if self.before { &rules::NIGHT_CARE_BEFORE } else { &rules::NIGHT_CARE_AFTER };
        let step = trace.step(text).with("tariff", tariff).with("reduction", &self.reduction);
        Ok(step.with("order", &self.order).gives(lowered))
    }
}

/// Never above the maximum (Wmg art. 35).
fn capped(tariff: Known<Money>, facts: &HomeCareFacts, trace: &mut Trace) -> Known<Money> {
    let maximum = Known::fact(NAME, "maximum tariff", facts.as_of, facts.maximum.maximum);
    let text = if tariff.value > maximum.value { &rules::MAXIMUM_LOWERS } else { &rules::MAXIMUM_HOLDS };
    let lower = tariff.value.min(maximum.value);
    trace.step(text).with("tariff", &tariff).with("maximum", &maximum).gives(lower)
}

/// The surcharge for working differently, where the module was awarded and a letter states it.
fn with_surcharge(integral: &Known<Money>, facts: &HomeCareFacts, trace: &mut Trace) -> Result<Money, Error> {
    let Some(module) = facts.anders_werken.as_ref().filter(|module| module.awarded) else {
        return Ok(integral.value);
    };
    let Some((surcharge, letter)) = &module.surcharge else {
        let awarded = Known::fact(NAME, "anders werken", facts.as_of, true);
        trace.step(&rules::SURCHARGE_UNSTATED).with("awarded", &awarded).gives(integral.value);
        return Ok(integral.value);
    };
    let letter = Known::fact(NAME, "anders werken", facts.as_of, letter.clone());
    let surcharge = Known::fact(NAME, "anders werken", facts.as_of, *surcharge);
    let both = integral.plus(surcharge.value)?;
    let step = trace.step(&rules::SURCHARGE).with("tariff", integral).with("surcharge", &surcharge);
    let both = step.with("letter", &letter).gives(both);
    Ok(capped(both, facts, trace).value)
}

#[cfg(test)]
mod tests;
