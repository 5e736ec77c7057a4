//! The office's forecast for the click (BUD-06).

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::annual::{annual_volumes, euros};
use crate::{
    NAME,
    domain::{OfficeYear, Production, Tariff, Volume},
    error::Error,
    rules,
};

/// What a forecast is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// Approved production of the year.
    pub production: Vec<Production>,
    /// Its tariffs in the year.
    pub tariffs: Vec<Tariff>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Approved production of the first months of the year, extrapolated and at agreed tariffs. Never below zero: more
/// credits than claims forecast nothing.
///
/// # Errors
/// A parameter without a value, or a product without a tariff.
pub fn office_forecast(facts: &ForecastFacts, rules: &Rules, trace: &mut Trace) -> Result<Money, Error> {
    let scope = facts.year.scope();
    let months = rules.get(&rules::FORECAST_MONTHS, &scope)?;
    let day_priced = rules.get(&rules::DAY_PRICED_UNITS, &scope)?;
    let mut volumes = Vec::new();
    for annual in annual_volumes(&facts.production, facts.year.year, *months, &day_priced)? {
        let product = Known::fact(NAME, "approved claims", facts.as_of, annual.product.clone());
        let approved = Known::fact(NAME, "approved claims", facts.as_of, annual.approved);
        let step = trace.step(&rules::EXTRAPOLATED).with("product", &product).with("approved", &approved);
        let volume = step.with("months", &months).gives(annual.volume).value;
        volumes.push(Volume { product: annual.product, volume });
    }
    let forecast = euros(&volumes, &facts.tariffs, facts.year.first_day())?.max(Money::ZERO);
    Ok(trace.step(&rules::FORECAST).gives(forecast).value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{agb, built_in, cents, produced, tariff, vgz};

    #[test]
    fn bud_06_january_to_april_over_a_year() {
        // 120 of 365 days in 2023, and 4 of 12 months.
        let production = vec![
            produced("Z053", "14", "2023-02", 120),
            produced("H126", "04", "2023-04", 10),
            produced("H126", "04", "2023-05", 99),
        ];
        let tariffs = vec![tariff("Z053", 2023, 10_000), tariff("H126", 2023, 5_000)];
        let facts = ForecastFacts { year: vgz(2023), agb: agb(1), production, tariffs, as_of: DateTime::UNIX_EPOCH };
        let forecast = office_forecast(&facts, &built_in(), &mut Trace::new()).unwrap();
        assert_eq!(forecast, cents(365 * 10_000 + 30 * 5_000));
    }

    #[test]
    fn bud_06_more_credits_than_claims_forecast_nothing() {
        let production = vec![produced("Z053", "14", "2023-02", -3)];
        let tariffs = vec![tariff("Z053", 2023, 10_000)];
        let facts = ForecastFacts { year: vgz(2023), agb: agb(1), production, tariffs, as_of: DateTime::UNIX_EPOCH };
        assert_eq!(office_forecast(&facts, &built_in(), &mut Trace::new()).unwrap(), Money::ZERO);
    }
}
