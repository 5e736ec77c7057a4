//! Agreements on zinnige zorg & innovatie (BUD-10).

use chrono::{DateTime, Utc};
use identifiers::Agb;
use money::{Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::ProductAmount;

/// What was agreed on zinnige zorg & innovatie with a provider: what its forecast grows by in the reallocation (BUD-10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedInnovation {
    /// The decision behind it.
    pub decision_id: String,
    /// What was agreed of each product.
    pub products: Vec<ProductAmount>,
}

impl AgreedInnovation {
    /// What was agreed of all products together.
    ///
    /// # Errors
    /// When the sum doesn't fit.
    pub fn amount(&self) -> Result<Money, MoneyError> {
        Money::total(self.products.iter().map(|one| one.amount))
    }
}

/// The same as it is on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Innovation {
    /// The provider.
    pub agb: Agb,
    /// What was agreed; no products when it was withdrawn.
    pub agreed: AgreedInnovation,
    /// What for.
    pub motivation: String,
    /// When.
    pub recorded: DateTime<Utc>,
}
