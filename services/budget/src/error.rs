//! What can go wrong in budget, and the status of each.

use edge::{EdgeError, Failure};
use explain::ParameterError;
use identifiers::Agb;
use money::MoneyError;
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

/// An error of budget.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One that any service can have.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// A product has no agreed tariff on a day.
    #[error("no tariff of product {product} is agreed for {date}")]
    NoTariff {
        /// The product.
        product: String,
        /// The day.
        date: chrono::NaiveDate,
    },
    /// What concerns one provider of several.
    #[error("provider {agb}: {source}")]
    Provider {
        /// The provider.
        agb: Agb,
        /// What is wrong there.
        source: Box<Error>,
    },
    /// Corrections take more than there is.
    #[error("base production of provider {agb} would be below zero")]
    NegativeBase {
        /// The provider.
        agb: Agb,
    },
    /// The reserve would be larger than the lot it comes out of.
    #[error("the reserve would be larger than the ZIN lot")]
    ReserveTooLarge,
    /// A parameter asks for months that don't exist.
    #[error("{0} is not a number of months of a year")]
    NoSuchMonths(u32),
    /// A provider stands twice in one calculation.
    #[error("a provider stands twice in one calculation")]
    DuplicateProvider,
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Error::Edge(error) => error.code(),
            Error::Provider { source, .. } => source.code(),
            Error::NoTariff { .. } | Error::NegativeBase { .. } | Error::ReserveTooLarge | Error::NoSuchMonths(_) => {
                Code::FailedPrecondition
            }
            Error::DuplicateProvider => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Error::Edge(error) => error.reason(),
            Error::Provider { source, .. } => source.reason(),
            Error::NoTariff { .. } => "NO_TARIFF",
            Error::NegativeBase { .. } => "NEGATIVE_BASE_PRODUCTION",
            Error::ReserveTooLarge => "RESERVE_TOO_LARGE",
            Error::NoSuchMonths(_) => "NO_SUCH_MONTHS",
            Error::DuplicateProvider => "INTERNAL",
        }
    }

    fn details(&self, details: &mut ErrorDetails) {
        match self {
            Error::Edge(error) => error.details(details),
            Error::Provider { agb, source } => {
                details.add_precondition_failure_violation(source.reason(), agb.to_string(), source.to_string());
            }
            Error::NoTariff { product, .. } => {
                details.add_precondition_failure_violation("NO_TARIFF", product, self.to_string());
            }
            Error::NegativeBase { agb } => {
                details.add_precondition_failure_violation(self.reason(), agb.to_string(), self.to_string());
            }
            Error::ReserveTooLarge | Error::NoSuchMonths(_) => {
                details.add_precondition_failure_violation(self.reason(), "parameters", self.to_string());
            }
            Error::DuplicateProvider => {}
        }
    }
}

impl Error {
    /// The same error, of one provider.
    pub fn of(self, agb: Agb) -> Error {
        Error::Provider { agb, source: Box::new(self) }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Status {
        edge::status_of(&error)
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Error {
        EdgeError::from(error).into()
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Error {
        EdgeError::from(error).into()
    }
}

impl From<database::DatabaseError> for Error {
    fn from(error: database::DatabaseError) -> Error {
        EdgeError::from(error).into()
    }
}
