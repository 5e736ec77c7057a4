//! Return codes (retourcodes, COD954-VEKT) and the grounds on which the checks give them.
//!
//! Only code and level stand here, because the checks need them; the texts are data, see
//! [`crate::code_list`]. A test compares the two.

use std::fmt;

/// A return code: four characters.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ReturnCode([u8; 4]);

impl ReturnCode {
    /// 0001: file rejected for technical reasons; the return holds only header and trailer.
    pub const FILE_REJECTED: Self = Self(*b"0001");
    /// 0200: no remark on this record.
    pub const NO_REMARK: Self = Self(*b"0200");
    /// 8001: granted in full.
    pub const GRANTED: Self = Self(*b"8001");

    /// The code of four capitals or digits; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let code = <[u8; 4]>::try_from(bytes).ok()?;
        code.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()).then_some(Self(code))
    }

    /// The four characters as ASCII.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

impl fmt::Debug for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a finding does.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// O: a remark.
    Remark,
    /// D: the insured person or the line is refused.
    Record,
    /// X: the whole file is rejected.
    File,
}

/// The codes of one record: none, or up to three different ones in order.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Codes {
    list: [Option<ReturnCode>; 3],
}

impl Codes {
    /// No code.
    #[must_use]
    pub const fn none() -> Self {
        Self { list: [None; 3] }
    }

    /// One code.
    #[must_use]
    pub const fn one(code: ReturnCode) -> Self {
        Self { list: [Some(code), None, None] }
    }

    /// Adds a code; a double one and a fourth one are left out, since a record has room for three.
    pub fn add(&mut self, code: ReturnCode) {
        for place in &mut self.list {
            match place {
                None => {
                    *place = Some(code);
                    return;
                }
                Some(known) if *known == code => return,
                Some(_) => {}
            }
        }
    }

    /// The codes in order.
    pub fn iter(&self) -> impl Iterator<Item = ReturnCode> + '_ {
        self.list.iter().flatten().copied()
    }

    /// Whether there is no code.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list[0].is_none()
    }

    /// Whether this code is among them.
    #[must_use]
    pub fn contains(&self, code: ReturnCode) -> bool {
        self.iter().any(|known| known == code)
    }
}

impl FromIterator<ReturnCode> for Codes {
    fn from_iter<I: IntoIterator<Item = ReturnCode>>(codes: I) -> Self {
        codes.into_iter().fold(Self::none(), |mut all, code| {
            all.add(code);
            all
        })
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A ground for a finding: a return code and what it does.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Ground {
    /// The code that is reported.
    pub code: ReturnCode,
    /// What it does.
    pub level: Level,
}

macro_rules! grounds {
    ($($(#[$doc:meta])* $name:ident $code:literal $level:ident;)*) => {
        $($(#[$doc])* pub const $name: Ground = Ground { code: ReturnCode(*$code), level: Level::$level };)*
        /// Every ground the checks know.
        pub const GROUNDS: &[Ground] = &[$($name),*];
    };
}

grounds! {
    /// A header field that has no code of its own.
    HEADER b"0001" File;
    /// Record mark or order of the records.
    MARK b"0002" File;
    /// Reserve not empty.
    RESERVE b"0003" Record;
    /// Message code.
    MESSAGE b"0010" File;
    /// Version of the standard.
    VERSION b"0011" File;
    /// Service bureau in the header.
    SERVICE_BUREAU b"0013" File;
    /// Provider in the header.
    PROVIDER b"0014" File;
    /// Practice in the header.
    PRACTICE b"0016" File;
    /// Institution in the header.
    INSTITUTION b"0017" File;
    /// UZOVI number in the header.
    HEADER_UZOVI b"0018" File;
    /// Begin of the declaration period.
    PERIOD_BEGIN b"0020" File;
    /// End of the declaration period.
    PERIOD_END b"0021" File;
    /// Invoice date.
    INVOICE_DATE b"0025" File;
    /// Invoice number.
    INVOICE_NUMBER b"0030" File;
    /// Currency.
    CURRENCY b"0031" File;
    /// Total amount in the trailer.
    TOTAL b"0150" File;
    /// Count of insured records.
    COUNT_INSURED b"0151" File;
    /// Count of comment records.
    COUNT_COMMENTS b"0153" File;
    /// Count of all detail records.
    COUNT_DETAILS b"0156" File;
    /// Count of debtor records.
    COUNT_DEBTORS b"0157" File;
    /// Count of performance records.
    COUNT_PERFORMANCES b"0158" File;
    /// Insured number.
    INSURED_NUMBER b"0300" Record;
    /// Initials of the insured.
    INITIALS b"0310" Record;
    /// Name of the insured.
    NAME b"0312" Record;
    /// Country of the insured.
    COUNTRY b"0316" Record;
    /// Name use (01).
    NAME_USE_1 b"0317" Record;
    /// Date of birth.
    BIRTH_DATE b"0350" Record;
    /// Gender.
    GENDER b"0351" Record;
    /// Name use (03).
    NAME_USE_3 b"0397" Record;
    /// House number.
    HOUSE_NUMBER b"0406" Record;
    /// UZOVI number of a detail record.
    UZOVI b"0423" Record;
    /// Citizen service number.
    BSN b"0435" Record;
    /// Authorisation number.
    AUTHORISATION b"0550" Record;
    /// Which code list of products.
    PRODUCT_LIST b"0581" Record;
    /// Product.
    PRODUCT b"0582" Record;
    /// Tariff.
    TARIFF b"0611" Record;
    /// Debit or credit.
    SIGN b"0631" Record;
    /// Quantity or its unit.
    QUANTITY b"0638" Record;
    /// Reference of the earlier line.
    PREVIOUS_REFERENCE b"0651" Record;
    /// Line number of a comment.
    COMMENT_NUMBER b"0754" Record;
    /// Text of a comment.
    COMMENT_TEXT b"0755" Record;
    /// Number of the detail record.
    DETAIL_NUMBER b"0801" File;
    /// Length of the record.
    LENGTH b"0804" File;
    /// Function code or care-profile code.
    FUNCTION b"1113" Record;
    /// Settlement percentage.
    SETTLEMENT b"5803" Record;
    /// Dates of the performance.
    PERFORMANCE_DATE b"8007" Record;
    /// Provider that gave the care.
    EXECUTOR b"8011" Record;
    /// Provider that referred.
    REFERRER b"8014" Record;
    /// VAT percentage.
    VAT b"8016" Record;
    /// Own reference of the line.
    REFERENCE b"8021" Record;
    /// Subversion of the standard.
    SUBVERSION b"8027" File;
    /// Production or test.
    PRODUCTION_OR_TEST b"8028" File;
    /// To whom is paid.
    PAYEE b"8029" File;
    /// Whether the insured died.
    DECEASED b"8030" Record;
    /// Whether forwarding is allowed.
    FORWARDING b"8031" Record;
    /// Calculated amount.
    CALCULATED b"8032" Record;
    /// Claimed amount.
    CLAIMED b"8033" Record;
    /// Calculated amount lower than what is claimed.
    CLAIMED_TOO_MUCH b"8063" Record;
    /// Two different signs in one line.
    SIGNS_DIFFER b"8064" Record;
    /// A field of a detail record that has no code of its own.
    OTHER b"8072" Record;
    /// CR LF without record, or record without CR LF.
    CRLF b"8095" File;
    /// Performance begins after the invoice date.
    BEGIN_AFTER_INVOICE b"8177" Record;
    /// Performance ends after the invoice date.
    END_AFTER_INVOICE b"8178" Record;
}
