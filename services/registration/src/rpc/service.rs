//! The contract's calls, each admitted and handed to what does it.

use std::pin::Pin;

use contract::registration::{self as proto, registration_service_server::RegistrationService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::Rpc;
use crate::feed;

/// The whole implementation: calls with one answer are admitted and handed to the function of the same name.
macro_rules! service {
    ({ $($call:ident($request:ident) -> $reply:ident;)* } and { $($others:tt)* }) => {
        #[tonic::async_trait]
        impl RegistrationService for Rpc {
            type WatchStream = Answers<proto::WatchResponse>;
            type StreamSupplyStream = Answers<proto::StreamSupplyResponse>;
            type DownloadDocumentStream = Answers<proto::DownloadDocumentResponse>;

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
        create_provider(CreateProviderRequest) -> CreateProviderResponse;
        update_provider(UpdateProviderRequest) -> UpdateProviderResponse;
        get_provider(GetProviderRequest) -> GetProviderResponse;
        list_providers(ListProvidersRequest) -> ListProvidersResponse;
        record_person(RecordPersonRequest) -> RecordPersonResponse;
        end_person(EndPersonRequest) -> EndPersonResponse;
        list_people(ListPeopleRequest) -> ListPeopleResponse;
        open_round(OpenRoundRequest) -> OpenRoundResponse;
        get_round(GetRoundRequest) -> GetRoundResponse;
        list_rounds(ListRoundsRequest) -> ListRoundsResponse;
        create_registration(CreateRegistrationRequest) -> CreateRegistrationResponse;
        update_registration(UpdateRegistrationRequest) -> UpdateRegistrationResponse;
        check_registration(CheckRegistrationRequest) -> CheckRegistrationResponse;
        submit_registration(SubmitRegistrationRequest) -> SubmitRegistrationResponse;
        import_registration(ImportRegistrationRequest) -> ImportRegistrationResponse;
        get_registration(GetRegistrationRequest) -> GetRegistrationResponse;
        list_registrations(ListRegistrationsRequest) -> ListRegistrationsResponse;
        ask_clarification(AskClarificationRequest) -> AskClarificationResponse;
        answer_clarification(AnswerClarificationRequest) -> AnswerClarificationResponse;
        list_clarifications(ListClarificationsRequest) -> ListClarificationsResponse;
        review_document(ReviewDocumentRequest) -> ReviewDocumentResponse;
        record_judgement(RecordJudgementRequest) -> RecordJudgementResponse;
        record_interview(RecordInterviewRequest) -> RecordInterviewResponse;
        ask_integrity(AskIntegrityRequest) -> AskIntegrityResponse;
        record_integrity(RecordIntegrityRequest) -> RecordIntegrityResponse;
        assess_registration(AssessRegistrationRequest) -> AssessRegistrationResponse;
        award_agreement(AwardAgreementRequest) -> AwardAgreementResponse;
        get_award(GetAwardRequest) -> GetAwardResponse;
        make_offer(MakeOfferRequest) -> MakeOfferResponse;
        respond_to_offer(RespondToOfferRequest) -> RespondToOfferResponse;
        accept_offer(AcceptOfferRequest) -> AcceptOfferResponse;
        list_offers(ListOffersRequest) -> ListOffersResponse;
        record_agreement(RecordAgreementRequest) -> RecordAgreementResponse;
        list_case_measures(ListCaseMeasuresRequest) -> ListCaseMeasuresResponse;
        list_agreements(ListAgreementsRequest) -> ListAgreementsResponse;
        end_agreement(EndAgreementRequest) -> EndAgreementResponse;
        list_duties(ListDutiesRequest) -> ListDutiesResponse;
        ask_evidence(AskEvidenceRequest) -> AskEvidenceResponse;
        record_evidence(RecordEvidenceRequest) -> RecordEvidenceResponse;
        file_appeal(FileAppealRequest) -> FileAppealResponse;
        answer_appeal(AnswerAppealRequest) -> AnswerAppealResponse;
        list_appeals(ListAppealsRequest) -> ListAppealsResponse;
        report_subcontractor(ReportSubcontractorRequest) -> ReportSubcontractorResponse;
        answer_subcontractor(AnswerSubcontractorRequest) -> AnswerSubcontractorResponse;
        list_subcontractors(ListSubcontractorsRequest) -> ListSubcontractorsResponse;
        list_supply(ListSupplyRequest) -> ListSupplyResponse;
        list_proposals(ListProposalsRequest) -> ListProposalsResponse;
        decide_proposal(DecideProposalRequest) -> DecideProposalResponse;
        get_progress(GetProgressRequest) -> GetProgressResponse;
        explain(ExplainRequest) -> ExplainResponse;
        get_receipt(GetReceiptRequest) -> GetReceiptResponse;

    } and {
        async fn upload_document(
            &self,
            request: Request<Streaming<proto::UploadDocumentRequest>>,
        ) -> Result<Response<proto::UploadDocumentResponse>, Status> {
            let (arrival, messages) = self.core.arrive(request)?;
            Ok(Response::new(Rpc::upload_document(self, arrival, messages).await?))
        }

        async fn download_document(
            &self,
            request: Request<proto::DownloadDocumentRequest>,
        ) -> Result<Response<Self::DownloadDocumentStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(Box::pin(Rpc::download_document(self, &call, request).await?)))
        }

        async fn stream_supply(
            &self,
            request: Request<proto::StreamSupplyRequest>,
        ) -> Result<Response<Self::StreamSupplyStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            Ok(Response::new(Box::pin(Rpc::stream_supply(self, &call, request).await?)))
        }

        async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
            let (call, request) = self.core.admit(request).await?;
            let events = self.core.watch(&call, request.into(), feed::event).await?;
            let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
            Ok(Response::new(Box::pin(answers)))
        }
    }
}
