//! Values on their way out.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::common;

/// An amount.
pub fn money(amount: money::Money) -> Option<common::Money> {
    Some(common::Money { cents: amount.cents() })
}

/// A decimal, as it is written.
pub fn decimal(number: money::Decimal) -> Option<common::Decimal> {
    Some(common::Decimal { value: number.to_string() })
}

/// A date.
pub fn date(date: NaiveDate) -> Option<common::Date> {
    // Months and days are at most 31.
    Some(common::Date { year: date.year(), month: date.month().cast_signed(), day: date.day().cast_signed() })
}

/// A period, with an open end when there is no last day.
pub fn period(first: NaiveDate, last: Option<NaiveDate>) -> Option<common::Period> {
    Some(common::Period { first_day: date(first), last_day: last.and_then(date) })
}

/// A moment.
pub fn time(moment: DateTime<Utc>) -> Option<prost_types::Timestamp> {
    // Nanoseconds within a second are below two billion, leap seconds included.
    let nanos = moment.timestamp_subsec_nanos().min(999_999_999).cast_signed();
    Some(prost_types::Timestamp { seconds: moment.timestamp(), nanos })
}
