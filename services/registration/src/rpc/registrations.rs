//! Registrations, from their receipt to an agreement (REG-02, REG-03, REG-05).

use contract::registration as proto;
use edge::{
    Begun, Call, Decided, EdgeError, InvalidRequest, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};
use prost::Message;

use super::{Rpc, agreements::conclude};
use crate::{
    convert, decide,
    decide::AssessmentFacts,
    domain::{Agreement, Assessed, Reason, Registration, State},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn submit(
        &self,
        call: &Call,
        request: proto::SubmitRegistrationRequest,
    ) -> Result<proto::SubmitRegistrationResponse, Error> {
        let submission = convert::submit(&request)?;
        let mut write = match self.core.begin(call, submission.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
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

    pub(super) async fn assess(
        &self,
        call: &Call,
        request: proto::AssessRegistrationRequest,
    ) -> Result<proto::AssessRegistrationResponse, Error> {
        let (request_id, _) = convert::assess(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.assess_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Not to consider a registration takes four eyes.
    pub(super) async fn assess_in(
        &self,
        write: &mut Write,
        request: &proto::AssessRegistrationRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::AssessRegistrationResponse, Error> {
        let (_, registration_id) = convert::assess(request)?;
        let now = write.now;
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
        if !outcome.reasons.is_empty() {
            let reasons: Vec<String> = outcome.reasons.iter().map(in_words).collect();
            let summary = format!("inschrijving niet in behandeling nemen: {}", reasons.join(", "));
            let adverse = Adverse {
                office: &facts.round.office,
                agb: Some(facts.agb),
                subject: &registration_id,
                outcome: summary.as_bytes(),
                summary: summary.clone(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let registration = Some(convert::registration(registration));
                return Ok(proto::AssessRegistrationResponse { registration, proposal: Some(proposal) });
            }
        }
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
        Ok(proto::AssessRegistrationResponse { registration, proposal: None })
    }

    pub(super) async fn get_registration(
        &self,
        call: &Call,
        request: proto::GetRegistrationRequest,
    ) -> Result<proto::GetRegistrationResponse, Error> {
        let id = convert::id("registration_id", &request.registration_id)?;
        let registration = store::registration(&mut self.core.read(call).await?, &id).await?;
        Ok(proto::GetRegistrationResponse { registration: Some(convert::registration(&registration)) })
    }

    pub(super) async fn list_registrations(
        &self,
        call: &Call,
        request: proto::ListRegistrationsRequest,
    ) -> Result<proto::ListRegistrationsResponse, Error> {
        let (round_id, page) = convert::list_registrations(&request)?;
        let mut tx = self.core.read(call).await?;
        store::round(&mut tx, &round_id).await?;
        let mut rows = store::registrations(&mut tx, &round_id, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.registration_id.clone()]);
        let registrations = rows.iter().map(convert::registration).collect();
        Ok(proto::ListRegistrationsResponse { registrations, next_page_token })
    }

    pub(super) async fn award(
        &self,
        call: &Call,
        request: proto::AwardAgreementRequest,
    ) -> Result<proto::AwardAgreementResponse, Error> {
        let award = convert::award(&request)?;
        let mut write = match self.core.begin(call, award.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.award_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To award less than was asked for takes four eyes.
    pub(super) async fn award_in(
        &self,
        write: &mut Write,
        request: &proto::AwardAgreementRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::AwardAgreementResponse, Error> {
        let award = convert::award(request)?;
        let admissible = store::take_registration(&mut write.tx, &award.registration_id).await?.admissible()?;
        let registration = admissible.registration();
        let round = store::round(&mut write.tx, &registration.round_id).await?;
        let violations = decide::award_violations(registration, &round, &award.products, award.days);
        if !violations.is_empty() {
            return Err(EdgeError::from(InvalidRequest(violations)).into());
        }
        let left_out = decide::left_out(registration, &award.products);
        if !left_out.is_empty() {
            let adverse = Adverse {
                office: &round.office,
                agb: Some(registration.agb),
                subject: &award.registration_id,
                summary: format!("niet gunnen: {}", left_out.join(", ")),
                outcome: &request.encode_to_vec(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                return Ok(proto::AwardAgreementResponse { agreement: None, proposal: Some(proposal) });
            }
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
            recorded: write.now,
        };
        store::save_awarded(&mut write.tx, &admissible.awarded()).await?;
        let agreement = Some(conclude(write, &agreement).await?);
        Ok(proto::AwardAgreementResponse { agreement, proposal: None })
    }
}

/// A reason as a proposal tells it.
fn in_words(reason: &Reason) -> String {
    format!("{} {} ({})", reason.code(), reason.subject(), reason.rule())
}
