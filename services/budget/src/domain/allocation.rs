//! What iWlz messages said of a client's care, as far as claims are held against it.

use chrono::{NaiveDate, NaiveDateTime};
use identifiers::{Agb, Pseudonym};
use iwlz::{Care, DeliveryForm, MutationCode, ReportStatus, Withdrawal};

/// A person as this service knows it: the pseudonym under which a message named it first. Later keys make other
/// pseudonyms of the same person.
pub type Person = Pseudonym;

/// Which allocation it is: whoever allocates the same anew changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AllocationKey {
    /// The person.
    pub person: Person,
    /// To whom; none where the client buys the care itself.
    pub provider: Option<Agb>,
    /// Besluitnummer: the indication it rests on.
    pub decision_number: i64,
    /// What was allocated.
    pub care: Care,
    /// The first day.
    pub first_day: NaiveDate,
}

/// An allocation as a message said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocated {
    /// Which allocation.
    pub key: AllocationKey,
    /// When it was decided: of the same allocation, the one decided last holds.
    pub decided: NaiveDateTime,
    /// The last day; none while it is open.
    pub last_day: Option<NaiveDate>,
    /// Why it was withdrawn, when it was.
    pub withdrawal: Option<Withdrawal>,
    /// In which form; none for a function.
    pub delivery_form: Option<DeliveryForm>,
}

/// What a provider reports on the care under an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// AW35: it began.
    Started,
    /// AW39: it changed or ended.
    Mutated(MutationCode),
}

/// A report as a message said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// On the care under which allocation.
    pub key: AllocationKey,
    /// What is reported.
    pub reported: Reported,
    /// The day: the first one of care that began, the last one of care that ended.
    pub day: NaiveDate,
    /// What it does with the reports before it.
    pub status: ReportStatus,
}
