use std::{fmt, str::FromStr};

use crate::{IdentifierError, digits};

const NAME: &str = "BSN";
const NONE: u32 = 999_999_999;

/// Citizen service number (burgerservicenummer): nine digits that pass the eleven test.
///
/// 999999999 stands for a person who has none: it parses, and [`Bsn::is_none`] tells it apart.
/// There is no `Display` and no serde, and `Debug` hides the digits, so that a number can't end up in
/// a log line or a message by accident. Outside the edge a [`crate::Pseudonym`] takes its place.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Bsn(u32);

impl Bsn {
    /// Parses text; see [`Self::parse_bytes`].
    ///
    /// # Errors
    /// Says what is wrong, without repeating digits.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// Parses nine digits.
    ///
    /// # Errors
    /// Not nine digits, all zeros, or the eleven test (elfproef) fails.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        let value = u32::try_from(digits::parse(NAME, 9, bytes)?).unwrap_or(0);
        if value == NONE {
            return Ok(Self(NONE));
        }
        if value == 0 {
            return Err(IdentifierError::Rule { identifier: NAME, rule: "may not be all zeros" });
        }
        // weights 9, 8, ..., 2 and -1 for the last digit
        let sum: i32 =
            bytes.iter().zip([9, 8, 7, 6, 5, 4, 3, 2, -1]).map(|(byte, weight)| i32::from(byte - b'0') * weight).sum();
        if sum % 11 != 0 {
            return Err(IdentifierError::Rule { identifier: NAME, rule: "fails the eleven test" });
        }
        Ok(Self(value))
    }

    /// Whether this is 999999999: the person has no citizen service number.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0 == NONE
    }

    /// The nine digits as ASCII. Only for making a pseudonym and for writing messages to parties
    /// that are allowed to have the number.
    #[must_use]
    pub fn digits(&self) -> [u8; 9] {
        let mut digits = [b'0'; 9];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        digits
    }
}

impl fmt::Debug for Bsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bsn(…)")
    }
}

impl FromStr for Bsn {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
