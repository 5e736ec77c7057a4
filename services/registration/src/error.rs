//! What can go wrong in registration, and the status of each.

use edge::{EdgeError, Failure, Office, Sector};
use explain::ParameterError;
use objects::ObjectsError;
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

use crate::domain::{NotOpen, WrongState};

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
    /// The service has no place to keep the contents of documents.
    #[error("no place to keep the contents of documents is set (documents)")]
    NoObjects,
    /// The place where contents of documents are kept failed.
    #[error("the place where contents of documents are kept failed")]
    Objects(#[source] ObjectsError),
    /// The registration is not in the state the step starts from.
    #[error(transparent)]
    WrongState(#[from] WrongState),
    /// The offer can't be responded to or accepted.
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
    /// Somebody changed the draft since the caller read it.
    #[error("registration {registration_id} is at version {version} by now")]
    OtherVersion {
        /// The registration.
        registration_id: String,
        /// Its version.
        version: i64,
    },
    /// A rule file has a requirement of a registration with a ground that is for something else.
    #[error("check {key} of {rule} has ground {ground}, which is no ground to refuse a registration")]
    UnknownGround {
        /// The rule.
        rule: String,
        /// The check.
        key: String,
        /// The ground.
        ground: String,
    },
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Error::Edge(error) => error.code(),
            Error::NoCalendar { .. }
            | Error::NoPeopleKeys
            | Error::NoObjects
            | Error::WrongState(_)
            | Error::NotOpen(_)
            | Error::UnknownGround { .. } => Code::FailedPrecondition,
            Error::OtherVersion { .. } => Code::Aborted,
            Error::Objects(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Error::Edge(error) => error.reason(),
            Error::NoCalendar { .. } => "NO_CALENDAR",
            Error::NoPeopleKeys => "PEOPLE_KEY_MISSING",
            Error::NoObjects => "DOCUMENTS_NOT_KEPT",
            Error::Objects(_) => "INTERNAL",
            Error::WrongState(WrongState { needed: "draft", .. }) => "REGISTRATION_SUBMITTED",
            Error::WrongState(WrongState { state: "draft", .. }) => "REGISTRATION_NOT_SUBMITTED",
            Error::WrongState(WrongState { needed: "submitted", .. }) => "REGISTRATION_ALREADY_ASSESSED",
            Error::WrongState(_) => "REGISTRATION_NOT_ADMISSIBLE",
            Error::NotOpen(_) => "OFFER_NOT_OPEN",
            Error::OtherVersion { .. } => "REGISTRATION_CHANGED",
            Error::UnknownGround { .. } => "UNKNOWN_GROUND",
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
            Error::NoObjects => {
                details.add_precondition_failure_violation("DOCUMENTS_NOT_KEPT", "documents", self.to_string());
            }
            Error::Objects(_) => {}
            Error::WrongState(wrong) => {
                details.add_precondition_failure_violation("REG-06", &wrong.registration_id, self.to_string());
            }
            Error::NotOpen(closed) => {
                details.add_precondition_failure_violation("REG-16", &closed.offer_id, self.to_string());
            }
            Error::OtherVersion { registration_id, .. } => {
                details.add_precondition_failure_violation("REGISTRATION_CHANGED", registration_id, self.to_string());
            }
            Error::UnknownGround { rule, key, .. } => {
                details.add_precondition_failure_violation(rule, key, self.to_string());
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
