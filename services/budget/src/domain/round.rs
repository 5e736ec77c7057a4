//! Rounds: what changes the budgets of all providers at once.

use chrono::{DateTime, Utc};
use identifiers::Agb;
use money::{Decimal, Money, Percentage};
use serde::{Deserialize, Serialize};

use super::{OfficeYear, Settlement};

words! {
    /// What a round is about, in the order of the year.
    RoundKind {
        /// Base production and the budgets that are filed (BUD-03, BUD-04).
        BaseProduction = "base_production",
        /// The click (BUD-07).
        Click = "click",
        /// The reallocation, herschikking (BUD-10).
        Reallocation = "reallocation",
        /// The reconciliation, nacalculatie (BUD-11).
        Reconciliation = "reconciliation",
    }
}

words! {
    /// How care is delivered, as far as the allocation treats it by itself (BUD-13).
    Form {
        /// A stay with treatment.
        StayWithTreatment = "stay_with_treatment",
        /// A stay without treatment.
        Stay = "stay",
        /// A full package at home.
        Vpt = "vpt",
        /// A modular package at home.
        Mpt = "mpt",
    }
}

impl Form {
    /// Whether the client lives in an institution.
    pub fn is_intramural(self) -> bool {
        matches!(self, Form::StayWithTreatment | Form::Stay)
    }
}

words! {
    /// What became of a provider in a round.
    Outcome {
        /// Base production is filed as it is.
        Filed = "filed",
        /// Base production was scaled down to the room, and filed.
        Scaled = "scaled",
        /// Raised to its forecast.
        Raised = "raised",
        /// Keeps its budget.
        Kept = "kept",
        /// Lowered to its forecast.
        Lowered = "lowered",
        /// Lowered by its part of a shortage.
        LoweredInProportion = "lowered_in_proportion",
        /// Raised by its part of what there was to share.
        Funded = "funded",
        /// Its acceptable costs were computed.
        Reconciled = "reconciled",
    }
}

/// The choices an office makes in a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Whether over-production is funded when the forecasts exceed the room.
    pub fund_overproduction: bool,
}

/// An affordability agreement (betaalbaarheidsafspraak) with a provider, which the next click applies (BUD-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affordability {
    /// Its budget instead of the one it had.
    pub budget: Option<Money>,
    /// The part of its agreed tariffs that it will be paid.
    pub tariff: Option<Percentage>,
}

/// What a product comes to, and at which tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductAmount {
    /// The product.
    pub product: String,
    /// What it comes to.
    pub amount: Money,
    /// The agreed tariff.
    pub tariff: Money,
}

/// A production agreement: a volume of a product and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedProduct {
    /// The product.
    pub product: String,
    /// The volume, two decimals, rounded down.
    pub volume: Decimal,
    /// The amount.
    pub amount: Money,
}

/// What a round comes to, of all providers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// What can be agreed.
    pub available: Money,
    /// The budgets before.
    pub before: Money,
    /// What is asked: base production, or the forecasts.
    pub asked: Money,
    /// The budgets after.
    pub after: Money,
    /// What there was to share over over-production.
    pub to_share: Money,
    /// What was granted to over-producers.
    pub granted: Money,
    /// Over-production that is not funded.
    pub unfunded: Money,
    /// What is left of what is available.
    pub left: Money,
    /// By how much the budgets that stay exceed the room.
    pub commitment: Money,
    /// What raised and kept budgets ask beyond the room.
    pub shortage: Money,
}

/// What a round does to a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundProvider {
    /// The provider.
    pub agb: Agb,
    /// Its budget before.
    pub before: Money,
    /// What is asked: its base production, or its forecast with what was agreed on innovation.
    pub asked: Money,
    /// Of which agreed on zinnige zorg & innovatie, in a reallocation (BUD-10).
    pub innovation: Money,
    /// Its budget after.
    pub after: Money,
    /// Over-production that is not funded.
    pub unfunded: Money,
    /// What became of it.
    pub outcome: Outcome,
    /// The budget by product, where the round agrees products.
    pub products: Vec<AgreedProduct>,
    /// What is still to be settled, in a reconciliation.
    pub settlement: Option<Settlement>,
}

/// What a round comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundOutcome {
    /// Of all together.
    pub totals: Totals,
    /// Of each, by AGB code.
    pub providers: Vec<RoundProvider>,
}

/// A round with its frozen inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: String,
    /// The office's year.
    pub year: OfficeYear,
    /// What it is about.
    pub kind: RoundKind,
    /// Its inputs are what was known at this moment.
    pub cut_off: DateTime<Utc>,
    /// SHA-256 of the inputs.
    pub inputs_sha256: [u8; 32],
    /// The number of providers in it.
    pub providers: u32,
    /// The number of simulations made.
    pub simulations: u32,
    /// When it was opened.
    pub opened: DateTime<Utc>,
    /// What was committed of it, if it was.
    pub committed: Option<Committed>,
}

/// The commitment of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The simulation that was committed.
    pub simulation_id: String,
    /// The decision.
    pub decision_id: String,
    /// When.
    pub time: DateTime<Utc>,
}

/// A computation of a round from its inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Its id.
    pub id: String,
    /// The round.
    pub round_id: String,
    /// Which of the round it is, from 1.
    pub number: u32,
    /// The choices it was made with.
    pub choices: Choices,
    /// What it comes to.
    pub outcome: RoundOutcome,
    /// When it was made.
    pub made: DateTime<Utc>,
}
