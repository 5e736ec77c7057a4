//! Between the contract and the domain.

mod answers;
mod appeals;
mod cases;
mod duties;
mod inquiries;
mod offers;
mod people;
mod registrations;

use calendar::Cutoff;
use chrono::{DateTime, NaiveDate, Utc};
use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use identifiers::{Agb, Kvk, Region};
use uuid::Uuid;

use crate::{
    domain::{Agreement, Milestone, Provider, Round},
    rules::Party,
};

pub use answers::{content_out as content, readable};
pub use appeals::{
    Filed, Reported, Supply, answer_appeal, answer_subcontractor, appeal, contracted, file_appeal, list_appeals,
    list_supply, report_subcontractor, reported, stream_supply,
};
pub use cases::{DecidedCase, case_measure, decided_case, list_case_measures};
pub use duties::{DutyQuery, ask_evidence, duty, end_agreement, list_duties, milestone_duty, record_evidence};
pub use inquiries::{
    Answered, Asked, Reviewed, answer_clarification, ask_clarification, ask_integrity, clarification, integrity_asked,
    record_integrity, record_interview, record_judgement, review_document, stated_integrity,
};
pub use offers::{Award, accept_offer, award_agreement, award_out, list_offers, make_offer, offer, respond_to_offer};
pub use people::{end_person, list_people, person, person_changed, record_person};
pub use registrations::{
    Change, Creation, Import, assess, check, create_registration, finding, import, list_registrations, registration,
    round_of, submit, update_registration,
};

/// Nobody registers for more products than there are product codes in a sector.
const MOST_PRODUCTS: usize = 1_000;

/// Reads a provider to be recorded, or to be changed.
pub fn read_provider(request_id: &str, provider: Option<&proto::Provider>) -> Result<(Uuid, Provider), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(request_id);
    let provider = fields.required("provider", provider).and_then(|provider| {
        let agb = fields.agb("provider.agb", &provider.agb);
        let name = fields.text("provider.name", &provider.name);
        let kvk = fields.parse::<Kvk>("provider.kvk", &provider.kvk);
        Some(Provider { agb: agb?, name: name?, kvk: kvk? })
    });
    fields.all((request_id, provider))
}

/// Reads which provider is looked for, and as it was when.
pub fn get_provider(request: &proto::GetProviderRequest) -> Result<(Agb, Option<DateTime<Utc>>), EdgeError> {
    let mut fields = Fields::new();
    let agb = fields.agb("agb", &request.agb);
    let at = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    fields.all((agb, at))
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
    let sector = sector(&mut fields, "", request.act, request.sector);
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
    conditional: bool,
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
            modules: Vec::new(),
            conditional: self.conditional,
            extension: None,
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
    let sector = sector(&mut fields, "", request.act, request.sector);
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
    let (extended, conditional) = (request.extended, request.conditional);
    Ok(Recording { request_id, agb, office, sector, region, days, claiming_since, extended, conditional })
}

/// Reads what a list of agreements asks: office, provider and page.
pub fn list_agreements(request: &proto::ListAgreementsRequest) -> Result<(Office, Option<Agb>, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = optional_agb(&mut fields, &request.agb);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// An AGB code, or none where the field is empty.
fn optional_agb(fields: &mut Fields, text: &str) -> Option<Option<Agb>> {
    match text {
        "" => Some(None),
        text => fields.agb("agb", text).map(Some),
    }
}

/// An act and a sector that belong together, as the sector.
fn sector(fields: &mut Fields, prefix: &str, act: i32, sector: i32) -> Option<Sector> {
    let field = format!("{prefix}sector");
    let (act, sector) = (fields.act(&format!("{prefix}act"), act), fields.sector(&field, sector));
    let (act, sector) = (act?, sector?);
    fields.check(sector.act() == act, &field, format!("is bought under act {}, not {act}", sector.act()))?;
    Some(sector)
}

/// At least one product code, none of them twice.
fn products(fields: &mut Fields, field: &str, texts: &[String]) -> Option<Vec<String>> {
    fields.check(!texts.is_empty(), field, "expected at least one")?;
    fields.check(texts.len() <= MOST_PRODUCTS, field, format!("are more than {MOST_PRODUCTS}"))?;
    let read = texts.iter().enumerate().map(|(index, text)| {
        let field = format!("{field}[{index}]");
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
        party: match milestone.party {
            Party::Provider => proto::Party::Provider,
            Party::Office => proto::Party::Office,
        }
        .into(),
        text_nl: milestone.dutch,
        text_en: milestone.english,
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
        modules: agreement.modules.clone(),
        conditional: agreement.conditional,
        extension_date: agreement.extension.and_then(to_proto::date),
    }
}
