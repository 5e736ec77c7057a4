//! What goes wrong with a call, for people.

use axum::http::StatusCode;
use contract::access::{Method, Role};
use maud::{Markup, html};
use tonic::{Code, Status};

use crate::{
    terms,
    words::{Words, fill},
};

/// What keeps a page, or a part of it, from being shown.
#[derive(Clone, Debug)]
pub struct Problem {
    service: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Who asks has none of these roles for it.
    NotAllowed(&'static [Role]),
    /// The service does not know who asks.
    Unknown,
    /// What is asked for is not on record.
    Missing,
    /// What is asked for is none, such as a year that no calendar has.
    Wrong,
    /// The state of things does not allow it.
    NotNow,
    /// The service does not answer.
    Unreachable,
    /// It answers that something is wrong with itself.
    Failed,
}

impl Problem {
    /// What a status of a call means.
    pub fn of(service: &'static str, method: &'static Method, status: &Status) -> Problem {
        let kind = match status.code() {
            Code::PermissionDenied => Kind::NotAllowed(method.roles),
            Code::Unauthenticated => Kind::Unknown,
            Code::NotFound => Kind::Missing,
            Code::InvalidArgument | Code::OutOfRange => Kind::Wrong,
            Code::FailedPrecondition => Kind::NotNow,
            Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => Kind::Unreachable,
            _ => Kind::Failed,
        };
        tracing::debug!(service, method = method.name, code = ?status.code(), "a call did not do what was asked");
        Problem { service, kind }
    }

    /// Whether it is that who asks has no role for it.
    pub fn is_not_allowed(&self) -> bool {
        matches!(self.kind, Kind::NotAllowed(_))
    }

    /// A call that would do more than look, which is a fault of this program.
    pub fn writes(service: &'static str, method: &'static Method) -> Problem {
        tracing::error!(service, method = method.name, "the console calls only what looks");
        Problem { service, kind: Kind::Failed }
    }

    /// Something that a service was not even asked for, because there is no such thing.
    pub fn missing(service: &'static str) -> Problem {
        Problem { service, kind: Kind::Missing }
    }

    /// Something that can't be read in what was asked.
    pub fn wrong(service: &'static str) -> Problem {
        Problem { service, kind: Kind::Wrong }
    }

    /// Whether what was asked for is not on record.
    pub fn is_missing(&self) -> bool {
        self.kind == Kind::Missing
    }

    /// The status of a page that can't be shown for it.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            Kind::NotAllowed(_) | Kind::Unknown => StatusCode::FORBIDDEN,
            Kind::Missing => StatusCode::NOT_FOUND,
            Kind::Wrong => StatusCode::BAD_REQUEST,
            Kind::NotNow => StatusCode::CONFLICT,
            Kind::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Failed => StatusCode::BAD_GATEWAY,
        }
    }

    /// In a few words.
    pub fn title(&self, w: &Words) -> &'static str {
        match self.kind {
            Kind::NotAllowed(_) | Kind::Unknown => w.not_allowed,
            Kind::Missing => w.not_found,
            Kind::Wrong => w.wrong_question,
            Kind::NotNow => w.not_now,
            Kind::Unreachable => w.unreachable,
            Kind::Failed => w.failed,
        }
    }

    /// What it is and what helps.
    pub fn text(&self, w: &'static Words) -> String {
        let service = terms::service(self.service, w);
        match self.kind {
            Kind::NotAllowed(roles) => {
                let roles: Vec<&str> =
                    roles.iter().map(|role| terms::role(*role, w)).filter(|role| !role.is_empty()).collect();
                fill(w.not_allowed_text, &[("service", service), ("roles", &roles.join(", "))])
            }
            Kind::Unknown => fill(w.unknown_text, &[("service", service)]),
            Kind::Missing => fill(w.not_found_text, &[("service", service)]),
            Kind::Wrong => fill(w.wrong_question_text, &[("service", service)]),
            Kind::NotNow => fill(w.not_now_text, &[("service", service)]),
            Kind::Unreachable => fill(w.unreachable_text, &[("service", service)]),
            Kind::Failed => fill(w.failed_text, &[("service", service)]),
        }
    }

    /// In place of a part of a page.
    pub fn notice(&self, w: &'static Words) -> Markup {
        html! {
            div.notice role="note" { strong { (self.title(w)) } " " (self.text(w)) }
        }
    }
}
