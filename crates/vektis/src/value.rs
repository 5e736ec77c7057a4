//! How the kinds of fields are read and written: one module per kind, each with the same four items.
//!
//! `Owned` is what a builder holds; `view` reads leniently for an accessor; `own` reads into a builder
//! and gives none when the builder couldn't write the same bytes back; `put` says whether the value fits.

use crate::number::parse;

fn put_digits(value: u64, field: &mut [u8]) -> bool {
    let mut rest = value;
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    rest == 0
}

fn put_bytes(text: &[u8], field: &mut [u8]) -> bool {
    field.fill(b' ');
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
    length == text.len()
}

macro_rules! numeric {
    ($(#[$doc:meta])* $name:ident, $type:ty) => {
        $(#[$doc])*
        pub(crate) mod $name {
            pub(crate) type Owned = $type;

            pub(crate) fn view(bytes: &[u8]) -> Option<$type> {
                super::parse(bytes).and_then(|value| value.try_into().ok())
            }

            pub(crate) fn own(bytes: &[u8]) -> Option<Owned> {
                view(bytes)
            }

            pub(crate) fn put(value: &Owned, field: &mut [u8]) -> bool {
                u64::try_from(*value).is_ok_and(|value| super::put_digits(value, field))
            }
        }
    };
}
numeric!(number, u32);
numeric!(long, u64);
numeric!(cents, i64);

macro_rules! code {
    ($name:ident, $type:ty, $empty:literal) => {
        pub(crate) mod $name {
            pub(crate) type Owned = Option<$type>;

            pub(crate) fn view(bytes: &[u8]) -> Option<$type> {
                <$type>::parse_bytes(bytes).ok()
            }

            pub(crate) fn own(bytes: &[u8]) -> Option<Owned> {
                if bytes.iter().all(|byte| *byte == $empty) { Some(None) } else { view(bytes).map(Some) }
            }

            pub(crate) fn put(value: &Owned, field: &mut [u8]) -> bool {
                match value {
                    None => {
                        field.fill($empty);
                        true
                    }
                    Some(value) => super::put_bytes(super::Digits::bytes(value).as_ref(), field),
                }
            }
        }
    };
}
code!(agb, identifiers::Agb, b'0');
code!(bsn, identifiers::Bsn, b'0');
code!(uzovi, identifiers::Uzovi, b'0');
code!(postcode, identifiers::Postcode, b' ');

/// The characters of an identifier as they stand in a field.
trait Digits {
    fn bytes(&self) -> impl AsRef<[u8]>;
}

impl Digits for identifiers::Agb {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut field = [0; 8];
        put_digits(u64::from(self.number()), &mut field);
        field
    }
}

impl Digits for identifiers::Bsn {
    fn bytes(&self) -> impl AsRef<[u8]> {
        self.digits()
    }
}

impl Digits for identifiers::Uzovi {
    fn bytes(&self) -> impl AsRef<[u8]> {
        let mut field = [0; 4];
        put_digits(u64::from(self.number()), &mut field);
        field
    }
}

impl Digits for identifiers::Postcode {
    fn bytes(&self) -> impl AsRef<[u8]> {
        *self.as_bytes()
    }
}

pub(crate) mod date {
    use chrono::{Datelike, NaiveDate};

    pub(crate) type Owned = Option<NaiveDate>;

    pub(crate) fn view(bytes: &[u8]) -> Option<NaiveDate> {
        let number = u32::try_from(super::parse(bytes)?).ok()?;
        NaiveDate::from_ymd_opt(i32::try_from(number / 10_000).ok()?, number / 100 % 100, number % 100)
    }

    pub(crate) fn own(bytes: &[u8]) -> Option<Owned> {
        if bytes.iter().all(|byte| *byte == b'0') { Some(None) } else { view(bytes).map(Some) }
    }

    pub(crate) fn put(value: &Owned, field: &mut [u8]) -> bool {
        value.map_or(Some(0), number).is_some_and(|number| super::put_digits(u64::from(number), field))
    }

    /// A day as yyyymmdd; none outside the years 0 to 9999.
    pub(crate) fn number(date: NaiveDate) -> Option<u32> {
        let year = u32::try_from(date.year()).ok().filter(|year| *year <= 9999)?;
        Some(year * 10_000 + date.month() * 100 + date.day())
    }
}

pub(crate) mod text {
    use crate::Text;

    pub(crate) type Owned = String;

    pub(crate) fn view(bytes: &[u8]) -> Text<'_> {
        Text::new(bytes)
    }

    pub(crate) fn own(bytes: &[u8]) -> Option<Owned> {
        Some(view(bytes).to_string())
    }

    pub(crate) fn put(value: &Owned, field: &mut [u8]) -> bool {
        field.fill(b' ');
        let mut room = field.iter_mut();
        value.chars().all(|letter| match (u8::try_from(letter), room.next()) {
            (Ok(byte), Some(place)) => {
                *place = byte;
                true
            }
            _ => false,
        })
    }
}

pub(crate) mod sign {
    use crate::Sign;

    pub(crate) type Owned = Sign;

    pub(crate) fn view(bytes: &[u8]) -> Option<Sign> {
        bytes.first().copied().and_then(Sign::from_letter)
    }

    pub(crate) fn own(bytes: &[u8]) -> Option<Owned> {
        view(bytes)
    }

    pub(crate) fn put(value: &Owned, field: &mut [u8]) -> bool {
        field.fill(value.letter());
        true
    }
}
