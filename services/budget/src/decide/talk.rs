//! The talk about a forecast (BUD-06): the provider's answer, and how a difference is settled.

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::annual::euros;
use crate::{
    NAME,
    domain::{OfficeYear, ProductAmount, Tariff, Volume},
    error::Error,
    rules,
};

/// What a provider's answer to the office's forecast comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// The office's forecast.
    pub office_forecast: Money,
    /// The volumes of the provider's own forecast; none when it agrees with the office's.
    pub own: Vec<Volume>,
    /// Its tariffs, where it has a forecast of its own.
    pub tariffs: Vec<Tariff>,
    /// Why it differs.
    pub motivation: String,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The forecast the provider answers with: the office's, or its own volumes at agreed tariffs and these by product.
///
/// # Errors
/// A product without a tariff.
pub fn answer(facts: &AnswerFacts, trace: &mut Trace) -> Result<(Money, Vec<ProductAmount>), Error> {
    if facts.own.is_empty() {
        return Ok((trace.step(&rules::FORECAST_AGREED).gives(facts.office_forecast).value, Vec::new()));
    }
    let (own, products) = euros(&facts.own, &facts.tariffs, facts.year.first_day())?;
    let office = Known::fact(NAME, "forecast", facts.as_of, facts.office_forecast);
    Ok((trace.step(&rules::FORECAST_OWN).with("office", &office).gives(own).value, products))
}

/// What a settlement is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// The office's forecast.
    pub office_forecast: Money,
    /// The forecast that is to hold.
    pub forecast: Money,
    /// Why.
    pub motivation: String,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Tells which forecast holds from now on, and why.
pub fn settle(facts: &SettlementFacts, trace: &mut Trace) -> Money {
    let motivation = Known::request("motivation", facts.motivation.clone());
    trace.step(&rules::FORECAST_SETTLED).with("motivation", &motivation).gives(facts.forecast).value
}
