//! Rooms, budgets, production, forecasts.

mod allocation;
mod cube;

use std::fmt;

use chrono::NaiveDate;
use edge::Office;
use explain::RuleScope;
use identifiers::Agb;
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The word in the store.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)*
                }
            }

            /// Reads a word of the store.
            pub fn from_code(code: &str) -> Option<$name> {
                match code {
                    $($code => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

mod closing;
mod innovation;
mod ledger;
mod round;

pub use allocation::{Allocated, AllocationKey, Person, Report, Reported};
pub use closing::{
    Escalation, EscalationStep, FormKind, Investigation, InvestigationKind, Party, Settlement, Signature, Wrongful,
};
pub use cube::{Cell, CellKey, Correction, CubeRow, Figures, Filed, Refusal};
pub use innovation::{AgreedInnovation, Innovation};
pub use ledger::{Account, Entry, Posting, Side};
pub use round::{
    Affordability, AgreedProduct, Choices, Committed, Form, Outcome, ProductAmount, Round, RoundKind, RoundOutcome,
    RoundProvider, Simulation, Totals,
};

/// An office's year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeYear {
    /// The office.
    pub office: Office,
    /// The year.
    pub year: i32,
}

impl OfficeYear {
    /// Where the rules of this year are looked up: on its first day.
    pub fn scope(&self) -> RuleScope<'_> {
        RuleScope { office: self.office.as_str(), act: "wlz", sector: "", date: self.first_day() }
    }

    /// 1 January.
    pub fn first_day(&self) -> NaiveDate {
        // Years are between 1900 and 2999 by the time they get here.
        NaiveDate::from_ymd_opt(self.year, 1, 1).unwrap_or_default()
    }

    /// 31 December.
    pub fn last_day(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, 12, 31).unwrap_or_default()
    }

    /// The year before.
    pub fn before(&self) -> OfficeYear {
        OfficeYear { office: self.office.clone(), year: self.year - 1 }
    }
}

impl fmt::Display for OfficeYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.office, self.year)
    }
}

words! {
    /// A part of the contract room with its own money.
    Lot {
        /// Zorg in natura.
        Zin = "zin",
        /// Persoonsgebonden budget.
        Pgb = "pgb",
    }
}

words! {
    /// Why the ledger changed.
    EntryKind {
        /// The room was established.
        Established = "established",
        /// A decision of the NZa.
        NzaDecision = "nza_decision",
        /// A transfer between lots, regions or offices.
        Transfer = "transfer",
        /// Reserve was set apart.
        Reserved = "reserved",
        /// Reserve was released.
        Released = "released",
        /// Budgets were agreed in a round.
        Round = "round",
        /// Budget moved from one provider to another.
        Moved = "moved",
        /// An advance was paid.
        AdvancePaid = "advance_paid",
        /// An advance was settled against approved claims.
        AdvanceSettled = "advance_settled",
        /// Claims were paid.
        ClaimsPaid = "claims_paid",
        /// The year was settled with a provider.
        Reconciled = "reconciled",
    }
}

words! {
    /// How base production came to be (BUD-03).
    BaseKind {
        /// From approved claims of the year before.
        Existing = "existing",
        /// The provider started in the year before.
        Started = "started",
        /// Clients expected to switch from PGB.
        FromPgb = "from_pgb",
        /// A new provider.
        New = "new",
        /// An agreed correction.
        Correction = "correction",
    }
}

words! {
    /// Where a forecast stands (BUD-06).
    ForecastState {
        /// Shared, no answer yet.
        Shared = "shared",
        /// The provider agreed.
        Agreed = "agreed",
        /// The provider filed its own.
        Disputed = "disputed",
        /// Settled by the purchaser.
        Settled = "settled",
    }
}

/// A volume of a product, two decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// The product.
    pub product: String,
    /// The volume in the product's unit.
    pub volume: Decimal,
}

/// Base production as entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// The provider.
    pub agb: Agb,
    /// How it came to be.
    pub kind: BaseKind,
    /// The volumes.
    pub volumes: Vec<Volume>,
}

/// A tariff agreed with a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// The provider.
    pub agb: Agb,
    /// The product.
    pub product: String,
    /// The time unit.
    pub unit: String,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// The tariff.
    pub tariff: Money,
}

/// An agreement under the Wlz, as registration made it known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The provider.
    pub agb: Agb,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day; open when absent.
    pub last_day: Option<NaiveDate>,
    /// The products awarded; none named means all that have a tariff.
    pub products: Vec<String>,
    /// The region; empty when it was recorded without one.
    pub region: String,
}

/// The budget of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The provider.
    pub agb: Agb,
    /// Base production at agreed tariffs.
    pub base: Money,
    /// The same after scaling to the room.
    pub scaled: Money,
    /// What was filed.
    pub filed: Money,
    /// The same by product, where products were agreed.
    pub products: Vec<AgreedProduct>,
    /// The decision behind it.
    pub decision_id: String,
}

/// The forecast of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The provider.
    pub agb: Agb,
    /// The office's.
    pub office: Money,
    /// The provider's own.
    pub provider: Option<Money>,
    /// The one a round uses.
    pub holding: Money,
    /// By product, in proportions that hold for all three.
    pub products: Vec<ProductAmount>,
    /// Where it stands.
    pub state: ForecastState,
    /// The last day to answer.
    pub answer_due_date: NaiveDate,
    /// Why it differs or was settled so.
    pub motivation: String,
    /// The decision behind it.
    pub decision_id: String,
}
