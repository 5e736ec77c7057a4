//! [`Term`]: how long a kind of record is kept today.

use calendar::{Cutoff, Deadline, amsterdam_date};
use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use database::{Before, CountedFrom};
use explain::{Known, Origin, Parameter, RuleScope, Rules};

use super::Counting;
use crate::EdgeError;

/// Nothing is older.
const FLOOR: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// How long a kind of record of an office is kept, as the rules say today.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) years: Known<u32>,
    /// The first day that is kept: what is counted from before is due.
    pub(super) first_kept: NaiveDate,
    counting: Counting,
}

impl Term {
    /// The term in force on a day.
    pub(super) fn today(
        rules: &Rules,
        years: &Parameter<u32>,
        counting: Counting,
        office: &str,
        today: NaiveDate,
    ) -> Result<Term, EdgeError> {
        let years = rules.get(years, &RuleScope { office, date: today, ..RuleScope::default() })?;
        let months = years.value.checked_mul(12).map(Months::new);
        let first_kept = months.and_then(|months| today.checked_sub_months(months)).map_or(FLOOR, |day| day.max(FLOOR));
        Ok(Term { years, first_kept, counting })
    }

    /// The same as what the statements compare with. What ends a year later than another of the same year does not
    /// count later, so that the years before are due together.
    pub(super) fn before(&self) -> Before {
        let day = match self.counting {
            Counting::FromItsDay => self.first_kept,
            Counting::FromEndOfYear => self.first_kept.with_ordinal(1).unwrap_or(self.first_kept),
        };
        Before { day, moment: Deadline { local: day.and_time(NaiveTime::MIN), cutoff: Cutoff::Exclusive }.moment() }
    }

    /// The day that a thing is counted from.
    pub(super) fn counted_from(&self, counted: CountedFrom) -> NaiveDate {
        let day = match counted {
            CountedFrom::Day(day) => day,
            CountedFrom::Moment(moment) => amsterdam_date(moment),
        };
        match self.counting {
            Counting::FromItsDay => day,
            Counting::FromEndOfYear => NaiveDate::from_ymd_opt(day.year(), 12, 31).unwrap_or(day),
        }
    }

    /// The document that states the years.
    pub(super) fn source(&self) -> String {
        match &self.years.origin {
            Origin::Parameter { source, .. } => source.to_string(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use explain::{RuleFile, Schema};

    use super::*;
    use crate::retention::REQUEST_YEARS;

    fn rules(values: &str) -> Rules {
        let text = format!(
            "title = \"t\"\n[[parameter]]\nrule = \"SCR-03\"\nname = \"request_years\"\nunit = \"count\"\n\
             source = \"design: a test\"\nvalues = [{values}]\n"
        );
        const SCHEMA: Schema = Schema { parameters: &[REQUEST_YEARS.spec()], texts: &[], ..Schema::EMPTY };
        Rules::load(vec![RuleFile { name: "a.toml".to_owned(), text }], &SCHEMA).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn term(rules: &Rules, counting: Counting, today: &str) -> Term {
        Term::today(rules, &REQUEST_YEARS, counting, "vgz", day(today)).unwrap()
    }

    #[test]
    fn scr_03_a_term_ends_with_its_last_day() {
        let rules = rules("{ from = 2020-01-01, value = 2 }");
        let first_kept = |today| term(&rules, Counting::FromItsDay, today).first_kept;
        // What is counted from 10 March 2024 is kept through 10 March 2026.
        assert_eq!(first_kept("2026-03-10"), day("2024-03-10"));
        assert_eq!(first_kept("2026-03-11"), day("2024-03-11"));
        // 29 February: kept through the last of February.
        assert_eq!(first_kept("2026-02-28"), day("2024-02-28"));
        assert_eq!(first_kept("2026-03-01"), day("2024-03-01"));
    }

    #[test]
    fn scr_03_a_year_goes_as_a_whole() {
        let rules = rules("{ from = 2020-01-01, value = 7 }");
        let before = |today| term(&rules, Counting::FromEndOfYear, today).before().day;
        assert_eq!(before("2030-12-31"), day("2023-01-01"));
        assert_eq!(before("2031-01-01"), day("2024-01-01"));
        let term = term(&rules, Counting::FromEndOfYear, "2031-01-01");
        assert_eq!(term.counted_from(CountedFrom::Day(day("2023-02-03"))), day("2023-12-31"));
    }

    #[test]
    fn a_day_begins_at_midnight_in_amsterdam() {
        let rules = rules("{ from = 2020-01-01, value = 1 }");
        let term = term(&rules, Counting::FromItsDay, "2025-07-01");
        assert_eq!(term.before().moment.to_rfc3339(), "2024-06-30T22:00:00+00:00");
        let evening = "2024-06-30T22:30:00Z".parse().unwrap();
        assert_eq!(term.counted_from(CountedFrom::Moment(evening)), day("2024-07-01"));
    }

    #[test]
    fn scr_03_the_years_of_the_day_hold() {
        let rules =
            rules("{ from = 2020-01-01, until = 2025-12-31, value = 1 }, { from = 2026-01-01, value = 4000000000 }");
        assert_eq!(term(&rules, Counting::FromItsDay, "2025-12-31").first_kept, day("2024-12-31"));
        assert_eq!(term(&rules, Counting::FromItsDay, "2026-01-01").first_kept, FLOOR);
        assert!(Term::today(&rules, &REQUEST_YEARS, Counting::FromItsDay, "vgz", day("2019-12-31")).is_err());
    }
}
