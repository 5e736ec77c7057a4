//! Decisions recorded, and looked at: how far the service is, explanations and receipts.

use contract::homecare as proto;
use edge::{Call, Decided, EdgeError, Office, Write};
use explain::{Facts, Trace};

use super::Rpc;

impl Rpc {
    /// Records a decision of a kind about a subject, taken from facts in these steps; gives its id.
    pub(super) async fn record(
        &self,
        write: &mut Write,
        (office, kind, subject): (&Office, &'static str, &str),
        (facts, trace): (&Facts, Trace),
    ) -> Result<String, EdgeError> {
        let explanation = trace.finish(&self.core.rules, facts);
        let decided = Decided { office, kind, subject, facts, explanation: &explanation };
        self.core.record(&mut write.tx, decided).await
    }

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
