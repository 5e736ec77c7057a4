//! Decisions recorded, and looked at: how far the service is, explanations and receipts.

use contract::{access::Role, screening as proto};
use edge::{Call, EdgeError, Refused};

use super::Rpc;

impl Rpc {
    pub(super) async fn get_progress(
        &self,
        _: &Call,
        _: proto::GetProgressRequest,
    ) -> Result<proto::GetProgressResponse, EdgeError> {
        let (last_sequence, feeds) = self.core.progress().await?;
        Ok(proto::GetProgressResponse { last_sequence, feeds })
    }

    pub(super) async fn explain(
        &self,
        call: &Call,
        request: proto::ExplainRequest,
    ) -> Result<proto::ExplainResponse, EdgeError> {
        self.shown(call, &request.decision_id).await?;
        let explanation = self.core.explain(call, &request.decision_id).await?;
        Ok(proto::ExplainResponse { explanation: Some(explanation) })
    }

    pub(super) async fn get_receipt(
        &self,
        call: &Call,
        request: proto::GetReceiptRequest,
    ) -> Result<proto::GetReceiptResponse, EdgeError> {
        self.shown(call, &request.decision_id).await?;
        let receipt = self.core.receipt(call, &request.decision_id).await?;
        Ok(proto::GetReceiptResponse { receipt })
    }

    /// What was said in a case, and of what registers hold, only investigators see (SCR-03).
    async fn shown(&self, call: &Call, decision_id: &str) -> Result<(), EdgeError> {
        if call.role() == Role::Investigator {
            return Ok(());
        }
        let kind = self.core.kind_of(call, decision_id).await?;
        if kind.starts_with("case_") || kind == "integrity_judged" {
            let message = format!("a decision of kind {kind} is shown to investigators (SCR-03)");
            return Err(Refused { reason: "ROLE_NOT_ADMITTED", message }.into());
        }
        Ok(())
    }
}
