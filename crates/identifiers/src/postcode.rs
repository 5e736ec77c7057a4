use std::fmt;

use crate::{IdentifierError, digits};

const NAME: &str = "postcode";

/// Dutch postcode: four digits of which the first is not 0, and two capitals, not SA, SD or SS.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Postcode([u8; 6]);

impl Postcode {
    /// Parses six characters without a space between digits and letters.
    ///
    /// # Errors
    /// Wrong length, wrong characters, or a combination of letters that isn't issued.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        let Ok(code) = <[u8; 6]>::try_from(bytes) else {
            return Err(IdentifierError::Length { identifier: NAME, expected: 6, found: bytes.len() });
        };
        for (index, byte) in code.iter().enumerate() {
            let (right, expected) = match index {
                0 => (matches!(byte, b'1'..=b'9'), "a digit from 1 to 9"),
                1..=3 => (byte.is_ascii_digit(), "a digit"),
                _ => (byte.is_ascii_uppercase(), "a capital"),
            };
            if !right {
                return Err(IdentifierError::Character { identifier: NAME, position: index + 1, expected });
            }
        }
        if matches!(&code[4..], b"SA" | b"SD" | b"SS") {
            return Err(IdentifierError::Rule { identifier: NAME, rule: "SA, SD and SS are not issued" });
        }
        Ok(Self(code))
    }

    /// The six characters as ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 6] {
        &self.0
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{}", char::from(*byte)))
    }
}

digits::text_identifier!(Postcode);
