//! Short ways to an award, an offer and an agreement.

use contract::{
    common::Sector,
    registration::{self as proto, Category, Duty, DutyKind, DutyState, IntegrityResult, registration_service_client},
};
use tonic::{Status, transport::Channel};

use crate::support::*;

pub type Client = registration_service_client::RegistrationServiceClient<Channel>;

impl World {
    /// Awards everything that was asked for; the offer that comes with it.
    pub async fn award(&self, registration_id: &str, first: &str, last: Option<&str>) -> proto::Offer {
        let content = self.get(registration_id).await.content.unwrap();
        let request = proto::AwardAgreementRequest {
            request_id: self.request_id(),
            registration_id: registration_id.to_owned(),
            period: period(first, last),
            products: content.products,
            modules: content.modules,
            refusals: Vec::new(),
        };
        self.client().award_agreement(request).await.unwrap().into_inner().offer.unwrap()
    }

    pub async fn accept(&self, offer_id: &str) -> Result<proto::AcceptOfferResponse, Status> {
        let request = proto::AcceptOfferRequest { request_id: self.request_id(), offer_id: offer_id.to_owned() };
        Ok(self.client().accept_offer(request).await?.into_inner())
    }

    /// A newer offer of the same products for other days.
    pub async fn offer_anew(&self, offer: &proto::Offer, first: &str, last: &str) -> Result<proto::Offer, Status> {
        let request = proto::MakeOfferRequest {
            request_id: self.request_id(),
            registration_id: offer.registration_id.clone(),
            period: period(first, Some(last)),
            products: offer.products.clone(),
            modules: offer.modules.clone(),
        };
        Ok(self.client().make_offer(request).await?.into_inner().offer.unwrap())
    }

    pub async fn offer(&self, offer_id: &str) -> proto::Offer {
        let list = proto::ListOffersRequest { office: "vgz".to_owned(), ..Default::default() };
        let offers = self.client().list_offers(list).await.unwrap().into_inner().offers;
        offers.into_iter().find(|offer| offer.offer_id == offer_id).unwrap()
    }

    /// What is due, but for the dates of the calendar.
    pub async fn duties(&self, kind: DutyKind) -> Vec<Duty> {
        let list = proto::ListDutiesRequest { office: "vgz".to_owned(), page_size: 1_000, ..Default::default() };
        let duties = self.client().list_duties(list).await.unwrap().into_inner().duties;
        duties.into_iter().filter(|duty| duty.kind() == kind).collect()
    }

    /// Waits until every duty of a kind is in a state.
    pub async fn all_are(&self, kind: DutyKind, state: DutyState) -> Vec<Duty> {
        eventually(async || {
            let duties = self.duties(kind).await;
            duties.iter().all(|duty| duty.state() == state).then_some(duties)
        })
        .await
    }

    /// A registration for home care of 2024 of a provider with an agreement in the year before, assessed to the end.
    pub async fn home_care_admissible(&self) -> String {
        self.clock.set(utc("2023-06-01 10:00:00"));
        self.provider(AGB).await;
        self.agreement_of(AGB, ("vgz", Sector::HomeCare), ("2023-01-01", Some("2023-12-31")), None).await;
        let round = self.round("vgz", Sector::HomeCare, 2024).await;
        let content = self.content(&round, Category::ExistingExpiring);
        let id = self.register(self.creation(&round.round_id, content)).await.registration_id;
        self.screened(&id, IntegrityResult::NoObjection).await;
        let assessed = self.assess(&id).await.unwrap();
        assert_eq!(assessed.state(), proto::RegistrationState::Admissible, "{assessed:?}");
        id
    }

    /// Screening was asked, and answered.
    pub async fn screened(&self, registration_id: &str, result: IntegrityResult) {
        let ask = proto::AskIntegrityRequest {
            request_id: self.request_id(),
            registration_id: registration_id.to_owned(),
            due_date: Some(date("2023-07-15")),
        };
        self.client().ask_integrity(ask).await.unwrap();
        let answer = proto::RecordIntegrityRequest {
            request_id: self.request_id(),
            registration_id: registration_id.to_owned(),
            result: result.into(),
            conditions: Vec::new(),
            reference: "screening 1".to_owned(),
        };
        self.client().record_integrity(answer).await.unwrap();
    }

    /// A registration of a new provider in the round of 2022, assessed to the end.
    pub async fn new_and_admissible(&self) -> String {
        let id = self.registered(Category::New, |content| content).await;
        self.interview(&id, &[]).await.unwrap();
        let assessed = self.assess(&id).await.unwrap();
        assert_eq!(assessed.state(), proto::RegistrationState::Admissible, "{assessed:?}");
        id
    }
}
