//! What the identifiers that consist of digits share.

use crate::IdentifierError;

/// Value of exactly `width` ASCII digits.
pub(crate) fn parse(identifier: &'static str, width: usize, bytes: &[u8]) -> Result<u64, IdentifierError> {
    if bytes.len() != width {
        return Err(IdentifierError::Length { identifier, expected: width, found: bytes.len() });
    }
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return Err(IdentifierError::Character { identifier, position: index + 1, expected: "a digit" });
        }
        // widths are at most 12 digits, far from overflow
        value = value * 10 + u64::from(digit);
    }
    Ok(value)
}

/// `FromStr`, `Debug` and serde (as the text of `Display`) for an identifier with `parse` and `Display`.
macro_rules! text_identifier {
    ($name:ident) => {
        impl $name {
            /// Parses text; see [`Self::parse_bytes`].
            ///
            /// # Errors
            /// Says what is wrong with the text.
            pub fn parse(text: &str) -> Result<Self, $crate::IdentifierError> {
                Self::parse_bytes(text.as_bytes())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdentifierError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_identifier;
