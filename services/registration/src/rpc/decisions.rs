//! Decisions looked at: how far the service is, explanations and receipts.

use contract::registration as proto;
use edge::Call;

use super::Rpc;
use crate::error::Error;

impl Rpc {
    pub(super) async fn get_progress(
        &self,
        _: &Call,
        _: proto::GetProgressRequest,
    ) -> Result<proto::GetProgressResponse, Error> {
        let (last_sequence, feeds) = self.core.progress().await?;
        Ok(proto::GetProgressResponse { last_sequence, feeds })
    }

    pub(super) async fn explain(
        &self,
        call: &Call,
        request: proto::ExplainRequest,
    ) -> Result<proto::ExplainResponse, Error> {
        let explanation = self.core.explain(call, &request.decision_id).await?;
        Ok(proto::ExplainResponse { explanation: Some(explanation) })
    }

    pub(super) async fn get_receipt(
        &self,
        call: &Call,
        request: proto::GetReceiptRequest,
    ) -> Result<proto::GetReceiptResponse, Error> {
        let receipt = self.core.receipt(call, &request.decision_id).await?;
        Ok(proto::GetReceiptResponse { receipt })
    }
}
