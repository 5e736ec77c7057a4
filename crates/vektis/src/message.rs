use std::fmt;

/// Which declaration a file is (code externe-integratiebericht, COD002-VEKT).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Message {
    /// 187: long-term care (Wlz).
    LongTermCare,
    /// 428: home care (wijkverpleging) and primary-care stay (eerstelijnsverblijf).
    HomeCare,
    /// 430: care for people with a sensory disability (zintuiglijk gehandicapten).
    Sensory,
}

impl Message {
    /// All messages.
    pub const ALL: [Self; 3] = [Self::LongTermCare, Self::HomeCare, Self::Sensory];

    /// The message with this code, either that of the claim file or that of its return.
    #[must_use]
    pub fn from_code(code: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|message| message.code() == code || message.return_code() == code)
    }

    /// Code in a claim file: 187, 428 or 430.
    #[must_use]
    pub const fn code(self) -> u32 {
        match self {
            Self::LongTermCare => 187,
            Self::HomeCare => 428,
            Self::Sensory => 430,
        }
    }

    /// Code of the return message: 188, 429 or 431.
    #[must_use]
    pub const fn return_code(self) -> u32 {
        self.code() + 1
    }

    /// The code lists of products (aanduiding prestatiecodelijst) a line of this message may name.
    #[must_use]
    pub const fn code_lists(self) -> &'static [u32] {
        match self {
            Self::LongTermCare => &[55],
            Self::HomeCare => &[65, 68],
            Self::Sensory => &[66],
        }
    }
}

/// Sign of an amount (indicatie debet/credit, COD043-VEKT).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Sign {
    /// D: the amount is zero or positive.
    #[default]
    Debit,
    /// C: the amount is negative.
    Credit,
}

impl Sign {
    /// The sign of a number of eurocents; zero is debit.
    #[must_use]
    pub const fn of(cents: i64) -> Self {
        if cents < 0 { Self::Credit } else { Self::Debit }
    }

    /// The sign written as this letter.
    #[must_use]
    pub const fn from_letter(letter: u8) -> Option<Self> {
        match letter {
            b'D' => Some(Self::Debit),
            b'C' => Some(Self::Credit),
            _ => None,
        }
    }

    /// D or C.
    #[must_use]
    pub const fn letter(self) -> u8 {
        match self {
            Self::Debit => b'D',
            Self::Credit => b'C',
        }
    }

    /// The amount with this sign, in eurocents. `cents` is an unsigned amount of at most eleven digits.
    #[must_use]
    pub const fn apply(self, cents: i64) -> i64 {
        match self {
            Self::Debit => cents,
            Self::Credit => cents.wrapping_neg(),
        }
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debit => "D",
            Self::Credit => "C",
        })
    }
}
