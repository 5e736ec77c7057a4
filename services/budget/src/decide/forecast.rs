//! The office's forecast for the click (BUD-06).

use chrono::{DateTime, Utc};
use explain::{Known, Parameter, Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::annual::{Approved, annual_volumes, euros};
use crate::{
    NAME,
    domain::{OfficeYear, ProductAmount, RoundKind, Tariff, Volume},
    error::Error,
    rules,
};

/// What a forecast is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The round it is for: the click or the reallocation.
    pub round: RoundKind,
    /// The provider.
    pub agb: Agb,
    /// What was approved in the months that count.
    pub production: Vec<Approved>,
    /// Its tariffs in the year.
    pub tariffs: Vec<Tariff>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Approved production of the first months of the year, extrapolated and at agreed tariffs, and the same by product.
/// Never below zero: more credits than claims forecast nothing.
///
/// # Errors
/// A parameter without a value, or a product without a tariff.
pub fn office_forecast(
    facts: &ForecastFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Money, Vec<ProductAmount>), Error> {
    let scope = facts.year.scope();
    let months = rules.get(months_of(facts.round), &scope)?;
    let day_priced = rules.get(&rules::DAY_PRICED_UNITS, &scope)?;
    let mut volumes = Vec::new();
    for annual in annual_volumes(&facts.production, facts.year.year, *months, &day_priced)? {
        let product = Known::fact(NAME, "approved claims", facts.as_of, annual.product.clone());
        let approved = Known::fact(NAME, "approved claims", facts.as_of, annual.approved);
        let step = trace.step(&rules::EXTRAPOLATED).with("product", &product).with("approved", &approved);
        let volume = step.with("months", &months).gives(annual.volume).value;
        volumes.push(Volume { product: annual.product, volume });
    }
    let (forecast, products) = euros(&volumes, &facts.tariffs, facts.year.first_day())?;
    let forecast = forecast.max(Money::ZERO);
    Ok((trace.step(&rules::FORECAST).gives(forecast).value, products))
}

/// How many months a round forecasts from.
pub fn months_of(round: RoundKind) -> &'static Parameter<u32> {
    match round {
        RoundKind::Reallocation => &rules::REALLOCATION_MONTHS,
        _ => &rules::FORECAST_MONTHS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{agb, approved, built_in, cents, tariff, vgz};

    fn forecast(round: RoundKind, production: Vec<Approved>) -> Money {
        let tariffs = vec![tariff("Z053", 2023, 10_000), tariff("H126", 2023, 5_000)];
        let facts =
            ForecastFacts { year: vgz(2023), round, agb: agb(1), production, tariffs, as_of: DateTime::UNIX_EPOCH };
        office_forecast(&facts, &built_in(), &mut Trace::new()).unwrap().0
    }

    #[test]
    fn bud_06_january_to_april_over_a_year() {
        // 120 of 365 days in 2023, and 4 of 12 months.
        let production = vec![approved("Z053", "14", 120), approved("H126", "04", 10)];
        assert_eq!(forecast(RoundKind::Click, production), cents(365 * 10_000 + 30 * 5_000));
    }

    #[test]
    fn bud_10_january_to_july_over_a_year() {
        let production = vec![approved("Z053", "14", 212), approved("H126", "04", 7)];
        assert_eq!(forecast(RoundKind::Reallocation, production), cents(365 * 10_000 + 12 * 5_000));
    }

    #[test]
    fn bud_06_more_credits_than_claims_forecast_nothing() {
        assert_eq!(forecast(RoundKind::Click, vec![approved("Z053", "14", -3)]), Money::ZERO);
    }
}
