//! What becomes of offers (HOM-04): responded to, negotiated about, accepted.

use chrono::{DateTime, Utc};
use contract::homecare as proto;
use edge::{
    Begun, Call, EdgeError, InvalidRequest, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};
use money::Money;

use super::Rpc;
use crate::{
    convert,
    decide::offer::{self, RevisionFacts},
    domain::{AgreementType, Offer, OfferState, OfferTerms},
    error, feed, rules, store,
};

impl Rpc {
    pub(super) async fn respond_to_offer(
        &self,
        call: &Call,
        request: proto::RespondToOfferRequest,
    ) -> Result<proto::RespondToOfferResponse, EdgeError> {
        let (request_id, offer_id, response) = convert::respond_to_offer(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let offer = open(&mut write, &offer_id).await?;
        negotiable(&offer)?;
        let windows = &offer.windows;
        if windows.respond_from.is_some_and(|from| now < from) || windows.respond.is_some_and(|until| now > until) {
            let until = windows.respond.unwrap_or(now);
            let message = format!("the provider may respond until {until} (HOM-04)");
            return Err(precondition("RESPONSE_CLOSED", &offer, message));
        }
        if !store::respond_to_offer(&mut write.tx, &offer_id, &response).await? {
            return Err(closed(&offer));
        }
        let offer = Offer { response, ..offer };
        write.commit(proto::RespondToOfferResponse { offer: Some(convert::offer(&offer, now)) }).await
    }

    pub(super) async fn revise_offer(
        &self,
        call: &Call,
        request: proto::ReviseOfferRequest,
    ) -> Result<proto::ReviseOfferResponse, EdgeError> {
        let asked = convert::revise_offer(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.revise_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// To offer less of anything than before takes four eyes.
    pub(super) async fn revise_in(
        &self,
        write: &mut Write,
        request: &proto::ReviseOfferRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::ReviseOfferResponse, EdgeError> {
        let asked = convert::revise_offer(request)?;
        let before = open(write, &asked.offer_id).await?;
        negotiable(&before)?;
        let most = *self.core.rules.get(&rules::CLIENT_FOLLOWING_MOST, &before.of.scope())?;
        if before.terms.kind == AgreementType::ClientFollowing && asked.ceiling > most {
            let problem = format!("is above {most}, the most of client_following (HOM-03)");
            return Err(InvalidRequest(vec![("ceiling".to_owned(), problem)]).into());
        }
        let terms = OfferTerms {
            ceiling: asked.ceiling,
            hours: asked.hours,
            clients: asked.clients,
            tariffs: asked.tariffs,
            ..before.terms.clone()
        };
        if less(&before.terms, &terms) {
            let (subject, outcome) = (before.of.to_string(), store::to_json(&terms));
            let adverse = Adverse {
                office: &before.of.office,
                agb: Some(before.of.agb),
                subject: &subject,
                summary: convert::revision_in_words(&before.terms, &terms, &asked.motivation),
                outcome: outcome.as_bytes(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                return Ok(proto::ReviseOfferResponse { offer: None, proposal: Some(proposal) });
            }
        }
        let facts = RevisionFacts {
            number: store::next_offer_number(&mut write.tx, &before.of).await?,
            of: before.of,
            offer_id: before.id,
            before: before.terms.ceiling,
            terms,
            motivation: asked.motivation,
            as_of: write.now,
        };
        let offer = self.record_revision(write, facts).await?;
        Ok(proto::ReviseOfferResponse { offer: Some(convert::offer(&offer, write.now)), proposal: None })
    }

    async fn record_revision(&self, write: &mut Write, facts: RevisionFacts) -> Result<Offer, EdgeError> {
        let mut trace = Trace::new();
        let windows = offer::revise(&facts, &self.core.rules, &mut trace)?;
        let subject = facts.of.to_string();
        let of = (&facts.of.office, "offer_revision", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, write.now), trace)).await?;
        let offer = Offer {
            id: self.core.ids.next().to_string(),
            of: facts.of,
            number: facts.number,
            terms: facts.terms,
            state: OfferState::Open,
            windows,
            response: String::new(),
            agreement_id: None,
            decision_id,
            made: write.now,
        };
        store::add_offer(&mut write.tx, &offer).await?;
        Ok(offer)
    }

    pub(super) async fn accept_offer(
        &self,
        call: &Call,
        request: proto::AcceptOfferRequest,
    ) -> Result<proto::AcceptOfferResponse, EdgeError> {
        let (request_id, offer_id) = convert::accept_offer(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let offer = open(&mut write, &offer_id).await?;
        let of = offer.of.clone();
        let accepted = feed::accept(&mut write.tx, offer, (&self.core.ids, now)).await?;
        let (offer, agreement) = accepted.ok_or_else(|| error::agreement_exists(&of))?;
        let reply = proto::AcceptOfferResponse { offer: Some(convert::offer(&offer, now)), agreement: Some(agreement) };
        write.commit(reply).await
    }
}

/// An offer that something can still become of.
async fn open(write: &mut Write, offer_id: &str) -> Result<Offer, EdgeError> {
    let offer = store::offer(&mut write.tx, offer_id).await?;
    if offer.state != OfferState::Open {
        return Err(closed(&offer));
    }
    if offer.lapsed(write.now) {
        let until: DateTime<Utc> = offer.windows.accept.unwrap_or(write.now);
        let message = format!(
            "the offer could be accepted until {until} and lapsed after that (HOM-04); decision {} explains it",
            offer.decision_id
        );
        return Err(precondition("OFFER_LAPSED", &offer, message));
    }
    Ok(offer)
}

fn negotiable(offer: &Offer) -> Result<(), EdgeError> {
    if offer.terms.negotiable() {
        return Ok(());
    }
    let message = "an offer to a sole proprietor is not negotiable (HOM-03)".to_owned();
    Err(precondition("OFFER_NOT_NEGOTIABLE", offer, message))
}

/// Whether anything is less than it was, or gone.
fn less(before: &OfferTerms, now: &OfferTerms) -> bool {
    let tariff = |product: &str| now.tariffs.iter().find(|one| one.product == product).map(|one| one.tariff);
    let lower = |one: &crate::domain::ProductTariff| tariff(&one.product).unwrap_or(Money::ZERO) < one.tariff;
    now.ceiling < before.ceiling
        || now.hours < before.hours
        || now.clients < before.clients
        || before.tariffs.iter().any(lower)
}

fn closed(offer: &Offer) -> EdgeError {
    precondition("OFFER_CLOSED", offer, format!("the offer was {} before", offer.state.as_str()))
}

fn precondition(reason: &'static str, offer: &Offer, message: String) -> EdgeError {
    EdgeError::Precondition { reason, subject: offer.id.clone(), message }
}
