//! What can go wrong in registration, and the status of each.

use edge::{EdgeError, Failure, Office, Sector};
use explain::ParameterError;
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

use crate::domain::WrongState;

/// An error of registration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One that any service can have.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// No rule file holds a calendar for the round.
    #[error("no rule file holds a calendar of office {office} for sector {sector} and year {year}")]
    NoCalendar {
        /// The office.
        office: Office,
        /// The sector.
        sector: Sector,
        /// The year care is bought for.
        year: i32,
    },
    /// The service has no key to seal people with.
    #[error("no key to seal people with is set (people_key_file)")]
    NoPeopleKeys,
    /// The registration is not in the state the step starts from.
    #[error(transparent)]
    WrongState(#[from] WrongState),
    /// A rule file asks for a document that nobody can hand in.
    #[error("parameter {parameter} names document {document:?}, which is none of the contract's")]
    UnknownDocument {
        /// The parameter.
        parameter: &'static str,
        /// What it names.
        document: String,
    },
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Error::Edge(error) => error.code(),
            Error::NoCalendar { .. } | Error::NoPeopleKeys | Error::WrongState(_) | Error::UnknownDocument { .. } => {
                Code::FailedPrecondition
            }
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Error::Edge(error) => error.reason(),
            Error::NoCalendar { .. } => "NO_CALENDAR",
            Error::NoPeopleKeys => "PEOPLE_KEY_MISSING",
            Error::WrongState(WrongState { needed: "submitted", .. }) => "REGISTRATION_ALREADY_ASSESSED",
            Error::WrongState(_) => "REGISTRATION_NOT_ADMISSIBLE",
            Error::UnknownDocument { .. } => "UNKNOWN_DOCUMENT",
        }
    }

    fn details(&self, details: &mut ErrorDetails) {
        match self {
            Error::Edge(error) => error.details(details),
            Error::NoCalendar { .. } => {
                details.add_precondition_failure_violation("REG-05", "calendar", self.to_string());
            }
            Error::NoPeopleKeys => {
                details.add_precondition_failure_violation("PEOPLE_KEY_MISSING", "people_key_file", self.to_string());
            }
            Error::WrongState(wrong) => {
                details.add_precondition_failure_violation("REG-06", &wrong.registration_id, self.to_string());
            }
            Error::UnknownDocument { parameter, .. } => {
                details.add_precondition_failure_violation("REG-03", *parameter, self.to_string());
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

impl From<database::DatabaseError> for Error {
    fn from(error: database::DatabaseError) -> Error {
        EdgeError::from(error).into()
    }
}
