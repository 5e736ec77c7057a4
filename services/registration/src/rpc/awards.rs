//! Awards on admissible registrations (REG-10, REG-11, REG-15).

use contract::registration as proto;
use edge::{
    Begun, Call, EdgeError, InvalidRequest, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::Trace;

use super::{Rpc, assessing::facts};
use crate::{
    cases, convert, decide,
    decide::{AwardFacts, OfferFacts},
    domain::{Answer, Awarded, Content, Duty, DutyKind, Offer, OfferState, Registration, Round, Terms},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn award_agreement(
        &self,
        call: &Call,
        request: proto::AwardAgreementRequest,
    ) -> Result<proto::AwardAgreementResponse, Error> {
        let award = convert::award_agreement(&request)?;
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
        let asked = convert::award_agreement(request)?;
        let now = write.now;
        let admissible = store::take_registration(&mut write.tx, &asked.registration_id).await?.admissible()?;
        let (registration, category) = (admissible.registration(), admissible.assessment().category);
        let received = registration.state.received().unwrap_or(now);
        let assessment = facts(&mut write.tx, registration, received, now).await?;
        let of = (&assessment.round.office, registration.agb, assessment.round.act());
        cases::refuse_excluded(&mut write.tx, of, now).await?;
        let facts = AwardFacts { assessment, category, terms: asked.terms, refusals: asked.refusals };
        let mut trace = Trace::new();
        let award = match decide::award(&facts, &self.core.rules, &mut trace)? {
            Ok(award) => award,
            Err(violations) => return Err(EdgeError::from(InvalidRequest(violations)).into()),
        };
        let round = &facts.assessment.round;
        let left_out = decide::left_out(&award);
        if !left_out.is_empty() {
            let adverse = Adverse {
                office: &round.office,
                agb: Some(registration.agb),
                subject: &asked.registration_id,
                summary: format!("niet gunnen: {}", left_out.join(", ")),
                outcome: &store::bytes_of(&award)?,
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                return Ok(proto::AwardAgreementResponse { award: None, offer: None, proposal: Some(proposal) });
            }
        }
        let decision_id = self.record(write, (&round.office, "award", &asked.registration_id), &facts, trace).await?;
        let awarded = Awarded { registration_id: asked.registration_id, award, decision_id, announced: now };
        store::add_award(&mut write.tx, &awarded).await?;
        let registration = admissible.awarded();
        store::save_awarded(&mut write.tx, &registration).await?;
        let offer = self.offer_in(write, round, &registration, awarded.award.terms.clone()).await?;
        let (award, offer) = (Some(convert::award_out(&awarded)), Some(convert::offer(&offer)));
        Ok(proto::AwardAgreementResponse { award, offer, proposal: None })
    }

    pub(super) async fn get_award(
        &self,
        call: &Call,
        request: proto::GetAwardRequest,
    ) -> Result<proto::GetAwardResponse, Error> {
        let id = convert::id("registration_id", &request.registration_id)?;
        let awarded = store::award(&mut self.core.read(call).await?, &id).await?;
        Ok(proto::GetAwardResponse { award: Some(convert::award_out(&awarded)) })
    }

    /// Makes an offer on a registration that was taken, with its windows and what comes due with them.
    pub(super) async fn offer_in(
        &self,
        write: &mut Write,
        round: &Round,
        registration: &Registration,
        terms: Terms,
    ) -> Result<Offer, Error> {
        let now = write.now;
        let number = store::next_offer(&mut write.tx, &registration.registration_id).await?;
        let facts = OfferFacts { round: round.clone(), number, fixed: is_fixed(&registration.content), sent: now };
        let mut trace = Trace::new();
        let windows = decide::windows(&facts, &self.core.rules, &mut trace)?;
        let windows = windows.ok_or_else(|| EdgeError::Precondition {
            reason: "OFFER_TOO_LATE",
            subject: registration.registration_id.clone(),
            message: "the last moment for an agreement in this round is past".to_owned(),
        })?;
        let offer = Offer {
            offer_id: self.new_id(),
            registration_id: registration.registration_id.clone(),
            office: round.office.clone(),
            agb: registration.agb,
            number,
            terms,
            sent: now,
            windows,
            state: OfferState::Open,
            response: String::new(),
            accepted: None,
            agreement_id: None,
        };
        let decision_id = self.record(write, (&round.office, "offer", &offer.offer_id), &facts, trace).await?;
        store::add_offer(&mut write.tx, &offer, &decision_id).await?;
        for (kind, until) in [(DutyKind::Response, windows.respond), (DutyKind::Acceptance, windows.accept)] {
            if let Some(until) = until {
                let due = self.due(kind, &rules::OFFER_ACCEPT, until);
                self.owe(write, (&round.office, registration.agb, &offer.offer_id), due).await?;
            }
        }
        write.note(&format!("offer {}", offer.offer_id));
        Ok(offer)
    }

    /// Makes something somebody's duty.
    pub(super) async fn owe(
        &self,
        write: &mut Write,
        (office, agb, subject): (&edge::Office, identifiers::Agb, &str),
        due: crate::domain::Due,
    ) -> Result<Duty, Error> {
        let duty = Duty {
            duty_id: self.new_id(),
            office: office.clone(),
            agb,
            subject: subject.to_owned(),
            due,
            state: crate::domain::DutyState::Open,
            met: None,
            evidence: String::new(),
        };
        store::add_duty(&mut write.tx, &duty).await?;
        Ok(duty)
    }
}

/// Whether the agreement is of a kind that is not negotiated: one for people without staff.
fn is_fixed(content: &Content) -> bool {
    matches!(content.answers.get("zzp_agreement"), Some(Answer::Yes(true)))
}
