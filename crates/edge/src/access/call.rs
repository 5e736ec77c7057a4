//! [`Call`]: a call that was admitted.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contract::access::{Action, Method, Role};
use database::{AuditAction, AuditEntry, AuditOutcome};
use identifiers::Bsn;
use identity::{Authentication, Caller};
use uuid::Uuid;

/// Names in the audit log are cut to this many characters: a request says what stands there.
const LONGEST_NAME: usize = 200;

/// A call that was admitted: who calls, in which role, for which office, about what.
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) caller: Arc<Caller>,
    pub(super) method: &'static Method,
    pub(super) role: Role,
    pub(super) office: String,
    pub(super) object: String,
    pub(super) request_id: Option<Uuid>,
    pub(super) time: DateTime<Utc>,
}

impl Call {
    /// The name of the identity that calls.
    pub fn identity(&self) -> &str {
        &self.caller.name
    }

    /// The role in which it is admitted.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The office it is admitted for; empty for none in particular.
    pub fn office(&self) -> &str {
        &self.office
    }

    /// The RPC.
    pub fn method(&self) -> &'static Method {
        self.method
    }

    /// Whether what belongs to an office may be shown to the caller; what belongs to none may.
    pub fn sees(&self, office: &str) -> bool {
        office.is_empty() || self.caller.sees(office, self.method.roles)
    }

    /// The call's entry in the audit log, when it was done.
    pub fn done(&self, detail: &str) -> AuditEntry {
        AuditEntry {
            time: self.time,
            actor: self.caller.name.clone(),
            role: role_word(self.role).to_owned(),
            authentication: self.caller.authentication.as_str(),
            action: action(self.method.action),
            event_code: self.method.name.to_owned(),
            outcome: AuditOutcome::Done,
            object_type: self.method.object_type.to_owned(),
            object_id: presentable(&self.object),
            office: self.office.clone(),
            request_id: self.request_id,
            detail: presentable(detail),
        }
    }
}

/// An attempt that is not let through.
#[derive(Clone, Debug)]
pub(super) struct Attempt<'a> {
    pub(super) actor: &'a str,
    pub(super) authentication: &'a str,
    pub(super) method: &'static Method,
    pub(super) office: &'a str,
    pub(super) object: &'a str,
    pub(super) request_id: Option<Uuid>,
    pub(super) reason: &'static str,
}

impl Attempt<'_> {
    /// Its entry in the audit log. `more` is how many like it came since the entry before and got none.
    pub(super) fn entry(&self, time: DateTime<Utc>, more: u64) -> AuditEntry {
        let detail = match more {
            0 => self.reason.to_owned(),
            more => format!("{}; {more} more like it before", self.reason),
        };
        AuditEntry {
            time,
            actor: presentable(self.actor),
            role: String::new(),
            authentication: authentication_word(self.authentication),
            action: action(self.method.action),
            event_code: self.method.name.to_owned(),
            outcome: AuditOutcome::Refused,
            object_type: self.method.object_type.to_owned(),
            object_id: presentable(self.object),
            office: presentable(self.office),
            request_id: self.request_id,
            detail,
        }
    }
}

fn authentication_word(word: &str) -> &'static str {
    let known = [Authentication::Certificate, Authentication::Token, Authentication::Local, Authentication::Own];
    known.into_iter().map(Authentication::as_str).find(|known| *known == word).unwrap_or("none")
}

/// The word of a role, such as `purchaser`.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Unspecified => "",
        Role::Adapter => "adapter",
        Role::Purchaser => "purchaser",
        Role::Decider => "decider",
        Role::Investigator => "investigator",
        Role::Operator => "operator",
        Role::Auditor => "auditor",
        Role::Service => "service",
    }
}

fn action(action: Action) -> AuditAction {
    match action {
        Action::Create => AuditAction::Create,
        Action::Unspecified | Action::Read => AuditAction::Read,
        Action::Update => AuditAction::Update,
        Action::Delete => AuditAction::Delete,
        Action::Execute => AuditAction::Execute,
    }
}

/// A text of a request as it may stand in the log for ever: short, printable, and without a citizen service number
/// that somebody put in a field by mistake.
pub(crate) fn presentable(text: &str) -> String {
    let printable = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let short: String = printable.take(LONGEST_NAME).collect();
    let parts = short.split_inclusive(|letter: char| !letter.is_ascii_digit());
    parts
        .map(|part| if holds_bsn(part) { part.replace(|c: char| c.is_ascii_digit(), "*") } else { part.to_owned() })
        .collect()
}

fn holds_bsn(part: &str) -> bool {
    let digits: String = part.chars().filter(char::is_ascii_digit).collect();
    digits.len() == 9 && digits.parse::<Bsn>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citizen_service_number_does_not_get_into_the_log() {
        assert_eq!(presentable("123456782"), "*********");
        assert_eq!(presentable("round 123456782, vgz"), "round *********, vgz");
        assert_eq!(presentable("41410001 2023"), "41410001 2023");
        assert_eq!(presentable("1234567820"), "1234567820");
        assert_eq!(presentable("a\n\0b"), "a  b");
        assert_eq!(presentable(&"x".repeat(1_000)).len(), LONGEST_NAME);
    }
}
