//! What can go wrong in budget, and the status of each.

use edge::{EdgeError, Failure};
use explain::ParameterError;
use identifiers::Agb;
use money::{Money, MoneyError};
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

use crate::domain::{Account, EscalationStep, Lot};

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
    /// A product stands twice in one calculation.
    #[error("a product stands twice in one calculation")]
    DuplicateProduct,
    /// There is no overrun to do anything about (BUD-08).
    #[error("the forecasts fit in the room")]
    NoOverrun,
    /// An earlier step was not tried (BUD-08).
    #[error("the step {} comes first", first.as_str())]
    EscalationOrder {
        /// That step.
        first: EscalationStep,
    },
    /// More is asked of the room than is free (BUD-14).
    #[error("{asked} is asked of the {} lot and {free} is free", lot.as_str())]
    RoomExceeded {
        /// The lot.
        lot: Lot,
        /// What is asked.
        asked: Money,
        /// What is free.
        free: Money,
    },
    /// An account would end on the wrong side (BUD-14).
    #[error("account {account} of the {} lot would hold {balance}", lot.as_str())]
    Overdraft {
        /// The lot.
        lot: Lot,
        /// The account.
        account: Account,
        /// What it would hold.
        balance: Money,
    },
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Error::Edge(error) => error.code(),
            Error::Provider { source, .. } => source.code(),
            Error::NoTariff { .. }
            | Error::NegativeBase { .. }
            | Error::ReserveTooLarge
            | Error::NoSuchMonths(_)
            | Error::NoOverrun
            | Error::EscalationOrder { .. }
            | Error::RoomExceeded { .. }
            | Error::Overdraft { .. } => Code::FailedPrecondition,
            Error::DuplicateProvider | Error::DuplicateProduct => Code::Internal,
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
            Error::NoOverrun => "NO_OVERRUN",
            Error::EscalationOrder { .. } => "ESCALATION_ORDER",
            Error::RoomExceeded { .. } => "ROOM_EXCEEDED",
            Error::Overdraft { account, .. } => match account {
                Account::Reserve => "RESERVE_EXCEEDED",
                Account::Agreed(_) => "BUDGET_EXCEEDED",
                Account::Advance(_) => "ADVANCE_EXCEEDED",
                _ => "ACCOUNT_OVERDRAWN",
            },
            Error::DuplicateProvider | Error::DuplicateProduct => "INTERNAL",
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
            Error::NoOverrun | Error::EscalationOrder { .. } => {
                details.add_precondition_failure_violation(self.reason(), "step", self.to_string());
            }
            Error::ReserveTooLarge | Error::NoSuchMonths(_) => {
                details.add_precondition_failure_violation(self.reason(), "parameters", self.to_string());
            }
            Error::RoomExceeded { lot, .. } => {
                details.add_precondition_failure_violation(self.reason(), lot.as_str(), self.to_string());
            }
            Error::Overdraft { account, .. } => {
                details.add_precondition_failure_violation(self.reason(), account.to_string(), self.to_string());
            }
            Error::DuplicateProvider | Error::DuplicateProduct => {}
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
