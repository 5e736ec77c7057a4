//! Whether a month of care was filed and answered in time (BUD-05).

use calendar::{CareMonth, WorkingDays};
use chrono::NaiveDate;
use money::{Decimal, Money, MoneyError, Percentage, Rounding};

use crate::domain::Filed;

/// The decimals of the share in time.
const SHARE_DECIMALS: u32 = 2;

/// The norms of a month of care.
#[derive(Clone, Copy, Debug)]
pub struct Norms<'a> {
    /// Which days count.
    pub calendar: &'a WorkingDays,
    /// Within how many working days after the month the provider files.
    pub filing_days: u32,
    /// Within how many working days after it was received the office handles a file.
    pub handling_days: u32,
}

/// How a month of care was filed and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeliness {
    /// The last day on which lines are in time.
    pub due_date: NaiveDate,
    /// The day of the first file with a line of this month.
    pub first_file_date: NaiveDate,
    /// Lines received in time, and what was claimed on them.
    pub in_time: (i64, Money),
    /// Lines received later, and what was claimed on them.
    pub late: (i64, Money),
    /// The share of the lines that was in time.
    pub share: Percentage,
    /// Whether every file with lines of this month was answered in time.
    pub answered_in_time: bool,
}

/// Holds what was filed of a month against the norms. None when nothing was filed.
///
/// A line is in time by the day its file was received; one that takes back or replaces another counts as any other.
///
/// # Errors
/// [`MoneyError`] when the amounts together don't fit.
pub fn timeliness(month: CareMonth, filed: &[Filed], norms: &Norms<'_>) -> Result<Option<Timeliness>, MoneyError> {
    let due_date = norms.calendar.after(month.last_day(), norms.filing_days);
    let Some(first_file_date) = filed.iter().map(|day| day.received_date).min() else { return Ok(None) };
    let total = |wanted: bool| -> Result<(i64, Money), MoneyError> {
        let days = filed.iter().filter(|day| (day.received_date <= due_date) == wanted);
        let amount = Money::total(days.clone().map(|day| day.amount))?;
        Ok((days.map(|day| day.lines).sum(), amount))
    };
    let (in_time, late) = (total(true)?, total(false)?);
    let answered = |day: &Filed| day.answered_date <= norms.calendar.after(day.received_date, norms.handling_days);
    Ok(Some(Timeliness {
        due_date,
        first_file_date,
        in_time,
        late,
        share: share(in_time.0, in_time.0 + late.0),
        answered_in_time: filed.iter().all(answered),
    }))
}

/// A part of a whole; all of it when there is nothing.
fn share(part: i64, whole: i64) -> Percentage {
    // Line counts are far below the 29 digits of a decimal.
    let share = (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole));
    share.map_or(Percentage::HUNDRED, Percentage).rounded(SHARE_DECIMALS, Rounding::default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn filed(received: &str, answered: &str, lines: i64, cents: i64) -> Filed {
        Filed { received_date: day(received), answered_date: day(answered), lines, amount: Money::from_cents(cents) }
    }

    fn of(month: &str, filed: &[Filed]) -> Option<Timeliness> {
        let calendar = WorkingDays::default();
        let norms = Norms { calendar: &calendar, filing_days: 17, handling_days: 15 };
        timeliness(month.parse().unwrap(), filed, &norms).unwrap()
    }

    #[test]
    fn bud_05_seventeen_working_days_after_the_month_and_not_the_day_after() {
        // March 2023: Good Friday, Easter Monday and King's Day lie between.
        let month =
            of("2023-03", &[filed("2023-04-28", "2023-04-28", 2, 200), filed("2023-04-29", "2023-04-29", 1, 50)]);
        let month = month.unwrap();
        assert_eq!((month.due_date, month.first_file_date), (day("2023-04-28"), day("2023-04-28")));
        assert_eq!((month.in_time, month.late), ((2, Money::from_cents(200)), (1, Money::from_cents(50))));
        assert_eq!(month.share.0.to_string(), "66.67");
        assert_eq!(of("2023-02", &[filed("2023-02-20", "2023-02-20", 1, 1)]).unwrap().due_date, day("2023-03-23"));
    }

    #[test]
    fn bud_05_the_office_answers_within_fifteen_working_days() {
        // From Thursday 6 April 2023: two feasts at Easter and King's Day, so that the fifteenth is Tuesday 2 May.
        let on = |answered| of("2023-03", &[filed("2023-04-06", answered, 1, 1)]).unwrap().answered_in_time;
        assert_eq!((on("2023-05-02"), on("2023-05-03")), (true, false));
        let one_of_two = [filed("2023-04-06", "2023-04-06", 1, 1), filed("2023-04-06", "2023-05-03", 1, 1)];
        assert!(!of("2023-03", &one_of_two).unwrap().answered_in_time);
    }

    #[test]
    fn bud_05_nothing_filed_is_neither_in_time_nor_late() {
        assert_eq!(of("2023-03", &[]), None);
        let nothing = of("2023-03", &[filed("2023-05-01", "2023-05-01", 0, 0)]).unwrap();
        assert_eq!(nothing.share.0.to_string(), "100.00");
    }

    proptest! {
        #[test]
        fn bud_05_lines_are_in_time_or_late_and_never_both(
            days in prop::collection::vec((0..90_u64, 0..50_i64, -1_000..1_000_i64), 1..12),
        ) {
            let start = day("2023-03-20");
            let filed: Vec<Filed> = days
                .iter()
                .map(|(after, lines, cents)| {
                    let received_date = start + chrono::Days::new(*after);
                    Filed { received_date, answered_date: received_date, lines: *lines, amount: Money::from_cents(*cents) }
                })
                .collect();
            let month = of("2023-03", &filed).unwrap();
            prop_assert_eq!(month.in_time.0 + month.late.0, filed.iter().map(|day| day.lines).sum::<i64>());
            let cents: i64 = filed.iter().map(|day| day.amount.cents()).sum();
            prop_assert_eq!(month.in_time.1.cents() + month.late.1.cents(), cents);
            let none_late = filed.iter().all(|day| day.received_date <= month.due_date || day.lines == 0);
            prop_assert_eq!(none_late, month.late.0 == 0);
            prop_assert!(month.answered_in_time);
        }
    }
}
