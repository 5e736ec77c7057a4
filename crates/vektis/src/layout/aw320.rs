//! The return fields of AW320 v1.3: what comes after the 310 bytes of the AW319 record, and in the
//! trailer what replaces its end.

use super::{Field, FieldType, Presence};
use crate::{
    Sign,
    codes::{self, Codes, ReturnCode},
};

macro_rules! return_record {
    (
        $(#[$doc:meta])*
        $view:ident, $sent:ident, $table:ident, $mark:literal;
        $($name:ident: $kind:ident [$position:literal, $length:literal] $type:ident $number:literal $title:literal $note:literal;)*
    ) => {
        #[doc = concat!("The return fields of record ", $mark, ", in order of position.")]
        pub const $table: &[Field] = &[$(Field {
            record: $mark,
            number: $number,
            name: $title,
            position: $position,
            length: $length,
            field_type: FieldType::$type,
            presence: Presence::Conditional,
            always: "",
            ground: codes::OTHER,
        }),*];

        $(#[$doc])*
        ///
        /// Borrows the 370 bytes. Accessors give none when the field is empty or not well formed.
        #[derive(Clone, Copy, Eq, PartialEq)]
        pub struct $view<'a>(&'a [u8; super::RETURN_RECORD]);

        impl<'a> $view<'a> {
            /// A view of the bytes, whatever they are.
            #[must_use]
            pub const fn new(bytes: &'a [u8; super::RETURN_RECORD]) -> Self {
                Self(bytes)
            }

            /// The record as it stands in the return file.
            #[must_use]
            pub const fn bytes(self) -> &'a [u8; super::RETURN_RECORD] {
                self.0
            }

            /// The AW319 record that is repeated in the first 310 bytes.
            #[must_use]
            pub fn sent(self) -> super::$sent<'a> {
                super::$sent::new(crate::number::at::<0, { super::RECORD }, { super::RETURN_RECORD }>(self.0))
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
    };
}

/// The return codes of a record, which stand next to each other.
macro_rules! return_codes {
    ($($view:ident $position:literal)*) => { $(
        impl $view<'_> {
            /// The return codes, those that are filled.
            #[must_use]
            pub fn codes(self) -> Codes {
                self.0[$position - 1..$position - 1 + 12].chunks(4).filter_map(ReturnCode::from_bytes).collect()
            }
        }
    )* };
}

return_record! {
    /// Header record of the return.
    ReturnHeader, Header, RETURN_HEADER, "01";
    insurer_reference: text [311, 24] Text "0181" "REFERENTIENUMMER ZORGVERZEKERAAR" "";
    return_date: date [335, 8] Numeric "0182" "DAGTEKENING RETOURBERICHT" "";
    code_1: text [343, 4] Text "0196" "RETOURCODE (01)" "";
    code_2: text [347, 4] Text "0197" "RETOURCODE (02)" "";
    code_3: text [351, 4] Text "0198" "RETOURCODE (03)" "";
    return_reserve: text [355, 16] Text "0199" "RESERVE" "";
}

return_record! {
    /// Insured record of the return.
    ReturnInsured, Insured, RETURN_INSURED, "02";
    code_1: text [311, 4] Text "0296" "RETOURCODE (01)" "";
    code_2: text [315, 4] Text "0297" "RETOURCODE (02)" "";
    code_3: text [319, 4] Text "0298" "RETOURCODE (03)" "";
    return_reserve: text [323, 48] Text "0299" "RESERVE" "";
}

return_record! {
    /// Performance record of the return: what the line was granted.
    ReturnPerformance, Performance, RETURN_PERFORMANCE, "04";
    insurer_amount: cents [311, 8] Numeric "0481" "BEREKEND BEDRAG ZORGVERZEKERAAR" "eurocents without sign";
    insurer_sign: sign [319, 1] Text "0482" "INDICATIE DEBET/CREDIT (03)" "";
    granted_amount: cents [320, 8] Numeric "0483" "TOEGEKEND BEDRAG" "eurocents without sign";
    granted_sign: sign [328, 1] Text "0484" "INDICATIE DEBET/CREDIT (04)" "";
    code_1: text [329, 4] Text "0496" "RETOURCODE (01)" "";
    code_2: text [333, 4] Text "0497" "RETOURCODE (02)" "";
    code_3: text [337, 4] Text "0498" "RETOURCODE (03)" "";
    return_reserve: text [341, 30] Text "0499" "RESERVE" "";
}

return_record! {
    /// Comment record of the return.
    ReturnComment, Comment, RETURN_COMMENT, "98";
    code_1: text [311, 4] Text "9896" "RETOURCODE (01)" "";
    code_2: text [315, 4] Text "9897" "RETOURCODE (02)" "";
    code_3: text [319, 4] Text "9898" "RETOURCODE (03)" "";
    return_reserve: text [323, 48] Text "9899" "RESERVE" "";
}

return_record! {
    /// Trailer record of the return: the counts of the claim file, what was claimed and what is granted.
    ReturnTrailer, Trailer, RETURN_TRAILER, "99";
    submitted_amount: cents [34, 11] Numeric "9907" "TOTAAL INGEDIEND DECLARATIEBEDRAG" "eurocents without sign";
    submitted_sign: sign [45, 1] Text "9908" "INDICATIE DEBET/CREDIT (01)" "";
    granted_amount: cents [46, 11] Numeric "9909" "TOTAAL TOEGEKEND BEDRAG" "eurocents without sign";
    granted_sign: sign [57, 1] Text "9910" "INDICATIE DEBET/CREDIT (02)" "";
    return_reserve: text [58, 313] Text "9999" "RESERVE" "";
}

return_codes! { ReturnHeader 343 ReturnInsured 311 ReturnPerformance 329 ReturnComment 311 }

fn signed(amount: Option<i64>, sign: Option<Sign>) -> Option<i64> {
    Some(sign?.apply(amount?))
}

impl ReturnPerformance<'_> {
    /// What the insurer calculated (berekend bedrag zorgverzekeraar), in eurocents with its sign.
    #[must_use]
    pub fn insurer_cents(self) -> Option<i64> {
        signed(self.insurer_amount(), self.insurer_sign())
    }

    /// What is granted (toegekend bedrag), in eurocents with its sign.
    #[must_use]
    pub fn granted_cents(self) -> Option<i64> {
        signed(self.granted_amount(), self.granted_sign())
    }
}

impl ReturnTrailer<'_> {
    /// Total that was claimed (totaal ingediend declaratiebedrag), in eurocents with its sign.
    #[must_use]
    pub fn submitted_cents(self) -> Option<i64> {
        signed(self.submitted_amount(), self.submitted_sign())
    }

    /// Total that is granted (totaal toegekend bedrag), in eurocents with its sign.
    #[must_use]
    pub fn granted_cents(self) -> Option<i64> {
        signed(self.granted_amount(), self.granted_sign())
    }
}
