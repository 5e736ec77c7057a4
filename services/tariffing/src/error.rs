//! What can go wrong in tariffing, and the status of each.

use edge::{EdgeError, Failure};
use explain::ParameterError;
use identifiers::Agb;
use money::{Money, MoneyError, Percentage};
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

/// An error of tariffing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One that any service can have.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// No table has a maximum tariff for the product on that day.
    #[error("no maximum tariff of product {product} is on record for {date}")]
    NoMaximumTariff {
        /// The product.
        product: String,
        /// The day.
        date: chrono::NaiveDate,
    },
    /// The steps leave no positive percentage.
    #[error("the steps leave a percentage of {0}, which is not positive")]
    PercentageNotPositive(Percentage),
    /// Night care would leave nothing of a tariff of home care.
    #[error("night care lowers the tariff of provider {agb} by {reduction} per hour, and it is {tariff}")]
    NightCareExceedsTariff {
        /// The provider.
        agb: Agb,
        /// Its tariff per hour.
        tariff: Money,
        /// What it would be lowered by.
        reduction: Money,
    },
    /// The index and the maximum leave no positive tariff of home care.
    #[error("the tariff of provider {agb} would be {tariff}, which is not positive")]
    HomeCareTariffNotPositive {
        /// The provider.
        agb: Agb,
        /// What the tariff would be.
        tariff: Money,
    },
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Error::Edge(error) => error.code(),
            Error::NoMaximumTariff { .. }
            | Error::PercentageNotPositive(_)
            | Error::NightCareExceedsTariff { .. }
            | Error::HomeCareTariffNotPositive { .. } => Code::FailedPrecondition,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Error::Edge(error) => error.reason(),
            Error::NoMaximumTariff { .. } => "NO_MAXIMUM_TARIFF",
            Error::PercentageNotPositive(_) => "PERCENTAGE_NOT_POSITIVE",
            Error::NightCareExceedsTariff { .. } => "NIGHT_CARE_EXCEEDS_TARIFF",
            Error::HomeCareTariffNotPositive { .. } => "HOME_CARE_TARIFF_NOT_POSITIVE",
        }
    }

    fn details(&self, details: &mut ErrorDetails) {
        match self {
            Error::Edge(error) => error.details(details),
            Error::NoMaximumTariff { product, .. } => {
                details.add_precondition_failure_violation("TAR-02", product, self.to_string());
            }
            Error::PercentageNotPositive(_) => {
                details.add_precondition_failure_violation("TAR-10", "adjustments", self.to_string());
            }
            Error::NightCareExceedsTariff { agb, .. } | Error::HomeCareTariffNotPositive { agb, .. } => {
                details.add_precondition_failure_violation("TAR-11", agb.to_string(), self.to_string());
            }
        }
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
