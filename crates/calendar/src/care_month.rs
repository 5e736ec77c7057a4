//! Months in which care is given.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar month of care (zorgmaand), printed and serialised as `2023-02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CareMonth {
    year: i32,
    month: u32,
}

/// Why a text is not a care month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month: expected a year and a month such as 2023-02")]
pub struct ParseCareMonthError;

impl CareMonth {
    /// Month 1 to 12 of a year from 1900 up to 2999; `None` outside.
    pub fn new(year: i32, month: u32) -> Option<CareMonth> {
        ((1900..3000).contains(&year) && (1..=12).contains(&month)).then_some(CareMonth { year, month })
    }

    /// The month `date` lies in.
    pub fn of(date: NaiveDate) -> CareMonth {
        CareMonth { year: date.year(), month: date.month() }
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.month
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// The last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().unwrap_or_default()
    }

    /// The number of days, 28 to 31.
    pub fn days(self) -> u32 {
        self.last_day().day()
    }

    /// The month after.
    pub fn next(self) -> CareMonth {
        match self.month {
            12 => CareMonth { year: self.year + 1, month: 1 },
            month => CareMonth { year: self.year, month: month + 1 },
        }
    }

    /// Both months and all between, in order; empty when `last` lies before.
    pub fn through(self, last: CareMonth) -> impl Iterator<Item = CareMonth> {
        std::iter::successors(Some(self), |month| Some(month.next())).take_while(move |month| *month <= last)
    }
}

/// The number of days of a year: 365 or 366.
pub fn days_in_year(year: i32) -> u32 {
    NaiveDate::from_ymd_opt(year, 12, 31).map_or(365, |last| last.ordinal())
}

impl fmt::Display for CareMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for CareMonth {
    type Err = ParseCareMonthError;

    fn from_str(text: &str) -> Result<CareMonth, ParseCareMonthError> {
        let (year, month) = text.split_once('-').ok_or(ParseCareMonthError)?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(ParseCareMonthError);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| ParseCareMonthError);
        CareMonth::new(number(year)?.cast_signed(), number(month)?).ok_or(ParseCareMonthError)
    }
}

impl From<CareMonth> for String {
    fn from(month: CareMonth) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for CareMonth {
    type Error = ParseCareMonthError;

    fn try_from(text: String) -> Result<CareMonth, ParseCareMonthError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn leap_years_are_right() {
        assert_eq!(CareMonth::new(2024, 2).unwrap().days(), 29);
        assert_eq!(CareMonth::new(1900, 2).unwrap().days(), 28);
        assert_eq!((days_in_year(2023), days_in_year(2024), days_in_year(2000)), (365, 366, 366));
    }

    #[test]
    fn months_through_a_new_year() {
        let months = CareMonth::new(2023, 11).unwrap().through(CareMonth::new(2024, 2).unwrap());
        let text: Vec<String> = months.map(|month| month.to_string()).collect();
        assert_eq!(text, ["2023-11", "2023-12", "2024-01", "2024-02"]);
    }

    #[test]
    fn refuses_other_texts() {
        for text in ["2023-13", "2023-00", "2023", "23-01", "2023-1", "+023-01", "2023-01-01"] {
            assert_eq!(text.parse::<CareMonth>(), Err(ParseCareMonthError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_days_of_the_months_make_the_year(year in 1900..2999i32) {
            let first = CareMonth::new(year, 1).unwrap();
            let days: u32 = first.through(CareMonth::new(year, 12).unwrap()).map(CareMonth::days).sum();
            prop_assert_eq!(days, days_in_year(year));
            prop_assert_eq!(first.to_string().parse(), Ok(first));
        }
    }
}
