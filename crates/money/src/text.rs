//! Amounts as text: plain (`-1234.56`), Dutch (`€ -1.234,56`) and English (`-1,234.56`).

use std::{fmt, str::FromStr};

use crate::Money;

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Nothing to read.
    #[error("an amount is expected, the text is empty")]
    Empty,
    /// A sign that is not a digit, point or comma, or one in the wrong place.
    #[error("not an amount: expected digits with two decimals, such as 1234.56 or 1.234,56")]
    Malformed,
    /// More than two decimals: an amount is in whole cents.
    #[error("an amount has at most two decimals")]
    TooManyDecimals,
    /// More than can be held.
    #[error("the amount is too large to be held in eurocents")]
    TooLarge,
}

/// Plain notation: a point before the cents, no separators between thousands.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.cents().unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        f.pad(&format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100))
    }
}

impl Money {
    /// Dutch notation: `1.234.567,89`, without the euro sign.
    pub fn to_dutch(self) -> String {
        self.grouped('.', ',')
    }

    /// English notation: `1,234,567.89`, without the euro sign.
    pub fn to_english(self) -> String {
        self.grouped(',', '.')
    }

    /// With a sign between thousands, and one before the cents.
    fn grouped(self, thousands: char, decimal: char) -> String {
        let magnitude = self.cents().unsigned_abs();
        let euros = (magnitude / 100).to_string();
        let mut text = String::with_capacity(euros.len() * 4 / 3 + 5);
        if self.is_negative() {
            text.push('-');
        }
        for (place, digit) in euros.chars().enumerate() {
            if place > 0 && (euros.len() - place).is_multiple_of(3) {
                text.push(thousands);
            }
            text.push(digit);
        }
        text.push_str(&format!("{decimal}{:02}", magnitude % 100));
        text
    }

    /// Reads Dutch notation: `1.234,56`, `1234,5`, `€ -12`; points only between groups of three digits.
    ///
    /// # Errors
    /// [`ParseMoneyError`] says what is wrong; nothing is guessed.
    pub fn from_dutch(text: &str) -> Result<Money, ParseMoneyError> {
        let text = text.trim();
        let text = text.strip_prefix('€').map_or(text, str::trim_start);
        let (negative, text) = signed(text);
        let (euros, decimals) = text.split_once(',').map_or((text, None), |(euros, rest)| (euros, Some(rest)));
        let groups: Vec<&str> = euros.split('.').collect();
        let grouped = groups.len() > 1;
        let well_grouped = groups.iter().enumerate().all(|(place, group)| match place {
            0 => !group.is_empty() && (!grouped || group.len() <= 3),
            _ => group.len() == 3,
        });
        if text.is_empty() {
            return Err(ParseMoneyError::Empty);
        }
        if !well_grouped {
            return Err(ParseMoneyError::Malformed);
        }
        assemble(negative, &groups.concat(), decimals)
    }
}

/// Reads plain notation: `1234.56`, `-0.5`, `12`.
impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Money, ParseMoneyError> {
        let (negative, text) = signed(text.trim());
        if text.is_empty() {
            return Err(ParseMoneyError::Empty);
        }
        let (euros, decimals) = text.split_once('.').map_or((text, None), |(euros, rest)| (euros, Some(rest)));
        assemble(negative, euros, decimals)
    }
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

fn assemble(negative: bool, euros: &str, decimals: Option<&str>) -> Result<Money, ParseMoneyError> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(euros) || decimals.is_some_and(|decimals| !digits(decimals)) {
        return Err(ParseMoneyError::Malformed);
    }
    let cents = match decimals.unwrap_or("00") {
        one if one.len() == 1 => format!("{one}0"),
        two if two.len() == 2 => two.to_owned(),
        _ => return Err(ParseMoneyError::TooManyDecimals),
    };
    let magnitude: i128 = format!("{euros}{cents}").parse().map_err(|_| ParseMoneyError::TooLarge)?;
    let signed = if negative { -magnitude } else { magnitude };
    i64::try_from(signed).map(Money::from_cents).map_err(|_| ParseMoneyError::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_every_notation() {
        let amount = Money::from_cents(-123_456_789);
        assert_eq!(amount.to_string(), "-1234567.89");
        assert_eq!(amount.to_dutch(), "-1.234.567,89");
        assert_eq!(amount.to_english(), "-1,234,567.89");
        assert_eq!(Money::from_cents(5).to_dutch(), "0,05");
        assert_eq!(Money::from_cents(5_492_030_958).to_dutch(), "54.920.309,58");
        assert_eq!(Money::from_cents(99_907).to_english(), "999.07");
        assert_eq!(Money::from_cents(i64::MIN).to_english(), "-92,233,720,368,547,758.08");
    }

    #[test]
    fn reads_what_people_write() {
        for (text, cents) in [("€ 1.234,5", 123_450), ("12", 1_200), ("-0,01", -1), (" 1234,56 ", 123_456)] {
            assert_eq!(Money::from_dutch(text), Ok(Money::from_cents(cents)), "{text}");
        }
        assert_eq!("54920309.58".parse(), Ok(Money::from_cents(5_492_030_958)));
    }

    #[test]
    fn refuses_what_could_mean_two_things() {
        for text in ["1.23", "1,2.3", "1.2345,00", "12a", ".5", "1.234.56", "--1", "1,", ".500", "1234.567"] {
            assert_eq!(Money::from_dutch(text), Err(ParseMoneyError::Malformed), "{text}");
        }
        assert_eq!("1.234".parse::<Money>(), Err(ParseMoneyError::TooManyDecimals));
        assert_eq!("1,23".parse::<Money>(), Err(ParseMoneyError::Malformed));
        assert_eq!("".parse::<Money>(), Err(ParseMoneyError::Empty));
        assert_eq!("92233720368547758.08".parse::<Money>(), Err(ParseMoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn both_notations_round_trip(cents: i64) {
            let amount = Money::from_cents(cents);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            prop_assert_eq!(Money::from_dutch(&amount.to_dutch()), Ok(amount));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Money>();
            let _ = Money::from_dutch(&text);
        }
    }
}
