//! [`Fields`]: from the fields of a request to domain types, all faults at once.

use std::{fmt::Display, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::common;
use identifiers::Agb;
use money::{Decimal, Money};
use uuid::Uuid;

use crate::{Act, EdgeError, InvalidRequest, Office, Sector};

/// The years a contract takes.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;
/// A text longer than this is no name and no motivation.
const LONGEST_TEXT: usize = 4_000;

/// Collects what is wrong with a request while its fields are read.
///
/// Every reader returns `None` for a wrong field and notes it; [`Fields::all`] then either gives every value or the
/// whole list of violations.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Nothing wrong yet.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Notes that a field is wrong.
    pub fn violation(&mut self, field: &str, problem: impl Display) {
        self.0.push((field.to_owned(), problem.to_string()));
    }

    /// Notes a problem with a field unless `holds`.
    pub fn check(&mut self, holds: bool, field: &str, problem: impl Display) -> Option<()> {
        if !holds {
            self.violation(field, problem);
        }
        holds.then_some(())
    }

    /// A text as a domain type.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, field: &str, text: &str) -> Option<T> {
        text.parse().map_err(|error| self.violation(field, error)).ok()
    }

    /// A value that must be there.
    pub fn required<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.violation(field, "is missing");
        }
        value
    }

    /// The UUID of a write.
    pub fn request_id(&mut self, text: &str) -> Option<Uuid> {
        Uuid::parse_str(text).map_err(|_| self.violation("request_id", "expected a UUID")).ok()
    }

    /// An id this system gave out.
    pub fn id(&mut self, field: &str, text: &str) -> Option<String> {
        // A NUL stands in no id, and PostgreSQL takes none in a text.
        let fits = !text.is_empty() && text.len() <= 100 && !text.contains('\0');
        self.check(fits, field, "expected an id")?;
        Some(text.to_owned())
    }

    /// An AGB code.
    pub fn agb(&mut self, field: &str, text: &str) -> Option<Agb> {
        self.parse(field, text)
    }

    /// An office.
    pub fn office(&mut self, field: &str, text: &str) -> Option<Office> {
        self.parse(field, text)
    }

    /// An act.
    pub fn act(&mut self, field: &str, number: i32) -> Option<Act> {
        let act = Act::from_proto(number);
        self.check(act.is_some(), field, "expected ACT_WLZ or ACT_ZVW")?;
        act
    }

    /// A sector.
    pub fn sector(&mut self, field: &str, number: i32) -> Option<Sector> {
        let sector = Sector::from_proto(number);
        self.check(sector.is_some(), field, "expected a sector: VV, GZ, GGZ or HOME_CARE")?;
        sector
    }

    /// A year.
    pub fn year(&mut self, field: &str, year: i32) -> Option<i32> {
        self.check(YEARS.contains(&year), field, "expected a year between 1900 and 2999")?;
        Some(year)
    }

    /// A text for people, not empty.
    pub fn text(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        self.check(!text.is_empty(), field, "is missing")?;
        self.check(text.len() <= LONGEST_TEXT, field, format!("is longer than {LONGEST_TEXT} bytes"))?;
        self.check(!text.contains('\0'), field, "holds a character that no text has")?;
        Some(text.to_owned())
    }

    /// A product code: one to five letters or digits.
    pub fn product(&mut self, field: &str, text: &str) -> Option<String> {
        let fits = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        self.check(fits, field, "expected a product code of one to five letters and digits")?;
        Some(text.to_owned())
    }

    /// A date that must be there.
    pub fn date(&mut self, field: &str, date: Option<&common::Date>) -> Option<NaiveDate> {
        let date = self.required(field, date)?;
        let parts = (u32::try_from(date.month), u32::try_from(date.day));
        let real = match parts {
            (Ok(month), Ok(day)) if YEARS.contains(&date.year) => NaiveDate::from_ymd_opt(date.year, month, day),
            _ => None,
        };
        self.check(real.is_some(), field, "expected a date that exists, between 1900 and 2999")?;
        real
    }

    /// A date that may be absent.
    pub fn optional_date(&mut self, field: &str, date: Option<&common::Date>) -> Option<Option<NaiveDate>> {
        match date {
            None => Some(None),
            some => self.date(field, some).map(Some),
        }
    }

    /// A moment that may be absent.
    pub fn optional_time(
        &mut self,
        field: &str,
        time: Option<&prost_types::Timestamp>,
    ) -> Option<Option<DateTime<Utc>>> {
        let Some(time) = time else { return Some(None) };
        let moment = u32::try_from(time.nanos).ok().and_then(|nanos| DateTime::from_timestamp(time.seconds, nanos));
        let moment = moment.filter(|moment| YEARS.contains(&moment.year()));
        self.check(moment.is_some(), field, "expected a moment between 1900 and 2999")?;
        Some(moment)
    }

    /// A period: the first day, and the last one unless the end is open.
    pub fn period(&mut self, field: &str, period: Option<&common::Period>) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let period = self.required(field, period)?;
        let first = self.date(&format!("{field}.first_day"), period.first_day.as_ref());
        let last = self.optional_date(&format!("{field}.last_day"), period.last_day.as_ref());
        let (first, last) = (first?, last?);
        self.check(last.is_none_or(|last| first <= last), field, "ends before it begins")?;
        Some((first, last))
    }

    /// An amount that must be there.
    pub fn money(&mut self, field: &str, amount: Option<&common::Money>) -> Option<Money> {
        self.required(field, amount).map(|amount| Money::from_cents(amount.cents))
    }

    /// An amount of zero or more that must be there.
    pub fn positive_money(&mut self, field: &str, amount: Option<&common::Money>) -> Option<Money> {
        let amount = self.money(field, amount)?;
        self.check(!amount.is_negative(), field, "must not be negative")?;
        Some(amount)
    }

    /// A decimal that must be there, with at most `digits` decimals.
    pub fn decimal(&mut self, field: &str, decimal: Option<&common::Decimal>, digits: u32) -> Option<Decimal> {
        let text = &self.required(field, decimal)?.value;
        // Exponents and separators are other notations than the contract's.
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
        let number = plain.then(|| Decimal::from_str_exact(text).ok()).flatten();
        self.check(number.is_some(), field, "expected a decimal number such as \"96.15\"")?;
        let fits = number.is_none_or(|number| number.normalize().scale() <= digits);
        self.check(fits, field, format!("has more than {digits} decimals"))?;
        number
    }

    /// Every value, or every violation.
    ///
    /// # Errors
    /// [`EdgeError::Invalid`] with all violations noted.
    pub fn all<W: Wanted>(self, wanted: W) -> Result<W::Values, EdgeError> {
        match wanted.values() {
            Some(values) if self.0.is_empty() => Ok(values),
            // A value that is absent without a violation is a fault of the conversion; it must not pass as success.
            _ if self.0.is_empty() => Err(EdgeError::Stored("a conversion gave up without saying why".to_owned())),
            _ => Err(InvalidRequest(self.0).into()),
        }
    }
}

/// Values that were read, each of them present or noted as wrong.
pub trait Wanted {
    /// The values when all are there.
    type Values;
    /// All values, or `None` when one is absent.
    fn values(self) -> Option<Self::Values>;
}

macro_rules! wanted {
    ($($name:ident),+) => {
        impl<$($name),+> Wanted for ($(Option<$name>,)+) {
            type Values = ($($name,)+);

            #[allow(non_snake_case, reason = "the names of the types serve as names of the values")]
            fn values(self) -> Option<Self::Values> {
                let ($($name,)+) = self;
                Some(($($name?,)+))
            }
        }
    };
}

wanted!(A);
wanted!(A, B);
wanted!(A, B, C);
wanted!(A, B, C, D);
wanted!(A, B, C, D, E);
wanted!(A, B, C, D, E, F);
wanted!(A, B, C, D, E, F, G);
wanted!(A, B, C, D, E, F, G, H);
wanted!(A, B, C, D, E, F, G, H, I);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_violations_are_named_together() {
        let mut fields = Fields::new();
        let agb = fields.agb("provider.agb", "12");
        let year = fields.year("year", 1);
        let date = fields.date("date", Some(&common::Date { year: 2023, month: 2, day: 29 }));
        let office = fields.office("office", "vgz");
        let error = fields.all((agb, year, date, office)).unwrap_err();
        let EdgeError::Invalid(InvalidRequest(violations)) = error else { panic!("{error}") };
        let names: Vec<&str> = violations.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(names, ["provider.agb", "year", "date"]);
    }

    #[test]
    fn a_decimal_is_plain_and_exact() {
        let read = |text: &str| {
            let mut fields = Fields::new();
            let value = fields.decimal("d", Some(&common::Decimal { value: text.to_owned() }), 2);
            fields.all((value,)).map(|(value,)| value).ok()
        };
        assert_eq!(read("96.15"), Some(Decimal::new(9615, 2)));
        assert_eq!(read("-0.500"), Some(Decimal::new(-5, 1)));
        for wrong in ["", "1e3", "1,5", "96.155", "--1", "NaN", "1_000"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_period_may_have_an_open_end_but_no_end_before_its_begin() {
        let day = |day| Some(common::Date { year: 2023, month: 1, day });
        let read = |first, last| {
            let mut fields = Fields::new();
            let period = fields.period("p", Some(&common::Period { first_day: first, last_day: last }));
            fields.all((period,)).is_ok()
        };
        assert!(read(day(1), None) && read(day(1), day(1)));
        assert!(!read(day(2), day(1)) && !read(None, day(1)));
    }
}
