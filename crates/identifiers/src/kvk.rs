use std::fmt;

use crate::{IdentifierError, digits};

/// Number in the trade register (KvK-nummer): eight digits, not all zeros.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Kvk(u32);

impl Kvk {
    /// Parses eight digits.
    ///
    /// # Errors
    /// Not eight digits, or all zeros.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        match u32::try_from(digits::parse("KvK", 8, bytes)?) {
            Ok(value) if value != 0 => Ok(Self(value)),
            _ => Err(IdentifierError::Rule { identifier: "KvK", rule: "may not be all zeros" }),
        }
    }
}

impl fmt::Display for Kvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// Number of an establishment in the trade register (vestigingsnummer): twelve digits, not all zeros.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KvkBranch(u64);

impl KvkBranch {
    /// Parses twelve digits.
    ///
    /// # Errors
    /// Not twelve digits, or all zeros.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        match digits::parse("KvK establishment", 12, bytes)? {
            0 => Err(IdentifierError::Rule { identifier: "KvK establishment", rule: "may not be all zeros" }),
            value => Ok(Self(value)),
        }
    }
}

impl fmt::Display for KvkBranch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

digits::text_identifier!(Kvk);
digits::text_identifier!(KvkBranch);
