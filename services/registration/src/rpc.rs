//! The calls of registration: read, load, decide, save, reply.

use std::pin::Pin;

use contract::registration::{self as proto, registration_service_server::RegistrationService};
use edge::{Begun, Core, Decided, EdgeError, InvalidRequest, Write};
use explain::{Facts, Trace};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status};

use crate::{
    convert, decide,
    decide::AssessmentFacts,
    domain::{Agreement, Assessed, Registration, Round, State},
    error::Error,
    feed, store,
};

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
}

impl Rpc {
    /// The calls over a core.
    pub fn new(core: Core) -> Rpc {
        Rpc { core }
    }

    fn new_id(&self) -> String {
        self.core.ids.next().to_string()
    }

    /// A round with its calendar; without one when its rule file was taken away since.
    fn round_out(&self, round: &Round) -> Result<proto::Round, Error> {
        let milestones = match decide::calendar(round, &self.core.rules) {
            Err(Error::NoCalendar { .. }) => Vec::new(),
            other => other?,
        };
        Ok(convert::round(round, milestones))
    }

    async fn create_provider(
        &self,
        request: proto::CreateProviderRequest,
    ) -> Result<proto::CreateProviderResponse, Error> {
        let (request_id, provider) = convert::create_provider(&request)?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "CreateProvider", request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        if !store::add_provider(&mut write.tx, &provider, now).await? {
            return Err(EdgeError::AlreadyExists { what: "provider", id: provider.agb.to_string() }.into());
        }
        write.tx.publish(feed::provider_recorded(&provider));
        let reply = proto::CreateProviderResponse { provider: Some(convert::provider(&provider)) };
        Ok(write.commit(reply).await?)
    }

    async fn get_provider(&self, request: proto::GetProviderRequest) -> Result<proto::GetProviderResponse, Error> {
        let agb = convert::agb(&request.agb)?;
        let found = store::provider(&mut self.core.db.read().await?, agb).await?;
        let provider = found.ok_or_else(|| EdgeError::NotFound { what: "provider", id: agb.to_string() })?;
        Ok(proto::GetProviderResponse { provider: Some(convert::provider(&provider)) })
    }

    async fn list_providers(
        &self,
        request: proto::ListProvidersRequest,
    ) -> Result<proto::ListProvidersResponse, Error> {
        let page = convert::page(request.page_size, &request.page_token)?;
        let mut rows = store::providers(&mut self.core.db.read().await?, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let providers = rows.iter().map(convert::provider).collect();
        Ok(proto::ListProvidersResponse { providers, next_page_token })
    }

    async fn open_round(&self, request: proto::OpenRoundRequest) -> Result<proto::OpenRoundResponse, Error> {
        let (request_id, round) = convert::open_round(&request, || self.new_id())?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "OpenRound", request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let opened = convert::round(&round, decide::calendar(&round, &self.core.rules)?);
        if !store::add_round(&mut write.tx, &round, now).await? {
            let id = format!("{} {} {}", round.office, round.sector, round.year);
            return Err(EdgeError::AlreadyExists { what: "round", id }.into());
        }
        Ok(write.commit(proto::OpenRoundResponse { round: Some(opened) }).await?)
    }

    async fn get_round(&self, request: proto::GetRoundRequest) -> Result<proto::GetRoundResponse, Error> {
        let round_id = convert::id("round_id", &request.round_id)?;
        let round = store::round(&mut self.core.db.read().await?, &round_id).await?;
        Ok(proto::GetRoundResponse { round: Some(self.round_out(&round)?) })
    }

    async fn list_rounds(&self, request: proto::ListRoundsRequest) -> Result<proto::ListRoundsResponse, Error> {
        let (office, page) = convert::list_rounds(&request)?;
        let mut rows = store::rounds(&mut self.core.db.read().await?, &office, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.round_id.clone()]);
        let rounds = rows.iter().map(|round| self.round_out(round)).collect::<Result<_, _>>()?;
        Ok(proto::ListRoundsResponse { rounds, next_page_token })
    }

    async fn record_agreement(
        &self,
        request: proto::RecordAgreementRequest,
    ) -> Result<proto::RecordAgreementResponse, Error> {
        let recording = convert::record_agreement(&request)?;
        let now = self.core.clock.now();
        let mut write =
            match Write::begin(&self.core.db, now, "RecordAgreement", recording.request_id, &request).await? {
                Begun::New(write) => write,
                Begun::Replay(reply) => return Ok(reply),
            };
        store::provider_exists(&mut write.tx, recording.agb).await?;
        let agreement = recording.agreement(self.new_id(), now);
        let agreement = Some(conclude(&mut write, &agreement).await?);
        Ok(write.commit(proto::RecordAgreementResponse { agreement }).await?)
    }

    async fn submit(
        &self,
        request: proto::SubmitRegistrationRequest,
    ) -> Result<proto::SubmitRegistrationResponse, Error> {
        let submission = convert::submit(&request)?;
        let now = self.core.clock.now();
        let mut write =
            match Write::begin(&self.core.db, now, "SubmitRegistration", submission.request_id, &request).await? {
                Begun::New(write) => write,
                Begun::Replay(reply) => return Ok(reply),
            };
        store::round(&mut write.tx, &submission.round_id).await?;
        store::provider_exists(&mut write.tx, submission.agb).await?;
        let registration = Registration {
            registration_id: self.new_id(),
            round_id: submission.round_id,
            agb: submission.agb,
            region: submission.region,
            products: submission.products,
            documents: submission.documents,
            received: now,
            state: State::Submitted,
        };
        if !store::add_registration(&mut write.tx, &registration).await? {
            let id = format!("of provider {} in round {}", registration.agb, registration.round_id);
            return Err(EdgeError::AlreadyExists { what: "a registration", id }.into());
        }
        let registration = Some(convert::registration(&registration));
        Ok(write.commit(proto::SubmitRegistrationResponse { registration }).await?)
    }

    async fn assess(
        &self,
        request: proto::AssessRegistrationRequest,
    ) -> Result<proto::AssessRegistrationResponse, Error> {
        let (request_id, registration_id) = convert::assess(&request)?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "AssessRegistration", request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let submitted = store::take_registration(&mut write.tx, &registration_id).await?.submitted()?;
        let registration = submitted.registration();
        let facts = AssessmentFacts {
            round: store::round(&mut write.tx, &registration.round_id).await?,
            agb: registration.agb,
            region: registration.region,
            received: registration.received,
            handed_in: registration.documents.iter().map(|document| document.kind).collect(),
            agreements: store::agreements_of(&mut write.tx, registration.agb).await?,
            as_of: now,
        };
        let mut trace = Trace::new();
        let outcome = decide::assess(&facts, &self.core.rules, &mut trace)?;

        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let decided = Decided {
            office: &facts.round.office,
            kind: "assessment",
            subject: &registration_id,
            facts: &recorded,
            explanation: &explanation,
        };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        let assessed = Assessed { category: outcome.category, decision_id };
        let registration = submitted.assessed(assessed.clone(), outcome.reasons);
        store::save_assessment(&mut write.tx, &registration, &assessed, now).await?;
        let registration = Some(convert::registration(&registration));
        Ok(write.commit(proto::AssessRegistrationResponse { registration }).await?)
    }

    async fn get_registration(
        &self,
        request: proto::GetRegistrationRequest,
    ) -> Result<proto::GetRegistrationResponse, Error> {
        let id = convert::id("registration_id", &request.registration_id)?;
        let registration = store::registration(&mut self.core.db.read().await?, &id).await?;
        Ok(proto::GetRegistrationResponse { registration: Some(convert::registration(&registration)) })
    }

    async fn list_registrations(
        &self,
        request: proto::ListRegistrationsRequest,
    ) -> Result<proto::ListRegistrationsResponse, Error> {
        let (round_id, page) = convert::list_registrations(&request)?;
        let mut tx = self.core.db.read().await?;
        store::round(&mut tx, &round_id).await?;
        let mut rows = store::registrations(&mut tx, &round_id, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.registration_id.clone()]);
        let registrations = rows.iter().map(convert::registration).collect();
        Ok(proto::ListRegistrationsResponse { registrations, next_page_token })
    }

    async fn award(&self, request: proto::AwardAgreementRequest) -> Result<proto::AwardAgreementResponse, Error> {
        let award = convert::award(&request)?;
        let now = self.core.clock.now();
        let mut write = match Write::begin(&self.core.db, now, "AwardAgreement", award.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let admissible = store::take_registration(&mut write.tx, &award.registration_id).await?.admissible()?;
        let registration = admissible.registration();
        let round = store::round(&mut write.tx, &registration.round_id).await?;
        let violations = decide::award_violations(registration, &round, &award.products, award.days);
        if !violations.is_empty() {
            return Err(EdgeError::from(InvalidRequest(violations)).into());
        }
        let agreement = Agreement {
            agreement_id: self.new_id(),
            office: round.office,
            sector: round.sector,
            agb: registration.agb,
            region: Some(registration.region),
            first_day: award.days.0,
            last_day: award.days.1,
            products: award.products,
            claiming_since: None,
            extended: false,
            registration_id: Some(award.registration_id),
            recorded: now,
        };
        store::save_awarded(&mut write.tx, &admissible.awarded()).await?;
        let agreement = Some(conclude(&mut write, &agreement).await?);
        Ok(write.commit(proto::AwardAgreementResponse { agreement }).await?)
    }

    async fn list_agreements(
        &self,
        request: proto::ListAgreementsRequest,
    ) -> Result<proto::ListAgreementsResponse, Error> {
        let (office, agb, page) = convert::list_agreements(&request)?;
        let mut rows = store::agreements(&mut self.core.db.read().await?, &office, agb, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agreement_id.clone()]);
        let agreements = rows.iter().map(convert::agreement).collect();
        Ok(proto::ListAgreementsResponse { agreements, next_page_token })
    }
}

/// Saves an agreement, makes it known, and gives it as the contract tells it.
async fn conclude(write: &mut Write, agreement: &Agreement) -> Result<proto::Agreement, Error> {
    store::add_agreement(&mut write.tx, agreement).await?;
    write.tx.publish(feed::agreement_concluded(agreement));
    Ok(convert::agreement(agreement))
}

#[tonic::async_trait]
impl RegistrationService for Rpc {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn create_provider(
        &self,
        request: Request<proto::CreateProviderRequest>,
    ) -> Result<Response<proto::CreateProviderResponse>, Status> {
        Ok(Response::new(Rpc::create_provider(self, request.into_inner()).await?))
    }

    async fn get_provider(
        &self,
        request: Request<proto::GetProviderRequest>,
    ) -> Result<Response<proto::GetProviderResponse>, Status> {
        Ok(Response::new(Rpc::get_provider(self, request.into_inner()).await?))
    }

    async fn list_providers(
        &self,
        request: Request<proto::ListProvidersRequest>,
    ) -> Result<Response<proto::ListProvidersResponse>, Status> {
        Ok(Response::new(Rpc::list_providers(self, request.into_inner()).await?))
    }

    async fn open_round(
        &self,
        request: Request<proto::OpenRoundRequest>,
    ) -> Result<Response<proto::OpenRoundResponse>, Status> {
        Ok(Response::new(Rpc::open_round(self, request.into_inner()).await?))
    }

    async fn get_round(
        &self,
        request: Request<proto::GetRoundRequest>,
    ) -> Result<Response<proto::GetRoundResponse>, Status> {
        Ok(Response::new(Rpc::get_round(self, request.into_inner()).await?))
    }

    async fn list_rounds(
        &self,
        request: Request<proto::ListRoundsRequest>,
    ) -> Result<Response<proto::ListRoundsResponse>, Status> {
        Ok(Response::new(Rpc::list_rounds(self, request.into_inner()).await?))
    }

    async fn record_agreement(
        &self,
        request: Request<proto::RecordAgreementRequest>,
    ) -> Result<Response<proto::RecordAgreementResponse>, Status> {
        Ok(Response::new(Rpc::record_agreement(self, request.into_inner()).await?))
    }

    async fn submit_registration(
        &self,
        request: Request<proto::SubmitRegistrationRequest>,
    ) -> Result<Response<proto::SubmitRegistrationResponse>, Status> {
        Ok(Response::new(self.submit(request.into_inner()).await?))
    }

    async fn assess_registration(
        &self,
        request: Request<proto::AssessRegistrationRequest>,
    ) -> Result<Response<proto::AssessRegistrationResponse>, Status> {
        Ok(Response::new(self.assess(request.into_inner()).await?))
    }

    async fn get_registration(
        &self,
        request: Request<proto::GetRegistrationRequest>,
    ) -> Result<Response<proto::GetRegistrationResponse>, Status> {
        Ok(Response::new(Rpc::get_registration(self, request.into_inner()).await?))
    }

    async fn list_registrations(
        &self,
        request: Request<proto::ListRegistrationsRequest>,
    ) -> Result<Response<proto::ListRegistrationsResponse>, Status> {
        Ok(Response::new(Rpc::list_registrations(self, request.into_inner()).await?))
    }

    async fn award_agreement(
        &self,
        request: Request<proto::AwardAgreementRequest>,
    ) -> Result<Response<proto::AwardAgreementResponse>, Status> {
        Ok(Response::new(self.award(request.into_inner()).await?))
    }

    async fn list_agreements(
        &self,
        request: Request<proto::ListAgreementsRequest>,
    ) -> Result<Response<proto::ListAgreementsResponse>, Status> {
        Ok(Response::new(Rpc::list_agreements(self, request.into_inner()).await?))
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
        Ok(Response::new(Box::pin(answers)))
    }
}
