//! Between the contract and the domain.

mod people;

use calendar::Cutoff;
use chrono::{DateTime, NaiveDate, Utc};
use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use identifiers::{Agb, Kvk, Region};
use uuid::Uuid;

use crate::domain::{Agreement, Document, DocumentKind, Milestone, Provider, Registration, Round, State};

pub use people::{end_person, list_people, person, record_person};

/// Nobody registers for more products than there are product codes in a sector.
const MOST_PRODUCTS: usize = 1_000;
/// More documents than this are no registration.
const MOST_DOCUMENTS: usize = 200;

/// Reads a provider to be recorded.
pub fn create_provider(request: &proto::CreateProviderRequest) -> Result<(Uuid, Provider), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let provider = fields.required("provider", request.provider.as_ref()).and_then(|provider| {
        let agb = fields.agb("provider.agb", &provider.agb);
        let name = fields.text("provider.name", &provider.name);
        let kvk = fields.parse::<Kvk>("provider.kvk", &provider.kvk);
        Some(Provider { agb: agb?, name: name?, kvk: kvk? })
    });
    fields.all((request_id, provider))
}

/// Reads an AGB code that is looked for.
pub fn agb(text: &str) -> Result<Agb, EdgeError> {
    let mut fields = Fields::new();
    let agb = fields.agb("agb", text);
    Ok(fields.all((agb,))?.0)
}

/// Reads an id that is looked for.
pub fn id(field: &str, text: &str) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id(field, text);
    Ok(fields.all((id,))?.0)
}

/// Reads a page of a list that stands alone.
pub fn page(size: i32, token: &str) -> Result<Page, EdgeError> {
    let mut fields = Fields::new();
    let page = Page::read(&mut fields, size, token, 1);
    Ok(fields.all((page,))?.0)
}

/// Reads a round to be opened; its id is given by `round_id`.
pub fn open_round(
    request: &proto::OpenRoundRequest,
    round_id: impl FnOnce() -> String,
) -> Result<(Uuid, Round), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let sector = sector(&mut fields, request.act, request.sector);
    let year = fields.year("year", request.year);
    let (request_id, office, sector, year) = fields.all((request_id, office, sector, year))?;
    Ok((request_id, Round { round_id: round_id(), office, sector, year }))
}

/// Reads what a list of rounds asks: office and page.
pub fn list_rounds(request: &proto::ListRoundsRequest) -> Result<(Office, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, page))
}

/// An agreement to be recorded.
#[derive(Debug)]
pub struct Recording {
    /// The request.
    pub request_id: Uuid,
    /// The provider.
    pub agb: Agb,
    office: Office,
    sector: Sector,
    region: Option<Region>,
    days: (NaiveDate, Option<NaiveDate>),
    claiming_since: Option<NaiveDate>,
    extended: bool,
}

impl Recording {
    /// The agreement, once it has an id.
    pub fn agreement(self, agreement_id: String, recorded: DateTime<Utc>) -> Agreement {
        Agreement {
            agreement_id,
            office: self.office,
            sector: self.sector,
            agb: self.agb,
            region: self.region,
            first_day: self.days.0,
            last_day: self.days.1,
            products: Vec::new(),
            claiming_since: self.claiming_since,
            extended: self.extended,
            registration_id: None,
            recorded,
        }
    }
}

/// Reads an agreement to be recorded.
pub fn record_agreement(request: &proto::RecordAgreementRequest) -> Result<Recording, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let sector = sector(&mut fields, request.act, request.sector);
    let agb = fields.agb("agb", &request.agb);
    let days = fields.period("period", request.period.as_ref());
    let claiming_since = fields.optional_date("claiming_since", request.claiming_since.as_ref());
    if let (Some((first, last)), Some(Some(since))) = (days, claiming_since) {
        let within = first <= since && last.is_none_or(|last| since <= last);
        fields.check(within, "claiming_since", "is not a day of the period");
    }
    let region = match request.region.as_str() {
        "" => Some(None),
        text => fields.parse::<Region>("region", text).map(Some),
    };
    let (request_id, office, sector, agb, days, claiming_since, region) =
        fields.all((request_id, office, sector, agb, days, claiming_since, region))?;
    let extended = request.extended;
    Ok(Recording { request_id, agb, office, sector, region, days, claiming_since, extended })
}

/// A registration to be submitted.
#[derive(Debug)]
pub struct Submission {
    /// The request.
    pub request_id: Uuid,
    /// The round.
    pub round_id: String,
    /// The provider.
    pub agb: Agb,
    /// The region.
    pub region: Region,
    /// The products asked for.
    pub products: Vec<String>,
    /// The documents handed in.
    pub documents: Vec<Document>,
}

/// Reads a registration to be submitted.
pub fn submit(request: &proto::SubmitRegistrationRequest) -> Result<Submission, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let round_id = fields.id("round_id", &request.round_id);
    let agb = fields.agb("agb", &request.agb);
    let region = fields.parse::<Region>("region", &request.region);
    let products = products(&mut fields, &request.products);
    let few = request.documents.len() <= MOST_DOCUMENTS;
    fields.check(few, "documents", format!("are more than {MOST_DOCUMENTS}"));
    let documents: Vec<Option<Document>> = request
        .documents
        .iter()
        .take(MOST_DOCUMENTS)
        .enumerate()
        .map(|(index, document)| {
            let kind = DocumentKind::from_proto(document.kind);
            fields.check(kind.is_some(), &format!("documents[{index}].kind"), "expected a kind of document");
            let hash = <[u8; 32]>::try_from(document.content_sha256.as_slice()).ok();
            fields.check(hash.is_some(), &format!("documents[{index}].content_sha256"), "expected 32 bytes");
            Some(Document { kind: kind?, content_sha256: hash? })
        })
        .collect();
    let documents = documents.into_iter().collect();
    let (request_id, round_id, agb, region, products, documents) =
        fields.all((request_id, round_id, agb, region, products, documents))?;
    Ok(Submission { request_id, round_id, agb, region, products, documents })
}

/// Reads which registration is to be assessed.
pub fn assess(request: &proto::AssessRegistrationRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    fields.all((request_id, registration_id))
}

/// Reads what a list of registrations asks: round and page.
pub fn list_registrations(request: &proto::ListRegistrationsRequest) -> Result<(String, Page), EdgeError> {
    let mut fields = Fields::new();
    let round_id = fields.id("round_id", &request.round_id);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((round_id, page))
}

/// An agreement to be awarded.
#[derive(Debug)]
pub struct Award {
    /// The request.
    pub request_id: Uuid,
    /// The registration.
    pub registration_id: String,
    /// The first and the last day.
    pub days: (NaiveDate, Option<NaiveDate>),
    /// The products awarded.
    pub products: Vec<String>,
}

/// Reads an agreement to be awarded.
pub fn award(request: &proto::AwardAgreementRequest) -> Result<Award, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let days = fields.period("period", request.period.as_ref());
    let products = products(&mut fields, &request.products);
    let (request_id, registration_id, days, products) = fields.all((request_id, registration_id, days, products))?;
    Ok(Award { request_id, registration_id, days, products })
}

/// Reads what a list of agreements asks: office, provider and page.
pub fn list_agreements(request: &proto::ListAgreementsRequest) -> Result<(Office, Option<Agb>, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = match request.agb.as_str() {
        "" => Some(None),
        text => fields.agb("agb", text).map(Some),
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// An act and a sector that belong together, as the sector.
fn sector(fields: &mut Fields, act: i32, sector: i32) -> Option<Sector> {
    let (act, sector) = (fields.act("act", act), fields.sector("sector", sector));
    let (act, sector) = (act?, sector?);
    fields.check(sector.act() == act, "sector", format!("is bought under act {}, not {act}", sector.act()))?;
    Some(sector)
}

/// At least one product code, none of them twice.
fn products(fields: &mut Fields, texts: &[String]) -> Option<Vec<String>> {
    fields.check(!texts.is_empty(), "products", "expected at least one")?;
    fields.check(texts.len() <= MOST_PRODUCTS, "products", format!("are more than {MOST_PRODUCTS}"))?;
    let read = texts.iter().enumerate().map(|(index, text)| {
        let field = format!("products[{index}]");
        let product = fields.product(&field, text);
        fields.check(!texts[..index].contains(text), &field, "is named before").and(product)
    });
    // Every one is read, so that every wrong one is named.
    let read: Vec<Option<String>> = read.collect();
    read.into_iter().collect()
}

/// A provider for the contract.
pub fn provider(provider: &Provider) -> proto::Provider {
    proto::Provider { agb: provider.agb.to_string(), name: provider.name.clone(), kvk: provider.kvk.to_string() }
}

/// A round with its calendar for the contract.
pub fn round(round: &Round, milestones: Vec<Milestone>) -> proto::Round {
    proto::Round {
        round_id: round.round_id.clone(),
        office: round.office.to_string(),
        act: round.act().to_proto(),
        sector: round.sector.to_proto(),
        year: round.year,
        milestones: milestones.into_iter().map(milestone).collect(),
    }
}

fn milestone(milestone: Milestone) -> proto::Milestone {
    proto::Milestone {
        name: milestone.name.to_owned(),
        from_time: milestone.opens.and_then(to_proto::time),
        until_time: to_proto::time(milestone.until),
        cutoff_inclusive: milestone.cutoff == Cutoff::Inclusive,
        source: milestone.source,
    }
}

/// A registration for the contract.
pub fn registration(registration: &Registration) -> proto::Registration {
    let assessed = registration.state.assessed();
    let document = |document: &Document| proto::Document {
        kind: document.kind.to_proto(),
        content_sha256: document.content_sha256.to_vec(),
    };
    let reasons = registration.state.reasons().iter().map(|reason| proto::Reason {
        rule_id: reason.rule().to_owned(),
        code: reason.code().to_owned(),
        subject: reason.subject().to_owned(),
    });
    proto::Registration {
        registration_id: registration.registration_id.clone(),
        round_id: registration.round_id.clone(),
        agb: registration.agb.to_string(),
        region: registration.region.to_string(),
        products: registration.products.clone(),
        documents: registration.documents.iter().map(document).collect(),
        received_time: to_proto::time(registration.received),
        state: state(&registration.state).into(),
        category: assessed.map_or(0, |assessed| assessed.category.to_proto()),
        reasons: reasons.collect(),
        decision_id: assessed.map(|assessed| assessed.decision_id.clone()).unwrap_or_default(),
    }
}

fn state(state: &State) -> proto::RegistrationState {
    match state {
        State::Submitted => proto::RegistrationState::Submitted,
        State::Admissible(_) => proto::RegistrationState::Admissible,
        State::NotConsidered(..) => proto::RegistrationState::NotConsidered,
        State::Awarded(_) => proto::RegistrationState::Awarded,
    }
}

/// An agreement for the contract.
pub fn agreement(agreement: &Agreement) -> proto::Agreement {
    proto::Agreement {
        agreement_id: agreement.agreement_id.clone(),
        office: agreement.office.to_string(),
        act: agreement.sector.act().to_proto(),
        sector: agreement.sector.to_proto(),
        agb: agreement.agb.to_string(),
        region: agreement.region.map(|region| region.to_string()).unwrap_or_default(),
        period: to_proto::period(agreement.first_day, agreement.last_day),
        products: agreement.products.clone(),
        registration_id: agreement.registration_id.clone().unwrap_or_default(),
        claiming_since: agreement.claiming_since.and_then(to_proto::date),
        extended: agreement.extended,
    }
}
