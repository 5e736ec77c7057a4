//! [`Care`] and [`OfficeCode`]: values of a message with rules of their own.

use std::fmt;

use crate::codes::{CARE_PROFILES, FUNCTIONS};

/// What a client was allocated: a care profile as a whole, or one function.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Care {
    /// Zorgzwaartepakket or zorgprofiel (ZzpCode, COD163-CIZ).
    Profile(u16),
    /// Functie (FunctieCode, COD732-VEKT).
    Function(u16),
}

impl Care {
    /// The care profile; none for a function.
    #[must_use]
    pub const fn profile(self) -> Option<u16> {
        match self {
            Care::Profile(code) => Some(code),
            Care::Function(_) => None,
        }
    }

    /// The function; none for a care profile.
    #[must_use]
    pub const fn function(self) -> Option<u16> {
        match self {
            Care::Function(code) => Some(code),
            Care::Profile(_) => None,
        }
    }

    pub(crate) fn of_profile(code: &str) -> Option<Care> {
        CARE_PROFILES.contains(&code).then(|| code.parse().ok().map(Care::Profile)).flatten()
    }

    pub(crate) fn of_function(code: &str) -> Option<Care> {
        FUNCTIONS.contains(&code).then(|| code.parse().ok().map(Care::Function)).flatten()
    }
}

/// Zorgkantoorcode: a care office for a region, 5501 to 5533 without 5522 (iWlz 2.2, LDT_ZorgkantoorCode).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OfficeCode(u16);

impl OfficeCode {
    /// Parses four digits; none when no office has them.
    #[must_use]
    pub fn parse(text: &str) -> Option<OfficeCode> {
        let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse::<u16>().ok()).flatten()?;
        ((5501..=5533).contains(&number) && number != 5522).then_some(OfficeCode(number))
    }
}

impl fmt::Display for OfficeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_those_of_the_list() {
        let offices: Vec<u16> =
            (0..=9999_u16).filter(|number| OfficeCode::parse(&format!("{number:04}")).is_some()).collect();
        assert_eq!(offices.len(), 32);
        assert!(offices.contains(&5533) && !offices.contains(&5522));
        assert_eq!((OfficeCode::parse("+508"), OfficeCode::parse("05508")), (None, None));
    }

    #[test]
    fn care_is_a_profile_or_a_function_of_its_list() {
        assert_eq!(Care::of_profile("753"), Some(Care::Profile(753)));
        assert_eq!(Care::of_function("31"), Some(Care::Function(31)));
        assert_eq!((Care::of_profile("31"), Care::of_function("753")), (None, None));
        assert_eq!((Care::Profile(753).profile(), Care::Profile(753).function()), (Some(753), None));
    }
}
