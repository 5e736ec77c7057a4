//! Night care of a region: who bears its price, to the cent (TAR-11).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Decimal, Money, MoneyError, Rounding, split};
use serde::{Deserialize, Serialize};

use super::scope_of;
use crate::{
    NAME,
    domain::homecare::{AgreementType, NightCareProduct, NightCareProvider, NightCareShare, RegionYear, Settlement},
    error::Error,
    rules,
};

/// A provider with a tariff in the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contracted {
    /// The provider.
    pub agb: Agb,
    /// The type of its agreement.
    pub agreement_type: AgreementType,
}

/// What the night care of a region is settled from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightCareFacts {
    /// Which region and year.
    pub of: RegionYear,
    /// The products.
    pub products: Vec<NightCareProduct>,
    /// The providers as the request names them.
    pub providers: Vec<NightCareProvider>,
    /// Every provider with a tariff in the region, by AGB code.
    pub contracted: Vec<Contracted>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Why a region does not take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NightCareRefusal {
    /// Because of this provider.
    pub agb: Agb,
    /// It is missing from the request; else it declines.
    pub missing: bool,
}

/// What becomes of the night care of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NightCareOutcome {
    /// The tariffs are lowered.
    Settled(Settlement),
    /// The region does not take part; why, by AGB code.
    Refused(Vec<NightCareRefusal>),
}

/// The year that turnovers must be of.
///
/// # Errors
/// A parameter without a value.
pub fn turnover_year(of: &RegionYear, rules: &Rules) -> Result<i32, Error> {
    let word = rules.get(&rules::ANW_TURNOVER_YEAR, &scope_of(of))?;
    let before = if &*word.value == "two_years_before" { 2 } else { 1 };
    Ok(of.year - before)
}

/// Whether agreements of a type share in the night care of their region.
///
/// # Errors
/// A parameter without a value.
pub fn shares(of: &RegionYear, agreement_type: AgreementType, rules: &Rules) -> Result<bool, Error> {
    if agreement_type != AgreementType::Zzp {
        return Ok(true);
    }
    Ok(&*rules.get(&rules::ANW_SCOPE, &scope_of(of))?.value == "with_zzp")
}

/// Settles: all providers in scope take part, or nothing is lowered.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub fn night_care(facts: &NightCareFacts, rules: &Rules, trace: &mut Trace) -> Result<NightCareOutcome, Error> {
    let mut partners = Vec::new();
    let mut refusals = Vec::new();
    for contracted in &facts.contracted {
        if !shares(&facts.of, contracted.agreement_type, rules)? {
            continue;
        }
        match facts.providers.iter().find(|provider| provider.agb == contracted.agb) {
            Some(provider) if provider.takes_part => partners.push(provider),
            found => refusals.push(NightCareRefusal { agb: contracted.agb, missing: found.is_none() }),
        }
    }
    let region = Known::request("region", facts.of.region.to_string());
    if !refusals.is_empty() {
        for refusal in &refusals {
            let text = if refusal.missing { &rules::PROVIDER_MISSING } else { &rules::PROVIDER_DECLINES };
            trace.step(text).with("agb", &Known::request("providers", refusal.agb.to_string())).gives(false);
        }
        trace.step(&rules::REGION_DECLINES).with("region", &region).gives(false);
        return Ok(NightCareOutcome::Refused(refusals));
    }
    let scope = rules.get(&rules::ANW_SCOPE, &scope_of(&facts.of))?;
    let count = u32::try_from(partners.len()).unwrap_or(u32::MAX);
    trace.step(&rules::NIGHT_CARE_SCOPE).with("region", &region).with("scope", &scope).gives(count);
    let total = Money::total(facts.products.iter().map(|product| product.price))?;
    let total = trace.step(&rules::NIGHT_CARE_TOTAL).gives(total);
    divide(facts, &partners, &total, rules, trace).map(NightCareOutcome::Settled)
}

/// Divides the total in proportion to turnover, and each part over the hours in whole cents.
fn divide(
    facts: &NightCareFacts,
    partners: &[&NightCareProvider],
    total: &Known<Money>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Settlement, Error> {
    let all = Known::request("providers.turnover", Money::total(partners.iter().map(|partner| partner.turnover))?);
    let word = rules.get(&rules::ANW_TURNOVER_YEAR, &scope_of(&facts.of))?;
    let year = Known::request("turnover_year", turnover_year(&facts.of, rules)?.to_string());
    let weights: Vec<(Agb, u64)> =
        partners.iter().map(|partner| (partner.agb, partner.turnover.cents().unsigned_abs())).collect();
    let split = split(total.value, &weights).map_err(|error| edge::EdgeError::Stored(error.to_string()))?;
    let mut shares = Vec::with_capacity(partners.len());
    for (partner, part) in partners.iter().zip(split.parts) {
        let agb = Known::request("providers.agb", partner.agb.to_string());
        let turnover = Known::request("providers.turnover", partner.turnover);
        let step = trace.step(&rules::NIGHT_CARE_PART).with("agb", &agb).with("turnover", &turnover);
        let step = step.with("all", &all).with("year", &year).with("total", total);
        let part = step.with("turnover_year", &word).gives(part);
        shares.push(lowered(partner, &agb, &part, trace)?);
    }
    if !split.undivided.is_zero() {
        trace.step(&rules::NIGHT_CARE_UNDIVIDED).with("total", total).gives(split.undivided);
    }
    let residual = Money::total(shares.iter().map(|share| share.residual).chain([split.undivided]))?;
    let borne = Known::fact(NAME, "night care", facts.as_of, total.minus(residual)?);
    trace.step(&rules::NIGHT_CARE_BALANCE).with("borne", &borne).with("total", total).gives(residual);
    shares.sort_by_key(|share| share.agb);
    Ok(Settlement { total: total.value, shares, residual, undivided: split.undivided })
}

/// What a provider's tariff is lowered by: its part over its hours, to the nearest cent; without hours nothing.
fn lowered(
    partner: &NightCareProvider,
    agb: &Known<String>,
    part: &Known<Money>,
    trace: &mut Trace,
) -> Result<NightCareShare, Error> {
    let hours = Known::request("providers.hours", partner.hours);
    // None for no hours. The quotient has 28 digits: far more than it takes to tell a half cent over as many hours as
    // a 32-bit number holds.
    let exact = part.euros().checked_div(Decimal::from(partner.hours)).unwrap_or_default();
    let reduction = Money::from_euros(exact, Rounding::default())?;
    let step = trace.step(&rules::NIGHT_CARE_REDUCTION).with("agb", agb).with("part", part);
    let reduction = step.with("hours", &hours).gives(reduction);
    let borne = reduction.cents().checked_mul(i64::from(partner.hours)).ok_or(MoneyError::Overflow)?;
    let residual = part.minus(Money::from_cents(borne))?;
    let step = trace.step(&rules::NIGHT_CARE_RESIDUAL).with("agb", agb).with("part", part);
    let residual = step.with("hours", &hours).with("reduction", &reduction).gives(residual);
    Ok(NightCareShare {
        agb: partner.agb,
        part: part.value,
        hours: partner.hours,
        reduction: reduction.value,
        residual: residual.value,
    })
}

#[cfg(test)]
mod tests;
