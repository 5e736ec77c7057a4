//! The contract's calls, each handed to what does it.

use std::pin::Pin;

use contract::registration::{self as proto, registration_service_server::RegistrationService};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status};

use super::Rpc;
use crate::feed;

#[tonic::async_trait]
impl RegistrationService for Rpc {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn create_provider(
        &self,
        request: Request<proto::CreateProviderRequest>,
    ) -> Result<Response<proto::CreateProviderResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::create_provider(self, &call, request).await?))
    }

    async fn get_provider(
        &self,
        request: Request<proto::GetProviderRequest>,
    ) -> Result<Response<proto::GetProviderResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::get_provider(self, &call, request).await?))
    }

    async fn list_providers(
        &self,
        request: Request<proto::ListProvidersRequest>,
    ) -> Result<Response<proto::ListProvidersResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::list_providers(self, &call, request).await?))
    }

    async fn open_round(
        &self,
        request: Request<proto::OpenRoundRequest>,
    ) -> Result<Response<proto::OpenRoundResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::open_round(self, &call, request).await?))
    }

    async fn get_round(
        &self,
        request: Request<proto::GetRoundRequest>,
    ) -> Result<Response<proto::GetRoundResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::get_round(self, &call, request).await?))
    }

    async fn list_rounds(
        &self,
        request: Request<proto::ListRoundsRequest>,
    ) -> Result<Response<proto::ListRoundsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::list_rounds(self, &call, request).await?))
    }

    async fn record_agreement(
        &self,
        request: Request<proto::RecordAgreementRequest>,
    ) -> Result<Response<proto::RecordAgreementResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::record_agreement(self, &call, request).await?))
    }

    async fn submit_registration(
        &self,
        request: Request<proto::SubmitRegistrationRequest>,
    ) -> Result<Response<proto::SubmitRegistrationResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.submit(&call, request).await?))
    }

    async fn assess_registration(
        &self,
        request: Request<proto::AssessRegistrationRequest>,
    ) -> Result<Response<proto::AssessRegistrationResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.assess(&call, request).await?))
    }

    async fn get_registration(
        &self,
        request: Request<proto::GetRegistrationRequest>,
    ) -> Result<Response<proto::GetRegistrationResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::get_registration(self, &call, request).await?))
    }

    async fn list_registrations(
        &self,
        request: Request<proto::ListRegistrationsRequest>,
    ) -> Result<Response<proto::ListRegistrationsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::list_registrations(self, &call, request).await?))
    }

    async fn award_agreement(
        &self,
        request: Request<proto::AwardAgreementRequest>,
    ) -> Result<Response<proto::AwardAgreementResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.award(&call, request).await?))
    }

    async fn list_agreements(
        &self,
        request: Request<proto::ListAgreementsRequest>,
    ) -> Result<Response<proto::ListAgreementsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::list_agreements(self, &call, request).await?))
    }

    async fn record_person(
        &self,
        request: Request<proto::RecordPersonRequest>,
    ) -> Result<Response<proto::RecordPersonResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::record_person(self, &call, request).await?))
    }

    async fn end_person(
        &self,
        request: Request<proto::EndPersonRequest>,
    ) -> Result<Response<proto::EndPersonResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::end_person(self, &call, request).await?))
    }

    async fn list_people(
        &self,
        request: Request<proto::ListPeopleRequest>,
    ) -> Result<Response<proto::ListPeopleResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.people(&call, request).await?))
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
        Ok(Response::new(Box::pin(answers)))
    }
}
