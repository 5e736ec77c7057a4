//! What is read of a message.

use chrono::{NaiveDate, NaiveDateTime};
use identifiers::{Agb, Bsn};

use crate::{
    care::{Care, OfficeCode},
    codes::{AllocationKind, DeliveryForm, DeliveryStatus, MutationCode, ReportStatus, Withdrawal},
};

/// Which message it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum MessageKind {
    /// AW33: allocations, from the care office.
    Aw33,
    /// AW35: care began, from the provider.
    Aw35,
    /// AW39: care changed or ended, from the provider.
    Aw39,
}

impl MessageKind {
    /// All three.
    pub const ALL: [MessageKind; 3] = [MessageKind::Aw33, MessageKind::Aw35, MessageKind::Aw39];

    /// Its name, such as `AW33`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MessageKind::Aw33 => "AW33",
            MessageKind::Aw35 => "AW35",
            MessageKind::Aw39 => "AW39",
        }
    }

    /// BerichtCode.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            MessageKind::Aw33 => "352",
            MessageKind::Aw35 => "354",
            MessageKind::Aw39 => "358",
        }
    }

    /// The namespace of its elements in release 2.2.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            MessageKind::Aw33 => "http://www.istandaarden.nl/iwlz/2_2/aw33/schema",
            MessageKind::Aw35 => "http://www.istandaarden.nl/iwlz/2_2/aw35/schema",
            MessageKind::Aw39 => "http://www.istandaarden.nl/iwlz/2_2/aw39/schema",
        }
    }
}

/// The head of a message: who sends what to whom.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// Which message it is.
    pub kind: MessageKind,
    /// The care office: sender of an AW33, receiver of the others.
    pub office: OfficeCode,
    /// The provider: receiver of an AW33, sender of the others.
    pub provider: Agb,
    /// BerichtIdentificatie: the sender's name or number of the message, at most 12 characters.
    pub identification: String,
    /// Dagtekening: when it was sent.
    pub date: NaiveDate,
    /// Version of the basic schema it was made with, such as `1.0.0`.
    pub basic_schema_version: String,
    /// Version of the message's schema it was made with.
    pub schema_version: String,
}

impl Header {
    /// The sender: an office code for an AW33, an AGB code for the others.
    #[must_use]
    pub fn sender(&self) -> String {
        match self.kind {
            MessageKind::Aw33 => self.office.to_string(),
            MessageKind::Aw35 | MessageKind::Aw39 => self.provider.to_string(),
        }
    }
}

/// A client of a message, with what it says of the care.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// Its number in the message, from 1.
    pub ordinal: u32,
    /// The citizen service number.
    pub bsn: Bsn,
    /// Allocations, of an AW33.
    pub allocations: Vec<Allocation>,
    /// Care that began, of an AW35.
    pub starts: Vec<CareStart>,
    /// Care that changed or ended, of an AW39.
    pub mutations: Vec<Mutation>,
}

/// ToegewezenZorgzwaartepakket or ToegewezenFunctie: care that a client was allocated.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Allocation {
    /// Besluitnummer of the indication it rests on.
    pub decision_number: u32,
    /// What was allocated.
    pub care: Care,
    /// Instelling: to whom; none where the client buys the care itself.
    pub provider: Option<Agb>,
    /// Zorgkantoor: who allocated it.
    pub office: OfficeCode,
    /// What sort of allocation it is.
    pub kind: AllocationKind,
    /// Toewijzingsdatum and Toewijzingstijd: when it was decided, by the office's clock. Of two about the same care,
    /// the one decided later holds.
    pub decided: NaiveDateTime,
    /// ToewijzingPercentage: the part of the profile's budget, in hundredths of a percent.
    pub percentage: Option<u32>,
    /// Ingangsdatum: the first day.
    pub first_day: NaiveDate,
    /// Einddatum: the last day; none while it is open. Before the first day when it was withdrawn altogether.
    pub last_day: Option<NaiveDate>,
    /// RedenIntrekking: why it was withdrawn, when it was.
    pub withdrawal: Option<Withdrawal>,
    /// Etmalen: days and nights a week, such as `4,5`.
    pub nights: Option<&'static str>,
    /// Klasse: how much, such as `K4`.
    pub class: Option<&'static str>,
    /// Leveringsvorm: in which form; none for a function.
    pub delivery_form: Option<DeliveryForm>,
    /// InstellingBestemming: where the client goes to.
    pub destination: Option<Agb>,
}

/// Which allocation a provider reports on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Product {
    /// Besluitnummer of the indication.
    pub decision_number: u32,
    /// What was allocated.
    pub care: Care,
    /// ToewijzingIngangsdatum: the first day of the allocation.
    pub allocated_from: NaiveDate,
    /// Instelling: to whom it was allocated.
    pub provider: Agb,
}

/// GeleverdZorgzwaartepakket or GeleverdeFunctie: care began.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CareStart {
    /// Under which allocation.
    pub product: Product,
    /// Begindatum: the first day of care.
    pub first_day: NaiveDate,
    /// Etmalen: days and nights a week.
    pub nights: Option<&'static str>,
    /// Klasse: how much.
    pub class: Option<&'static str>,
    /// Leveringsstatus; none for a function.
    pub delivery_status: Option<DeliveryStatus>,
    /// Leveringsvorm; none for a function.
    pub delivery_form: Option<DeliveryForm>,
    /// What the report does with those before it.
    pub status: ReportStatus,
}

/// MutatieZorgzwaartepakket or MutatieFunctie: care changed or ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mutation {
    /// Under which allocation.
    pub product: Product,
    /// Begindatum: the first day of the care that it is about, when it began.
    pub first_day: Option<NaiveDate>,
    /// What changed.
    pub code: MutationCode,
    /// Mutatiedatum: when; where care ended, its last day.
    pub date: NaiveDate,
    /// Leveringsstatus; none for a function.
    pub delivery_status: Option<DeliveryStatus>,
    /// Leveringsvorm; none for a function.
    pub delivery_form: Option<DeliveryForm>,
    /// InstellingBestemming: where the client goes to.
    pub destination: Option<Agb>,
    /// What the report does with those before it.
    pub status: ReportStatus,
}
