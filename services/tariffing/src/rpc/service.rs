//! The contract's calls, each admitted and handed to what does it.

use std::pin::Pin;

use contract::tariffing::{self as proto, tariffing_service_server::TariffingService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status};

use super::Rpc;
use crate::feed;

/// The whole implementation: calls with one answer are admitted and handed to the function of the same name.
macro_rules! service {
    ({ $($call:ident($request:ident) -> $reply:ident;)* } and { $($others:tt)* }) => {
        #[tonic::async_trait]
        impl TariffingService for Rpc {
            type StreamTariffEffectsStream = Answers<proto::StreamTariffEffectsResponse>;
            type CompareOfficesStream = Answers<proto::CompareOfficesResponse>;
            type SimulatePolicyStream = Answers<proto::SimulatePolicyResponse>;
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
        import_maximum_tariffs(ImportMaximumTariffsRequest) -> ImportMaximumTariffsResponse;
        import_volumes(ImportVolumesRequest) -> ImportVolumesResponse;
        list_maximum_tariffs(ListMaximumTariffsRequest) -> ListMaximumTariffsResponse;
        quote(QuoteRequest) -> QuoteResponse;
        agree_percentage(AgreePercentageRequest) -> AgreePercentageResponse;
        list_percentages(ListPercentagesRequest) -> ListPercentagesResponse;
        quote_products(QuoteProductsRequest) -> QuoteProductsResponse;
        what_would_change(WhatWouldChangeRequest) -> WhatWouldChangeResponse;
        get_position(GetPositionRequest) -> GetPositionResponse;
        record_standing(RecordStandingRequest) -> RecordStandingResponse;
        record_interview(RecordInterviewRequest) -> RecordInterviewResponse;
        record_judgement(RecordJudgementRequest) -> RecordJudgementResponse;
        withdraw_grant(WithdrawGrantRequest) -> WithdrawGrantResponse;
        agree_line(AgreeLineRequest) -> AgreeLineResponse;
        propose_bid(ProposeBidRequest) -> ProposeBidResponse;
        record_percentage(RecordPercentageRequest) -> RecordPercentageResponse;
        list_percentage_versions(ListPercentageVersionsRequest) -> ListPercentageVersionsResponse;
        keep_quote(KeepQuoteRequest) -> KeepQuoteResponse;
        get_quote(GetQuoteRequest) -> GetQuoteResponse;
        file_tariff_proposal(FileTariffProposalRequest) -> FileTariffProposalResponse;
        update_tariff_proposal(UpdateTariffProposalRequest) -> UpdateTariffProposalResponse;
        judge_tariff_proposal(JudgeTariffProposalRequest) -> JudgeTariffProposalResponse;
        agree_results(AgreeResultsRequest) -> AgreeResultsResponse;
        assess_tariff_proposal(AssessTariffProposalRequest) -> AssessTariffProposalResponse;
        grant_tariff_proposal(GrantTariffProposalRequest) -> GrantTariffProposalResponse;
        refuse_tariff_proposal(RefuseTariffProposalRequest) -> RefuseTariffProposalResponse;
        withdraw_tariff_proposal(WithdrawTariffProposalRequest) -> WithdrawTariffProposalResponse;
        list_tariff_proposals(ListTariffProposalsRequest) -> ListTariffProposalsResponse;
        evaluate_result(EvaluateResultRequest) -> EvaluateResultResponse;
        list_result_agreements(ListResultAgreementsRequest) -> ListResultAgreementsResponse;
        agree_home_care_tariff(AgreeHomeCareTariffRequest) -> AgreeHomeCareTariffResponse;
        record_anders_werken(RecordAndersWerkenRequest) -> RecordAndersWerkenResponse;
        settle_night_care(SettleNightCareRequest) -> SettleNightCareResponse;
        get_night_care(GetNightCareRequest) -> GetNightCareResponse;
        make_uplift_offer(MakeUpliftOfferRequest) -> MakeUpliftOfferResponse;
        accept_uplift_offer(AcceptUpliftOfferRequest) -> AcceptUpliftOfferResponse;
        get_home_care_tariff(GetHomeCareTariffRequest) -> GetHomeCareTariffResponse;
        list_home_care_tariffs(ListHomeCareTariffsRequest) -> ListHomeCareTariffsResponse;
        file_hardship_request(FileHardshipRequestRequest) -> FileHardshipRequestResponse;
        add_hardship_documents(AddHardshipDocumentsRequest) -> AddHardshipDocumentsResponse;
        record_hardship_figures(RecordHardshipFiguresRequest) -> RecordHardshipFiguresResponse;
        judge_hardship(JudgeHardshipRequest) -> JudgeHardshipResponse;
        compute_hardship(ComputeHardshipRequest) -> ComputeHardshipResponse;
        decide_hardship(DecideHardshipRequest) -> DecideHardshipResponse;
        object_to_hardship(ObjectToHardshipRequest) -> ObjectToHardshipResponse;
        decide_hardship_objection(DecideHardshipObjectionRequest) -> DecideHardshipObjectionResponse;
        list_hardship_requests(ListHardshipRequestsRequest) -> ListHardshipRequestsResponse;
        check_treatment_mix(CheckTreatmentMixRequest) -> CheckTreatmentMixResponse;
        list_proposals(ListProposalsRequest) -> ListProposalsResponse;
        decide_proposal(DecideProposalRequest) -> DecideProposalResponse;
        import_annual_figures(ImportAnnualFiguresRequest) -> ImportAnnualFiguresResponse;
        list_annual_figures(ListAnnualFiguresRequest) -> ListAnnualFiguresResponse;
        derive_guide_percentage(DeriveGuidePercentageRequest) -> DeriveGuidePercentageResponse;
        get_mirror(GetMirrorRequest) -> GetMirrorResponse;
        get_progress(GetProgressRequest) -> GetProgressResponse;
        explain(ExplainRequest) -> ExplainResponse;
        get_receipt(GetReceiptRequest) -> GetReceiptResponse;
    } and {
        async fn compare_offices(
            &self,
            request: Request<proto::CompareOfficesRequest>,
        ) -> Result<Response<Self::CompareOfficesStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(Rpc::compare_offices(self, &call, request).await?))
        }

        async fn simulate_policy(
            &self,
            request: Request<proto::SimulatePolicyRequest>,
        ) -> Result<Response<Self::SimulatePolicyStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(Rpc::simulate_policy(self, &call, request).await?))
        }

        async fn stream_tariff_effects(
            &self,
            request: Request<proto::StreamTariffEffectsRequest>,
        ) -> Result<Response<Self::StreamTariffEffectsStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(Rpc::stream_tariff_effects(self, &call, request).await?))
        }

        async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            let events = self.core.watch(&call, request.into(), feed::event).await?;
            let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
            Ok(Response::new(Box::pin(answers)))
        }
    }
}
