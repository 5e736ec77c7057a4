//! Forecasts of home-care years (HOM-05) held against how the years ended: with last year's season against by days alone.
//!
//! The years are made up: a season of its own for each provider, noise in every month of both years, and growth that goes on
//! from month to month, so that no forecast can be exact. Always the same years.

use calendar::{CareMonth, days_in_year};
use chrono::{DateTime, Days, NaiveTime, Utc};
use explain::{RuleFile, Rules, Trace};
use homecare::{
    decide::forecast::{ForecastFacts, forecast},
    domain::{MONTHS, ProviderYear, care_months},
};
use money::Money;

use crate::{
    Failure,
    measure::{Figure, Goal},
    services::OFFICE,
};

const ROUNDS: u64 = 5;
const PROVIDERS: usize = 400;
const YEAR: i32 = 2024;
/// The months after which a year is forecast.
const AFTER: [usize; 3] = [3, 6, 9];

/// Measures.
pub fn measure() -> Result<Vec<Figure>, Failure> {
    let files = homecare::rules::FILES.iter();
    let files = files.map(|(name, text)| RuleFile { name: (*name).to_owned(), text: (*text).to_owned() });
    let rules = Rules::load(files.collect(), &homecare::rules::SCHEMA)?;
    let mut figures = Vec::new();
    for months in AFTER {
        let mut rounds = Vec::new();
        for seed in 1..=ROUNDS {
            let mut numbers = Numbers(seed);
            let (mut season, mut days) = (0.0, 0.0);
            for _ in 0..PROVIDERS {
                let (last, this) = years(&mut numbers);
                season += error(&rules, &this, &last, months)?;
                days += error(&rules, &this, &[Money::ZERO; MONTHS], months)?;
            }
            rounds.push((season / PROVIDERS as f64, days / PROVIDERS as f64));
        }
        let what = format!("forecast after {months} months with last year's season / by days alone");
        figures.push(Figure::new(what, "% mean absolute error", &rounds, Goal::AtMost(1.0)));
    }
    Ok(figures)
}

/// By how much a forecast from the first months is off, in percent of what the year came to.
fn error(rules: &Rules, year: &[Money], last_year: &[Money], months: usize) -> Result<f64, Failure> {
    let mut known = year[..months].to_vec();
    known.resize(MONTHS, Money::ZERO);
    let of = ProviderYear { office: OFFICE.parse()?, agb: crate::claim_file::AGB.parse()?, year: YEAR };
    let facts = ForecastFacts {
        of,
        months: known,
        last_year: last_year.to_vec(),
        ceiling: Money::MAX,
        as_of: a_while_after(u32::try_from(months)?).ok_or("a month of the year")?,
    };
    let made = forecast(&facts, rules, &mut Trace::new())?.ok_or("a forecast")?;
    let came_to = Money::total(year.iter().copied())?.cents() as f64;
    Ok((made.amount.cents() as f64 - came_to).abs() / came_to * 100.0)
}

/// When the claims of a month are in, and nobody knows more yet.
fn a_while_after(month: u32) -> Option<DateTime<Utc>> {
    let day = CareMonth::new(YEAR, month)?.last_day() + Days::new(20);
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

/// Last year and this year of a provider, month by month.
fn years(numbers: &mut Numbers) -> (Vec<Money>, Vec<Money>) {
    let level = numbers.between(1_000_000.0, 50_000_000.0);
    let (swing, phase) = (numbers.between(0.02, 0.15), numbers.between(0.0, std::f64::consts::TAU));
    let monthly_growth = numbers.between(-0.10, 0.30) / MONTHS as f64;
    let mut passed = 0.0;
    let mut year = |year: i32| -> Vec<Money> {
        let month = |month: CareMonth| {
            passed += 1.0;
            let season = 1.0 + swing * (f64::from(month.month()) / MONTHS as f64 * std::f64::consts::TAU + phase).sin();
            let length = f64::from(month.days()) / f64::from(days_in_year(year)) * MONTHS as f64;
            let noise = 1.0 + numbers.between(-0.05, 0.05);
            Money::from_cents((level * season * length * noise * (1.0 + monthly_growth * passed)) as i64)
        };
        care_months(year).map(month).collect()
    };
    (year(YEAR - 1), year(YEAR))
}

/// Numbers without order that are the same in every run: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let part = ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        low + part * (high - low)
    }
}
