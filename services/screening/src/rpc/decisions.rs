//! Decisions recorded, and looked at: how far the service is, explanations and receipts.

use contract::screening as proto;
use edge::{Call, EdgeError};

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
        let explanation = self.core.explain(call, &request.decision_id).await?;
        Ok(proto::ExplainResponse { explanation: Some(explanation) })
    }

    pub(super) async fn get_receipt(
        &self,
        call: &Call,
        request: proto::GetReceiptRequest,
    ) -> Result<proto::GetReceiptResponse, EdgeError> {
        let receipt = self.core.receipt(call, &request.decision_id).await?;
        Ok(proto::GetReceiptResponse { receipt })
    }
}
