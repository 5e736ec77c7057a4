//! Offers: what they are made from, on their way in, and what they say, on their way out.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use contract::homecare as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use money::{Decimal, Money, Percentage};
use uuid::Uuid;

use super::{HOURS_DECIMALS, agreement_type, product_tariff, read_type, tariffs};
use crate::domain::{
    AgreementType, ExcludedChoice, ExcludedTreatment, Growth, NightCare, NoOffer, Offer, OfferRefusal, OfferState,
    OfferTerms, Offered, OfficeYear, Previous, ProductTariff, SoleProprietor, Stated,
};

/// The decimals of a percentage.
const PERCENT_DECIMALS: u32 = 2;

type Number = contract::common::Decimal;

/// Offers of a year that are asked for: of which year, by which run, from what is stated.
#[derive(Debug)]
pub struct Plan {
    /// The year.
    pub year: OfficeYear,
    /// The run of the benchmark.
    pub run_id: Option<String>,
    /// What is stated, of each provider at most once.
    pub stated: Vec<Stated>,
}

/// Reads of whom an offer is prepared.
pub fn prepare_offer(request: &proto::PrepareOfferRequest) -> Result<Plan, EdgeError> {
    let mut fields = Fields::new();
    let year = office_year(&mut fields, &request.office, request.year);
    let inputs = fields.required("inputs", request.inputs.as_ref());
    let stated = inputs.and_then(|inputs| stated(&mut fields, "inputs", inputs));
    let (year, stated) = fields.all((year, stated))?;
    Ok(Plan { year, run_id: run_id(&request.run_id), stated: vec![stated] })
}

/// Reads which offers are previewed.
pub fn preview_offers(request: &proto::PreviewOffersRequest) -> Result<Plan, EdgeError> {
    let mut fields = Fields::new();
    let plan = plan(&mut fields, (&request.office, request.year, &request.run_id), &request.providers);
    fields.all((plan,)).map(|(plan,)| plan)
}

/// Reads which offers are made: the request, what they are made from, and the fingerprint.
pub fn make_offers(request: &proto::MakeOffersRequest) -> Result<(Uuid, Plan, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let fingerprint = fields.id("offers_sha256", &request.offers_sha256);
    let plan = plan(&mut fields, (&request.office, request.year, &request.run_id), &request.providers);
    fields.all((request_id, plan, fingerprint))
}

fn plan(fields: &mut Fields, (office, year, run): (&str, i32, &str), providers: &[proto::OfferInputs]) -> Option<Plan> {
    let year = office_year(fields, office, year);
    let mut read = Vec::with_capacity(providers.len());
    let mut seen = BTreeSet::new();
    for (index, inputs) in providers.iter().enumerate() {
        let at = format!("providers[{index}]");
        let once = inputs.agb.is_empty() || seen.insert(&inputs.agb);
        fields.check(once, &format!("{at}.agb"), "is named twice");
        read.extend(stated(fields, &at, inputs));
    }
    Some(Plan { year: year?, run_id: run_id(run), stated: read })
}

fn run_id(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn office_year(fields: &mut Fields, office: &str, year: i32) -> Option<OfficeYear> {
    let office = fields.office("office", office);
    let year = fields.year("year", year);
    Some(OfficeYear { office: office?, year: year? })
}

/// What may be absent: nothing, or read.
fn optional<P, T>(value: Option<P>, read: impl FnOnce(P) -> Option<T>) -> Option<Option<T>> {
    value.map_or(Some(None), |value| read(value).map(Some))
}

/// Reads what a request states of a provider.
fn stated(fields: &mut Fields, at: &str, inputs: &proto::OfferInputs) -> Option<Stated> {
    let name = |field: &str| format!("{at}.{field}");
    let agb = fields.agb(&name("agb"), &inputs.agb);
    let previous = optional(inputs.previous.as_ref(), |terms| previous(fields, &name("previous"), terms));
    let turnover = optional(inputs.turnover.as_ref(), |one| fields.positive_money(&name("turnover"), Some(one)));
    let forecast = optional(inputs.forecast.as_ref(), |one| fields.positive_money(&name("forecast"), Some(one)));
    let realised = optional(inputs.realised_hours.as_ref(), |one| hours(fields, &name("realised_hours"), one));
    let asked =
        optional(inputs.hours_per_client_month.as_ref(), |one| hours(fields, &name("hours_per_client_month"), one));
    let clients = optional(inputs.clients, |clients| count(fields, &name("clients"), clients));
    let index = optional(inputs.index_percentage.as_ref(), |one| {
        let index = fields.decimal(&name("index_percentage"), Some(one), PERCENT_DECIMALS)?;
        fields.check(index > -Decimal::ONE_HUNDRED, &name("index_percentage"), "takes everything off")?;
        Some(Percentage(index))
    });
    let tariffs = match inputs.tariffs.is_empty() {
        true => Some(Vec::new()),
        false => tariffs(fields, &name("tariffs"), &inputs.tariffs),
    };
    let sole = optional(inputs.sole_proprietor.as_ref(), |one| sole(fields, &name("sole_proprietor"), one));
    let excluded = optional(inputs.excluded.as_ref(), |one| excluded(fields, &name("excluded"), one));
    let growth = optional(inputs.growth.as_ref(), |one| growth(fields, &name("growth"), one));
    let night_care = optional(inputs.night_care.as_ref(), |one| night_care(fields, &name("night_care"), one));
    Some(Stated {
        agb: agb?,
        previous: previous?,
        turnover: turnover?,
        forecast: forecast?,
        realised_hours: realised?,
        hours: asked?,
        clients: clients?,
        index: index?,
        tariffs: tariffs?,
        sole: sole?,
        excluded: excluded?,
        growth: growth?,
        night_care: night_care?,
    })
}

fn previous(fields: &mut Fields, at: &str, terms: &proto::PreviousTerms) -> Option<Previous> {
    let kind = read_type(fields, &format!("{at}.type"), terms.r#type);
    let ceiling = fields.positive_money(&format!("{at}.ceiling"), terms.ceiling.as_ref());
    let name = format!("{at}.hours_per_client_month");
    let agreed = fields.required(&name, terms.hours_per_client_month.as_ref());
    let agreed = agreed.and_then(|agreed| hours(fields, &name, agreed));
    let first_year = fields.year(&format!("{at}.first_year"), terms.first_year);
    let tariffs = match terms.tariffs.is_empty() {
        true => Some(Vec::new()),
        false => tariffs(fields, &format!("{at}.tariffs"), &terms.tariffs),
    };
    let (kind, ceiling, hours) = (kind?, ceiling?, agreed?);
    Some(Previous { kind, ceiling, hours, first_year: first_year?, tariffs: tariffs?, stated: true })
}

fn hours(fields: &mut Fields, name: &str, number: &Number) -> Option<Decimal> {
    let hours = fields.decimal(name, Some(number), HOURS_DECIMALS)?;
    fields.check(!hours.is_sign_negative(), name, "must not be negative")?;
    Some(hours)
}

fn count(fields: &mut Fields, name: &str, number: i32) -> Option<u32> {
    let count = u32::try_from(number).ok();
    fields.check(count.is_some(), name, "must not be negative");
    count
}

fn sole(fields: &mut Fields, at: &str, one: &proto::SoleProprietor) -> Option<SoleProprietor> {
    let level = count(fields, &format!("{at}.level"), one.level);
    let clients = count(fields, &format!("{at}.clients"), one.clients);
    let (clients_of_others, quality_mark, nurse_agreement) =
        (one.clients_of_others, one.quality_mark, one.nurse_agreement);
    Some(SoleProprietor { level: level?, clients: clients?, clients_of_others, quality_mark, nurse_agreement })
}

fn excluded(fields: &mut Fields, at: &str, choice: &proto::ExcludedChoice) -> Option<ExcludedChoice> {
    let treatment = match proto::ExcludedTreatment::try_from(choice.treatment) {
        Ok(proto::ExcludedTreatment::Unspecified) => Some(None),
        Ok(proto::ExcludedTreatment::AsClientFollowing) => Some(Some(ExcludedTreatment::AsClientFollowing)),
        Ok(proto::ExcludedTreatment::None) => Some(Some(ExcludedTreatment::None)),
        Ok(proto::ExcludedTreatment::Lowered) => Some(Some(ExcludedTreatment::Lowered)),
        Err(_) => None,
    };
    fields.check(treatment.is_some(), &format!("{at}.treatment"), "is unknown");
    let name = format!("{at}.cut_percentage");
    let cut = optional(choice.cut_percentage.as_ref(), |cut| {
        let cut = fields.decimal(&name, Some(cut), PERCENT_DECIMALS)?;
        fields.check(!cut.is_sign_negative(), &name, "must not be negative")?;
        Some(Percentage(cut))
    });
    let motivation = fields.text(&format!("{at}.motivation"), &choice.motivation);
    Some(ExcludedChoice { treatment: treatment?, cut: cut?, motivation: motivation? })
}

fn growth(fields: &mut Fields, at: &str, one: &proto::Growth) -> Option<Growth> {
    let raise = fields.positive_money(&format!("{at}.raise"), one.raise.as_ref());
    let clients = count(fields, &format!("{at}.clients"), one.clients);
    let name = format!("{at}.hours_per_client_month");
    let with = fields.required(&name, one.hours_per_client_month.as_ref());
    let with = with.and_then(|with| hours(fields, &name, with));
    let motivation = fields.text(&format!("{at}.motivation"), &one.motivation);
    Some(Growth { raise: raise?, clients: clients?, hours: with?, motivation: motivation? })
}

fn night_care(fields: &mut Fields, at: &str, one: &proto::NightCareCorrection) -> Option<NightCare> {
    let ceiling = fields.positive_money(&format!("{at}.ceiling"), one.ceiling.as_ref());
    let tariff = fields.positive_money(&format!("{at}.tariff"), one.tariff.as_ref());
    let motivation = fields.text(&format!("{at}.motivation"), &one.motivation);
    Some(NightCare { ceiling: ceiling?, tariff: tariff?, motivation: motivation? })
}

/// What is listed: of which office, year and provider, and the page.
pub type Listed = (Office, (i32, Option<Agb>), Page);

/// Reads which offers are listed.
pub fn list_offers(request: &proto::ListOffersRequest) -> Result<Listed, EdgeError> {
    listed((&request.office, request.year, &request.agb), (request.page_size, &request.page_token))
}

/// Reads which refusals are listed.
pub fn list_refusals(request: &proto::ListOfferRefusalsRequest) -> Result<Listed, EdgeError> {
    listed((&request.office, request.year, &request.agb), (request.page_size, &request.page_token))
}

fn listed((office, year, agb): (&str, i32, &str), (size, token): (i32, &str)) -> Result<Listed, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", office);
    let year = fields.year("year", year);
    let agb = if agb.is_empty() { Some(None) } else { fields.agb("agb", agb).map(Some) };
    let page = Page::read(&mut fields, size, token, 1);
    let (office, year, agb, page) = fields.all((office, year, agb, page))?;
    Ok((office, (year, agb), page))
}

/// Reads a response: the request, the offer and the text.
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

/// An offer after negotiation.
#[derive(Debug)]
pub struct ReviseOffer {
    /// The request.
    pub request_id: Uuid,
    /// The offer.
    pub offer_id: String,
    /// The ceiling.
    pub ceiling: Money,
    /// The hours.
    pub hours: Decimal,
    /// The number of clients.
    pub clients: u32,
    /// The tariffs.
    pub tariffs: Vec<ProductTariff>,
    /// Why.
    pub motivation: String,
}

/// Reads an offer after negotiation.
pub fn revise_offer(request: &proto::ReviseOfferRequest) -> Result<ReviseOffer, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let offer_id = fields.id("offer_id", &request.offer_id);
    let ceiling = fields.positive_money("ceiling", request.ceiling.as_ref());
    fields.check(ceiling != Some(Money::ZERO), "ceiling", "must be more than nothing");
    let name = "hours_per_client_month";
    let asked = fields.required(name, request.hours_per_client_month.as_ref());
    let asked = asked.and_then(|asked| hours(&mut fields, name, asked));
    let clients = count(&mut fields, "clients", request.clients);
    let tariffs = tariffs(&mut fields, "tariffs", &request.tariffs);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, offer_id, ceiling, hours, clients, tariffs, motivation) =
        fields.all((request_id, offer_id, ceiling, asked, clients, tariffs, motivation))?;
    Ok(ReviseOffer { request_id, offer_id, ceiling, hours, clients, tariffs, motivation })
}

/// What is offered.
pub fn terms(terms: &OfferTerms) -> proto::OfferTerms {
    let benchmark = terms.place.as_ref().map(|place| proto::OfferBenchmark {
        run_id: place.run_id.clone(),
        score: to_proto::decimal(place.score),
        rank: place.rank.cast_signed(),
        providers: place.of.cast_signed(),
        score_decision_id: place.decision_id.clone(),
    });
    let text = |text: &crate::domain::OfferText| {
        let (about, nl, en) = (text.about.clone(), text.nl.clone(), text.en.clone());
        proto::OfferText { about, nl, en }
    };
    proto::OfferTerms {
        r#type: agreement_type(terms.kind).into(),
        ceiling: to_proto::money(terms.ceiling),
        hours_per_client_month: to_proto::decimal(terms.hours),
        clients: terms.clients.cast_signed(),
        tariffs: terms.tariffs.iter().map(product_tariff).collect(),
        benchmark,
        texts: terms.texts.iter().map(text).collect(),
        negotiable: terms.negotiable(),
    }
}

/// What is offered after negotiation, in Dutch.
pub fn revision_in_words(before: &OfferTerms, now: &OfferTerms, motivation: &str) -> String {
    format!(
        "aanbod met plafond € {} in plaats van € {}, {} uren in plaats van {}, {} cliënten in plaats van {}: {motivation}",
        now.ceiling.to_dutch(),
        before.ceiling.to_dutch(),
        now.hours,
        before.hours,
        now.clients,
        before.clients
    )
}

/// What comes of the inputs: the terms, or why there is no offer and what is missing.
pub fn offered(offered: &Offered) -> (Option<proto::OfferTerms>, proto::NoOfferReason, Vec<String>) {
    let (reason, missing) = match offered {
        Offered::Terms(offered) => return (Some(terms(offered)), proto::NoOfferReason::Unspecified, Vec::new()),
        Offered::Nothing { reason, missing } => (reason, missing.clone()),
    };
    (None, no_offer(*reason), missing)
}

fn no_offer(reason: NoOffer) -> proto::NoOfferReason {
    match reason {
        NoOffer::ZzpEnded => proto::NoOfferReason::ZzpEnded,
        NoOffer::ZzpClosed => proto::NoOfferReason::ZzpClosed,
        NoOffer::ZzpConditions => proto::NoOfferReason::ZzpConditions,
        NoOffer::Excluded => proto::NoOfferReason::Excluded,
        NoOffer::InputsMissing => proto::NoOfferReason::InputsMissing,
        NoOffer::AgreementExists => proto::NoOfferReason::AgreementExists,
    }
}

/// A decision that a provider gets no offer.
pub fn refusal(refusal: &OfferRefusal) -> proto::OfferRefusal {
    proto::OfferRefusal {
        agb: refusal.of.agb.to_string(),
        year: refusal.of.year,
        reason: no_offer(refusal.reason).into(),
        missing: refusal.missing.clone(),
        decision_id: refusal.decision_id.clone(),
        decided_time: to_proto::time(refusal.recorded),
    }
}

/// A row of a preview.
pub fn offer_row(
    agb: Agb,
    what: &Offered,
    previous: Option<&(AgreementType, Money)>,
) -> Result<proto::OfferRow, EdgeError> {
    let (terms, reason, missing) = offered(what);
    let difference = match (what, previous) {
        (Offered::Terms(terms), Some((_, ceiling))) => to_proto::money(terms.ceiling.minus(*ceiling)?),
        _ => None,
    };
    Ok(proto::OfferRow {
        agb: agb.to_string(),
        terms,
        reason: reason.into(),
        missing,
        previous_type: previous.map_or(0, |(kind, _)| agreement_type(*kind).into()),
        previous_ceiling: previous.and_then(|(_, ceiling)| to_proto::money(*ceiling)),
        difference,
    })
}

/// An offer as it stands.
pub fn offer(offer: &Offer, now: DateTime<Utc>) -> proto::CeilingOffer {
    let state = match offer.state {
        OfferState::Open if offer.lapsed(now) => proto::CeilingOfferState::Lapsed,
        OfferState::Open => proto::CeilingOfferState::Open,
        OfferState::Accepted => proto::CeilingOfferState::Accepted,
        OfferState::Replaced => proto::CeilingOfferState::Replaced,
    };
    proto::CeilingOffer {
        offer_id: offer.id.clone(),
        office: offer.of.office.to_string(),
        agb: offer.of.agb.to_string(),
        year: offer.of.year,
        number: offer.number.cast_signed(),
        terms: Some(terms(&offer.terms)),
        state: state.into(),
        respond_until_time: offer.windows.respond.and_then(to_proto::time),
        accept_until_time: offer.windows.accept.and_then(to_proto::time),
        response: offer.response.clone(),
        agreement_id: offer.agreement_id.clone().unwrap_or_default(),
        decision_id: offer.decision_id.clone(),
        made_time: to_proto::time(offer.made),
    }
}
