//! The audit log of a service, to be looked at: the same calls in every service.

use std::pin::Pin;

use contract::{
    access::Action,
    audit::{self as proto, audit_service_server::AuditService},
};
use database::{AuditAction, AuditOutcome, AuditRow};
use futures::{Stream, StreamExt, stream};
use tonic::{Request, Response, Status};

use crate::{Call, Core, EdgeError, Fields, to_proto};

/// Entries that are read together.
const PAGE: u32 = 500;
const LARGEST_PAGE: i32 = 1_000;

/// The calls over a core.
#[derive(Clone, Debug)]
pub struct Audit {
    core: Core,
}

impl Audit {
    /// The log of a service.
    pub fn new(core: Core) -> Audit {
        Audit { core }
    }

    async fn list(
        &self,
        call: &Call,
        request: &proto::ListAuditEntriesRequest,
    ) -> Result<proto::ListAuditEntriesResponse, EdgeError> {
        let mut fields = Fields::new();
        let fits = (0..=LARGEST_PAGE).contains(&request.page_size);
        fields.check(fits, "page_size", format!("expected 1 to {LARGEST_PAGE}, or 0 for 100"));
        fields.check(request.after_sequence >= 0, "after_sequence", "expected 0 or more");
        fields.all((Some(()),))?;
        let size = if request.page_size == 0 { 100 } else { request.page_size.unsigned_abs() };
        let mut tx = self.core.db().read().await?;
        let (mut entries, mut after) = (Vec::new(), request.after_sequence);
        // Entries of other offices are left out, so that a page can take several reads.
        loop {
            let rows = tx.audit_page(after, PAGE).await?;
            let ended = rows.is_empty();
            for row in rows {
                after = row.sequence;
                if call.sees(&row.office) {
                    entries.push(entry(row));
                }
                if entries.len() == size as usize {
                    return Ok(proto::ListAuditEntriesResponse { entries, next_after_sequence: after });
                }
            }
            if ended {
                return Ok(proto::ListAuditEntriesResponse { entries, next_after_sequence: 0 });
            }
        }
    }

    fn pages(
        &self,
        call: Call,
        after: i64,
    ) -> impl Stream<Item = Result<proto::StreamAuditEntriesResponse, EdgeError>> + Send + 'static {
        let db = self.core.db().clone();
        stream::try_unfold(after, move |after| {
            let (db, call) = (db.clone(), call.clone());
            async move {
                let rows = db.read().await?.audit_page(after, PAGE).await?;
                let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(None) };
                let entries = rows.into_iter().filter(|row| call.sees(&row.office)).map(entry).collect();
                Ok(Some((proto::StreamAuditEntriesResponse { entries }, last)))
            }
        })
    }

    async fn verify(&self, call: &Call) -> Result<proto::VerifyAuditResponse, EdgeError> {
        let check = self.core.db().check_audit().await?;
        let problem = check.broken.map(|broken| broken.problem).unwrap_or_default();
        let place = check.broken.map_or(0, |broken| broken.sequence);
        if check.broken.is_some() {
            tracing::error!(sequence = place, problem, "the audit log is broken");
        }
        let mut tx = self.core.db().write().await?;
        tx.audit(call.done(if check.broken.is_some() { "broken" } else { "in order" }));
        tx.commit(self.core.clock.now()).await?;
        Ok(proto::VerifyAuditResponse {
            service: self.core.name().to_owned(),
            entries: check.entries,
            first_broken_sequence: place,
            problem: problem.to_owned(),
            head_sha256: check.head.to_vec(),
            first_sequence: check.first,
        })
    }
}

/// An entry as the contract tells it.
fn entry(row: AuditRow) -> proto::AuditEntry {
    let action = match row.action {
        AuditAction::Create => Action::Create,
        AuditAction::Read => Action::Read,
        AuditAction::Update => Action::Update,
        AuditAction::Delete => Action::Delete,
        AuditAction::Execute => Action::Execute,
    };
    let outcome = match row.outcome {
        AuditOutcome::Done => proto::Outcome::Done,
        AuditOutcome::Refused => proto::Outcome::Refused,
    };
    proto::AuditEntry {
        sequence: row.sequence,
        event_time: to_proto::time(row.event_time),
        recorded_time: to_proto::time(row.recorded_time),
        actor: row.actor,
        role: row.role,
        authentication: row.authentication,
        action: action.into(),
        event_code: row.event_code,
        outcome: outcome.into(),
        object_type: row.object_type,
        object_id: row.object_id,
        office: row.office,
        request_id: row.request_id,
        detail: row.detail,
        previous_sha256: row.previous_sha256.to_vec(),
        sha256: row.sha256.to_vec(),
    }
}

#[tonic::async_trait]
impl AuditService for Audit {
    type StreamAuditEntriesStream =
        Pin<Box<dyn Stream<Item = Result<proto::StreamAuditEntriesResponse, Status>> + Send>>;

    async fn list_audit_entries(
        &self,
        request: Request<proto::ListAuditEntriesRequest>,
    ) -> Result<Response<proto::ListAuditEntriesResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.list(&call, &request).await?))
    }

    async fn stream_audit_entries(
        &self,
        request: Request<proto::StreamAuditEntriesRequest>,
    ) -> Result<Response<Self::StreamAuditEntriesStream>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let pages = self.pages(call, request.after_sequence.max(0));
        Ok(Response::new(pages.map(|page| page.map_err(Status::from)).boxed()))
    }

    async fn verify_audit(
        &self,
        request: Request<proto::VerifyAuditRequest>,
    ) -> Result<Response<proto::VerifyAuditResponse>, Status> {
        let (call, _) = self.core.admit(request).await?;
        Ok(Response::new(self.verify(&call).await?))
    }
}
