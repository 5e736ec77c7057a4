//! The end of a year: investigations, forms and signatures, settlements, overruns.

use chrono::{DateTime, Utc};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::OfficeYear;

words! {
    /// What is looked into at a provider.
    InvestigationKind {
        /// A material control (materiële controle).
        MaterialControl = "material_control",
        /// A fraud investigation.
        Fraud = "fraud",
    }
}

words! {
    /// A form of the NZa.
    FormKind {
        /// The budget form (BUD-04).
        Budget = "budget",
        /// The reconciliation form (BUD-11).
        Reconciliation = "reconciliation",
    }
}

words! {
    /// Who signs a form.
    Party {
        /// The office.
        Office = "office",
        /// The provider.
        Provider = "provider",
    }
}

words! {
    /// What an office does about an overrun, in this order (BUD-08).
    EscalationStep {
        /// Room goes from the PGB lot to the ZIN lot.
        PgbTransfer = "pgb_transfer",
        /// Room comes from other offices.
        OfficeTransfer = "office_transfer",
        /// Consultation with the ministry and the NZa on extra means.
        Consultation = "consultation",
        /// Part of the production can't be paid.
        Unpaid = "unpaid",
    }
}

impl EscalationStep {
    /// All steps, in their order.
    pub const ALL: [EscalationStep; 4] = [
        EscalationStep::PgbTransfer,
        EscalationStep::OfficeTransfer,
        EscalationStep::Consultation,
        EscalationStep::Unpaid,
    ];
}

/// A claim line that was paid wrongfully.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrongful {
    /// The reference of the line.
    pub reference: String,
    /// How much of what was granted on it.
    pub amount: Money,
    /// Whether a credit took the line back already.
    pub credited: bool,
}

/// What a provider is due for a year, and what is still to be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Wrongful payments that are taken back.
    pub wrongful: Money,
    /// The acceptable costs.
    pub acceptable: Money,
    /// What was paid, with the advances that were not settled.
    pub net_paid: Money,
    /// Of which advances.
    pub advance: Money,
    /// What is still to be paid; negative when it is to be paid back.
    pub settlement: Money,
}

/// An investigation into the claims of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Investigation {
    /// Its id.
    pub id: String,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// What it is.
    pub kind: InvestigationKind,
    /// When it was opened.
    pub opened: DateTime<Utc>,
    /// When it was closed.
    pub closed: Option<DateTime<Utc>>,
}

/// A signature under a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signs.
    pub party: Party,
    /// The name and function of who signed.
    pub signed_by: String,
    /// SHA-256 of what was signed.
    pub sha256: String,
    /// Whether the other side need not sign.
    pub one_sided: bool,
    /// When it was recorded.
    pub signed: DateTime<Utc>,
}

/// A step that was taken about an overrun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// Which step of the year it is, from 1.
    pub number: u32,
    /// The step.
    pub step: EscalationStep,
    /// How much it brought.
    pub amount: Money,
    /// By how much the forecasts exceeded the room before it.
    pub overrun: Money,
    /// What was decided.
    pub motivation: String,
    /// The decision.
    pub decision_id: String,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
}
