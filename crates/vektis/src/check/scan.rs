//! Judges the form of all fields of a record in one pass over its bytes, with masks made from the field
//! table. Only a record that fails is looked at field by field.

use super::finding::Grounds;
use crate::{
    codes,
    layout::{COMMENT, Field, FieldType, HEADER, INSURED, PERFORMANCE, RECORD, TRAILER},
};

/// Per byte of a record what may stand there.
struct Masks {
    /// 1 where only a digit may stand.
    digit: [u8; RECORD],
    /// All ones where one byte only may stand.
    fixed: [u8; RECORD],
    /// That byte.
    value: [u8; RECORD],
}

/// Reads a field table at compile time.
const fn masks(fields: &[Field]) -> Masks {
    let mut masks = Masks { digit: [0; RECORD], fixed: [0; RECORD], value: [0; RECORD] };
    let mut index = 0;
    while index < fields.len() {
        let field = &fields[index];
        let always = field.always.as_bytes();
        let mut offset = 0;
        while offset < field.length {
            let at = field.position - 1 + offset;
            masks.digit[at] = matches!(field.field_type, FieldType::Numeric) as u8;
            if !always.is_empty() {
                masks.fixed[at] = 0xff;
                masks.value[at] = if always.len() == 1 { always[0] } else { always[offset] };
            }
            offset += 1;
        }
        index += 1;
    }
    masks
}

/// A field table with its masks.
pub(super) struct Form {
    fields: &'static [Field],
    masks: Masks,
}

impl Form {
    const fn new(fields: &'static [Field]) -> Self {
        Self { fields, masks: masks(fields) }
    }

    /// Adds a ground for every field that isn't well formed.
    #[inline]
    pub(super) fn check(&self, record: &[u8; RECORD], grounds: &mut Grounds) {
        if !self.is_clean(record) {
            self.search(record, grounds);
        }
    }

    /// Whether all fields are well formed. Without branches, so that the compiler takes many bytes at once.
    #[inline]
    fn is_clean(&self, record: &[u8; RECORD]) -> bool {
        let Masks { digit, fixed, value } = &self.masks;
        let mut wrong = 0_u8;
        for (((byte, digit), fixed), value) in record.iter().zip(digit).zip(fixed).zip(value) {
            let not_a_digit = u8::from(byte.wrapping_sub(b'0') > 9);
            wrong |= (not_a_digit & digit) | u8::from(is_control(*byte)) | ((byte ^ value) & fixed);
        }
        wrong == 0
    }

    #[cold]
    fn search(&self, record: &[u8; RECORD], grounds: &mut Grounds) {
        if record.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            // a record that was cut short, with the next one behind it at just this length
            grounds.add(codes::LENGTH, self.fields[0].number);
        }
        for field in self.fields {
            let at = field.position - 1..field.position - 1 + field.length;
            let wrong = at.clone().any(|index| {
                let byte = record[index];
                is_control(byte)
                    || (self.masks.digit[index] == 1 && !byte.is_ascii_digit())
                    || (byte ^ self.masks.value[index]) & self.masks.fixed[index] != 0
            });
            if wrong {
                grounds.add(field.ground, field.number);
            }
        }
    }
}

/// The control characters of ISO 8859-1, which no field may hold.
#[inline(always)]
const fn is_control(byte: u8) -> bool {
    (byte < b' ') | (byte.wrapping_sub(0x7f) <= 0x20)
}

pub(super) static HEADER_FORM: Form = Form::new(HEADER);
pub(super) static INSURED_FORM: Form = Form::new(INSURED);
pub(super) static PERFORMANCE_FORM: Form = Form::new(PERFORMANCE);
pub(super) static COMMENT_FORM: Form = Form::new(COMMENT);
pub(super) static TRAILER_FORM: Form = Form::new(TRAILER);
