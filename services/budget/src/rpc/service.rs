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
    type StreamClaimLinesStream = Answers<proto::StreamClaimLinesResponse>;
    type WatchStream = Answers<proto::WatchResponse>;

    async fn establish_room(
        &self,
        request: Request<proto::EstablishRoomRequest>,
    ) -> Result<Response<proto::EstablishRoomResponse>, Status> {
        Ok(Response::new(self.establish(request.into_inner()).await?))
    }

    async fn change_room(
        &self,
        request: Request<proto::ChangeRoomRequest>,
    ) -> Result<Response<proto::ChangeRoomResponse>, Status> {
        Ok(Response::new(self.change(request.into_inner()).await?))
    }

    async fn release_reserve(
        &self,
        request: Request<proto::ReleaseReserveRequest>,
    ) -> Result<Response<proto::ReleaseReserveResponse>, Status> {
        Ok(Response::new(self.release(request.into_inner()).await?))
    }

    async fn get_room(
        &self,
        request: Request<proto::GetRoomRequest>,
    ) -> Result<Response<proto::GetRoomResponse>, Status> {
        Ok(Response::new(self.get(request.into_inner()).await?))
    }

    async fn record_base_production(
        &self,
        request: Request<proto::RecordBaseProductionRequest>,
    ) -> Result<Response<proto::RecordBaseProductionResponse>, Status> {
        Ok(Response::new(self.record_base(request.into_inner()).await?))
    }

    async fn file_budgets(
        &self,
        request: Request<proto::FileBudgetsRequest>,
    ) -> Result<Response<proto::FileBudgetsResponse>, Status> {
        Ok(Response::new(self.file(request.into_inner()).await?))
    }

    async fn list_budgets(
        &self,
        request: Request<proto::ListBudgetsRequest>,
    ) -> Result<Response<proto::ListBudgetsResponse>, Status> {
        Ok(Response::new(self.budgets(request.into_inner()).await?))
    }

    async fn list_claim_files(
        &self,
        request: Request<proto::ListClaimFilesRequest>,
    ) -> Result<Response<proto::ListClaimFilesResponse>, Status> {
        Ok(Response::new(self.files(request.into_inner()).await?))
    }

    async fn list_production(
        &self,
        request: Request<proto::ListProductionRequest>,
    ) -> Result<Response<proto::ListProductionResponse>, Status> {
        Ok(Response::new(self.production(request.into_inner()).await?))
    }

    async fn make_forecast(
        &self,
        request: Request<proto::MakeForecastRequest>,
    ) -> Result<Response<proto::MakeForecastResponse>, Status> {
        Ok(Response::new(self.make(request.into_inner()).await?))
    }

    async fn answer_forecast(
        &self,
        request: Request<proto::AnswerForecastRequest>,
    ) -> Result<Response<proto::AnswerForecastResponse>, Status> {
        Ok(Response::new(self.answer(request.into_inner()).await?))
    }

    async fn settle_forecast(
        &self,
        request: Request<proto::SettleForecastRequest>,
    ) -> Result<Response<proto::SettleForecastResponse>, Status> {
        Ok(Response::new(self.settle(request.into_inner()).await?))
    }

    async fn list_forecasts(
        &self,
        request: Request<proto::ListForecastsRequest>,
    ) -> Result<Response<proto::ListForecastsResponse>, Status> {
        Ok(Response::new(self.forecasts(request.into_inner()).await?))
    }

    async fn simulate_click(
        &self,
        request: Request<proto::SimulateClickRequest>,
    ) -> Result<Response<proto::SimulateClickResponse>, Status> {
        Ok(Response::new(self.simulate(request.into_inner()).await?))
    }

    async fn commit_click(
        &self,
        request: Request<proto::CommitClickRequest>,
    ) -> Result<Response<proto::CommitClickResponse>, Status> {
        Ok(Response::new(self.commit(request.into_inner()).await?))
    }

    async fn get_click(
        &self,
        request: Request<proto::GetClickRequest>,
    ) -> Result<Response<proto::GetClickResponse>, Status> {
        Ok(Response::new(self.committed(request.into_inner()).await?))
    }

    async fn submit_claims(
        &self,
        request: Request<Streaming<proto::SubmitClaimsRequest>>,
    ) -> Result<Response<Self::SubmitClaimsStream>, Status> {
        let answer = self.intake.submit(request.into_inner(), |_| BudgetDecider::default());
        Ok(Response::new(answer.boxed()))
    }

    async fn stream_claim_lines(
        &self,
        request: Request<proto::StreamClaimLinesRequest>,
    ) -> Result<Response<Self::StreamClaimLinesStream>, Status> {
        let file = self.file_of(&request.into_inner().file_id).await?;
        let pages = intake::line_pages(&self.core.db, &file);
        let answer = |lines| proto::StreamClaimLinesResponse { lines };
        Ok(Response::new(pages.map(move |lines| lines.map(answer).map_err(Status::from)).boxed()))
    }

    async fn get_progress(
        &self,
        _: Request<proto::GetProgressRequest>,
    ) -> Result<Response<proto::GetProgressResponse>, Status> {
        let (last_sequence, feeds) = self.core.progress().await?;
        Ok(Response::new(proto::GetProgressResponse { last_sequence, feeds }))
    }

    async fn explain(
        &self,
        request: Request<proto::ExplainRequest>,
    ) -> Result<Response<proto::ExplainResponse>, Status> {
        let explanation = self.core.explain(&request.into_inner().decision_id).await?;
        Ok(Response::new(proto::ExplainResponse { explanation: Some(explanation) }))
    }

    async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let events = self.core.watch(request.into_inner().after_sequence, feed::event);
        let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
        Ok(Response::new(answers.boxed()))
    }
}
