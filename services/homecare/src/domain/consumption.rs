//! How far ceilings are used, by euros, clients and hours, and what the year will come to (HOM-05).

use calendar::CareMonth;
use identifiers::Agb;
use money::{Decimal, Money, Percentage, Rounding};
use serde::{Deserialize, Serialize};

/// The decimals of a share of a ceiling.
const SHARE_DECIMALS: u32 = 2;
/// The decimals of hours that are shown.
const HOURS_DECIMALS: u32 = 2;
/// The months of a year.
pub const MONTHS: usize = 12;

/// What lines of which anything is granted come to; a credit takes its debit line off again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many lines.
    pub lines: i64,
    /// Minutes of care.
    pub minutes: i64,
    /// What is granted, in eurocents.
    pub cents: i64,
}

impl Sums {
    /// Adds others. A file has at most seven digits of lines with amounts of eight, so that the sums of years fit.
    pub fn add(&mut self, other: Sums) {
        self.lines += other.lines;
        self.minutes += other.minutes;
        self.cents += other.cents;
    }
}

/// What a month of care came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthUse {
    /// What was granted, credits taken off.
    pub granted: Money,
    /// Minutes of care.
    pub minutes: i64,
    /// Clients for whom anything is granted.
    pub clients: i64,
}

/// The months of a provider's year, January first.
pub type YearUse = [MonthUse; MONTHS];

/// The months of care of a year, January first.
pub fn care_months(year: i32) -> impl Iterator<Item = CareMonth> {
    (1..=12).filter_map(move |month| CareMonth::new(year, month))
}

/// Hours of care and the clients they went to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Minutes of care.
    pub minutes: i64,
    /// Months in which a client was granted anything, counted per client.
    pub client_months: i64,
}

impl Hours {
    /// Of all months together.
    pub fn of(year: &YearUse) -> Hours {
        let minutes = year.iter().map(|month| month.minutes).sum();
        Hours { minutes, client_months: year.iter().map(|month| month.clients).sum() }
    }

    /// The hours, rounded to two decimals.
    pub fn total(self) -> Decimal {
        shown(Decimal::from(self.minutes) / Decimal::from(60))
    }

    /// Hours per client per month, rounded to two decimals; none without clients.
    pub fn average(self) -> Option<Decimal> {
        let per = Decimal::from(self.client_months).checked_mul(Decimal::from(60));
        per.and_then(|per| Decimal::from(self.minutes).checked_div(per)).map(shown)
    }

    /// Whether at most the agreed hours were granted per client per month; compared without rounding.
    pub fn keeps(self, agreed: Decimal) -> bool {
        // Hours agreed have two decimals and at most five digits by the time they get here, client-months seven.
        let most = Decimal::from(self.client_months).checked_mul(Decimal::from(60)).and_then(|m| m.checked_mul(agreed));
        most.is_none_or(|most| Decimal::from(self.minutes) <= most)
    }
}

fn shown(hours: Decimal) -> Decimal {
    let mut hours = Rounding::default().apply(hours, HOURS_DECIMALS);
    hours.rescale(HOURS_DECIMALS);
    hours
}

/// How a year is forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForecastMethod {
    /// Over the days of the months that count.
    RunRate,
    /// By the share of the same months in last year.
    Seasonal,
    /// All months count.
    Realised,
}

/// What a provider's year will come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The forecast.
    pub amount: Money,
    /// How it was made.
    pub method: ForecastMethod,
    /// The last month that counts, 1 to 12.
    pub through: u32,
    /// What was granted in the months that count.
    pub counted: Money,
    /// Whether it is above the ceiling.
    pub above_ceiling: bool,
}

/// How far a ceiling is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumption {
    /// The provider.
    pub agb: Agb,
    /// The year.
    pub year: i32,
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
    /// Refused because of the ceiling.
    pub beyond: Money,
    /// Clients for whom anything is granted.
    pub clients: i64,
    /// Agreed hours per client per month.
    pub hours_agreed: Decimal,
    /// The months.
    pub months: YearUse,
    /// The months of the year before.
    pub last_year: YearUse,
}

/// The share of a ceiling that is used, with two decimals, rounded down so that a share is never shown before it is reached.
pub fn share(spent: Money, ceiling: Money) -> Percentage {
    let share = spent.euros().checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(ceiling.euros()));
    // A ceiling is more than nothing, and what is spent is not more than the ceiling.
    let mut share = Rounding::Down.apply(share.unwrap_or_default(), SHARE_DECIMALS);
    share.rescale(SHARE_DECIMALS);
    Percentage(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hom_05_a_share_is_not_shown_before_it_is_reached() {
        let share = |spent, ceiling| share(Money::from_cents(spent), Money::from_cents(ceiling)).to_string();
        assert_eq!(share(69_999_999, 100_000_000), "69.99%");
        assert_eq!(share(70_000_000, 100_000_000), "70.00%");
        assert_eq!(share(i64::MAX, i64::MAX), "100.00%");
        assert_eq!(share(0, 1), "0.00%");
    }

    #[test]
    fn hom_05_hours_are_compared_to_the_minute_and_shown_rounded() {
        let hours = |minutes, client_months| Hours { minutes, client_months };
        // 12.5 hours agreed for two clients is 1,500 minutes.
        assert!(hours(1_500, 2).keeps(Decimal::new(125, 1)));
        assert!(!hours(1_501, 2).keeps(Decimal::new(125, 1)));
        assert_eq!(hours(1_501, 2).average().unwrap().to_string(), "12.51");
        assert_eq!(hours(100, 1).total().to_string(), "1.67");
        assert_eq!((hours(0, 0).average(), hours(0, 0).keeps(Decimal::ZERO)), (None, true));
    }
}
