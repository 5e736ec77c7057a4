//! Raised offers: made and accepted (TAR-22).

use contract::tariffing as proto;
use edge::{Begun, Call, EdgeError, Write};
use explain::Trace;

use super::{
    Rpc,
    homecare::{earlier, on_day},
};
use crate::{
    convert, decide,
    decide::{AcceptanceFacts, Accepted, UpliftFacts},
    domain::homecare::{Basis, UpliftOffer},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn make_uplift_offer(
        &self,
        call: &Call,
        request: proto::MakeUpliftOfferRequest,
    ) -> Result<proto::MakeUpliftOfferResponse, Error> {
        let asked = convert::make_uplift(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        store::take_year(&mut write.tx, &asked.subject.office, asked.subject.year).await?;
        let facts = UpliftFacts { tariff: self.facts_of(&mut write, asked).await? };
        let mut trace = Trace::new();
        let offered = decide::offer_uplift(&facts, &self.core.rules, &mut trace)?;
        let subject = facts.tariff.subject.clone();
        let offered = offered.ok_or_else(|| EdgeError::Precondition {
            reason: "UPLIFT_TOO_LATE",
            subject: subject.to_string(),
            message: "the last moment to accept a raised offer is past (TAR-22)".to_owned(),
        })?;
        let held = on_day(self.held(&mut write, &subject).await?, facts.tariff.terms.first_day);
        let offer_id = self.core.ids.next().to_string();
        let decided = (&subject.office, "uplift_offer", offer_id.as_str());
        let decision_id = self.record(&mut write, decided, &facts, trace).await?;
        let offer = UpliftOffer {
            offer_id,
            subject,
            terms: facts.tariff.terms,
            tariff: offered.amounts.tariff,
            earlier: held.as_ref().map(earlier),
            sent: write.now,
            accept_until: offered.until,
            decision_id,
            accepted: None,
            replaced: false,
        };
        store::add_offer(&mut write.tx, &offer).await?;
        let offer = Some(self.offer_at(&offer, write.now)?);
        Ok(write.commit(proto::MakeUpliftOfferResponse { offer }).await?)
    }

    pub(super) async fn accept_uplift_offer(
        &self,
        call: &Call,
        request: proto::AcceptUpliftOfferRequest,
    ) -> Result<proto::AcceptUpliftOfferResponse, Error> {
        let (request_id, offer_id) = convert::accept_uplift(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let offer = take_offer(&mut write, &offer_id).await?;
        let now = write.now;
        let held = on_day(self.held(&mut write, &offer.subject).await?, offer.terms.first_day);
        let module = store::anders_werken(&mut write.tx, &offer.subject).await?;
        let tariff = self.facts(&mut write, offer.subject.clone(), offer.terms.clone(), module).await?;
        let facts = AcceptanceFacts { tariff, earlier: held.as_ref().map(earlier) };
        let mut trace = Trace::new();
        let accepted = decide::accept_uplift(&facts, &self.core.rules, &mut trace)?;
        let decided = (&offer.subject.office, "uplift_acceptance", offer_id.as_str());
        let decision_id = self.record(&mut write, decided, &facts, trace).await?;
        let reply = match accepted {
            Accepted::InTime(amounts) => {
                store::accept_offer(&mut write.tx, &offer_id, &decision_id, now).await?;
                let raised = (facts.tariff, amounts);
                let tariff = self.save(&mut write, raised, Basis::Uplift, decision_id.clone()).await?;
                let offer = self.offer_at(&UpliftOffer { accepted: Some(now), ..offer }, now)?;
                let tariff = Some(convert::home_care_tariff(&tariff));
                let (offer, accepted) = (Some(offer), true);
                proto::AcceptUpliftOfferResponse { offer, accepted, tariff, decision_id, ..Default::default() }
            }
            Accepted::Late => {
                write.note("refused: lapsed");
                let (reason_nl, reason_en) = self.lapsed(&facts)?;
                proto::AcceptUpliftOfferResponse {
                    offer: Some(self.offer_at(&offer, now)?),
                    accepted: false,
                    reason: "UPLIFT_LAPSED".to_owned(),
                    reason_nl,
                    reason_en,
                    tariff: held.as_ref().map(convert::home_care_tariff),
                    decision_id,
                }
            }
        };
        Ok(write.commit(reply).await?)
    }

    /// Why an acceptance is refused, in the words of the step that says so.
    fn lapsed(&self, facts: &AcceptanceFacts) -> Result<(String, String), Error> {
        let mut trace = Trace::new();
        decide::accept_uplift(facts, &self.core.rules, &mut trace)?;
        let words = self.in_words(facts, facts.tariff.as_of, trace)?;
        let first = words.steps.into_iter().next().unwrap_or_default();
        Ok((first.text_nl, first.text_en))
    }
}

/// An offer that was neither accepted nor replaced; its year is taken.
async fn take_offer(write: &mut Write, offer_id: &str) -> Result<UpliftOffer, Error> {
    let offer = store::offer(&mut write.tx, offer_id).await?;
    store::take_year(&mut write.tx, &offer.subject.office, offer.subject.year).await?;
    // Read again now that nobody else can change it.
    let offer = store::offer(&mut write.tx, offer_id).await?;
    if offer.accepted.is_some() || offer.replaced {
        let state = if offer.replaced { "a later offer came in its place" } else { "it was accepted before" };
        return Err(EdgeError::Precondition {
            reason: "UPLIFT_NOT_OPEN",
            subject: offer_id.to_owned(),
            message: format!("the raised offer can't be accepted: {state} (TAR-22)"),
        }
        .into());
    }
    Ok(offer)
}
