//! From an error to a status.

use std::{collections::HashMap, time::Duration};

use database::DatabaseError;
use explain::ParameterError;
use money::MoneyError;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::Refused;

/// The domain of every reason.
pub(crate) const DOMAIN: &str = "zorginkoop";
/// When a caller may try again what failed because the store was busy.
const RETRY_AFTER: Duration = Duration::from_millis(200);

/// Fields of a request that are wrong, all of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} field(s) of the request are wrong: {}", .0.len(), fields(.0))]
pub struct InvalidRequest(pub Vec<(String, String)>);

fn fields(violations: &[(String, String)]) -> String {
    violations.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>().join(", ")
}

/// An error that any service can have at its edge.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// Fields of the request are wrong.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// The caller may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What the request names is not on record.
    #[error("{what} {id} is not on record")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Under which id.
        id: String,
    },
    /// What the request makes is on record already.
    #[error("{what} {id} is on record already")]
    AlreadyExists {
        /// What was to be made.
        what: &'static str,
        /// Under which id.
        id: String,
    },
    /// The request id was used for another request.
    #[error("the request id was used before for another request")]
    RequestReused,
    /// The state of things does not allow it.
    #[error("{message}")]
    Precondition {
        /// The reason as a code, such as `ROOM_EXCEEDED`.
        reason: &'static str,
        /// What it is about.
        subject: String,
        /// What is missing or in the way.
        message: String,
    },
    /// A rule has no value for a parameter.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// An amount does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The store failed.
    #[error("the store failed")]
    Database(#[source] DatabaseError),
    /// What is stored can't be read: a fault of this program or of somebody's hand in the database.
    #[error("what is stored can't be read: {0}")]
    Stored(String),
    /// A newer version stored it, with something that this one doesn't know and would leave out.
    #[error("{what} {id} is a newer version's: another replica has to tell it")]
    Newer {
        /// What is asked for.
        what: &'static str,
        /// Under which id.
        id: String,
    },
}

impl From<DatabaseError> for EdgeError {
    fn from(error: DatabaseError) -> EdgeError {
        match error {
            DatabaseError::DifferentPayload { .. } => EdgeError::RequestReused,
            other => EdgeError::Database(other),
        }
    }
}

/// What a status says about an error.
pub trait Failure: std::error::Error {
    /// The code of the status.
    fn code(&self) -> Code;
    /// The reason, in capitals, by which programs tell errors apart.
    fn reason(&self) -> &'static str;
    /// More about it: wrong fields, preconditions, when to try again.
    fn details(&self, details: &mut ErrorDetails);
}

impl Failure for EdgeError {
    fn code(&self) -> Code {
        match self {
            EdgeError::Invalid(_) => Code::InvalidArgument,
            EdgeError::Refused(_) => Code::PermissionDenied,
            EdgeError::NotFound { .. } => Code::NotFound,
            EdgeError::AlreadyExists { .. } | EdgeError::RequestReused => Code::AlreadyExists,
            EdgeError::Precondition { .. } | EdgeError::Parameter(_) => Code::FailedPrecondition,
            EdgeError::Money(_) => Code::OutOfRange,
            EdgeError::Database(error) if error.is_retryable() => Code::Unavailable,
            EdgeError::Newer { .. } => Code::Unavailable,
            EdgeError::Database(_) | EdgeError::Stored(_) => Code::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            EdgeError::Invalid(_) => "INVALID_FIELDS",
            EdgeError::Refused(refused) => refused.reason,
            EdgeError::NotFound { .. } => "NOT_FOUND",
            EdgeError::AlreadyExists { .. } => "ALREADY_EXISTS",
            EdgeError::RequestReused => "REQUEST_ID_REUSED",
            EdgeError::Precondition { reason, .. } => reason,
            EdgeError::Parameter(ParameterError::NotSet { .. }) => "PARAMETER_NOT_SET",
            EdgeError::Parameter(ParameterError::NotInForce { .. }) => "PARAMETER_NOT_IN_FORCE",
            EdgeError::Money(_) => "AMOUNT_TOO_LARGE",
            EdgeError::Database(error) if error.is_retryable() => "STORE_BUSY",
            EdgeError::Newer { .. } => "NEWER_VERSION",
            EdgeError::Database(_) | EdgeError::Stored(_) => "INTERNAL",
        }
    }

    fn details(&self, details: &mut ErrorDetails) {
        match self {
            EdgeError::Invalid(InvalidRequest(violations)) => {
                let violation = |(field, problem): &(String, String)| FieldViolation::new(field, problem);
                details.set_bad_request(violations.iter().map(violation).collect::<Vec<_>>());
            }
            EdgeError::Precondition { reason, subject, message } => {
                details.add_precondition_failure_violation(*reason, subject, message);
            }
            EdgeError::Parameter(error) => {
                let (ParameterError::NotSet { rule, parameter, .. }
                | ParameterError::NotInForce { rule, parameter, .. }) = error;
                details.add_precondition_failure_violation(*rule, *parameter, error.to_string());
            }
            EdgeError::Database(error) if error.is_retryable() => {
                details.set_retry_info(Some(RETRY_AFTER));
            }
            EdgeError::Refused(_)
            | EdgeError::NotFound { .. }
            | EdgeError::AlreadyExists { .. }
            | EdgeError::RequestReused
            | EdgeError::Money(_)
            | EdgeError::Database(_)
            | EdgeError::Stored(_)
            | EdgeError::Newer { .. } => {}
        }
    }
}

/// The status of an error. What is internal is logged here, once and with its causes, and tells the caller nothing.
pub fn status_of(error: &impl Failure) -> Status {
    let code = error.code();
    let mut details = ErrorDetails::with_error_info(error.reason(), DOMAIN, HashMap::new());
    error.details(&mut details);
    let message = if code == Code::Internal {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        let causes: Vec<String> = causes.map(ToString::to_string).collect();
        tracing::error!(%error, causes = causes.join(": "), "a call failed");
        "an internal error; it is in the logs of the service".to_owned()
    } else {
        error.to_string()
    };
    Status::with_error_details(code, message, details)
}

impl From<EdgeError> for Status {
    fn from(error: EdgeError) -> Status {
        status_of(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_in_the_status() {
        let wrong = vec![("agb".to_owned(), "too short".to_owned()), ("year".to_owned(), "missing".to_owned())];
        let status = Status::from(EdgeError::from(InvalidRequest(wrong)));
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        let found: Vec<&str> =
            details.bad_request().unwrap().field_violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(found, ["agb", "year"]);
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("INVALID_FIELDS", "zorginkoop"));
    }

    #[test]
    fn an_internal_error_tells_nothing() {
        let status = Status::from(EdgeError::Stored("secret column".to_owned()));
        assert_eq!(status.code(), Code::Internal);
        assert!(!status.message().contains("secret"));
    }

    #[test]
    fn a_parameter_that_is_not_set_says_which() {
        let error = ParameterError::NotSet { rule: "TAR-01", parameter: "guide_percentage", office: "dsw".to_owned() };
        let status = Status::from(EdgeError::from(error));
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert_eq!(status.get_error_details().error_info().unwrap().reason, "PARAMETER_NOT_SET");
        assert!(status.message().starts_with("not determined: parameter guide_percentage of office dsw"));
    }
}
