//! The field tables of the records, each in one place, and what is derived from them: the accessors of
//! the record views, the builders, and the masks with which a whole record is checked in one pass.

mod aw319;
mod aw320;

pub use aw319::{
    COMMENT, Comment, CommentFields, HEADER, Header, HeaderFields, INSURED, Insured, InsuredFields, PERFORMANCE,
    Performance, PerformanceFields, TRAILER, Trailer, TrailerFields,
};
pub use aw320::{
    RETURN_COMMENT, RETURN_HEADER, RETURN_INSURED, RETURN_PERFORMANCE, RETURN_TRAILER, ReturnComment, ReturnHeader,
    ReturnInsured, ReturnPerformance, ReturnTrailer,
};
use thiserror::Error;

use crate::codes::Ground;

/// Length of an AW319 record in bytes, CR LF not included.
pub const RECORD: usize = 310;
/// Length of an AW320 record in bytes, CR LF not included.
pub const RETURN_RECORD: usize = 370;

/// Type of a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldType {
    /// N: digits, right-aligned, filled with zeros; empty is all zeros.
    Numeric,
    /// AN: single-byte text, left-aligned, filled with spaces.
    Text,
}

/// Whether a field must be filled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// M: always.
    Mandatory,
    /// C: depending on other fields.
    Conditional,
    /// O: as the sender likes.
    Optional,
    /// Reserve: never.
    Reserve,
}

/// A field of a record, as the standard describes it.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Mark of the record (kenmerk record), for example `04`.
    pub record: &'static str,
    /// Number of the field (rubrieknummer), for example `0426`.
    pub number: &'static str,
    /// Name of the field in the standard.
    pub name: &'static str,
    /// Position of the first byte, counted from 1.
    pub position: usize,
    /// Length in bytes.
    pub length: usize,
    /// Type of the field.
    pub field_type: FieldType,
    /// Whether it must be filled.
    pub presence: Presence,
    /// What the field always holds: a single space stands for nothing but spaces, empty for anything.
    pub always: &'static str,
    /// Ground of the finding when the field isn't well formed.
    pub ground: Ground,
}

/// A value that can't be written in its field: too long, too large, negative, or not ISO 8859-1.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the value does not fit field {field}")]
pub struct DoesNotFit {
    /// Number of the field.
    pub field: &'static str,
}

/// A record type of AW319: its table, a view with an accessor per field, and a builder.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $view:ident, $fields:ident, $table:ident, $mark:literal;
        $($name:ident: $kind:ident [$position:literal, $length:literal] $type:ident $presence:ident
          $number:literal $title:literal $ground:ident $always:literal $note:literal;)*
    ) => {
        #[doc = concat!("The fields of record ", $mark, ", in order of position.")]
        pub const $table: &[Field] = &[$(Field {
            record: $mark,
            number: $number,
            name: $title,
            position: $position,
            length: $length,
            field_type: FieldType::$type,
            presence: Presence::$presence,
            always: $always,
            ground: codes::$ground,
        }),*];

        $(#[$doc])*
        ///
        /// Borrows the 310 bytes. Every field has an accessor; it gives none when the field is empty or
        /// not well formed.
        #[derive(Clone, Copy, Eq, PartialEq)]
        pub struct $view<'a>(&'a [u8; super::RECORD]);

        impl<'a> $view<'a> {
            #[doc = concat!("Mark of the record: ", $mark, ".")]
            pub const MARK: &'static str = $mark;

            /// A view of the bytes, whatever they are.
            #[must_use]
            pub const fn new(bytes: &'a [u8; super::RECORD]) -> Self {
                Self(bytes)
            }

            /// The record as it stands in the file.
            #[must_use]
            pub const fn bytes(self) -> &'a [u8; super::RECORD] {
                self.0
            }

            $(
                #[doc = concat!("Field ", $number, ", ", $title, ". ", $note)]
                #[must_use]
                pub fn $name(self) -> super::view!($kind, 'a) {
                    crate::value::$kind::view(&self.0[$position - 1..$position - 1 + $length])
                }
            )*
        }

        impl std::fmt::Debug for $view<'_> {
            /// Shows no content: records hold personal data.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($view), "(…)"))
            }
        }

        $(#[$doc])*
        ///
        /// Builder: every field can be set. The default holds what the standard always asks, and is
        /// empty otherwise.
        #[derive(Clone, Debug, Eq, PartialEq)]
        pub struct $fields {
            $(
                #[doc = concat!("Field ", $number, ", ", $title, ". ", $note)]
                pub $name: crate::value::$kind::Owned,
            )*
        }

        impl Default for $fields {
            fn default() -> Self {
                Self { $($name: crate::value::$kind::own($always.as_bytes()).unwrap_or_default()),* }
            }
        }

        impl $fields {
            /// The values of a record; none if a field isn't well formed, so that what is read can
            /// always be written as the same bytes.
            #[must_use]
            pub fn read(record: $view<'_>) -> Option<Self> {
                Some(Self {
                    $($name: crate::value::$kind::own(
                        &record.0[$position - 1..$position - 1 + $length],
                    )?),*
                })
            }

            /// The record of these values.
            ///
            /// # Errors
            /// Names the first field whose value doesn't fit.
            pub fn write(&self) -> Result<[u8; super::RECORD], super::DoesNotFit> {
                let mut record = [b' '; super::RECORD];
                $(
                    let field = &mut record[$position - 1..$position - 1 + $length];
                    if !crate::value::$kind::put(&self.$name, field) {
                        return Err(super::DoesNotFit { field: $number });
                    }
                )*
                Ok(record)
            }
        }
    };
}
pub(crate) use record;

/// What the accessor of a field of some kind gives.
macro_rules! view {
    (number, $life:lifetime) => { Option<u32> };
    (long, $life:lifetime) => { Option<u64> };
    (cents, $life:lifetime) => { Option<i64> };
    (agb, $life:lifetime) => { Option<identifiers::Agb> };
    (bsn, $life:lifetime) => { Option<identifiers::Bsn> };
    (uzovi, $life:lifetime) => { Option<identifiers::Uzovi> };
    (postcode, $life:lifetime) => { Option<identifiers::Postcode> };
    (date, $life:lifetime) => { Option<chrono::NaiveDate> };
    (sign, $life:lifetime) => { Option<crate::Sign> };
    (text, $life:lifetime) => { crate::Text<$life> };
}
pub(crate) use view;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_follow_each_other_and_fill_the_record() {
        for table in [HEADER, INSURED, PERFORMANCE, COMMENT, TRAILER] {
            let end = table.iter().fold(1, |next, field| {
                assert_eq!(field.position, next, "{}", field.number);
                assert!(field.number.starts_with(field.record));
                assert!(field.always.is_empty() || field.always == " " || field.always.len() == field.length);
                next + field.length
            });
            assert_eq!(end, RECORD + 1);
        }
    }

    #[test]
    fn return_fields_follow_each_other_and_fill_the_record() {
        for (table, first) in [
            (RETURN_HEADER, 311),
            (RETURN_INSURED, 311),
            (RETURN_PERFORMANCE, 311),
            (RETURN_COMMENT, 311),
            (RETURN_TRAILER, 34),
        ] {
            let end = table.iter().fold(first, |next, field| {
                assert_eq!(field.position, next, "{}", field.number);
                next + field.length
            });
            assert_eq!(end, RETURN_RECORD + 1);
        }
    }
}
