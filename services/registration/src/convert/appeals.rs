//! Objections, subcontractors and the public list, between the contract and the domain.

use chrono::NaiveDate;
use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use identifiers::{Agb, Region};
use uuid::Uuid;

use super::answers::{subcontractor, subcontractor_out};
use crate::domain::{Agreement, Appeal, AppealKind, ReportedSubcontractor, Subcontractor};

/// What is filed.
#[derive(Debug)]
pub struct Filed {
    /// The request.
    pub request_id: Uuid,
    /// The round.
    pub round_id: String,
    /// The provider.
    pub agb: Agb,
    /// What it is.
    pub kind: AppealKind,
    /// The part of the policy.
    pub part: String,
    /// What is asked or objected.
    pub text: String,
    /// The day proceedings were started.
    pub proceedings: Option<NaiveDate>,
    /// The day the award was received.
    pub received: Option<NaiveDate>,
}

/// Reads what is filed.
pub fn file_appeal(request: &proto::FileAppealRequest) -> Result<Filed, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let round_id = fields.id("round_id", &request.round_id);
    let agb = fields.agb("agb", &request.agb);
    let kind = AppealKind::from_proto(request.kind);
    fields.check(kind.is_some(), "kind", "expected a kind");
    let part = match kind {
        Some(AppealKind::Award) => Some(request.part.clone()),
        _ => fields.text("part", &request.part),
    };
    let text = fields.text("text", &request.text);
    let proceedings = fields.optional_date("proceedings_date", request.proceedings_date.as_ref());
    let received = fields.optional_date("received_date", request.received_date.as_ref());
    let (request_id, round_id, agb, kind, part, text, proceedings, received) =
        fields.all((request_id, round_id, agb, kind, part, text, proceedings, received))?;
    Ok(Filed { request_id, round_id, agb, kind, part, text, proceedings, received })
}

/// Reads the answer to what was filed: request, appeal and answer.
pub fn answer_appeal(request: &proto::AnswerAppealRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let appeal_id = fields.id("appeal_id", &request.appeal_id);
    let answer = fields.text("answer", &request.answer);
    fields.all((request_id, appeal_id, answer))
}

/// Reads what a list of appeals asks: round and page.
pub fn list_appeals(request: &proto::ListAppealsRequest) -> Result<(String, Page), EdgeError> {
    let mut fields = Fields::new();
    let round_id = fields.id("round_id", &request.round_id);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((round_id, page))
}

/// What was filed, for the contract.
pub fn appeal(appeal: &Appeal) -> proto::Appeal {
    proto::Appeal {
        appeal_id: appeal.appeal_id.clone(),
        round_id: appeal.round_id.clone(),
        agb: appeal.agb.to_string(),
        kind: appeal.kind.to_proto(),
        part: appeal.part.clone(),
        text: appeal.text.clone(),
        filed_time: to_proto::time(appeal.filed),
        proceedings_date: appeal.proceedings.and_then(to_proto::date),
        until_time: appeal.until.and_then(to_proto::time),
        answer_date: appeal.answer_due.and_then(to_proto::date),
        state: appeal.state.to_proto(),
        answer: appeal.answer.clone(),
        decision_id: appeal.decision_id.clone(),
    }
}

/// A subcontractor to be reported.
#[derive(Debug)]
pub struct Reported {
    /// The request.
    pub request_id: Uuid,
    /// The agreement.
    pub agreement_id: String,
    /// The subcontractor.
    pub subcontractor: Subcontractor,
}

/// Reads a subcontractor to be reported.
pub fn report_subcontractor(request: &proto::ReportSubcontractorRequest) -> Result<Reported, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let agreement_id = fields.id("agreement_id", &request.agreement_id);
    let given = fields.required("subcontractor", request.subcontractor.as_ref());
    let subcontractor = given.and_then(|given| subcontractor(&mut fields, "subcontractor", given));
    let (request_id, agreement_id, subcontractor) = fields.all((request_id, agreement_id, subcontractor))?;
    Ok(Reported { request_id, agreement_id, subcontractor })
}

/// Reads what the office says of a subcontractor: request, subcontractor and why.
pub fn answer_subcontractor(request: &proto::AnswerSubcontractorRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subcontractor_id = fields.id("subcontractor_id", &request.subcontractor_id);
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, subcontractor_id, motivation))
}

/// A subcontractor that was reported, for the contract.
pub fn reported(reported: &ReportedSubcontractor) -> proto::ReportedSubcontractor {
    proto::ReportedSubcontractor {
        subcontractor_id: reported.subcontractor_id.clone(),
        agreement_id: reported.agreement_id.clone(),
        subcontractor: Some(subcontractor_out(&reported.subcontractor)),
        whole_package: reported.whole_package,
        reported_time: to_proto::time(reported.reported),
        due_time: reported.due.and_then(to_proto::time),
        state: reported.state.to_proto(),
        motivation: reported.motivation.clone(),
        decision_id: reported.decision_id.clone(),
    }
}

/// Which of the contracted supply is asked for.
#[derive(Clone, Debug)]
pub struct Supply {
    /// The office.
    pub office: Office,
    /// The year.
    pub year: i32,
    /// The sector; all when none.
    pub sector: Option<Sector>,
    /// The region; all when none.
    pub region: Option<Region>,
    /// The product or module; all when empty.
    pub product: String,
}

/// Reads which of the contracted supply is asked for.
pub fn list_supply(request: &proto::ListSupplyRequest) -> Result<(Supply, Page), EdgeError> {
    let mut fields = Fields::new();
    let (office, year, sector) = wanted(&mut fields, &request.office, request.year, request.sector);
    let region = match request.region.as_str() {
        "" => Some(None),
        text => fields.parse::<Region>("region", text).map(Some),
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    let (office, year, sector, region, page) = fields.all((office, year, sector, region, page))?;
    Ok((Supply { office, year, sector, region, product: request.product.clone() }, page))
}

/// Reads which of the contracted supply is asked for as a whole.
pub fn stream_supply(request: &proto::StreamSupplyRequest) -> Result<Supply, EdgeError> {
    let mut fields = Fields::new();
    let wanted = wanted(&mut fields, &request.office, request.year, request.sector);
    let (office, year, sector) = fields.all(wanted)?;
    Ok(Supply { office, year, sector, region: None, product: String::new() })
}

fn wanted(
    fields: &mut Fields,
    office: &str,
    year: i32,
    sector: i32,
) -> (Option<Office>, Option<i32>, Option<Option<Sector>>) {
    let sector = match sector {
        0 => Some(None),
        number => fields.sector("sector", number).map(Some),
    };
    (fields.office("office", office), fields.year("year", year), sector)
}

/// A provider with which there is a contract, for the public list.
pub fn contracted(agreement: &Agreement, name: &str) -> proto::Contracted {
    proto::Contracted {
        agb: agreement.agb.to_string(),
        name: name.to_owned(),
        sector: agreement.sector.to_proto(),
        region: agreement.region.map(|region| region.to_string()).unwrap_or_default(),
        products: agreement.products.clone(),
        modules: agreement.modules.clone(),
        period: to_proto::period(agreement.first_day, agreement.last_day),
    }
}
