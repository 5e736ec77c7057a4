use std::fmt;

use crate::{IdentifierError, digits};

/// UZOVI number (Unieke ZOrgVerzekeraarsIdentificatie): four digits, not all zeros, of a health
/// insurer or care office.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Uzovi(u16);

impl Uzovi {
    /// Parses four digits.
    ///
    /// # Errors
    /// Not four digits, or all zeros.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        match u16::try_from(digits::parse("UZOVI", 4, bytes)?) {
            Ok(value) if value != 0 => Ok(Self(value)),
            _ => Err(IdentifierError::Rule { identifier: "UZOVI", rule: "may not be all zeros" }),
        }
    }

    /// The number, 1 to 9999.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Uzovi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

digits::text_identifier!(Uzovi);
