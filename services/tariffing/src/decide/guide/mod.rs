//! The guide percentage from annual accounts: the top-down method (TAR-13).
//!
//! All of it is exact. At a percentage q a provider with the percentage p in force has a neutral or positive result when
//! q >= p x (1 - result / revenue), with the revenue under the Wlz without NHC/NIC. Of percentages with two decimals,
//! these are the ones from that number rounded up; so the hundredths of a percent, whole numbers, decide everything.

use chrono::{DateTime, Utc};
use edge::{Office, Sector};
use explain::{Known, RuleScope, Rules, StepBuilder, Trace};
use identifiers::Agb;
use money::{Decimal, Money, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::timeline::days_of;
use crate::{
    NAME,
    domain::{AnnualFigures, percent_of},
    error::Error,
    rules,
};

/// The decimals of a guide percentage.
const DECIMALS: u32 = 2;
/// The shares of providers, in percent, whose percentages show the spread.
const QUANTILES: [u32; 7] = [0, 10, 25, 50, 75, 90, 100];
/// How many hundredths are shown to either side of the answer.
const AROUND: i64 = 10;

/// What a guide percentage is derived from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideFacts {
    /// The office.
    pub office: Office,
    /// The sector; all of the Wlz when absent.
    pub sector: Option<Sector>,
    /// The year that the percentage is to hold for.
    pub year: i32,
    /// The year of the accounts.
    pub accounts_year: i32,
    /// The percentage that was in force for those whose accounts don't state their own.
    pub in_force: Percentage,
    /// What the accounts of the sector state.
    pub accounts: Vec<Account>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// What the accounts of a provider state that the method needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The provider.
    pub agb: Agb,
    /// The sector.
    pub sector: Sector,
    /// All revenue.
    pub total_revenue: Option<Money>,
    /// Revenue under the Wlz.
    pub wlz_revenue: Option<Money>,
    /// The part of that for NHC and NIC.
    pub nhc_nic: Option<Money>,
    /// The operating result.
    pub result: Option<Money>,
    /// The percentage that was in force for it.
    pub in_force: Option<Percentage>,
}

impl From<AnnualFigures> for Account {
    fn from(figures: AnnualFigures) -> Account {
        Account {
            agb: figures.agb,
            sector: figures.sector,
            total_revenue: figures.total_revenue,
            wlz_revenue: figures.wlz_revenue,
            nhc_nic: figures.nhc_nic,
            result: figures.result,
            in_force: figures.percentage,
        }
    }
}

/// A guide percentage and what it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// The percentage, two decimals, not held against any maximum; `None` when no provider is left.
    pub percentage: Option<Percentage>,
    /// The share of providers that is to have a neutral or positive result.
    pub least_neutral: Percentage,
    /// The number of providers that comes to.
    pub needed: usize,
    /// The providers, by break-even percentage and AGB code.
    pub providers: Vec<BreakEven>,
    /// Who was left out, by AGB code.
    pub left_out: Vec<LeftOut>,
    /// The lowest percentages at which shares of the providers have a neutral or positive result.
    pub quantiles: Vec<(Percentage, Percentage)>,
    /// How many have one at the hundredths around the answer.
    pub around: Vec<Neutral>,
}

/// The percentage at which a provider breaks even.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakEven {
    /// The provider.
    pub agb: Agb,
    /// The sector.
    pub sector: Sector,
    /// The share of its revenue under the Wlz, rounded down to two decimals.
    pub wlz_share: Percentage,
    /// The percentage that was in force for it.
    pub in_force: Percentage,
    /// The lowest percentage of two decimals at which its result is neutral or positive.
    pub break_even: Percentage,
}

/// Accounts that were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The provider.
    pub agb: Agb,
    /// The sector.
    pub sector: Sector,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why accounts are left out; the first that holds is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOutReason {
    /// Not all of what the method needs is stated.
    NotStated,
    /// There is no revenue to hold a result against.
    NoRevenue,
    /// The share of revenue under the Wlz is not above the least one.
    ShareTooLow,
}

/// How many providers have a neutral or positive result at a percentage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neutral {
    /// The percentage.
    pub percentage: Percentage,
    /// How many.
    pub providers: usize,
    /// Their share, rounded down to two decimals.
    pub share: Percentage,
}

/// Derives the guide percentage: the lowest of two decimals, from zero, at which at least the share of the rules has a
/// neutral or positive result.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub fn derive_guide(facts: &GuideFacts, rules: &Rules, trace: &mut Trace) -> Result<Guide, Error> {
    let scope = RuleScope {
        office: facts.office.as_str(),
        act: "wlz",
        sector: facts.sector.map(Sector::as_str).unwrap_or_default(),
        date: days_of(facts.year).0,
    };
    let least_share = rules.get(&rules::GUIDE_LEAST_WLZ_SHARE, &scope)?;
    let least_neutral = rules.get(&rules::GUIDE_LEAST_NEUTRAL, &scope)?;
    let (mut providers, mut left_out) = (Vec::new(), Vec::new());
    for account in &facts.accounts {
        match included(account, least_share.value)? {
            Ok((wlz_share, revenue, result)) => providers.push((account, wlz_share, revenue, result)),
            Err(reason) => left_out.push(LeftOut { agb: account.agb, sector: account.sector, reason }),
        }
    }
    left_out.sort_by_key(|left_out| (left_out.agb, left_out.sector));
    let lines = Known::fact(NAME, "annual figures", facts.as_of, count(facts.accounts.len()));
    let year = Known::request("accounts_year", facts.accounts_year);
    let step = trace.step(&rules::GUIDE_GROUP).with("lines", &lines).with("year", &year);
    let group = step.with("least_share", &least_share).gives(count(providers.len()));

    let mut breaks = Vec::with_capacity(providers.len());
    for (account, wlz_share, revenue, result) in providers {
        breaks.push(break_even(facts, account, (wlz_share, revenue, result), trace)?);
    }
    breaks.sort_by_key(|one: &BreakEven| (one.break_even, one.agb, one.sector));
    let needed = needed(breaks.len(), least_neutral.value);
    let percentage = breaks.get(needed.saturating_sub(1)).map(|last| last.break_even.max(hundredths(0)));
    match percentage {
        Some(percentage) => {
            let step = trace.step(&rules::GUIDE_NEEDED).with("share", &least_neutral).with("providers", &group);
            let enough = step.gives(count(needed));
            trace.step(&rules::GUIDE_DERIVED).with("needed", &enough).with("providers", &group).gives(percentage);
        }
        None => drop(trace.step(&rules::GUIDE_NOBODY).with("lines", &lines).gives(false)),
    }
    Ok(Guide {
        percentage,
        least_neutral: least_neutral.value,
        needed,
        quantiles: quantiles(&breaks),
        around: percentage.map(|answer| around(&breaks, answer)).unwrap_or_default(),
        providers: breaks,
        left_out,
    })
}

/// The share of revenue under the Wlz, that revenue without NHC/NIC, and the result; or why the accounts are left out.
type Included = Result<(Percentage, Money, Money), LeftOutReason>;

fn included(account: &Account, least_share: Percentage) -> Result<Included, Error> {
    let all = (account.total_revenue, account.wlz_revenue, account.nhc_nic, account.result);
    let (Some(total), Some(wlz), Some(nhc_nic), Some(result)) = all else {
        return Ok(Err(LeftOutReason::NotStated));
    };
    let revenue = wlz.minus(nhc_nic)?;
    let Some(share) = percent_of(Some(wlz), Some(total)).filter(|_| revenue > Money::ZERO) else {
        return Ok(Err(LeftOutReason::NoRevenue));
    };
    // Multiplied, not divided: a share of exactly the least one is to be seen as such.
    let least = least_share.as_rate().0.checked_mul(total.euros()).ok_or(money::MoneyError::Overflow)?;
    let above = wlz.euros() > least;
    let share = Percentage(share).rounded(DECIMALS, Rounding::Down);
    Ok(if above { Ok((share, revenue, result)) } else { Err(LeftOutReason::ShareTooLow) })
}

/// Tells the step of a provider.
fn break_even(
    facts: &GuideFacts,
    account: &Account,
    (wlz_share, revenue, result): (Percentage, Money, Money),
    trace: &mut Trace,
) -> Result<BreakEven, Error> {
    let in_force = match account.in_force {
        Some(own) => Known::fact(NAME, "annual figures", facts.as_of, own),
        None => Known::request("percentage", facts.in_force),
    };
    let break_even = rounded_up(in_force.value, revenue, result).ok_or(money::MoneyError::Overflow)?;
    let on_record = |amount| Known::fact(NAME, "annual figures", facts.as_of, amount);
    let agb = Known::fact(NAME, "annual figures", facts.as_of, account.agb.to_string());
    let step: StepBuilder<'_> = trace.step(&rules::GUIDE_BREAK_EVEN).with("agb", &agb).with("in_force", &in_force);
    step.with("revenue", &on_record(revenue)).with("operating_result", &on_record(result)).gives(break_even);
    Ok(BreakEven { agb: account.agb, sector: account.sector, wlz_share, in_force: in_force.value, break_even })
}

/// p x (revenue - result) / revenue, rounded up to two decimals; exact, whatever the amounts. `None` when the answer does
/// not fit.
fn rounded_up(in_force: Percentage, revenue: Money, result: Money) -> Option<Percentage> {
    let (revenue, result) = (i128::from(revenue.cents()), i128::from(result.cents()));
    let numerator = in_force.0.mantissa().checked_mul(revenue - result)?.checked_mul(10_i128.pow(DECIMALS))?;
    let denominator = revenue.checked_mul(10_i128.checked_pow(in_force.0.scale())?)?;
    // A positive denominator: the next whole number up, on both sides of zero.
    let up = numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0);
    i64::try_from(up).ok().map(hundredths)
}

/// The least number of `all` that is at least a share of them.
fn needed(all: usize, share: Percentage) -> usize {
    let wanted = |enough: &usize| {
        // Both are numbers of providers: far below what a decimal can hold.
        Decimal::from(*enough) * Decimal::ONE_HUNDRED >= share.0 * Decimal::from(all)
    };
    (1..=all).find(wanted).unwrap_or(all)
}

fn quantiles(breaks: &[BreakEven]) -> Vec<(Percentage, Percentage)> {
    let shares = QUANTILES.map(|share| Percentage(share.into()));
    let at = |share: Percentage| {
        let last = breaks.get(needed(breaks.len(), share).saturating_sub(1))?;
        Some((share, last.break_even))
    };
    shares.into_iter().filter_map(at).collect()
}

fn around(breaks: &[BreakEven], answer: Percentage) -> Vec<Neutral> {
    let step = |number: i64| Percentage(answer.0 + Decimal::new(number, DECIMALS));
    let neutral = |percentage: Percentage| {
        let providers = breaks.partition_point(|one| one.break_even <= percentage);
        let share = Decimal::from(providers) * Decimal::ONE_HUNDRED / Decimal::from(breaks.len());
        Neutral { percentage, providers, share: Percentage(share).rounded(DECIMALS, Rounding::Down) }
    };
    let shown = (-AROUND..=AROUND).map(step).filter(|percentage| !percentage.0.is_sign_negative());
    shown.map(neutral).collect()
}

fn hundredths(number: i64) -> Percentage {
    Percentage(Decimal::new(number, DECIMALS))
}

fn count(number: usize) -> Decimal {
    Decimal::from(number)
}

#[cfg(test)]
mod tests;
