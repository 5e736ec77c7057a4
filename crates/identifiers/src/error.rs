use thiserror::Error;

/// Why a text is not the identifier it should be.
///
/// The text itself is never repeated in the error: it may hold (part of) a citizen service number.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum IdentifierError {
    /// The text is too long or too short.
    #[error("{identifier}: expected {expected} characters, found {found}")]
    Length {
        /// Name of the identifier, for example `AGB`.
        identifier: &'static str,
        /// Number of characters the identifier has.
        expected: usize,
        /// Number of bytes that were given.
        found: usize,
    },
    /// A character that may not be there.
    #[error("{identifier}: character {position} is not {expected}")]
    Character {
        /// Name of the identifier.
        identifier: &'static str,
        /// Position of the character, counted from 1.
        position: usize,
        /// What was expected there, for example `a digit`.
        expected: &'static str,
    },
    /// All characters are right, but together they break a rule of the identifier.
    #[error("{identifier}: {rule}")]
    Rule {
        /// Name of the identifier.
        identifier: &'static str,
        /// The rule that was broken.
        rule: &'static str,
    },
}
