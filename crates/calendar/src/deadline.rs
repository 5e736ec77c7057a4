//! Deadlines in Amsterdam time.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Amsterdam;
use serde::{Deserialize, Serialize};

/// Whether a receipt stamp of exactly the deadline is in time: policies say both "until" and "before".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cutoff {
    /// "Until 17:00" (tot en met): 17:00:00 is in time.
    Inclusive,
    /// "Before 17:00" (vóór): 17:00:00 is late.
    Exclusive,
}

/// A moment by which something must have been received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Local date and time in Amsterdam.
    pub local: NaiveDateTime,
    /// What a stamp of exactly that moment means.
    pub cutoff: Cutoff,
}

impl Deadline {
    /// The deadline as a moment.
    ///
    /// An hour that occurs twice when summer time ends means its second occurrence, and an hour that is skipped
    /// when it begins means the moment the clock jumps to: the reading that never cuts a provider short.
    pub fn moment(&self) -> DateTime<Utc> {
        match Amsterdam.from_local_datetime(&self.local) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(_, moment) => moment.to_utc(),
            LocalResult::None => {
                // Amsterdam skips one hour: an hour later the local time exists.
                let later = self.local + TimeDelta::hours(1);
                Amsterdam.from_local_datetime(&later).latest().map_or_else(|| later.and_utc(), |moment| moment.to_utc())
            }
        }
    }

    /// Whether something received at `received` is in time.
    pub fn is_met_by(&self, received: DateTime<Utc>) -> bool {
        match self.cutoff {
            Cutoff::Inclusive => received <= self.moment(),
            Cutoff::Exclusive => received < self.moment(),
        }
    }

    /// The deadline moved from a Saturday or Sunday to the Monday after (only where a rule says it rolls).
    pub fn rolled_forward(self) -> Deadline {
        let days = match self.local.weekday() {
            Weekday::Sat => 2,
            Weekday::Sun => 1,
            _ => 0,
        };
        Deadline { local: self.local + Days::new(days), ..self }
    }
}

/// The calendar date in Amsterdam at `moment`.
pub fn amsterdam_date(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&Amsterdam).date_naive()
}

/// The local date and time in Amsterdam at `moment`.
pub fn amsterdam_time(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.with_timezone(&Amsterdam).naive_local()
}

/// The date `count` calendar days after `date`: counting starts the day after.
pub fn calendar_days_after(date: NaiveDate, count: u32) -> NaiveDate {
    date + Days::new(u64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        local(text).and_utc()
    }

    #[test]
    fn reg_05_a_stamp_of_exactly_five_o_clock() {
        let until = Deadline { local: local("2022-07-31 17:00:00"), cutoff: Cutoff::Inclusive };
        let before = Deadline { cutoff: Cutoff::Exclusive, ..until };
        let stamp = utc("2022-07-31 15:00:00");
        assert!(until.is_met_by(stamp) && !before.is_met_by(stamp));
        let second = TimeDelta::seconds(1);
        assert!(!until.is_met_by(stamp + second) && before.is_met_by(stamp - second));
    }

    #[test]
    fn reg_05_winter_and_summer_time() {
        let winter = Deadline { local: local("2023-02-01 17:00:00"), cutoff: Cutoff::Inclusive };
        assert_eq!(winter.moment(), utc("2023-02-01 16:00:00"));
        let doubled = Deadline { local: local("2023-10-29 02:30:00"), cutoff: Cutoff::Inclusive };
        assert_eq!(doubled.moment(), utc("2023-10-29 01:30:00"));
        let skipped = Deadline { local: local("2023-03-26 02:30:00"), cutoff: Cutoff::Inclusive };
        assert_eq!(skipped.moment(), utc("2023-03-26 01:30:00"));
    }

    #[test]
    fn a_sunday_moves_only_when_asked() {
        let sunday = Deadline { local: local("2022-07-31 17:00:00"), cutoff: Cutoff::Inclusive };
        assert_eq!(sunday.rolled_forward().local, local("2022-08-01 17:00:00"));
        assert_eq!(sunday.rolled_forward().rolled_forward(), sunday.rolled_forward());
    }

    #[test]
    fn calendar_days_start_the_day_after() {
        let first_october = local("2024-10-01 00:00:00").date();
        assert_eq!(calendar_days_after(first_october, 21), local("2024-10-22 00:00:00").date());
        assert_eq!(amsterdam_date(utc("2023-12-31 23:00:00")), local("2024-01-01 00:00:00").date());
    }
}
