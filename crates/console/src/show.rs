//! Amounts, numbers, dates and times as they are written in a language.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use contract::common;
use money::Money;

use crate::{
    asker::Language,
    words::{Words, fill},
};

/// The cents of an amount; absent is nothing.
pub fn cents(amount: Option<&common::Money>) -> i64 {
    amount.map_or(0, |amount| amount.cents)
}

impl Language {
    /// An amount: `€ 1.234.567,89` or `€1,234,567.89`.
    pub fn money(self, cents: i64) -> String {
        let amount = Money::from_cents(cents);
        match self {
            Language::Dutch => format!("€\u{a0}{}", amount.to_dutch()),
            Language::English => {
                let english = amount.to_english();
                english.strip_prefix('-').map_or_else(|| format!("€{english}"), |rest| format!("-€{rest}"))
            }
        }
    }

    /// An amount that may be absent.
    pub fn amount(self, amount: Option<&common::Money>) -> String {
        amount.map_or_else(|| "–".to_owned(), |amount| self.money(amount.cents))
    }

    /// A decimal number, with the comma or point of the language.
    pub fn decimal(self, number: &str) -> String {
        match self {
            Language::Dutch => number.replace('.', ","),
            Language::English => number.to_owned(),
        }
    }

    /// A whole number, with its thousands apart.
    pub fn count(self, number: i64) -> String {
        let cents = number.saturating_mul(100);
        if cents / 100 != number {
            return number.to_string();
        }
        let amount = Money::from_cents(cents);
        let text = match self {
            Language::Dutch => amount.to_dutch(),
            Language::English => amount.to_english(),
        };
        text.trim_end_matches("00").trim_end_matches([',', '.']).to_owned()
    }

    /// A date: `10 september 2024` or `10 September 2024`.
    pub fn date(self, date: NaiveDate) -> String {
        match self {
            Language::Dutch => calendar::dutch_date(date),
            Language::English => calendar::english_date(date),
        }
    }

    /// A date of a contract.
    pub fn day(self, date: Option<&common::Date>) -> String {
        let read = |date: &common::Date| {
            let (month, day) = (u32::try_from(date.month).ok()?, u32::try_from(date.day).ok()?);
            NaiveDate::from_ymd_opt(date.year, month, day)
        };
        date.and_then(read).map_or_else(|| "–".to_owned(), |date| self.date(date))
    }

    /// A moment in Amsterdam: `10 september 2024 om 14:00 uur` or `10 September 2024 at 14:00`.
    pub fn time(self, moment: DateTime<Utc>) -> String {
        let local = calendar::amsterdam_time(moment);
        let date = self.date(local.date());
        let seconds = if local.second() == 0 { String::new() } else { format!(":{:02}", local.second()) };
        let clock = format!("{:02}:{:02}{seconds}", local.hour(), local.minute());
        match self {
            Language::Dutch => format!("{date} om {clock} uur"),
            Language::English => format!("{date} at {clock}"),
        }
    }

    /// A moment of a contract.
    pub fn moment(self, moment: Option<&prost_types::Timestamp>) -> String {
        moment.and_then(instant).map_or_else(|| "–".to_owned(), |moment| self.time(moment))
    }

    /// How long something takes, in its two largest units.
    pub fn duration(self, time: TimeDelta) -> String {
        let w = self.words();
        let time = time.max(TimeDelta::zero());
        let units = [
            (time.num_days(), w.days),
            (time.num_hours() % 24, w.hours),
            (time.num_minutes() % 60, w.minutes),
            (time.num_seconds() % 60, w.seconds),
        ];
        let first = units.iter().position(|(number, _)| *number > 0).unwrap_or(units.len() - 1);
        let told = units.iter().skip(first).take(2).filter(|(number, _)| *number > 0);
        let told: Vec<String> = told.map(|(number, unit)| fill(unit, &[("n", &number.to_string())])).collect();
        if told.is_empty() { fill(w.seconds, &[("n", "0")]) } else { told.join(" ") }
    }

    /// A typed value of an explanation.
    pub fn value(self, value: Option<&common::Value>, w: &Words) -> String {
        use common::value::Kind;
        match value.and_then(|value| value.kind.as_ref()) {
            None => "–".to_owned(),
            Some(Kind::Money(amount)) => self.money(amount.cents),
            Some(Kind::Number(number)) => self.decimal(&number.value),
            Some(Kind::Percentage(percentage)) => format!("{}%", self.decimal(&percentage.value)),
            Some(Kind::Text(text)) => text.clone(),
            Some(Kind::Flag(true)) => w.yes.to_owned(),
            Some(Kind::Flag(false)) => w.no.to_owned(),
            Some(Kind::Date(date)) => self.day(Some(date)),
            Some(Kind::Time(moment)) => self.moment(Some(moment)),
        }
    }
}

/// A moment of a contract, where it is one.
pub fn instant(moment: &prost_types::Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(moment.seconds, u32::try_from(moment.nanos).ok()?)
}

/// A part of a whole in percent, to the nearest tenth; `None` of nothing.
pub fn percent(part: i64, whole: i64) -> Option<String> {
    (whole > 0).then(|| {
        let (part, whole) = (i128::from(part), i128::from(whole));
        let tenths = (part * 1_000 + part.signum() * (whole / 2)) / whole;
        format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Dutch, English};

    #[test]
    fn amounts_are_exact_to_the_cent_in_both_languages() {
        assert_eq!(Dutch.money(123_456_789), "€\u{a0}1.234.567,89");
        assert_eq!(English.money(123_456_789), "€1,234,567.89");
        assert_eq!([Dutch.money(-5), English.money(-100_000)], ["€\u{a0}-0,05", "-€1,000.00"]);
        assert_eq!(English.money(i64::MIN), "-€92,233,720,368,547,758.08");
        assert_eq!(Dutch.amount(None), "–");
    }

    #[test]
    fn numbers_dates_and_times_are_as_people_write_them() {
        assert_eq!(
            [Dutch.count(1_234_567), English.count(1_234_567), Dutch.count(0), Dutch.count(100)],
            ["1.234.567", "1,234,567", "0", "100"]
        );
        assert_eq!(English.count(i64::MAX), i64::MAX.to_string());
        assert_eq!([Dutch.decimal("12.50"), English.decimal("12.50")], ["12,50", "12.50"]);
        // In summer Amsterdam is two hours ahead.
        let moment = DateTime::from_timestamp(1_725_962_400, 0).unwrap();
        assert_eq!(Dutch.time(moment), "10 september 2024 om 12:00 uur");
        assert_eq!(English.time(moment + TimeDelta::seconds(5)), "10 September 2024 at 12:00:05");
        assert_eq!(Dutch.day(Some(&common::Date { year: 2024, month: 2, day: 30 })), "–");
    }

    #[test]
    fn durations_are_told_in_their_two_largest_units() {
        assert_eq!(English.duration(TimeDelta::seconds(93_784)), "1 d 2 h");
        assert_eq!(Dutch.duration(TimeDelta::seconds(3_605)), "1 uur");
        assert_eq!(Dutch.duration(TimeDelta::seconds(65)), "1 min 5 s");
        assert_eq!(English.duration(TimeDelta::seconds(-3)), "0 s");
    }

    #[test]
    fn shares_are_told_to_the_nearest_tenth() {
        assert_eq!(percent(7, 10), Some("70.0".to_owned()));
        assert_eq!(percent(i64::MAX, i64::MAX), Some("100.0".to_owned()));
        assert_eq!(percent(1_999, 100_000), Some("2.0".to_owned()));
        assert_eq!(percent(-1, 16), Some("-6.3".to_owned()));
        assert_eq!(percent(1, 0), None);
    }
}
