//! Approved care in sums (TAR-15).

use std::collections::BTreeMap;

use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

/// What budget approved of a provider in a sector and year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedCare {
    /// The provider.
    pub agb: Agb,
    /// The amount granted, credits taken off.
    pub granted: Money,
    /// Months of clients: each client counts once for each month of care.
    pub client_months: i64,
    /// The months of clients with a care profile (zorgprofiel), by its three digits.
    pub profiles: BTreeMap<String, i64>,
}
