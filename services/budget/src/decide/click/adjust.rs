//! With what each provider takes part in an allocation: after its affordability agreement (BUD-15), with what was agreed
//! on zinnige zorg & innovatie (BUD-10), and after what the office says about growth of care in institutions (BUD-13).

use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Decimal, Money, Percentage, Rounding, split};
use serde::{Deserialize, Serialize};

use super::{ClickFacts, Contender};
use crate::{
    NAME,
    domain::{Form, RoundKind},
    error::Error,
    rules,
};

/// Why a provider's growth does not count in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Stays with treatment would be too large a part of its stays: this percentage.
    TreatmentStays(Percentage),
    /// The growth of stays of all providers together exceeds the office's volume ceiling.
    VolumeCeiling,
    /// Who had no budget in the year enters the reallocation with what was agreed on innovation alone.
    NewInReallocation,
}

/// A provider as it takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// The provider.
    pub agb: Agb,
    /// B: its budget, or what its affordability agreement says.
    pub budget: Money,
    /// Its forecast, at the tariffs of its affordability agreement, and what was agreed on innovation.
    pub wanted: Money,
    /// Of which agreed on innovation.
    pub innovation: Money,
    /// F: the part of it that counts.
    pub forecast: Money,
    /// The growth outside institutions, at most what it produces over its budget.
    pub extramural_growth: Money,
    /// Why not all of its growth counts.
    pub limits: Vec<Limit>,
}

impl Adjusted {
    /// What it lacks to its forecast with a budget; nobody lacks what it keeps.
    pub fn unfunded(&self, after: Money) -> Money {
        Money::from_cents(self.wanted.cents().saturating_sub(after.max(self.budget).cents()).max(0))
    }

    /// F - B, or nothing.
    fn growth(&self) -> Money {
        Money::from_cents(self.forecast.cents().saturating_sub(self.budget.cents()).max(0))
    }

    fn intramural_growth(&self) -> Money {
        Money::from_cents(self.growth().cents() - self.extramural_growth.cents())
    }
}

/// Every provider as it takes part.
pub(super) fn adjusted(
    facts: &ClickFacts,
    available: Money,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Vec<Adjusted>, Error> {
    let scope = facts.year.scope();
    let extrapolated =
        facts.round == RoundKind::Click && &**rules.get(&rules::OVERRUN_BASIS, &scope)? == "extrapolation";
    let limit = rules.get(&rules::TREATMENT_STAY_CAP, &scope)?;
    let mut adjusted = Vec::with_capacity(facts.contenders.len());
    for contender in &facts.contenders {
        adjusted.push(one((contender, facts.round), extrapolated, *limit)?);
    }
    tell_innovations(facts, &adjusted, trace)?;
    within_ceiling(facts, available, &mut adjusted, rules, trace)?;
    Ok(adjusted)
}

/// Tells what enters beside the forecasts, if anything does.
fn tell_innovations(facts: &ClickFacts, adjusted: &[Adjusted], trace: &mut Trace) -> Result<(), Error> {
    let count = adjusted.iter().filter(|one| !one.innovation.is_zero()).count();
    if count > 0 {
        let providers = u32::try_from(count).unwrap_or(u32::MAX);
        let providers = Known::fact(NAME, "innovation agreements", facts.as_of, providers);
        let total = Money::total(adjusted.iter().map(|one| one.innovation))?;
        trace.step(&rules::INNOVATIONS).with("providers", &providers).gives(total);
    }
    Ok(())
}

fn one(
    (contender, round): (&Contender, RoundKind),
    extrapolated: bool,
    treatment_cap: Percentage,
) -> Result<Adjusted, Error> {
    let agreement = contender.affordability;
    let budget = agreement.and_then(|agreement| agreement.budget).unwrap_or(contender.budget);
    let forecast = if extrapolated { contender.extrapolated } else { contender.forecast };
    let forecast = match agreement.and_then(|agreement| agreement.tariff) {
        Some(tariff) => tariff.of(forecast, Rounding::default())?,
        None => forecast,
    };
    // What was agreed on innovation is an amount, whatever else was agreed about tariffs.
    let innovation = contender.innovation.as_ref().map_or(Ok(Money::ZERO), |agreed| agreed.amount())?;
    let wanted = forecast.plus(innovation)?;
    let is_new = contender.is_new && round == RoundKind::Reallocation;
    let counts = if is_new { innovation } else { wanted };
    let growth = counts.minus(budget)?.max(Money::ZERO);
    let extramural_growth = grown(contender, |form| !form.is_intramural())?.min(growth);
    let mut adjusted = Adjusted {
        agb: contender.agb,
        budget,
        wanted,
        innovation,
        forecast: counts,
        extramural_growth,
        limits: Vec::new(),
    };
    if counts < wanted {
        adjusted.limits.push(Limit::NewInReallocation);
    }
    let treated = grown(contender, |form| form == Form::StayWithTreatment)?.min(adjusted.intramural_growth());
    if let Some(part) = treatment_part(contender)?
        && part > treatment_cap.0
        && treated > Money::ZERO
    {
        adjusted.forecast = counts.minus(treated)?;
        adjusted.limits.push(Limit::TreatmentStays(Percentage(part)));
    }
    Ok(adjusted)
}

/// By how much forms grow together, or nothing.
fn grown(contender: &Contender, of: impl Fn(Form) -> bool) -> Result<Money, Error> {
    let mut growth = Money::ZERO;
    for amounts in contender.forms.iter().filter(|amounts| of(amounts.form)) {
        growth = growth.plus(amounts.forecast.minus(amounts.budget)?)?;
    }
    Ok(growth.max(Money::ZERO))
}

/// Stays with treatment as a percentage of all stays in the forecast, two decimals; none without stays.
fn treatment_part(contender: &Contender) -> Result<Option<Decimal>, Error> {
    let forecast = |of: fn(Form) -> bool| {
        Money::total(contender.forms.iter().filter(|amounts| of(amounts.form)).map(|amounts| amounts.forecast))
    };
    let (treated, all) = (forecast(|form| form == Form::StayWithTreatment)?, forecast(Form::is_intramural)?);
    if all <= Money::ZERO {
        return Ok(None);
    }
    let part = treated.euros() * Decimal::ONE_HUNDRED / all.euros();
    Ok(Some(Rounding::default().apply(part, 2)))
}

/// Holds the growth of stays to the office's volume ceiling, in proportion.
fn within_ceiling(
    facts: &ClickFacts,
    available: Money,
    adjusted: &mut [Adjusted],
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(), Error> {
    let percentage = rules.get(&rules::INTRAMURAL_CEILING, &facts.year.scope())?;
    if percentage.0 >= Decimal::ONE_HUNDRED {
        return Ok(());
    }
    let ceiling = percentage.of(available, Rounding::Down)?;
    let held = facts.contenders.iter().flat_map(|contender| &contender.forms);
    let held = Money::total(held.filter(|amounts| amounts.form.is_intramural()).map(|amounts| amounts.budget))?;
    let growth = Money::total(adjusted.iter().map(Adjusted::intramural_growth))?;
    let left = ceiling.minus(held)?.max(Money::ZERO);
    if growth <= left {
        return Ok(());
    }
    let base = Known::fact(NAME, "room available", facts.as_of, available);
    let stays = Known::fact(NAME, "budgets of stays", facts.as_of, held);
    let asked = Known::fact(NAME, "growth of stays", facts.as_of, growth);
    let step = trace.step(&rules::VOLUME_CEILING).with("percentage", &percentage).with("available", &base);
    step.with("held", &stays).with("growth", &asked).gives(left);
    let weights: Vec<(Agb, u64)> =
        adjusted.iter().map(|one| (one.agb, one.intramural_growth().cents().unsigned_abs())).collect();
    let parts = split(left, &weights).map_err(|_| Error::DuplicateProvider)?.parts;
    for (one, part) in adjusted.iter_mut().zip(parts) {
        let refused = one.intramural_growth().minus(part)?;
        if refused > Money::ZERO {
            one.forecast = one.forecast.minus(refused)?;
            one.limits.push(Limit::VolumeCeiling);
        }
    }
    Ok(())
}
