//! Offers (HOM-01, HOM-03, HOM-04): prepared, previewed and made.

use contract::homecare as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
    to_proto,
};
use explain::Facts;
use money::Money;

use super::{
    Rpc,
    offer_inputs::{Planned, fingerprint, plan},
};
use crate::{
    convert,
    domain::{AgreementType, NoOffer, Offer, OfferRefusal, OfferState, Offered},
    store,
};

impl Rpc {
    pub(super) async fn prepare_offer(
        &self,
        call: &Call,
        request: proto::PrepareOfferRequest,
    ) -> Result<proto::PrepareOfferResponse, EdgeError> {
        let asked = convert::prepare_offer(&request)?;
        let with = (&*self.core.rules, self.core.clock.now());
        let alone = (false, |_| "inputs".to_owned());
        let planned = plan(&mut self.core.read(call).await?, asked, alone, with).await?;
        let Some(one) = planned.into_iter().next() else { return Ok(proto::PrepareOfferResponse::default()) };
        let (terms, reason, missing) = convert::offered(&one.offered);
        let explanation = one.trace.finish(&self.core.rules, &Facts::new(&one.facts, one.facts.as_of));
        let explanation = Some(self.core.explain_now(&explanation)?);
        let listed = one.facts.year_end.as_ref().map_or(&[][..], |listed| &listed.findings);
        let year_end_findings = convert::findings(listed);
        Ok(proto::PrepareOfferResponse { terms, reason: reason.into(), missing, explanation, year_end_findings })
    }

    /// The rows of a preview, and the totals.
    pub(super) async fn preview_offers(
        &self,
        call: &Call,
        request: proto::PreviewOffersRequest,
    ) -> Result<Vec<proto::PreviewOffersResponse>, EdgeError> {
        use proto::preview_offers_response::Part;
        let asked = convert::preview_offers(&request)?;
        let with = (&*self.core.rules, self.core.clock.now());
        let planned = plan(&mut self.core.read(call).await?, asked, (true, place), with).await?;
        let mut parts = Vec::with_capacity(planned.len() + 1);
        for one in &planned {
            let row = convert::offer_row(one.facts.of.agb, &one.offered, one.previous().as_ref())?;
            parts.push(proto::PreviewOffersResponse { part: Some(Part::Row(row)) });
        }
        parts.push(proto::PreviewOffersResponse { part: Some(Part::Totals(totals(&planned)?)) });
        Ok(parts)
    }

    pub(super) async fn make_offers(
        &self,
        call: &Call,
        request: proto::MakeOffersRequest,
    ) -> Result<proto::MakeOffersResponse, EdgeError> {
        let (request_id, _, _) = convert::make_offers(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.make_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// What is offered to all at once takes four eyes.
    pub(super) async fn make_in(
        &self,
        write: &mut Write,
        request: &proto::MakeOffersRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::MakeOffersResponse, EdgeError> {
        let (_, asked, shown) = convert::make_offers(request)?;
        let year = asked.year.clone();
        let planned = plan(&mut write.tx, asked, (true, place), (&self.core.rules, write.now)).await?;
        let subject = format!("{} {}", year.office, year.year);
        if fingerprint(&planned) != shown {
            let message = "what the offers are made from changed since the preview: preview them again".to_owned();
            return Err(EdgeError::Precondition { reason: "OFFERS_STALE", subject, message });
        }
        let totals = totals(&planned)?;
        let sum = |amount: &Option<contract::common::Money>| Money::from_cents(amount.map_or(0, |one| one.cents));
        let adverse = Adverse {
            office: &year.office,
            agb: None,
            subject: &subject,
            summary: format!(
                "{} aanbiedingen voor {}, samen € {} tegen € {} in het jaar ervoor; {} zorgaanbieders zonder aanbod",
                totals.offers,
                year.year,
                sum(&totals.ceilings).to_dutch(),
                sum(&totals.previous_ceilings).to_dutch(),
                totals.without_offer
            ),
            outcome: shown.as_bytes(),
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::MakeOffersResponse { totals: Some(totals), proposal: Some(proposal) });
        }
        for one in planned {
            self.record_offer(write, one).await?;
        }
        write.note(&format!("{} offers", totals.offers));
        Ok(proto::MakeOffersResponse { totals: Some(totals), proposal: None })
    }

    /// Records what was decided about a provider, and the offer if there is one.
    async fn record_offer(&self, write: &mut Write, one: Planned) -> Result<(), EdgeError> {
        let Planned { facts, offered, windows, trace } = one;
        // About who has an agreement, or of whom too little is known, nothing was decided.
        let open = [NoOffer::InputsMissing, NoOffer::AgreementExists];
        if matches!(&offered, Offered::Nothing { reason, .. } if open.contains(reason)) {
            return Ok(());
        }
        let subject = facts.of.to_string();
        let of = (&facts.of.office, "offer", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, write.now), trace)).await?;
        let terms = match offered {
            Offered::Terms(terms) => terms,
            Offered::Nothing { reason, missing } => {
                let refusal = OfferRefusal { of: facts.of, reason, missing, decision_id, recorded: write.now };
                return Ok(store::add_refusal(&mut write.tx, &refusal).await?);
            }
        };
        let offer = Offer {
            id: self.core.ids.next().to_string(),
            of: facts.of,
            number: facts.number,
            terms,
            state: OfferState::Open,
            windows,
            response: String::new(),
            agreement_id: None,
            decision_id,
            made: write.now,
        };
        Ok(store::add_offer(&mut write.tx, &offer).await?)
    }

    pub(super) async fn list_offers(
        &self,
        call: &Call,
        request: proto::ListOffersRequest,
    ) -> Result<proto::ListOffersResponse, EdgeError> {
        let (office, of, page) = convert::list_offers(&request)?;
        let now = self.core.clock.now();
        let mut rows = store::page_of_offers(&mut self.core.read(call).await?, &office, of, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.id.clone()]);
        let offers = rows.iter().map(|row| convert::offer(row, now)).collect();
        Ok(proto::ListOffersResponse { offers, next_page_token })
    }

    pub(super) async fn list_offer_refusals(
        &self,
        call: &Call,
        request: proto::ListOfferRefusalsRequest,
    ) -> Result<proto::ListOfferRefusalsResponse, EdgeError> {
        let (office, of, page) = convert::list_refusals(&request)?;
        let mut rows = store::page_of_refusals(&mut self.core.read(call).await?, &office, of, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.decision_id.clone()]);
        let refusals = rows.iter().map(convert::refusal).collect();
        Ok(proto::ListOfferRefusalsResponse { refusals, next_page_token })
    }

    pub(super) async fn get_offer(
        &self,
        call: &Call,
        request: proto::GetOfferRequest,
    ) -> Result<proto::GetOfferResponse, EdgeError> {
        let offer = store::offer(&mut self.core.read(call).await?, &request.offer_id).await?;
        Ok(proto::GetOfferResponse { offer: Some(convert::offer(&offer, self.core.clock.now())) })
    }
}

fn place(at: usize) -> String {
    format!("providers[{at}]")
}

/// What the offers come to, held against the year before, by type and together.
fn totals(planned: &[Planned]) -> Result<proto::OfferTotals, EdgeError> {
    use AgreementType::{ClientFollowing, Plus, Standard, Zzp};
    let terms = |one: &Planned| match &one.offered {
        Offered::Terms(terms) => Some((terms.kind, terms.ceiling)),
        Offered::Nothing { .. } => None,
    };
    let count = |many: &[(AgreementType, Money)]| i32::try_from(many.len()).unwrap_or(i32::MAX);
    let sum = |many: &[(AgreementType, Money)]| Money::total(many.iter().map(|(_, ceiling)| *ceiling));
    let of = |all: &[(AgreementType, Money)], kind| -> Vec<_> {
        all.iter().filter(|(one, _)| *one == kind).copied().collect()
    };
    let offers: Vec<_> = planned.iter().filter_map(terms).collect();
    let previous: Vec<_> = planned.iter().filter_map(Planned::previous).collect();
    let mut types = Vec::with_capacity(4);
    for kind in [Plus, Standard, ClientFollowing, Zzp] {
        let (offers, previous) = (of(&offers, kind), of(&previous, kind));
        types.push(proto::OfferTypeTotals {
            r#type: convert::agreement_type(kind).into(),
            offers: count(&offers),
            ceilings: to_proto::money(sum(&offers)?),
            previous_agreements: count(&previous),
            previous_ceilings: to_proto::money(sum(&previous)?),
        });
    }
    let retyped = planned
        .iter()
        .filter(|one| terms(one).zip(one.previous()).is_some_and(|((kind, _), (before, _))| kind != before));
    Ok(proto::OfferTotals {
        types,
        offers: count(&offers),
        ceilings: to_proto::money(sum(&offers)?),
        previous_ceilings: to_proto::money(sum(&previous)?),
        retyped: i32::try_from(retyped.count()).unwrap_or(i32::MAX),
        without_offer: i32::try_from(planned.len() - offers.len()).unwrap_or(i32::MAX),
        offers_sha256: fingerprint(planned),
    })
}
