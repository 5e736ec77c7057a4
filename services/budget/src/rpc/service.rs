//! The contract's calls, each admitted and handed to what does it.

use std::pin::Pin;

use contract::budget::{self as proto, budget_service_server::BudgetService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::{claims::BudgetDecider, feed};

/// The whole implementation: calls with one answer are admitted and handed to the function of the same name.
macro_rules! service {
    ({ $($call:ident($request:ident) -> $reply:ident;)* } and { $($others:tt)* }) => {
        #[tonic::async_trait]
        impl BudgetService for Rpc {
            type ImportInsuredStream = Answers<proto::ImportInsuredResponse>;
            type SubmitClaimsStream = Answers<proto::SubmitClaimsResponse>;
            type StreamClaimLinesStream = Answers<proto::StreamClaimLinesResponse>;
            type StreamProductionStream = Answers<proto::StreamProductionResponse>;
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
        establish_room(EstablishRoomRequest) -> EstablishRoomResponse;
        change_room(ChangeRoomRequest) -> ChangeRoomResponse;
        release_reserve(ReleaseReserveRequest) -> ReleaseReserveResponse;
        get_room(GetRoomRequest) -> GetRoomResponse;
        list_rooms(ListRoomsRequest) -> ListRoomsResponse;
        list_ledger_entries(ListLedgerEntriesRequest) -> ListLedgerEntriesResponse;
        get_ledger(GetLedgerRequest) -> GetLedgerResponse;
        move_budget(MoveBudgetRequest) -> MoveBudgetResponse;
        record_payments(RecordPaymentsRequest) -> RecordPaymentsResponse;
        pay_advance(PayAdvanceRequest) -> PayAdvanceResponse;
        settle_advance(SettleAdvanceRequest) -> SettleAdvanceResponse;
        record_base_production(RecordBaseProductionRequest) -> RecordBaseProductionResponse;
        record_affordability(RecordAffordabilityRequest) -> RecordAffordabilityResponse;
        agree_innovation(AgreeInnovationRequest) -> AgreeInnovationResponse;
        list_innovations(ListInnovationsRequest) -> ListInnovationsResponse;
        list_budgets(ListBudgetsRequest) -> ListBudgetsResponse;
        open_round(OpenRoundRequest) -> OpenRoundResponse;
        simulate_round(SimulateRoundRequest) -> SimulateRoundResponse;
        preview_round(PreviewRoundRequest) -> PreviewRoundResponse;
        compare_simulations(CompareSimulationsRequest) -> CompareSimulationsResponse;
        commit_round(CommitRoundRequest) -> CommitRoundResponse;
        get_round(GetRoundRequest) -> GetRoundResponse;
        list_rounds(ListRoundsRequest) -> ListRoundsResponse;
        list_round_providers(ListRoundProvidersRequest) -> ListRoundProvidersResponse;
        replay_round(ReplayRoundRequest) -> ReplayRoundResponse;
        open_investigation(OpenInvestigationRequest) -> OpenInvestigationResponse;
        list_case_reclaims(ListCaseReclaimsRequest) -> ListCaseReclaimsResponse;
        close_investigation(CloseInvestigationRequest) -> CloseInvestigationResponse;
        record_wrongful_payment(RecordWrongfulPaymentRequest) -> RecordWrongfulPaymentResponse;
        list_forms(ListFormsRequest) -> ListFormsResponse;
        sign_form(SignFormRequest) -> SignFormResponse;
        escalate(EscalateRequest) -> EscalateResponse;
        list_escalations(ListEscalationsRequest) -> ListEscalationsResponse;
        get_publication(GetPublicationRequest) -> GetPublicationResponse;
        get_provider_use(GetProviderUseRequest) -> GetProviderUseResponse;
        list_claim_files(ListClaimFilesRequest) -> ListClaimFilesResponse;
        list_production(ListProductionRequest) -> ListProductionResponse;
        list_refusals(ListRefusalsRequest) -> ListRefusalsResponse;
        list_corrections(ListCorrectionsRequest) -> ListCorrectionsResponse;
        list_timeliness(ListTimelinessRequest) -> ListTimelinessResponse;
        get_insured_register(GetInsuredRegisterRequest) -> GetInsuredRegisterResponse;
        list_insured_imports(ListInsuredImportsRequest) -> ListInsuredImportsResponse;
        import_iwlz(ImportIwlzRequest) -> ImportIwlzResponse;
        list_allocations(ListAllocationsRequest) -> ListAllocationsResponse;
        make_forecast(MakeForecastRequest) -> MakeForecastResponse;
        answer_forecast(AnswerForecastRequest) -> AnswerForecastResponse;
        settle_forecast(SettleForecastRequest) -> SettleForecastResponse;
        list_forecasts(ListForecastsRequest) -> ListForecastsResponse;
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
            let (arrival, messages) = self.core.arrive(request)?;
            let core = self.core.clone();
            let answer = self.intake.submit(arrival, messages, |_| BudgetDecider::new(core));
            Ok(Response::new(answer.boxed()))
        }

        async fn import_insured(
            &self,
            request: Request<Streaming<proto::ImportInsuredRequest>>,
        ) -> Result<Response<Self::ImportInsuredStream>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            Ok(Response::new(self.intake.import_insured(arrival, messages).boxed()))
        }

        async fn stream_production(
            &self,
            request: Request<proto::StreamProductionRequest>,
        ) -> Result<Response<Self::StreamProductionStream>, Status> {
            let (_, request) = self.core.admit(request).await?;
            Ok(Response::new(self.all_production(request)?.boxed()))
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
