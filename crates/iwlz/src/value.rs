//! Values of elements: what a text must be, and what it then is.

use chrono::{NaiveDate, NaiveTime};
use identifiers::{Agb, Bsn};

use crate::{
    care::{Care, OfficeCode},
    faults::Problem,
};

/// The longest text of a value that is looked at.
pub(crate) const MAX_TEXT: usize = 1_000;

/// What the text of an element must be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    /// This text, and no other.
    Exactly(&'static str),
    /// LDT_IdentificatieBericht: 1 to 12 characters, not all of them blank.
    Identification,
    /// LDT_Versie: three numbers with dots between them.
    Version,
    /// LDT_Datum: a day, without time zone.
    Date,
    /// LDT_Tijd: a time of day, without time zone.
    Time,
    /// An AGB code.
    Agb,
    /// A citizen service number of a person.
    Bsn,
    /// LDT_ZorgkantoorCode.
    Office,
    /// LDT_ZzpCode.
    Profile,
    /// LDT_FunctieCode.
    Function,
    /// A whole number within bounds.
    Number(u32, u32),
    /// ToewijzingPercentage: whole percents, written in hundredths.
    Percentage,
    /// A code of a list.
    Code(&'static str, &'static [&'static str]),
}

/// A text that is what it must be.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Date(NaiveDate),
    Time(NaiveTime),
    Agb(Agb),
    Bsn(Bsn),
    Office(OfficeCode),
    Care(Care),
    Number(u32),
    Code(&'static str),
}

impl Type {
    /// Reads a text. Blanks around dates and numbers are not part of them, as in every XML schema; of other values they
    /// are.
    pub(crate) fn read(self, text: &str) -> Result<Value, Problem> {
        let plain = text.trim_matches([' ', '\t', '\r', '\n']);
        match self {
            Type::Exactly(wanted) => {
                (text == wanted).then(|| Value::Text(text.to_owned())).ok_or(Problem::Expected(wanted))
            }
            Type::Identification => {
                let sound = (1..=12).contains(&text.chars().count()) && !text.trim().is_empty();
                let sound = sound && !text.chars().any(char::is_control);
                let problem = Problem::Expected("1 to 12 characters, not all of them blank");
                sound.then(|| Value::Text(text.to_owned())).ok_or(problem)
            }
            Type::Version => {
                let sound = text.len() <= 20 && text.split('.').count() == 3 && text.split('.').all(is_version_part);
                let problem = Problem::Expected("a version such as 1.0.0");
                sound.then(|| Value::Text(text.to_owned())).ok_or(problem)
            }
            Type::Date => date(plain).map(Value::Date).ok_or(Problem::Expected("a day such as 2023-01-31")),
            Type::Time => time(plain).map(Value::Time).ok_or(Problem::Expected("a time of day such as 14:30:00")),
            Type::Agb => Ok(Value::Agb(Agb::parse_bytes(text.as_bytes())?)),
            Type::Bsn => {
                let bsn = Bsn::parse(text)?;
                // Whoever has no number can't be told from others that have none.
                let problem = Problem::Expected("the citizen service number of a person");
                (!bsn.is_none()).then_some(Value::Bsn(bsn)).ok_or(problem)
            }
            Type::Office => OfficeCode::parse(text)
                .map(Value::Office)
                .ok_or(Problem::Expected("the code of a care office, 5501 to 5533 without 5522")),
            Type::Profile => Care::of_profile(text).map(Value::Care).ok_or(Problem::Expected("a ZZP code (COD163)")),
            Type::Function => {
                Care::of_function(text).map(Value::Care).ok_or(Problem::Expected("a function code (COD732)"))
            }
            Type::Number(min, max) => {
                let number = number(plain).filter(|number| (min..=max).contains(number));
                number.map(Value::Number).ok_or(Problem::Number { min, max })
            }
            Type::Percentage => {
                let whole = number(plain).filter(|number| (100..=99_999).contains(number) && number % 100 == 0);
                whole.map(Value::Number).ok_or(Problem::Expected("whole percents in hundredths, such as 10000"))
            }
            Type::Code(list, codes) => {
                let code = codes.iter().find(|code| **code == text);
                code.map(|code| Value::Code(code)).ok_or(Problem::Code { list, codes })
            }
        }
    }
}

fn is_version_part(part: &str) -> bool {
    let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits && (part == "0" || !part.starts_with('0'))
}

fn digits(text: &str) -> Option<u32> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

fn number(text: &str) -> Option<u32> {
    // xs:integer allows zeros before it; more than these is no number that anybody writes.
    (text.len() <= 12).then(|| digits(text)).flatten()
}

fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let year = digits(year).filter(|year| (1800..=9999).contains(year))?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(month)?, digits(day)?)
}

fn time(text: &str) -> Option<NaiveTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = whole.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if (hour.len(), minute.len(), second.len()) != (2, 2, 2) {
        return None;
    }
    // Parts of a second don't tell two decisions about the same care apart.
    let fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    NaiveTime::from_hms_opt(digits(hour)?, digits(minute)?, digits(second)?).filter(|_| fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(kind: Type, text: &str) -> bool {
        kind.read(text).is_ok()
    }

    #[test]
    fn days_are_days_of_the_calendar_without_zone() {
        assert!(is(Type::Date, "2024-02-29") && is(Type::Date, " 2024-02-29\n"));
        for wrong in ["2023-02-29", "2023-2-01", "2023-02-01Z", "2023-02-01+01:00", "-2023-02-01", "1799-01-01", ""] {
            assert!(!is(Type::Date, wrong), "{wrong}");
        }
    }

    #[test]
    fn times_are_times_of_day_without_zone() {
        assert!(is(Type::Time, "14:30:00") && is(Type::Time, "14:30:00.123"));
        for wrong in ["24:00:00", "14:30", "14:30:00Z", "14:30:00+01:00", "14:30:00.", "4:30:00"] {
            assert!(!is(Type::Time, wrong), "{wrong}");
        }
    }

    #[test]
    fn numbers_and_percentages_have_bounds() {
        let number = Type::Number(1, 999_999_999);
        assert!(is(number, "1") && is(number, "0012") && is(number, "999999999"));
        for wrong in ["0", "1000000000", "-1", "+1", "1.0", "99999999999999999999", "", "1 2"] {
            assert!(!is(number, wrong), "{wrong}");
        }
        assert!(is(Type::Percentage, "10000") && is(Type::Percentage, "100") && is(Type::Percentage, "99900"));
        for wrong in ["0", "10050", "99", "100000"] {
            assert!(!is(Type::Percentage, wrong), "{wrong}");
        }
    }

    #[test]
    fn a_person_has_a_number_of_its_own() {
        assert!(is(Type::Bsn, "123456782"));
        for wrong in ["123456789", "000000000", "999999999", " 123456782", "12345678"] {
            assert!(!is(Type::Bsn, wrong), "{wrong}");
        }
    }

    #[test]
    fn texts_are_taken_to_the_letter() {
        assert!(is(Type::Identification, "AB 12") && !is(Type::Identification, "   "));
        assert!(!is(Type::Identification, "1234567890123") && !is(Type::Identification, ""));
        assert!(is(Type::Version, "1.0.12") && !is(Type::Version, "1.0") && !is(Type::Version, "01.0.0"));
        assert!(is(Type::Exactly("352"), "352") && !is(Type::Exactly("352"), " 352"));
    }
}
