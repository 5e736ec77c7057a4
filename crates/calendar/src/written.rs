//! Dates as people write them.

use chrono::{Datelike, NaiveDate};

const DUTCH: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date in Dutch: `1 maart 2023`.
pub fn dutch_date(date: NaiveDate) -> String {
    written(date, &DUTCH)
}

/// A date in English: `1 March 2023`.
pub fn english_date(date: NaiveDate) -> String {
    written(date, &ENGLISH)
}

fn written(date: NaiveDate, months: &[&str; 12]) -> String {
    format!("{} {} {}", date.day(), months[date.month0() as usize], date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out_in_both_languages() {
        let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).unwrap();
        assert_eq!([dutch_date(day(1, 1)), english_date(day(1, 1))], ["1 januari 2023", "1 January 2023"]);
        assert_eq!([dutch_date(day(3, 31)), english_date(day(3, 31))], ["31 maart 2023", "31 March 2023"]);
        assert_eq!([dutch_date(day(12, 9)), english_date(day(12, 9))], ["9 december 2023", "9 December 2023"]);
    }
}
