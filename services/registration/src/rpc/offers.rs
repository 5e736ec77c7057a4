//! Offers: made, responded to, accepted (REG-16).

use contract::registration as proto;
use edge::{Begun, Call, EdgeError, InvalidRequest, Write};
use explain::Trace;

use super::{Rpc, agreements::conclude, assessing::facts, registrations::precondition};
use crate::{
    convert, decide,
    decide::AgreementFacts,
    domain::{Agreement, DutyKind, DutyState, Offer, OpenOffer, Registration, State},
    error::Error,
    feed, rules, store,
};

impl Rpc {
    pub(super) async fn make_offer(
        &self,
        call: &Call,
        request: proto::MakeOfferRequest,
    ) -> Result<proto::MakeOfferResponse, Error> {
        let asked = convert::make_offer(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let registration = store::take_registration(&mut write.tx, &asked.registration_id).await?;
        let awarded = store::award(&mut write.tx, &asked.registration_id).await?.award;
        let mut wrong = Vec::new();
        let lists = [
            ("products", &asked.terms.products, &awarded.terms.products),
            ("modules", &asked.terms.modules, &awarded.terms.modules),
        ];
        for (field, offered, awarded) in lists {
            let others = offered.iter().enumerate().filter(|(_, product)| !awarded.contains(product));
            wrong.extend(others.map(|(at, product)| (format!("{field}[{at}]"), format!("{product} was not awarded"))));
        }
        // An award that may be extended can be offered up to the end of the extension (REG-11).
        let furthest = awarded.extension.or(awarded.terms.last_day);
        let passes = |last: &chrono::NaiveDate| asked.terms.last_day.is_none_or(|asked| *last < asked);
        if let Some(last) = furthest.filter(passes) {
            wrong.push((
                "period.last_day".to_owned(),
                format!("is past {last}, the last day that was awarded (REG-11)"),
            ));
        }
        if !wrong.is_empty() {
            return Err(EdgeError::from(InvalidRequest(wrong)).into());
        }
        let round = store::round(&mut write.tx, &registration.round_id).await?;
        let offer = self.offer_in(&mut write, &round, &registration, asked.terms).await?;
        Ok(write.commit(proto::MakeOfferResponse { offer: Some(convert::offer(&offer)) }).await?)
    }

    pub(super) async fn respond_to_offer(
        &self,
        call: &Call,
        request: proto::RespondToOfferRequest,
    ) -> Result<proto::RespondToOfferResponse, Error> {
        let (request_id, offer_id, response) = convert::respond_to_offer(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let (_, open) = take_open(&mut write, &offer_id).await?;
        let offer = open.responded(response, now)?;
        store::save_offer(&mut write.tx, &offer).await?;
        store::close_duties(&mut write.tx, (&offer_id, DutyKind::Response), DutyState::Met, now).await?;
        Ok(write.commit(proto::RespondToOfferResponse { offer: Some(convert::offer(&offer)) }).await?)
    }

    pub(super) async fn accept_offer(
        &self,
        call: &Call,
        request: proto::AcceptOfferRequest,
    ) -> Result<proto::AcceptOfferResponse, Error> {
        let (request_id, offer_id) = convert::accept_offer(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let (registration, open) = take_open(&mut write, &offer_id).await?;
        if store::judge_awaited(&mut write.tx, &registration.round_id, registration.agb).await? {
            let message = "the office waits for the decision of the judge about this award (REG-17)".to_owned();
            return Err(precondition("PROCEEDINGS_PENDING", &offer_id, message));
        }
        let there = store::agreement_on(&mut write.tx, &registration.registration_id).await?;
        let (agreement, reply) = match there {
            None => self.first(&mut write, &registration, open.offer()).await?,
            Some(agreement) => self.newer(&mut write, agreement, open.offer()).await?,
        };
        let offer = open.accepted(agreement, now);
        store::replace_offers(&mut write.tx, &offer).await?;
        store::withdraw_offers(&mut write.tx, &offer.registration_id, &offer_id).await?;
        store::save_offer(&mut write.tx, &offer).await?;
        for (kind, state) in [(DutyKind::Acceptance, DutyState::Met), (DutyKind::Response, DutyState::Withdrawn)] {
            store::close_duties(&mut write.tx, (&offer_id, kind), state, now).await?;
        }
        let reply = proto::AcceptOfferResponse { offer: Some(convert::offer(&offer)), agreement: Some(reply) };
        Ok(write.commit(reply).await?)
    }

    /// Concludes the first agreement on a registration, with everything that comes due under it.
    async fn first(
        &self,
        write: &mut Write,
        registration: &Registration,
        offer: &Offer,
    ) -> Result<(String, proto::Agreement), Error> {
        let now = write.now;
        let State::Awarded(received, assessed) = &registration.state else {
            return Err(EdgeError::Stored("an offer without an award".to_owned()).into());
        };
        let assessment = facts(&mut write.tx, registration, *received, now).await?;
        let award = store::award(&mut write.tx, &registration.registration_id).await?.award;
        let first_day = offer.terms.first_day;
        let facts = AgreementFacts { assessment, category: assessed.category, first_day };
        let mut trace = Trace::new();
        let due = decide::duties(&facts, &self.core.rules, &mut trace)?;
        let round = &facts.assessment.round;
        let agreement = Agreement {
            agreement_id: self.new_id(),
            office: round.office.clone(),
            sector: round.sector,
            agb: registration.agb,
            region: Some(registration.content.region),
            first_day,
            last_day: offer.terms.last_day,
            products: offer.terms.products.clone(),
            modules: offer.terms.modules.clone(),
            claiming_since: None,
            extended: false,
            conditional: award.conditional,
            extension: award.extension,
            registration_id: Some(registration.registration_id.clone()),
            recorded: now,
        };
        self.record(write, (&round.office, "agreement", &agreement.agreement_id), &facts, trace).await?;
        let reply = conclude(write, &agreement, "").await?;
        for due in due {
            self.owe(write, (&agreement.office, agreement.agb, &agreement.agreement_id), due).await?;
        }
        self.end_of_term(write, &agreement).await?;
        Ok((agreement.agreement_id, reply))
    }

    /// Gives the agreement on a registration the terms of a newer offer.
    async fn newer(
        &self,
        write: &mut Write,
        agreement: Agreement,
        offer: &Offer,
    ) -> Result<(String, proto::Agreement), Error> {
        let terms = offer.terms.clone();
        let later = |last: chrono::NaiveDate| terms.last_day.is_none_or(|asked| last < asked);
        let extended = agreement.extended || agreement.last_day.is_some_and(later);
        let agreement = Agreement {
            extended,
            first_day: terms.first_day,
            last_day: terms.last_day,
            products: terms.products,
            modules: terms.modules,
            ..agreement
        };
        let now = write.now;
        store::save_terms(&mut write.tx, &agreement, &format!("offer {}", offer.offer_id), now).await?;
        write.tx.publish(feed::agreement_concluded(&agreement));
        self.end_of_term(write, &agreement).await?;
        let reply = convert::agreement(&agreement);
        Ok((agreement.agreement_id, reply))
    }

    /// That an agreement ends is told when it does, on its newest last day.
    pub(super) async fn end_of_term(&self, write: &mut Write, agreement: &Agreement) -> Result<(), Error> {
        let (id, now) = (&agreement.agreement_id, write.now);
        store::close_duties(&mut write.tx, (id, DutyKind::Term), DutyState::Withdrawn, now).await?;
        if let Some(last) = agreement.last_day {
            let due = self.due(DutyKind::Term, &rules::CONCLUDED, decide::end_of(last));
            self.owe(write, (&agreement.office, agreement.agb, id), due).await?;
        }
        Ok(())
    }

    pub(super) async fn list_offers(
        &self,
        call: &Call,
        request: proto::ListOffersRequest,
    ) -> Result<proto::ListOffersResponse, Error> {
        let (office, agb, page) = convert::list_offers(&request)?;
        let mut rows = store::offers(&mut self.core.read(call).await?, &office, agb, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.offer_id.clone()]);
        Ok(proto::ListOffersResponse { offers: rows.iter().map(convert::offer).collect(), next_page_token })
    }
}

/// An offer that can be accepted, with its registration, which is taken.
async fn take_open(write: &mut Write, offer_id: &str) -> Result<(Registration, OpenOffer), Error> {
    let registration_id = store::offer(&mut write.tx, offer_id).await?.registration_id;
    let registration = store::take_registration(&mut write.tx, &registration_id).await?;
    // Read again now that nobody else can change it.
    let open = store::offer(&mut write.tx, offer_id).await?.open(write.now)?;
    Ok((registration, open))
}
