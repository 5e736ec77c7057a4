//! People of a provider.

use chrono::NaiveDate;
use edge::Office;
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use super::codes::codes;

codes! {
    /// What a person is to a provider.
    Position,
    /// Bestuurder.
    BoardMember = "board_member",
    /// Lid van de raad van toezicht.
    Supervisor = "supervisor",
    /// Uiteindelijk belanghebbende.
    UltimateBeneficialOwner = "ubo",
    /// Hbo-verpleegkundige.
    NurseLevel6 = "nurse_level_6",
    /// Who determines the policy without a seat on the board (beleidsbepaler).
    PolicyMaker = "policy_maker",
}

/// What says who somebody is. It is stored sealed, and never shown in logs: there is no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The name.
    pub name: String,
    /// The birth date.
    pub birth_date: NaiveDate,
}

/// A person of a provider.
pub struct Person {
    /// The position.
    pub tenure: Tenure,
    /// Who holds it.
    pub known: Known,
}

/// That a person holds a position at a provider, whoever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// The person.
    pub person_id: String,
    /// The office that knows the person.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// What it is to the provider.
    pub position: Position,
    /// The first day in the position.
    pub first_day: NaiveDate,
    /// The last one; open until it is known.
    pub last_day: Option<NaiveDate>,
}
