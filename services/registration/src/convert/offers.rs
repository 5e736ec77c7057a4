//! Awards and offers between the contract and the domain.

use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use super::products;
use crate::domain::{Awarded, Offer, Refusal, RefusalGround, Terms};

/// An agreement to be awarded, or a newer offer on it.
#[derive(Debug)]
pub struct Award {
    /// The request.
    pub request_id: Uuid,
    /// The registration.
    pub registration_id: String,
    /// The terms; without a last day as long as the rules give.
    pub terms: Terms,
    /// Why the rest is refused.
    pub refusals: Vec<Refusal>,
}

/// Reads an agreement to be awarded.
pub fn award_agreement(request: &proto::AwardAgreementRequest) -> Result<Award, EdgeError> {
    let mut fields = Fields::new();
    let refusals = request.refusals.iter().enumerate().map(|(index, refusal)| {
        let field = |name: &str| format!("refusals[{index}].{name}");
        let product = fields.text(&field("product"), &refusal.product);
        let ground = RefusalGround::from_proto(refusal.ground);
        fields.check(ground.is_some(), &field("ground"), "expected a ground");
        let motivation = fields.text(&field("motivation"), &refusal.motivation);
        Some(Refusal { product: product?, ground: ground?, motivation: motivation?, conditions: Vec::new() })
    });
    let refusals: Vec<Option<Refusal>> = refusals.collect();
    let refusals = refusals.into_iter().collect::<Option<Vec<Refusal>>>();
    let (request_id, registration_id) = ids(&mut fields, &request.request_id, &request.registration_id);
    let terms = terms(&mut fields, (request.period.as_ref(), &request.products, &request.modules));
    let (request_id, registration_id, terms, refusals) = fields.all((request_id, registration_id, terms, refusals))?;
    Ok(Award { request_id, registration_id, terms, refusals })
}

/// Reads a newer offer.
pub fn make_offer(request: &proto::MakeOfferRequest) -> Result<Award, EdgeError> {
    let mut fields = Fields::new();
    let (request_id, registration_id) = ids(&mut fields, &request.request_id, &request.registration_id);
    let terms = terms(&mut fields, (request.period.as_ref(), &request.products, &request.modules));
    let (request_id, registration_id, terms) = fields.all((request_id, registration_id, terms))?;
    Ok(Award { request_id, registration_id, terms, refusals: Vec::new() })
}

fn ids(fields: &mut Fields, request_id: &str, registration_id: &str) -> (Option<Uuid>, Option<String>) {
    (fields.request_id(request_id), fields.id("registration_id", registration_id))
}

type Given<'a> = (Option<&'a contract::common::Period>, &'a [String], &'a [String]);

fn terms(fields: &mut Fields, (period, asked, modules): Given<'_>) -> Option<Terms> {
    let days = fields.period("period", period);
    let products = products(fields, "products", asked);
    let modules = modules.iter().enumerate().map(|(index, module)| fields.text(&format!("modules[{index}]"), module));
    let modules: Vec<Option<String>> = modules.collect();
    let modules = modules.into_iter().collect::<Option<Vec<String>>>();
    let (first_day, last_day) = days?;
    Some(Terms { first_day, last_day, products: products?, modules: modules? })
}

/// Reads a response to an offer: request, offer and response.
pub fn respond_to_offer(request: &proto::RespondToOfferRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let offer_id = fields.id("offer_id", &request.offer_id);
    let response = fields.text("response", &request.response);
    fields.all((request_id, offer_id, response))
}

/// Reads which offer is accepted.
pub fn accept_offer(request: &proto::AcceptOfferRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let offer_id = fields.id("offer_id", &request.offer_id);
    fields.all((request_id, offer_id))
}

/// Reads what a list of offers asks: office, provider and page.
pub fn list_offers(request: &proto::ListOffersRequest) -> Result<(Office, Option<Agb>, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = super::optional_agb(&mut fields, &request.agb);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// An award for the contract.
pub fn award_out(awarded: &Awarded) -> proto::Award {
    let award = &awarded.award;
    let refusal = |refusal: &Refusal| proto::Refusal {
        product: refusal.product.clone(),
        ground: refusal.ground.to_proto(),
        motivation: refusal.motivation.clone(),
        conditions: refusal.conditions.clone(),
    };
    proto::Award {
        registration_id: awarded.registration_id.clone(),
        products: award.terms.products.clone(),
        modules: award.terms.modules.clone(),
        refusals: award.refusals.iter().map(refusal).collect(),
        conditional: award.conditional,
        period: to_proto::period(award.terms.first_day, award.terms.last_day),
        extension_date: award.extension.and_then(to_proto::date),
        decision_id: awarded.decision_id.clone(),
        announced_time: to_proto::time(awarded.announced),
    }
}

/// An offer for the contract.
pub fn offer(offer: &Offer) -> proto::Offer {
    proto::Offer {
        offer_id: offer.offer_id.clone(),
        registration_id: offer.registration_id.clone(),
        office: offer.office.to_string(),
        agb: offer.agb.to_string(),
        number: i32::try_from(offer.number).unwrap_or(i32::MAX),
        period: to_proto::period(offer.terms.first_day, offer.terms.last_day),
        products: offer.terms.products.clone(),
        modules: offer.terms.modules.clone(),
        sent_time: to_proto::time(offer.sent),
        respond_until_time: offer.windows.respond.and_then(to_proto::time),
        accept_until_time: offer.windows.accept.and_then(to_proto::time),
        negotiable: offer.windows.negotiable,
        state: offer.state.to_proto(),
        response: offer.response.clone(),
        accepted_time: offer.accepted.and_then(to_proto::time),
        agreement_id: offer.agreement_id.clone().unwrap_or_default(),
    }
}
