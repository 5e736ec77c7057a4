//! Facts that stand in no claim line: about a client, a provider or a line (SCR-04).

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use super::Claim;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A client, by pseudonym.
    Client,
    /// A provider, by AGB code.
    Provider,
    /// A line, by service, AGB code and reference.
    Line,
}

/// Which statements are about the same thing, beside subject and kind: of those the latest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// There is one of it.
    One,
    /// One for each first day.
    Day,
    /// One for each first day and value, such as a kind of document.
    DayAndValue,
}

/// What the value of a fact must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// There is none.
    None,
    /// A care profile such as VV4 or LVG1.
    Profile,
    /// An AGB code.
    Agb,
    /// `yes` or `no`.
    YesNo,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A level of staff, 1 to 8.
    Level,
    /// Hours, with at most two decimals.
    Hours,
    /// A number from zero, with at most two decimals.
    Number,
    /// Euros from zero.
    Euros,
    /// Euros, below zero too.
    SignedEuros,
    /// A percentage from 0 to 100, with at most two decimals.
    Share,
}

macro_rules! fact_kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal: $about:ident, $thing:ident, $value:expr, [$($column:literal),*];)*) => {
        /// The kinds of facts, each with the columns of its CSV file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FactKind {
            $($(#[$doc])* $kind,)*
        }

        impl FactKind {
            /// All kinds.
            pub const ALL: &'static [FactKind] = &[$(FactKind::$kind),*];

            /// The word in files and in the store.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(FactKind::$kind => $code,)*
                }
            }

            /// What it is about.
            pub fn about(self) -> About {
                match self {
                    $(FactKind::$kind => About::$about,)*
                }
            }

            /// Which statements are about the same thing.
            pub fn thing(self) -> Thing {
                match self {
                    $(FactKind::$kind => Thing::$thing,)*
                }
            }

            /// What its value must be.
            pub fn value(self) -> ValueKind {
                match self {
                    $(FactKind::$kind => $value,)*
                }
            }

            /// The columns of its file, in order.
            pub fn columns(self) -> &'static [&'static str] {
                match self {
                    $(FactKind::$kind => &[$($column),*],)*
                }
            }
        }
    };
}

/// The documents that an office may ask for.
pub const DOCUMENTS: &[&str] = &["physician_statement", "gp_request", "care_plan"];
/// The sectors in which care is bought.
pub const SECTORS: &[&str] = &["vv", "gz", "ggz", "home_care"];
/// The forms in which care is delivered (leveringsvorm).
pub const FORMS: &[&str] = &["stay_with_treatment", "stay", "vpt", "mpt", "pgb"];

fact_kinds! {
    /// The day the client died.
    Deceased = "deceased": Client, One, ValueKind::None, ["bsn", "day", "withdrawn"];
    /// The day the client was born.
    BirthDate = "birth_date": Client, One, ValueKind::None, ["bsn", "day", "withdrawn"];
    /// An indication of the CIZ: the care profile and from when until when it holds.
    Indication = "indication": Client, Day, ValueKind::Profile, ["bsn", "value", "from", "until", "withdrawn"];
    /// The CIZ extended an (SG)LVG indication by these days.
    CizExtension = "ciz_extension": Client, Day, ValueKind::None, ["bsn", "from", "until", "withdrawn"];
    /// A personal budget (pgb).
    PersonalBudget = "personal_budget": Client, Day, ValueKind::None, ["bsn", "from", "until", "withdrawn"];
    /// The client is actively waiting at a treatment institution that the office has an agreement with.
    ActivelyWaiting = "actively_waiting": Client, Day, ValueKind::Agb, ["bsn", "value", "from", "until", "withdrawn"];
    /// The observation was extended by these days.
    ObservationExtension = "observation_extension": Client, Day, ValueKind::None, ["bsn", "from", "until", "withdrawn"];
    /// The client was at school on these days.
    Education = "education": Client, Day, ValueKind::None, ["bsn", "from", "until", "withdrawn"];
    /// The form in which the client's care is delivered.
    DeliveryForm = "delivery_form": Client, Day, ValueKind::Words(FORMS), ["bsn", "value", "from", "until", "withdrawn"];
    /// A dental treatment began.
    TreatmentBegun = "treatment_begun": Client, Day, ValueKind::None, ["bsn", "day", "withdrawn"];
    /// The client moved.
    Moved = "moved": Client, Day, ValueKind::None, ["bsn", "day", "withdrawn"];
    /// Whether the care plan states that watching is needed for nursing or care.
    NursingNecessity = "nursing_necessity": Client, Day, ValueKind::YesNo, ["bsn", "value", "from", "until", "withdrawn"];
    /// Technology for the client is paid from elsewhere.
    OtherFunding = "other_funding": Client, Day, ValueKind::None, ["bsn", "from", "until", "withdrawn"];
    /// A document for care on these days was asked for, and the day to hand it in passed without it.
    DocumentMissing = "document_missing": Client, DayAndValue, ValueKind::Words(DOCUMENTS),
        ["bsn", "value", "from", "until", "due", "withdrawn"];
    /// Whether the provider is an institution of the Borg.
    BorgInstitution = "borg_institution": Provider, Day, ValueKind::YesNo, ["agb", "value", "from", "until", "withdrawn"];
    /// The provider may employ other staff (ander zorgpersoneel), as was agreed beforehand.
    StaffArrangement = "staff_arrangement": Provider, Day, ValueKind::None, ["agb", "from", "until", "withdrawn"];
    /// The provider takes part in a region's night care (onplanbare nachtzorg).
    NightRegion = "night_region": Provider, Day, ValueKind::None, ["agb", "from", "until", "withdrawn"];
    /// The hours per client and month that were agreed with the provider.
    HoursAgreement = "hours_agreement": Provider, Day, ValueKind::Hours, ["agb", "value", "from", "until", "withdrawn"];
    /// The provider works as a subcontractor of another.
    Subcontracting = "subcontracting": Provider, DayAndValue, ValueKind::Agb, ["agb", "value", "from", "until", "withdrawn"];
    /// The sector of most of the provider's care.
    Sector = "sector": Provider, Day, ValueKind::Words(SECTORS), ["agb", "value", "from", "until", "withdrawn"];
    /// The provider's staff in full-time equivalents.
    StaffFte = "staff_fte": Provider, Day, ValueKind::Number, ["agb", "value", "from", "until", "withdrawn"];
    /// The provider's revenue over these days.
    Revenue = "revenue": Provider, Day, ValueKind::Euros, ["agb", "value", "from", "until", "withdrawn"];
    /// The provider's result over these days.
    Result = "result": Provider, Day, ValueKind::SignedEuros, ["agb", "value", "from", "until", "withdrawn"];
    /// The dividend the provider paid over these days.
    Dividend = "dividend": Provider, Day, ValueKind::Euros, ["agb", "value", "from", "until", "withdrawn"];
    /// The share of the provider's care that subcontractors give.
    SubcontractingShare = "subcontracting_share": Provider, Day, ValueKind::Share, ["agb", "value", "from", "until", "withdrawn"];
    /// The day the agreement with the provider was ended at once.
    Terminated = "terminated": Provider, Day, ValueKind::None, ["agb", "day", "withdrawn"];
    /// The level of the staff that gave the care of a line.
    StaffLevel = "staff_level": Line, One, ValueKind::Level, ["service", "agb", "reference", "value", "withdrawn"];
    /// Whether the 5-minute registration that was asked for supports a line.
    Registration = "registration": Line, One, ValueKind::YesNo, ["service", "agb", "reference", "value", "withdrawn"];
}

impl FactKind {
    /// Whether a claim rule looks at it; the others are for the comparison with peers and for the network.
    pub fn is_for_claim_rules(self) -> bool {
        !matches!(
            self,
            FactKind::Sector
                | FactKind::StaffFte
                | FactKind::Revenue
                | FactKind::Result
                | FactKind::Dividend
                | FactKind::SubcontractingShare
                | FactKind::Terminated
        )
    }

    /// Reads a word of a file or of the store.
    pub fn from_code(code: &str) -> Option<FactKind> {
        FactKind::ALL.iter().copied().find(|kind| kind.as_str() == code)
    }
}

/// What was stated, as far as it counts: the latest about its thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Statement {
    /// What is stated.
    pub kind: FactKind,
    /// Its id.
    pub fact_id: String,
    /// Whom or what it is about: an AGB code, or service, AGB code and reference of a line; empty for the client.
    pub subject: String,
    /// The first day it holds; of a line the day it was stated.
    pub first_day: NaiveDate,
    /// The last day it holds; none when it is open.
    pub last_day: Option<NaiveDate>,
    /// Its value; empty where the kind has none.
    pub value: String,
    /// When it was stated.
    pub stated_time: DateTime<Utc>,
    /// Who says so.
    pub source: String,
}

impl Statement {
    /// Whether it holds on a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }
}

/// The subject of facts about a line.
pub fn line_subject(service: &str, agb: Agb, reference: &str) -> String {
    format!("{service} {agb} {reference}")
}

/// The subject of facts about this line.
pub fn subject_of(line: &Claim) -> String {
    line_subject(&line.key.service, line.agb, &line.reference)
}
