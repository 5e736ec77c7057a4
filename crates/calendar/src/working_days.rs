//! Working days (werkdagen).

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// A feast that is no working day. The names are those of a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 1 January (nieuwjaarsdag).
    NewYear,
    /// The Friday before Easter (Goede Vrijdag).
    GoodFriday,
    /// The Monday after Easter (tweede paasdag).
    EasterMonday,
    /// 27 April, or 26 April when the 27th is a Sunday (Koningsdag).
    KingsDay,
    /// 5 May (Bevrijdingsdag).
    LiberationDay,
    /// 39 days after Easter (Hemelvaartsdag).
    AscensionDay,
    /// 50 days after Easter (tweede pinksterdag).
    WhitMonday,
    /// 25 December (eerste kerstdag).
    ChristmasDay,
    /// 26 December (tweede kerstdag).
    BoxingDay,
}

impl Holiday {
    /// The days of the Algemene termijnenwet art. 3.
    pub const STATUTORY: [Holiday; 9] = [
        Holiday::NewYear,
        Holiday::GoodFriday,
        Holiday::EasterMonday,
        Holiday::KingsDay,
        Holiday::LiberationDay,
        Holiday::AscensionDay,
        Holiday::WhitMonday,
        Holiday::ChristmasDay,
        Holiday::BoxingDay,
    ];

    /// Whether this feast falls on `date`.
    pub fn falls_on(self, date: NaiveDate) -> bool {
        let on = |month, day| date.month() == month && date.day() == day;
        let after_easter = |days: i64| (date - easter(date.year())).num_days() == days;
        match self {
            Holiday::NewYear => on(1, 1),
            Holiday::GoodFriday => after_easter(-2),
            Holiday::EasterMonday => after_easter(1),
            Holiday::KingsDay => match date.weekday() {
                Weekday::Sun => false,
                Weekday::Sat => on(4, 26) || on(4, 27),
                _ => on(4, 27),
            },
            Holiday::LiberationDay => on(5, 5),
            Holiday::AscensionDay => after_easter(39),
            Holiday::WhitMonday => after_easter(50),
            Holiday::ChristmasDay => on(12, 25),
            Holiday::BoxingDay => on(12, 26),
        }
    }
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i32) -> NaiveDate {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15).rem_euclid(30);
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let first = NaiveDate::from_ymd_opt(year, 3, 1).unwrap_or_default();
    // n / 31 is the month (3 or 4), n % 31 the day before; counted from 1 March there is no case to fail.
    let days = if n / 31 == 3 { n % 31 } else { 31 + n % 31 };
    first + Days::new(u64::from(days.unsigned_abs()))
}

/// Which days are working days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingDays {
    holidays: Vec<Holiday>,
}

impl WorkingDays {
    /// Every day except Saturday, Sunday and these feasts.
    pub fn new(holidays: Vec<Holiday>) -> WorkingDays {
        WorkingDays { holidays }
    }

    /// Whether `date` is a working day.
    pub fn contains(&self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !self.holidays.iter().any(|holiday| holiday.falls_on(date))
    }

    /// The `count`th working day after `date`; counting starts the day after. With zero it is `date` itself.
    pub fn after(&self, date: NaiveDate, count: u32) -> NaiveDate {
        date.iter_days().skip(1).filter(|day| self.contains(*day)).take(count as usize).last().unwrap_or(date)
    }
}

/// The statutory calendar.
impl Default for WorkingDays {
    fn default() -> WorkingDays {
        WorkingDays::new(Holiday::STATUTORY.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn easter_of_known_years() {
        for (year, month, day) in
            [(2021, 4, 4), (2022, 4, 17), (2023, 4, 9), (2024, 3, 31), (2038, 4, 25), (2285, 3, 22)]
        {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn reg_07_five_working_days_over_easter() {
        assert_eq!(WorkingDays::default().after(date(2024, 3, 28), 5), date(2024, 4, 8));
    }

    #[test]
    fn kings_day_moves_off_a_sunday() {
        let days = WorkingDays::default();
        // 27 April 2025 was a Sunday: celebrated on Saturday the 26th, so that Monday the 28th is a working day.
        assert!(Holiday::KingsDay.falls_on(date(2025, 4, 26)));
        assert!(!Holiday::KingsDay.falls_on(date(2025, 4, 27)));
        assert!(days.contains(date(2025, 4, 28)));
        assert!(!days.contains(date(2023, 4, 27)));
        assert!(days.contains(date(2023, 4, 26)));
        // 26 April 2024 was a Friday and the feast was on Saturday the 27th.
        assert!(days.contains(date(2024, 4, 26)));
        assert!(Holiday::KingsDay.falls_on(date(2024, 4, 27)));
        assert!(!Holiday::KingsDay.falls_on(date(2024, 4, 26)));
    }

    #[test]
    fn every_statutory_feast_of_2023() {
        let feasts = [(1, 1), (4, 7), (4, 10), (4, 27), (5, 5), (5, 18), (5, 29), (12, 25), (12, 26)];
        for (holiday, (month, day)) in Holiday::STATUTORY.into_iter().zip(feasts) {
            let found: Vec<_> = date(2023, 1, 1).iter_days().take(365).filter(|day| holiday.falls_on(*day)).collect();
            assert_eq!(found, [date(2023, month, day)], "{holiday:?}");
        }
    }
}
