//! The contract's calls, each handed to what does it.

use std::pin::Pin;

use contract::budget::{self as proto, budget_service_server::BudgetService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::{claims::BudgetDecider, feed};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl BudgetService for Rpc {
    type SubmitClaimsStream = Answers<proto::SubmitClaimsResponse>;
    type StreamProductionStream = Answers<proto::StreamProductionResponse>;
    type StreamClaimLinesStream = Answers<proto::StreamClaimLinesResponse>;
    type WatchStream = Answers<proto::WatchResponse>;

    async fn establish_room(
        &self,
        request: Request<proto::EstablishRoomRequest>,
    ) -> Result<Response<proto::EstablishRoomResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.establish(&call, request).await?))
    }

    async fn change_room(
        &self,
        request: Request<proto::ChangeRoomRequest>,
    ) -> Result<Response<proto::ChangeRoomResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.change(&call, request).await?))
    }

    async fn release_reserve(
        &self,
        request: Request<proto::ReleaseReserveRequest>,
    ) -> Result<Response<proto::ReleaseReserveResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.release(&call, request).await?))
    }

    async fn get_room(
        &self,
        request: Request<proto::GetRoomRequest>,
    ) -> Result<Response<proto::GetRoomResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.get(&call, request).await?))
    }

    async fn record_base_production(
        &self,
        request: Request<proto::RecordBaseProductionRequest>,
    ) -> Result<Response<proto::RecordBaseProductionResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.record_base(&call, request).await?))
    }

    async fn file_budgets(
        &self,
        request: Request<proto::FileBudgetsRequest>,
    ) -> Result<Response<proto::FileBudgetsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.file(&call, request).await?))
    }

    async fn list_budgets(
        &self,
        request: Request<proto::ListBudgetsRequest>,
    ) -> Result<Response<proto::ListBudgetsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.budgets(&call, request).await?))
    }

    async fn list_claim_files(
        &self,
        request: Request<proto::ListClaimFilesRequest>,
    ) -> Result<Response<proto::ListClaimFilesResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.files(&call, request).await?))
    }

    async fn list_production(
        &self,
        request: Request<proto::ListProductionRequest>,
    ) -> Result<Response<proto::ListProductionResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.production(&call, request).await?))
    }

    async fn stream_production(
        &self,
        request: Request<proto::StreamProductionRequest>,
    ) -> Result<Response<Self::StreamProductionStream>, Status> {
        let (_, request) = self.core.admit(request).await?;
        Ok(Response::new(self.all_production(request)?.boxed()))
    }

    async fn list_refusals(
        &self,
        request: Request<proto::ListRefusalsRequest>,
    ) -> Result<Response<proto::ListRefusalsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.refusals(&call, request).await?))
    }

    async fn list_corrections(
        &self,
        request: Request<proto::ListCorrectionsRequest>,
    ) -> Result<Response<proto::ListCorrectionsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.corrections(&call, request).await?))
    }

    async fn list_timeliness(
        &self,
        request: Request<proto::ListTimelinessRequest>,
    ) -> Result<Response<proto::ListTimelinessResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.timeliness(&call, request).await?))
    }

    async fn make_forecast(
        &self,
        request: Request<proto::MakeForecastRequest>,
    ) -> Result<Response<proto::MakeForecastResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.make(&call, request).await?))
    }

    async fn answer_forecast(
        &self,
        request: Request<proto::AnswerForecastRequest>,
    ) -> Result<Response<proto::AnswerForecastResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.answer(&call, request).await?))
    }

    async fn settle_forecast(
        &self,
        request: Request<proto::SettleForecastRequest>,
    ) -> Result<Response<proto::SettleForecastResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.settle(&call, request).await?))
    }

    async fn list_forecasts(
        &self,
        request: Request<proto::ListForecastsRequest>,
    ) -> Result<Response<proto::ListForecastsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.forecasts(&call, request).await?))
    }

    async fn simulate_click(
        &self,
        request: Request<proto::SimulateClickRequest>,
    ) -> Result<Response<proto::SimulateClickResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.simulate(&call, request).await?))
    }

    async fn commit_click(
        &self,
        request: Request<proto::CommitClickRequest>,
    ) -> Result<Response<proto::CommitClickResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.commit(&call, request).await?))
    }

    async fn get_click(
        &self,
        request: Request<proto::GetClickRequest>,
    ) -> Result<Response<proto::GetClickResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.committed(&call, request).await?))
    }

    async fn submit_claims(
        &self,
        request: Request<Streaming<proto::SubmitClaimsRequest>>,
    ) -> Result<Response<Self::SubmitClaimsStream>, Status> {
        let core = self.core.clone();
        let (arrival, messages) = self.core.arrive(request)?;
        let answer = self.intake.submit(arrival, messages, |_| BudgetDecider::new(core));
        Ok(Response::new(answer.boxed()))
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

    async fn list_proposals(
        &self,
        request: Request<proto::ListProposalsRequest>,
    ) -> Result<Response<proto::ListProposalsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.proposals(&call, request).await?))
    }

    async fn decide_proposal(
        &self,
        request: Request<proto::DecideProposalRequest>,
    ) -> Result<Response<proto::DecideProposalResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::decide_proposal(self, &call, request).await?))
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
