//! How a command fails, and the exit code it ends with.

use std::{fmt::Write, io, process::ExitCode};

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A service refused the call or can't be reached.
    #[error("{}", tell(.0))]
    Call(Box<Status>),
    /// A service can't start.
    #[error(transparent)]
    Start(#[from] runtime::StartError),
    /// A server ended badly.
    #[error(transparent)]
    Server(#[from] runtime::ServerError),
    /// The console can't start.
    #[error(transparent)]
    Console(#[from] console::StartError),
    /// A file can't be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The arguments don't go together, or name something that isn't there.
    #[error("{0}")]
    Usage(String),
    /// The answer is a refusal under the rules.
    #[error("{0}")]
    Refused(String),
    /// Something that must always hold does not.
    #[error("{0}")]
    Invariant(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// Tells the failure on standard error and gives the exit code.
    #[allow(clippy::print_stderr, reason = "the command line speaks to people")]
    pub fn report(&self) -> ExitCode {
        eprintln!("zorginkoop: {}", self.text());
        ExitCode::from(self.exit_code())
    }

    /// What went wrong and why, down to the last cause.
    fn text(&self) -> String {
        runtime::with_causes(self)
    }

    fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Refused(_) => 3,
            Failure::Call(status) if status.code() == Code::InvalidArgument => 2,
            Failure::Call(status) if status.code() == Code::FailedPrecondition => 3,
            Failure::Invariant(_) => 4,
            Failure::Call(_)
            | Failure::Start(_)
            | Failure::Server(_)
            | Failure::Console(_)
            | Failure::Io(_)
            | Failure::Other(_) => 1,
        }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure::Call(Box::new(status))
    }
}

/// A status for people: the message, then every wrong field.
fn tell(status: &Status) -> String {
    let mut text = match status.code() {
        Code::Unavailable => format!("the service can't be reached or is busy: {}", status.message()),
        _ => status.message().to_owned(),
    };
    if let Some(request) = status.get_error_details().bad_request() {
        for violation in &request.field_violations {
            // Writing to a string does not fail.
            let _ = write!(text, "\n  {}: {}", violation.field, violation.description);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_with_its_causes() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let start = runtime::StartError::from(database::DatabaseError::Folder(denied));
        let expected = "cannot open the database: cannot prepare the folder of the database file: permission denied";
        assert_eq!(Failure::from(start).text(), expected);
        assert_eq!(Failure::Usage("nothing to do".to_owned()).text(), "nothing to do");
        assert_eq!(Failure::from(Status::not_found("no such round")).text(), "no such round");
    }
}
