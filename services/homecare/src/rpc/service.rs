//! The contract's calls, each admitted and handed to what does it.

use std::pin::Pin;

use contract::homecare::{self as proto, homecare_service_server::HomecareService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::{claims::HomecareDecider, feed};

/// The whole implementation: calls with one answer are admitted and handed to the function of the same name.
macro_rules! service {
    ({ $($call:ident($request:ident) -> $reply:ident;)* } and { $($others:tt)* }) => {
        #[tonic::async_trait]
        impl HomecareService for Rpc {
            type SubmitClaimsStream = Answers<proto::SubmitClaimsResponse>;
            type StreamClaimLinesStream = Answers<proto::StreamClaimLinesResponse>;
            type WatchStream = Answers<proto::WatchResponse>;

            $(async fn $call(&self, request: Request<proto::$request>) -> Result<Response<proto::$reply>, Status> {
                let (call, request) = self.core.admit(request).await?;
                Ok(Response::new(Rpc::$call(self, &call, request).await?))
            })*

            $($others)*
        }
    };
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

service! {
    {
        conclude_agreement(ConcludeAgreementRequest) -> ConcludeAgreementResponse;
        list_agreements(ListAgreementsRequest) -> ListAgreementsResponse;
        list_feature_tables(ListFeatureTablesRequest) -> ListFeatureTablesResponse;
        exclude_from_benchmark(ExcludeFromBenchmarkRequest) -> ExcludeFromBenchmarkResponse;
        lift_exclusion(LiftExclusionRequest) -> LiftExclusionResponse;
        list_exclusions(ListExclusionsRequest) -> ListExclusionsResponse;
        fit_benchmark(FitBenchmarkRequest) -> FitBenchmarkResponse;
        get_benchmark_run(GetBenchmarkRunRequest) -> GetBenchmarkRunResponse;
        list_benchmark_runs(ListBenchmarkRunsRequest) -> ListBenchmarkRunsResponse;
        list_benchmark_scores(ListBenchmarkScoresRequest) -> ListBenchmarkScoresResponse;
        get_consumption(GetConsumptionRequest) -> GetConsumptionResponse;
        list_consumption(ListConsumptionRequest) -> ListConsumptionResponse;
        forecast_year(ForecastYearRequest) -> ForecastYearResponse;
        list_ceiling_decisions(ListCeilingDecisionsRequest) -> ListCeilingDecisionsResponse;
        list_claim_files(ListClaimFilesRequest) -> ListClaimFilesResponse;
        list_proposals(ListProposalsRequest) -> ListProposalsResponse;
        decide_proposal(DecideProposalRequest) -> DecideProposalResponse;
        get_progress(GetProgressRequest) -> GetProgressResponse;
        explain(ExplainRequest) -> ExplainResponse;
        get_receipt(GetReceiptRequest) -> GetReceiptResponse;
    } and {
        async fn submit_claims(
            &self,
            request: Request<Streaming<proto::SubmitClaimsRequest>>,
        ) -> Result<Response<Self::SubmitClaimsStream>, Status> {
            let core = self.core.clone();
            let (arrival, messages) = self.core.arrive(request)?;
            let answer = self.intake.submit(arrival, messages, |_| HomecareDecider::new(core));
            Ok(Response::new(answer.boxed()))
        }

        async fn import_feature_table(
            &self,
            request: Request<Streaming<proto::ImportFeatureTableRequest>>,
        ) -> Result<Response<proto::ImportFeatureTableResponse>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            Ok(Response::new(Rpc::import_feature_table(self, arrival, messages).await?))
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

        async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            let events = self.core.watch(&call, request.after_sequence, feed::event);
            let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
            Ok(Response::new(answers.boxed()))
        }
    }
}
