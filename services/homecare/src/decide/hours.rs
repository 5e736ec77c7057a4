//! Hours of care: from lines to minutes, sums of a file, and the hours agreement (HOM-05).
//!
//! No field of AW319 tells the level of staff (0421 is always 0000): where levels have tariffs of their own, the product
//! tells them, and hours of all products count alike.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, Rules, Trace};
use identifiers::Pseudonym;
use money::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{Hours, ProviderYear, Sums},
    rules,
};

/// The minutes of a time unit (COD218-VEKT); none of a unit that does not measure time worked, such as a day, a month or a
/// piece.
pub fn minutes_in(unit: u32) -> Option<i64> {
    match unit {
        1 => Some(1),
        2 => Some(15),
        3 => Some(30),
        4 => Some(60),
        7 => Some(5),
        _ => None,
    }
}

/// The same of a unit in two digits.
pub fn minutes_of(unit: &str) -> Option<i64> {
    unit.parse().ok().and_then(minutes_in)
}

/// A line as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// The client; none for a person without citizen service number.
    pub client: Option<Pseudonym>,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The unit.
    pub unit: u32,
    /// The quantity.
    pub quantity: u32,
    /// Whether it is care in hours.
    pub is_care: bool,
}

/// What a file adds to a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearSums {
    /// By client and month of care.
    pub clients: BTreeMap<(Pseudonym, u32), Sums>,
    /// By month of care; minutes of known clients only, so that an average is over who is counted.
    pub months: BTreeMap<u32, Sums>,
}

/// What a file adds, by year.
#[derive(Clone, Debug, Default)]
pub struct FileSums(BTreeMap<i32, YearSums>);

impl FileSums {
    /// Counts a line of which anything is granted, or taken back: then the amount is negative. The hours of a line count as
    /// a whole: the care was given, also where the ceiling left room for a part of its price only.
    pub fn count(&mut self, line: &Counted, granted_cents: i64) {
        let sign = granted_cents.signum();
        if sign == 0 {
            return;
        }
        let minutes = if line.is_care { minutes_in(line.unit).unwrap_or(0) * i64::from(line.quantity) } else { 0 };
        let sums = Sums { lines: sign, minutes: sign * minutes, cents: granted_cents };
        let year = self.0.entry(line.first_day.year()).or_default();
        let month = line.first_day.month();
        let known = line.client.map_or(Sums { minutes: 0, ..sums }, |_| sums);
        year.months.entry(month).or_default().add(known);
        if let Some(client) = line.client {
            year.clients.entry((client, month)).or_default().add(sums);
        }
    }

    /// What is added to a year.
    pub fn take(&mut self, year: i32) -> YearSums {
        self.0.remove(&year).unwrap_or_default()
    }
}

/// The hours of a provider's year after a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The file that was decided last.
    pub file_id: String,
    /// The agreed hours per client per month.
    pub agreed: Decimal,
    /// The hours and clients.
    pub hours: Hours,
    /// How many months have clients.
    pub months: u32,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Whether the hours per client per month are above the agreement; only then the trace tells it. Before there are enough
/// months, an average says too little.
///
/// # Errors
/// A parameter without a value.
pub fn hours_above(facts: &HoursFacts, rules: &Rules, trace: &mut Trace) -> Result<bool, EdgeError> {
    let needed = rules.get(&rules::SIGNAL_MONTHS, &facts.of.scope())?;
    let Some(average) = facts.hours.average() else { return Ok(false) };
    if facts.months < *needed || facts.hours.keeps(facts.agreed) {
        return Ok(false);
    }
    let claims = |value| Known::fact(NAME, "approved claims", facts.as_of, value);
    let total = Known::fact(NAME, "approved claims", facts.as_of, facts.hours.total());
    let step =
        trace.step(&rules::HOURS).with("hours", &total).with("client_months", &claims(facts.hours.client_months));
    let average = step.with("months", &claims(facts.months.into())).gives(average);
    let agreed = Known::fact(NAME, "agreement", facts.as_of, facts.agreed);
    let step = trace.step(&rules::HOURS_ABOVE).with("average", &average).with("agreed", &agreed);
    step.with("needed", &needed).gives(true);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(month: u32, unit: u32, quantity: u32) -> Counted {
        let first_day = NaiveDate::from_ymd_opt(2024, month, 1).unwrap();
        let client = "AAAAAAAAAAAAAAAAAAAAAA".parse().ok();
        Counted { client, first_day, unit, quantity, is_care: true }
    }

    #[test]
    fn hom_05_time_units_become_minutes() {
        let minutes = [("01", 1), ("02", 15), ("03", 30), ("04", 60), ("07", 5)];
        assert!(minutes.iter().all(|(unit, minutes)| minutes_of(unit) == Some(*minutes)));
        assert!(["00", "11", "14", "31", "41", "81", "82", ""].iter().all(|unit| minutes_of(unit).is_none()));
    }

    #[test]
    fn hom_05_a_line_granted_in_part_counts_with_all_its_hours_and_a_refused_one_with_none() {
        let mut sums = FileSums::default();
        sums.count(&line(3, 7, 25), 1);
        sums.count(&line(3, 4, 9), 0);
        sums.count(&Counted { is_care: false, ..line(3, 4, 9) }, 10);
        sums.count(&Counted { client: None, ..line(3, 4, 9) }, 100);
        let year = sums.take(2024);
        assert_eq!(year.months[&3], Sums { lines: 3, minutes: 125, cents: 111 });
        assert_eq!(year.clients.values().copied().collect::<Vec<_>>(), [Sums { lines: 2, minutes: 125, cents: 11 }]);
    }

    proptest! {
        /// What was granted and is taken back leaves nothing, in whatever order.
        #[test]
        fn hom_05_credits_take_off_what_was_counted(lines in prop::collection::vec((1..=12_u32, 0..10_u32, 1..9_999_u32, 1..99_999_i64), 0..40)) {
            let mut sums = FileSums::default();
            for (month, unit, quantity, cents) in &lines {
                sums.count(&line(*month, *unit, *quantity), *cents);
            }
            for (month, unit, quantity, cents) in lines.iter().rev() {
                sums.count(&line(*month, *unit, *quantity), -*cents);
            }
            let year = sums.take(2024);
            prop_assert!(year.months.values().chain(year.clients.values()).all(|sums| *sums == Sums::default()));
        }
    }
}
