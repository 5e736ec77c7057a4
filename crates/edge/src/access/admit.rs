//! Admission: whose data a request is about, and whether the caller may have it.

use std::{fmt, sync::Arc};

use contract::access::{Method, Role, Scope, Scoped};
use http::Extensions;
use identity::Caller;
use tonic::{Request, Streaming};
use uuid::Uuid;

use super::{
    call::{Attempt, Call},
    records,
};
use crate::{Core, EdgeError};

/// A call that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// The reason as a code, such as `OFFICE_NOT_GRANTED`.
    pub reason: &'static str,
    /// What is not allowed.
    pub message: String,
}

/// What the gate found out about a call before anything of its request was read.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) caller: Arc<Caller>,
    pub(super) method: &'static Method,
}

/// What a request is about.
#[derive(Clone, Debug, Default)]
struct About {
    /// The office; none when it is nobody's in particular.
    office: Option<String>,
    /// The provider; none when it is about no one provider.
    agb: Option<String>,
    /// The record that it names is not there: the answer will say so.
    missing: bool,
    object: String,
    request_id: Option<Uuid>,
}

impl Core {
    /// Admits a call and gives its request, or refuses it and says so in the audit log. A look at data about people is
    /// in the log before anything is looked up.
    ///
    /// # Errors
    /// [`EdgeError::Refused`] when the caller has no role for the office, or is held to other providers.
    pub async fn admit<M: Scoped>(&self, request: Request<M>) -> Result<(Call, M), EdgeError> {
        let (_, extensions, message) = request.into_parts();
        let arrived = arrived(&extensions, M::METHOD)?;
        let about = self.about(&message).await?;
        let call = self.judge(arrived, about).await?;
        if call.method.personal_data && !call.method.writes() {
            let mut tx = self.db().write().await?;
            tx.audit(call.done(""));
            tx.commit(call.time).await?;
        }
        Ok((call, message))
    }

    /// Takes a call whose first message names the office: it is admitted when that was read.
    ///
    /// # Errors
    /// [`EdgeError::Stored`] when the gate was passed by, which is a fault of this program.
    pub fn arrive<M>(&self, request: Request<Streaming<M>>) -> Result<(Arrival, Streaming<M>), EdgeError> {
        let (_, extensions, messages) = request.into_parts();
        let arrived = extensions.get::<Arrived>().cloned().ok_or_else(no_gate)?;
        Ok((Arrival { core: self.clone(), arrived }, messages))
    }

    /// Refuses an admitted call for what it turned out to ask.
    pub async fn refuse(&self, call: &Call, reason: &'static str, message: String) -> EdgeError {
        let attempt = Attempt {
            actor: &call.caller.name,
            authentication: call.caller.authentication.as_str(),
            method: call.method,
            office: &call.office,
            object: &call.object,
            request_id: call.request_id,
            reason,
        };
        self.record_refusal(&attempt).await;
        Refused { reason, message }.into()
    }

    pub(super) async fn record_refusal(&self, attempt: &Attempt<'_>) {
        let now = self.clock.now();
        let Some(more) = self.refusals().note(attempt, now) else { return };
        let recorded = async {
            let mut tx = self.db().write().await?;
            tx.audit(attempt.entry(now, more));
            tx.commit(now).await
        };
        if let Err(error) = recorded.await {
            // The attempt is refused all the same.
            tracing::error!(%error, reason = attempt.reason, "a refused attempt could not be recorded");
        }
    }

    async fn about<M: Scoped>(&self, message: &M) -> Result<About, EdgeError> {
        let about = About {
            office: None,
            agb: message.provider().map(str::to_owned),
            missing: false,
            object: message.object(),
            request_id: Uuid::parse_str(message.request_id()).ok(),
        };
        match message.scope() {
            Scope::Shared | Scope::Filtered => Ok(about),
            Scope::Office(office) => Ok(About { office: Some(office.to_owned()), ..about }),
            Scope::Record { kind, id } => {
                let mut tx = self.db().read().await?;
                let Some(owner) = records::owner(&mut tx, kind, id, self.records()).await? else {
                    return Ok(About { missing: true, ..about });
                };
                let agb = if owner.agb.is_empty() { about.agb } else { Some(owner.agb) };
                Ok(About { office: Some(owner.office), agb, ..about })
            }
        }
    }

    /// Finds the role in which a call is allowed.
    async fn judge(&self, arrived: Arrived, about: About) -> Result<Call, EdgeError> {
        let Arrived { caller, method } = arrived;
        let held: Vec<Role> = match &about.office {
            Some(office) => caller.roles_for(office, method.roles).collect(),
            None => method.roles.iter().copied().filter(|role| caller.role_among(&[*role]).is_some()).collect(),
        };
        let own = about.agb.as_deref().is_some_and(|agb| caller.acts_for(agb));
        let fits = |role: &&Role| **role != Role::Adapter || method.every_provider || about.missing || own;
        let office = about.office.as_deref().unwrap_or_default();
        let Some(role) = held.iter().find(fits).copied() else {
            let (reason, message) = not_allowed(held.is_empty(), office, about.agb.as_deref());
            let attempt = Attempt {
                actor: &caller.name,
                authentication: caller.authentication.as_str(),
                method,
                office,
                object: &about.object,
                request_id: about.request_id,
                reason,
            };
            self.record_refusal(&attempt).await;
            return Err(Refused { reason, message }.into());
        };
        Ok(Call {
            caller,
            method,
            role,
            office: about.office.unwrap_or_default(),
            object: about.object,
            request_id: about.request_id,
            time: self.clock.now(),
        })
    }
}

/// A call that waits for its first messages to be admitted.
#[derive(Clone)]
pub struct Arrival {
    core: Core,
    arrived: Arrived,
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival").field("arrived", &self.arrived).finish_non_exhaustive()
    }
}

impl Arrival {
    /// A call of `method` by a caller that was established otherwise than by the gate.
    pub fn new(core: Core, caller: Arc<Caller>, method: &'static Method) -> Arrival {
        Arrival { core, arrived: Arrived { caller, method } }
    }

    /// Admits the call as far as the office goes, or refuses it before the rest of the stream is read. For which
    /// provider an adapter sends shows only then.
    ///
    /// # Errors
    /// [`EdgeError::Refused`] when the caller has no role for the office.
    pub async fn knock(&self, office: &str) -> Result<Call, EdgeError> {
        let about = About { office: Some(office.to_owned()), missing: true, ..About::default() };
        self.core.judge(self.arrived.clone(), about).await
    }

    /// Admits the call for an office and a provider.
    ///
    /// # Errors
    /// [`EdgeError::Refused`] when the caller has no role for the office, or is held to other providers.
    pub async fn admit(&self, office: &str, agb: &str, object: &str) -> Result<Call, EdgeError> {
        let about = About {
            office: Some(office.to_owned()),
            agb: Some(agb.to_owned()),
            object: object.to_owned(),
            ..About::default()
        };
        self.core.judge(self.arrived.clone(), about).await
    }
}

fn arrived(extensions: &Extensions, method: &'static Method) -> Result<Arrived, EdgeError> {
    extensions.get::<Arrived>().filter(|arrived| arrived.method == method).cloned().ok_or_else(no_gate)
}

fn no_gate() -> EdgeError {
    EdgeError::Stored("a call came in without passing the gate".to_owned())
}

fn not_allowed(no_role: bool, office: &str, agb: Option<&str>) -> (&'static str, String) {
    if no_role {
        return ("OFFICE_NOT_GRANTED", format!("the caller has no role for office {office:?} that this call admits"));
    }
    match agb {
        None | Some("") => ("PROVIDER_NOT_NAMED", "an adapter names the provider it acts for".to_owned()),
        Some(agb) => ("PROVIDER_NOT_GRANTED", format!("the caller does not act for provider {agb:?}")),
    }
}
