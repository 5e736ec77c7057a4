//! The contract's calls, each handed to what does it.

use std::pin::Pin;

use contract::homecare::{self as proto, homecare_service_server::HomecareService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::{claims::HomecareDecider, feed};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl HomecareService for Rpc {
    type ImportInsuredStream = Answers<proto::ImportInsuredResponse>;
    type SubmitClaimsStream = Answers<proto::SubmitClaimsResponse>;
    type StreamClaimLinesStream = Answers<proto::StreamClaimLinesResponse>;
    type WatchStream = Answers<proto::WatchResponse>;

    async fn conclude_agreement(
        &self,
        request: Request<proto::ConcludeAgreementRequest>,
    ) -> Result<Response<proto::ConcludeAgreementResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.conclude(&call, request).await?))
    }

    async fn list_agreements(
        &self,
        request: Request<proto::ListAgreementsRequest>,
    ) -> Result<Response<proto::ListAgreementsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.agreements(&call, request).await?))
    }

    async fn get_consumption(
        &self,
        request: Request<proto::GetConsumptionRequest>,
    ) -> Result<Response<proto::GetConsumptionResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.consumption(&call, request).await?))
    }

    async fn list_consumption(
        &self,
        request: Request<proto::ListConsumptionRequest>,
    ) -> Result<Response<proto::ListConsumptionResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.consumption_of_year(&call, request).await?))
    }

    async fn list_ceiling_decisions(
        &self,
        request: Request<proto::ListCeilingDecisionsRequest>,
    ) -> Result<Response<proto::ListCeilingDecisionsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.decisions(&call, request).await?))
    }

    async fn submit_claims(
        &self,
        request: Request<Streaming<proto::SubmitClaimsRequest>>,
    ) -> Result<Response<Self::SubmitClaimsStream>, Status> {
        let core = self.core.clone();
        let (arrival, messages) = self.core.arrive(request)?;
        let answer = self.intake.submit(arrival, messages, |_| HomecareDecider::new(core));
        Ok(Response::new(answer.boxed()))
    }

    async fn import_insured(
        &self,
        request: Request<Streaming<proto::ImportInsuredRequest>>,
    ) -> Result<Response<Self::ImportInsuredStream>, Status> {
        let (arrival, messages) = self.core.arrive(request)?;
        Ok(Response::new(self.intake.import_insured(arrival, messages).boxed()))
    }

    async fn get_insured_register(
        &self,
        request: Request<proto::GetInsuredRegisterRequest>,
    ) -> Result<Response<proto::GetInsuredRegisterResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::get_insured_register(self, &call, request).await?))
    }

    async fn list_insured_imports(
        &self,
        request: Request<proto::ListInsuredImportsRequest>,
    ) -> Result<Response<proto::ListInsuredImportsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::list_insured_imports(self, &call, request).await?))
    }

    async fn list_claim_files(
        &self,
        request: Request<proto::ListClaimFilesRequest>,
    ) -> Result<Response<proto::ListClaimFilesResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.files(&call, request).await?))
    }

    async fn stream_claim_lines(
        &self,
        request: Request<proto::StreamClaimLinesRequest>,
    ) -> Result<Response<Self::StreamClaimLinesStream>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let file = self.file_of(&call, &request.file_id).await?;
        let pages = intake::line_pages(self.core.db(), &file);
        let answer = |lines| proto::StreamClaimLinesResponse { lines };
        Ok(Response::new(pages.map(move |lines| lines.map(answer).map_err(Status::from)).boxed()))
    }

    async fn get_progress(
        &self,
        request: Request<proto::GetProgressRequest>,
    ) -> Result<Response<proto::GetProgressResponse>, Status> {
        self.core.admit(request).await?;
        let (last_sequence, feeds) = self.core.progress().await?;
        Ok(Response::new(proto::GetProgressResponse { last_sequence, feeds }))
    }

    async fn explain(
        &self,
        request: Request<proto::ExplainRequest>,
    ) -> Result<Response<proto::ExplainResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let explanation = self.core.explain(&call, &request.decision_id).await?;
        Ok(Response::new(proto::ExplainResponse { explanation: Some(explanation) }))
    }

    async fn get_receipt(
        &self,
        request: Request<proto::GetReceiptRequest>,
    ) -> Result<Response<proto::GetReceiptResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let receipt = self.core.receipt(&call, &request.decision_id).await?;
        Ok(Response::new(proto::GetReceiptResponse { receipt }))
    }

    async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let events = self.core.watch(&call, request.after_sequence, feed::event);
        let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
        Ok(Response::new(answers.boxed()))
    }
}
