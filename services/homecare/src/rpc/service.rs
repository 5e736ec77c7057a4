//! The contract's calls, each admitted and handed to what does it.

use std::pin::Pin;

use contract::homecare::{self as proto, homecare_service_server::HomecareService};
use futures::{Stream, StreamExt, stream};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::{claims::HomecareDecider, feed};

/// The whole implementation: calls with one answer are admitted and handed to the function of the same name.
macro_rules! service {
    ({ $($call:ident($request:ident) -> $reply:ident;)* } and { $($others:tt)* }) => {
        #[tonic::async_trait]
        impl HomecareService for Rpc {
            type ImportFeatureTableStream = Answers<proto::ImportFeatureTableResponse>;
            type ImportInsuredStream = Answers<proto::ImportInsuredResponse>;
            type SubmitClaimsStream = Answers<proto::SubmitClaimsResponse>;
            type StreamClaimLinesStream = Answers<proto::StreamClaimLinesResponse>;
            type PreviewOffersStream = Answers<proto::PreviewOffersResponse>;
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
        prepare_offer(PrepareOfferRequest) -> PrepareOfferResponse;
        make_offers(MakeOffersRequest) -> MakeOffersResponse;
        list_offers(ListOffersRequest) -> ListOffersResponse;
        list_offer_refusals(ListOfferRefusalsRequest) -> ListOfferRefusalsResponse;
        get_offer(GetOfferRequest) -> GetOfferResponse;
        respond_to_offer(RespondToOfferRequest) -> RespondToOfferResponse;
        revise_offer(ReviseOfferRequest) -> ReviseOfferResponse;
        accept_offer(AcceptOfferRequest) -> AcceptOfferResponse;
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
        list_ceiling_years(ListCeilingYearsRequest) -> ListCeilingYearsResponse;
        forecast_year(ForecastYearRequest) -> ForecastYearResponse;
        list_ceiling_decisions(ListCeilingDecisionsRequest) -> ListCeilingDecisionsResponse;
        request_raise(RequestRaiseRequest) -> RequestRaiseResponse;
        supplement_raise(SupplementRaiseRequest) -> SupplementRaiseResponse;
        ask_about_raise(AskAboutRaiseRequest) -> AskAboutRaiseResponse;
        confirm_raise(ConfirmRaiseRequest) -> ConfirmRaiseResponse;
        decide_raise(DecideRaiseRequest) -> DecideRaiseResponse;
        get_raise(GetRaiseRequest) -> GetRaiseResponse;
        list_raises(ListRaisesRequest) -> ListRaisesResponse;
        start_client_stop(StartClientStopRequest) -> StartClientStopResponse;
        end_client_stop(EndClientStopRequest) -> EndClientStopResponse;
        list_client_stops(ListClientStopsRequest) -> ListClientStopsResponse;
        file_application(FileApplicationRequest) -> FileApplicationResponse;
        decide_application(DecideApplicationRequest) -> DecideApplicationResponse;
        list_applications(ListApplicationsRequest) -> ListApplicationsResponse;
        record_subcontracting(RecordSubcontractingRequest) -> RecordSubcontractingResponse;
        prepare_year_end(PrepareYearEndRequest) -> PrepareYearEndResponse;
        close_year(CloseYearRequest) -> CloseYearResponse;
        list_case_reclaims(ListCaseReclaimsRequest) -> ListCaseReclaimsResponse;
        list_year_end(ListYearEndRequest) -> ListYearEndResponse;
        get_year_end_entry(GetYearEndEntryRequest) -> GetYearEndEntryResponse;
        decide_year_end(DecideYearEndRequest) -> DecideYearEndResponse;
        get_insured_register(GetInsuredRegisterRequest) -> GetInsuredRegisterResponse;
        list_insured_imports(ListInsuredImportsRequest) -> ListInsuredImportsResponse;
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

        async fn import_insured(
            &self,
            request: Request<Streaming<proto::ImportInsuredRequest>>,
        ) -> Result<Response<Self::ImportInsuredStream>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            Ok(Response::new(self.intake.import_insured(arrival, messages).boxed()))
        }

        async fn import_feature_table(
            &self,
            request: Request<Streaming<proto::ImportFeatureTableRequest>>,
        ) -> Result<Response<Self::ImportFeatureTableStream>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            let rpc = self.clone();
            let answer = async move { rpc.take_feature_table(arrival, messages).await };
            Ok(Response::new(stream::once(answer).boxed()))
        }

        async fn preview_offers(
            &self,
            request: Request<proto::PreviewOffersRequest>,
        ) -> Result<Response<Self::PreviewOffersStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            let parts = Rpc::preview_offers(self, &call, request).await?;
            Ok(Response::new(futures::stream::iter(parts.into_iter().map(Ok)).boxed()))
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
            let events = self.core.watch(&call, request.into(), feed::event).await?;
            let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
            Ok(Response::new(answers.boxed()))
        }
    }
}
