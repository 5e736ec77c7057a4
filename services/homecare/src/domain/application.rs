//! Applications beside the agreement: innovation budget, shared savings, night care (HOM-08), technology (HOM-12) and
//! working differently.

use chrono::{DateTime, Utc};
use money::Money;
use serde::{Deserialize, Serialize};

use super::ProviderYear;

words! {
    /// What is applied for.
    ApplicationKind {
        /// Innovatiebudget.
        Innovation = "innovation",
        /// A made-to-measure agreement that shares savings.
        SharedSavings = "shared_savings",
        /// The business case of a region for night care that can't be planned.
        NightCare = "night_care",
        /// Thuiszorgtechnologie.
        Technology = "technology",
        /// Tariefsopslag voor anders werken.
        WorkingDifferently = "working_differently",
    }
}

words! {
    /// Where an application stands.
    ApplicationState {
        /// In time and with all that is asked; it waits for a decision.
        Filed = "filed",
        /// Late, or without something that is asked.
        NotConsidered = "not_considered",
        /// Granted.
        Granted = "granted",
        /// Refused.
        Refused = "refused",
    }
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its id.
    pub id: String,
    /// The provider's year.
    pub of: ProviderYear,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// Whether the insurer is the preferred one of the region; counts for night care.
    pub preferred: bool,
    /// The amount.
    pub amount: Money,
    /// What it is for, and what it brings.
    pub description: String,
    /// What the provider declares, by the codes of the rules.
    pub declared: Vec<String>,
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// Where it stands.
    pub state: ApplicationState,
    /// What was granted.
    pub granted: Option<Money>,
    /// The decision that it is considered or not, and then the one on it.
    pub decision_id: String,
    /// When that was taken.
    pub decided: DateTime<Utc>,
}
