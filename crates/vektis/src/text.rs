use std::fmt;

/// Text of a field: single bytes in ISO 8859-1, left-aligned, filled up with spaces.
///
/// `Display` and [`Text::to_string`](ToString) give the text without the filling spaces at the end.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes without the filling spaces at the end.
    #[must_use]
    pub fn as_bytes(self) -> &'a [u8] {
        let length = self.0.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
        &self.0[..length]
    }

    /// All bytes of the field, filling spaces included.
    #[must_use]
    pub fn padded(self) -> &'a [u8] {
        self.0
    }

    /// Whether the field holds nothing but spaces.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.iter().all(|byte| *byte == b' ')
    }

    /// The text if all of it is ASCII, without copying.
    #[must_use]
    pub fn as_ascii(self) -> Option<&'a str> {
        std::str::from_utf8(self.as_bytes()).ok().filter(|text| text.is_ascii())
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ISO 8859-1 is the first 256 code points of Unicode
        self.as_bytes().iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes().iter().map(|byte| char::from(*byte)).eq(other.chars())
    }
}
