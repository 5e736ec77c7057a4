use std::fmt;

use crate::{IdentifierError, digits};

const NAME: &str = "AGB";
/// The part of the code that is the number within its kind of provider.
const NUMBERS: u32 = 1_000_000;

/// AGB code (Algemeen GegevensBeheer): eight digits that identify a care provider, practice,
/// institution or service bureau.
///
/// The first two digits are the kind of provider (01-99), the other six its number, not all zeros.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Agb(u32);

impl Agb {
    /// Parses eight digits.
    ///
    /// # Errors
    /// Not eight digits, kind 00, or number 000000.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        let value = digits::parse(NAME, 8, bytes)?;
        Self::from_number(u32::try_from(value).unwrap_or(0))
    }

    /// The code of which `number` is the value as a number, leading zeros left out.
    ///
    /// # Errors
    /// Kind 00, number 000000, or more than eight digits.
    pub fn from_number(number: u32) -> Result<Self, IdentifierError> {
        if !(1..=99).contains(&(number / NUMBERS)) {
            return Err(IdentifierError::Rule { identifier: NAME, rule: "the kind of provider must be 01 to 99" });
        }
        if number.is_multiple_of(NUMBERS) {
            return Err(IdentifierError::Rule { identifier: NAME, rule: "the number may not be all zeros" });
        }
        Ok(Self(number))
    }

    /// The code as a number, for compact storage; [`Self::from_number`] is its inverse.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Kind of provider (zorgverlenerssoort), 1 to 99.
    #[must_use]
    pub fn kind(self) -> u8 {
        u8::try_from(self.0 / NUMBERS).unwrap_or(u8::MAX)
    }

    /// Whether this is a service bureau (servicebureau), kind 98, which sends files for others.
    #[must_use]
    pub fn is_service_bureau(self) -> bool {
        self.kind() == 98
    }
}

impl fmt::Display for Agb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

digits::text_identifier!(Agb);
