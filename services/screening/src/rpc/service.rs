//! The contract's calls, each admitted and handed to what does it.

use std::pin::Pin;

use contract::screening::{self as proto, screening_service_server::ScreeningService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::feed;

/// The whole implementation: calls with one answer are admitted and handed to the function of the same name.
macro_rules! service {
    ({ $($call:ident($request:ident) -> $reply:ident;)* } and { $($others:tt)* }) => {
        #[tonic::async_trait]
        impl ScreeningService for Rpc {
            type RunClaimRulesStream = Answers<proto::RunClaimRulesResponse>;
            type PlanControlStream = Answers<proto::PlanControlResponse>;
            type TryClaimRulesStream = Answers<proto::TryClaimRulesResponse>;
            type RunNetworkStream = Answers<proto::RunNetworkResponse>;
            type RunPeersStream = Answers<proto::RunPeersResponse>;
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
        list_signals(ListSignalsRequest) -> ListSignalsResponse;
        get_signal(GetSignalRequest) -> GetSignalResponse;
        list_claim_rules(ListClaimRulesRequest) -> ListClaimRulesResponse;
        start_shadow(StartShadowRequest) -> StartShadowResponse;
        stop_shadow(StopShadowRequest) -> StopShadowResponse;
        get_shadow_report(GetShadowReportRequest) -> GetShadowReportResponse;
        list_work(ListWorkRequest) -> ListWorkResponse;
        get_score(GetScoreRequest) -> GetScoreResponse;
        list_peer_figures(ListPeerFiguresRequest) -> ListPeerFiguresResponse;
        list_links(ListLinksRequest) -> ListLinksResponse;
        get_network_path(GetNetworkPathRequest) -> GetNetworkPathResponse;
        get_peer_position(GetPeerPositionRequest) -> GetPeerPositionResponse;
        add_subject(AddSubjectRequest) -> AddSubjectResponse;
        end_subject(EndSubjectRequest) -> EndSubjectResponse;
        list_subjects(ListSubjectsRequest) -> ListSubjectsResponse;
        request_checks(RequestChecksRequest) -> RequestChecksResponse;
        list_consults(ListConsultsRequest) -> ListConsultsResponse;
        get_consult(GetConsultRequest) -> GetConsultResponse;
        get_integrity(GetIntegrityRequest) -> GetIntegrityResponse;
        explain_integrity(ExplainIntegrityRequest) -> ExplainIntegrityResponse;
        judge_integrity(JudgeIntegrityRequest) -> JudgeIntegrityResponse;
        get_control(GetControlRequest) -> GetControlResponse;
        list_controls(ListControlsRequest) -> ListControlsResponse;
        list_control_lines(ListControlLinesRequest) -> ListControlLinesResponse;
        record_control_results(RecordControlResultsRequest) -> RecordControlResultsResponse;
        conclude_control(ConcludeControlRequest) -> ConcludeControlResponse;
        open_case(OpenCaseRequest) -> OpenCaseResponse;
        add_to_case(AddToCaseRequest) -> AddToCaseResponse;
        start_hearing(StartHearingRequest) -> StartHearingResponse;
        record_response(RecordResponseRequest) -> RecordResponseResponse;
        assess_case(AssessCaseRequest) -> AssessCaseResponse;
        decide_case(DecideCaseRequest) -> DecideCaseResponse;
        close_case(CloseCaseRequest) -> CloseCaseResponse;
        get_case(GetCaseRequest) -> GetCaseResponse;
        list_cases(ListCasesRequest) -> ListCasesResponse;
        get_letter(GetLetterRequest) -> GetLetterResponse;
        get_rule_precision(GetRulePrecisionRequest) -> GetRulePrecisionResponse;
        list_proposals(ListProposalsRequest) -> ListProposalsResponse;
        decide_proposal(DecideProposalRequest) -> DecideProposalResponse;
        get_progress(GetProgressRequest) -> GetProgressResponse;
        explain(ExplainRequest) -> ExplainResponse;
        get_receipt(GetReceiptRequest) -> GetReceiptResponse;
    } and {
        async fn import_facts(
            &self,
            request: Request<Streaming<proto::ImportFactsRequest>>,
        ) -> Result<Response<proto::ImportFactsResponse>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            Ok(Response::new(self.take_facts(arrival, messages).await?))
        }

        async fn run_claim_rules(
            &self,
            request: Request<proto::RunClaimRulesRequest>,
        ) -> Result<Response<Self::RunClaimRulesStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(self.run_all(&call, request).await?.boxed()))
        }

        async fn try_claim_rules(
            &self,
            request: Request<proto::TryClaimRulesRequest>,
        ) -> Result<Response<Self::TryClaimRulesStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(self.try_all(call, request).await?.boxed()))
        }

        async fn plan_control(
            &self,
            request: Request<proto::PlanControlRequest>,
        ) -> Result<Response<Self::PlanControlStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(self.plan_and_draw(call, request)?.boxed()))
        }

        async fn import_links(
            &self,
            request: Request<Streaming<proto::ImportLinksRequest>>,
        ) -> Result<Response<proto::ImportLinksResponse>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            Ok(Response::new(self.take_links(arrival, messages).await?))
        }

        async fn run_network(
            &self,
            request: Request<proto::RunNetworkRequest>,
        ) -> Result<Response<Self::RunNetworkStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(self.look_through(&call, request).await?.boxed()))
        }

        async fn run_peers(
            &self,
            request: Request<proto::RunPeersRequest>,
        ) -> Result<Response<Self::RunPeersStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(self.compare_peers(&call, request).await?.boxed()))
        }

        async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            let events = self.core.watch(&call, request.into(), feed::event).await?;
            let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
            Ok(Response::new(answers.boxed()))
        }
    }
}
