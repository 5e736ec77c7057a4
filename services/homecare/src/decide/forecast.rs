//! What a provider's year will come to, from the months so far (HOM-05).

use calendar::{CareMonth, amsterdam_date, days_in_year};
use chrono::{DateTime, Days, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, Rules, Trace};
use money::{Decimal, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{Consumption, Forecast, ForecastMethod, MONTHS, ProviderYear, YearUse, care_months},
    rules,
};

/// What a forecast is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// Granted by month of care, credits taken off: January first, twelve of them.
    pub months: Vec<Money>,
    /// The same of the year before.
    pub last_year: Vec<Money>,
    /// The ceiling.
    pub ceiling: Money,
    /// The moment this is known as of.
    pub as_of: DateTime<Utc>,
}

impl ForecastFacts {
    /// From how far the ceiling is used.
    pub fn of(of: &ProviderYear, used: &Consumption, as_of: DateTime<Utc>) -> ForecastFacts {
        let granted = |months: &YearUse| months.iter().map(|month| month.granted).collect();
        ForecastFacts {
            of: of.clone(),
            months: granted(&used.months),
            last_year: granted(&used.last_year),
            ceiling: used.ceiling,
            as_of,
        }
    }
}

/// A forecast above the ceiling after a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastSignalFacts {
    /// The file that was decided last.
    pub file_id: String,
    /// What the forecast is made from.
    pub forecast: ForecastFacts,
}

/// The forecast of a year, or none before a first month counts. Never below what is granted already, and never below zero.
///
/// # Errors
/// A parameter without a value, or an amount that does not fit.
pub fn forecast(facts: &ForecastFacts, rules: &Rules, trace: &mut Trace) -> Result<Option<Forecast>, EdgeError> {
    let scope = facts.of.scope();
    let silent = rules.get(&rules::SILENT_DAYS, &scope)?;
    let today = amsterdam_date(facts.as_of);
    let Some(through) = last_counted(facts, today, *silent) else { return Ok(None) };
    let counted = Money::total(facts.months.iter().take(through as usize).copied())?;
    let until = Known::fact(NAME, "calendar", facts.as_of, month_text(facts.of.year, through));
    let counted = trace.step(&rules::COUNTED).with("through", &until).with("silent", &silent).gives(counted);
    let (method, amount) = extrapolated(facts, rules, trace, (through, &counted))?;
    let granted = Money::total(facts.months.iter().copied())?;
    let amount = if *amount < granted.max(Money::ZERO) {
        let known = Known::fact(NAME, "approved claims", facts.as_of, granted);
        let step = trace.step(&rules::AT_LEAST).with("forecast", &amount).with("granted", &known);
        step.gives(granted.max(Money::ZERO))
    } else {
        amount
    };
    let ceiling = Known::fact(NAME, "agreement", facts.as_of, facts.ceiling);
    let above_ceiling = *amount > facts.ceiling;
    let (text, difference) = match above_ceiling {
        true => (&rules::FORECAST_ABOVE, amount.minus(facts.ceiling)?),
        false => (&rules::FORECAST_WITHIN, facts.ceiling.minus(*amount)?),
    };
    trace.step(text).with("forecast", &amount).with("ceiling", &ceiling).gives(difference);
    Ok(Some(Forecast { amount: *amount, method, through, counted: *counted, above_ceiling }))
}

/// The last month that counts: one that is over and of which something is granted, or one that is over so long that no
/// claims are waited for.
fn last_counted(facts: &ForecastFacts, today: NaiveDate, silent_days: u32) -> Option<u32> {
    if facts.months.iter().all(|amount| amount.is_zero()) {
        return None;
    }
    let counts = |(month, amount): &(CareMonth, &Money)| {
        let over = month.last_day() < today;
        let silent = month.last_day() + Days::new(silent_days.into()) < today;
        over && (silent || !amount.is_zero())
    };
    care_months(facts.of.year).zip(&facts.months).filter(counts).map(|(month, _)| month.month()).last()
}

/// The counted months over the whole year.
fn extrapolated(
    facts: &ForecastFacts,
    rules: &Rules,
    trace: &mut Trace,
    (through, counted): (u32, &Known<Money>),
) -> Result<(ForecastMethod, Known<Money>), EdgeError> {
    if through as usize == MONTHS {
        let amount = trace.step(&rules::REALISED).with("counted", counted).gives(**counted);
        return Ok((ForecastMethod::Realised, amount));
    }
    let seasonality = rules.get(&rules::SEASONALITY, &facts.of.scope())?;
    if *seasonality && let Some((part, whole)) = season(facts, through)? {
        let claims = |amount| Known::fact(NAME, "approved claims of last year", facts.as_of, amount);
        let amount = counted.euros().checked_mul(whole.euros()).and_then(|product| product.checked_div(part.euros()));
        let amount = Money::from_euros(amount.ok_or(MoneyError::Overflow)?, Rounding::default())?;
        let step = trace.step(&rules::SEASONAL).with("counted", counted).with("part", &claims(part));
        let amount = step.with("whole", &claims(whole)).with("seasonality", &seasonality).gives(amount);
        return Ok((ForecastMethod::Seasonal, amount));
    }
    let year = days_in_year(facts.of.year);
    let days: u32 = care_months(facts.of.year).take(through as usize).map(CareMonth::days).sum();
    let factor = |days: u32| Decimal::from(days);
    let amount = counted.euros().checked_mul(factor(year)).and_then(|product| product.checked_div(factor(days)));
    let amount = Money::from_euros(amount.ok_or(MoneyError::Overflow)?, Rounding::default())?;
    let calendar = |days: u32| Known::fact(NAME, "calendar", facts.as_of, days);
    let step = trace.step(&rules::RUN_RATE).with("counted", counted).with("days", &calendar(days));
    Ok((ForecastMethod::RunRate, step.with("year_days", &calendar(year)).gives(amount)))
}

/// What was granted last year in the same months and in all of them, each month at the length it has this year. None unless
/// every month of last year has claims: a provider that began or stopped has no season.
fn season(facts: &ForecastFacts, through: u32) -> Result<Option<(Money, Money)>, MoneyError> {
    let whole_year = facts.last_year.len() == MONTHS && facts.last_year.iter().all(|amount| *amount > Money::ZERO);
    if !whole_year {
        return Ok(None);
    }
    let lengths = care_months(facts.of.year).zip(care_months(facts.of.year - 1));
    let mut weighted = Vec::with_capacity(MONTHS);
    for (amount, (now, then)) in facts.last_year.iter().zip(lengths) {
        let product = amount.euros().checked_mul(Decimal::from(now.days())).ok_or(MoneyError::Overflow)?;
        weighted.push(Money::from_euros(product / Decimal::from(then.days()), Rounding::default())?);
    }
    let part = Money::total(weighted.iter().take(through as usize).copied())?;
    Ok((part > Money::ZERO).then_some((part, Money::total(weighted)?)))
}

/// Whether the forecast is above the ceiling; then the trace tells it. Before there are enough months, a forecast is no
/// ground for a signal.
///
/// # Errors
/// As [`forecast`].
pub fn forecast_above(facts: &ForecastSignalFacts, rules: &Rules, trace: &mut Trace) -> Result<bool, EdgeError> {
    let needed = rules.get(&rules::SIGNAL_MONTHS, &facts.forecast.of.scope())?;
    let Some(forecast) = forecast(&facts.forecast, rules, trace)? else { return Ok(false) };
    if !forecast.above_ceiling || forecast.through < *needed {
        return Ok(false);
    }
    let months = Known::fact(NAME, "calendar", facts.forecast.as_of, forecast.through);
    trace.step(&rules::FORECAST_SIGNAL).with("months", &months).with("needed", &needed).gives(true);
    Ok(true)
}

fn month_text(year: i32, month: u32) -> String {
    CareMonth::new(year, month).map(|month| month.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use explain::{Facts, RuleFile};
    use proptest::prelude::*;

    use super::*;

    fn built_in() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn euros(amounts: &[i64]) -> Vec<Money> {
        let mut months: Vec<Money> = amounts.iter().map(|euros| Money::from_cents(euros * 100)).collect();
        months.resize(MONTHS, Money::ZERO);
        months
    }

    fn facts(months: &[i64], last_year: &[i64], as_of: &str) -> ForecastFacts {
        let of = ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 };
        let as_of = format!("{as_of}T10:00:00Z").parse().unwrap();
        let ceiling = Money::from_cents(12_000_000);
        ForecastFacts { of, months: euros(months), last_year: euros(last_year), ceiling, as_of }
    }

    fn made(facts: &ForecastFacts) -> Option<Forecast> {
        forecast(facts, &built_in(), &mut Trace::new()).unwrap()
    }

    fn texts(facts: &ForecastFacts) -> Vec<String> {
        let (rules, mut trace) = (built_in(), Trace::new());
        forecast(facts, &rules, &mut trace).unwrap();
        let explanation = trace.finish(&rules, &Facts::new(facts, facts.as_of));
        explanation.render(&rules).unwrap().into_iter().map(|step| step.english).collect()
    }

    #[test]
    fn hom_05_a_run_rate_goes_by_days() {
        // January to March 2024 have 91 of 366 days.
        let facts = facts(&[10_000, 9_000, 11_000, 400], &[], "2024-04-20");
        let forecast = made(&facts).unwrap();
        assert_eq!((forecast.amount, forecast.method), (Money::from_cents(12_065_934), ForecastMethod::RunRate));
        assert_eq!((forecast.through, forecast.above_ceiling), (3, true));
        assert_eq!(
            texts(&facts),
            [
                "Through 2024-03, EUR 30,000.00 is granted. Later months are not over, or nothing is granted of them yet; a \
                 month of which nothing is granted 90 days after its end counts as a month without care.",
                "EUR 30,000.00 over 91 days is EUR 120,659.34 over the 366 days of the year.",
                "The forecast of EUR 120,659.34 is EUR 659.34 above the ceiling of EUR 120,000.00.",
            ]
        );
    }

    #[test]
    fn hom_05_last_years_season_counts_when_it_has_all_its_months() {
        let last_year = [12_000, 11_200, 12_000, 10_000, 9_000, 8_000, 7_000, 7_000, 8_000, 9_000, 10_000, 12_000];
        let facts = facts(&[13_200, 12_760, 13_200], &last_year, "2024-04-20");
        // February of 2023 at 29 days is 11,600.00: 35,600.00 of 115,600.00.
        let forecast = made(&facts).unwrap();
        assert_eq!((forecast.method, forecast.amount), (ForecastMethod::Seasonal, Money::from_cents(12_716_000)));
        assert_eq!(
            texts(&facts)[1],
            "Last year EUR 35,600.00 of EUR 115,600.00 was granted in these months, each at the length it has this year: in \
             that proportion EUR 39,160.00 becomes EUR 127,160.00 over the year."
        );
        let begun = ForecastFacts { last_year: euros(&last_year[1..]), ..facts };
        assert_eq!(made(&begun).unwrap().method, ForecastMethod::RunRate);
    }

    #[test]
    fn hom_05_only_months_that_are_over_and_granted_count_until_they_are_silent_for_long() {
        assert_eq!(made(&facts(&[], &[], "2025-06-01")), None);
        assert_eq!(made(&facts(&[100], &[], "2024-01-31")), None);
        assert_eq!(made(&facts(&[100], &[], "2024-02-01")).unwrap().through, 1);
        assert_eq!(made(&facts(&[100, 0, 100], &[], "2024-04-30")).unwrap().through, 3);
        // 31 January and 90 days is 30 April.
        assert_eq!(made(&facts(&[100], &[], "2024-05-30")).unwrap().through, 2);
        let after = made(&facts(&[100, 0, 100], &[], "2025-06-01")).unwrap();
        assert_eq!((after.method, after.amount), (ForecastMethod::Realised, Money::from_cents(20_000)));
    }

    #[test]
    fn hom_05_a_forecast_is_not_below_what_is_granted_already() {
        let forecast = made(&facts(&[10, 0, 0, 500], &[], "2024-04-20")).unwrap();
        assert_eq!((forecast.through, forecast.amount), (1, Money::from_cents(51_000)));
        assert_eq!(made(&facts(&[-10], &[], "2024-02-20")).unwrap().amount, Money::ZERO);
    }

    proptest! {
        /// With growth and no noise, last year's season finds the year to the rounding of a cent per month.
        #[test]
        fn hom_05_a_season_that_comes_again_is_found(
            last_year in prop::collection::vec(1_000..100_000_i64, 12),
            growth in 1..5_i64,
            through in 1..12_usize,
        ) {
            let this: Vec<i64> = last_year.iter().map(|euros| euros * growth).collect();
            let months = euros(&this[..through]);
            // 2023 and 2022 are equally long.
            let day = CareMonth::new(2023, through as u32).unwrap().next().first_day();
            let of = ProviderYear { year: 2023, ..facts(&[], &[], "2024-01-01").of };
            let scoped = ForecastFacts { of, months, last_year: euros(&last_year), ceiling: Money::ZERO, as_of: DateTime::UNIX_EPOCH };
            let (part, whole) = season(&scoped, through as u32).unwrap().unwrap();
            prop_assert_eq!(whole, Money::total(euros(&last_year)).unwrap());
            prop_assert_eq!(part, Money::total(euros(&last_year[..through]).into_iter()).unwrap());
            prop_assert_eq!(last_counted(&scoped, day, 90), Some(through as u32));
        }

        /// A forecast is never below what is granted, and says above exactly when it is.
        #[test]
        fn hom_05_a_forecast_is_at_least_what_is_granted(
            months in prop::collection::vec(-1_000..100_000_i64, 0..13),
            last_year in prop::collection::vec(0..100_000_i64, 0..13),
            day in 0..500_u64,
        ) {
            let as_of = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(day);
            let facts = facts(&months, &last_year, &as_of.to_string());
            if let Some(forecast) = made(&facts) {
                prop_assert!(forecast.amount >= Money::total(facts.months.clone()).unwrap());
                prop_assert!(!forecast.amount.is_negative());
                prop_assert_eq!(forecast.above_ceiling, forecast.amount > facts.ceiling);
            }
        }
    }
}
