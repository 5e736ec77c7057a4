//! The reasons that only home care gives. Everything else is what any service can answer, see [`EdgeError`].

use edge::EdgeError;

use crate::domain::ProviderYear;

/// There is no agreement of a provider for a year.
pub fn no_agreement(of: &ProviderYear) -> EdgeError {
    EdgeError::NotFound { what: "the agreement of", id: of.to_string() }
}

/// The provider has an agreement for that year.
pub fn agreement_exists(of: &ProviderYear) -> EdgeError {
    EdgeError::AlreadyExists { what: "the agreement of", id: of.to_string() }
}

/// A ceiling that was taken changed all the same: a fault of this program or of somebody's hand in the database.
pub fn ceiling_moved(of: &ProviderYear) -> EdgeError {
    EdgeError::Stored(format!("the ceiling of {of} changed while a file was decided"))
}
