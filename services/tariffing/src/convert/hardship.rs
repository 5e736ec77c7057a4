//! Between the contract and the domain: hardship requests (TAR-08), read.

mod out;

use chrono::{DateTime, NaiveDate, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Page};
use money::Decimal;
use uuid::Uuid;

pub use out::{hardship_computation, hardship_reason, hardship_reasons, hardship_request};

use super::percentages::subject;
use crate::domain::{
    Subject,
    hardship::{HardshipDocument, HardshipFigures, HardshipTopic},
};

/// The decimals of an addition.
const POINT_DECIMALS: u32 = 2;
/// The longest name of a kind of documents.
const LONGEST_KIND: usize = 60;
/// The hexadecimal digits of a SHA-256.
const SHA256_DIGITS: usize = 64;

/// A document that comes with a request.
#[derive(Clone, Debug)]
pub struct NewDocument {
    kind: String,
    sha256: String,
    description: String,
}

impl NewDocument {
    /// The document as received at a moment.
    pub fn received(self, received: DateTime<Utc>) -> HardshipDocument {
        let NewDocument { kind, sha256, description } = self;
        HardshipDocument { kind, sha256, description, received }
    }
}

/// What a filing states.
#[derive(Debug)]
pub struct FileHardship {
    /// The request.
    pub request_id: Uuid,
    /// Whose, and for which year.
    pub subject: Subject,
    /// How the provider shows that it delivers care efficiently.
    pub efficiency: String,
    /// The documents.
    pub documents: Vec<NewDocument>,
}

/// Reads a filing.
pub fn file_hardship(request: &proto::FileHardshipRequestRequest) -> Result<FileHardship, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let efficiency = fields.text("efficiency_statement", &request.efficiency_statement);
    let documents = documents(&mut fields, &request.documents);
    let (request_id, subject, efficiency, documents) = fields.all((request_id, subject, efficiency, documents))?;
    Ok(FileHardship { request_id, subject, efficiency, documents })
}

/// Reads documents to be added: request, hardship request and documents.
pub fn add_hardship_documents(
    request: &proto::AddHardshipDocumentsRequest,
) -> Result<(Uuid, String, Vec<NewDocument>), EdgeError> {
    let mut fields = Fields::new();
    let (request_id, id) = ids(&mut fields, &request.request_id, &request.hardship_request_id);
    fields.check(!request.documents.is_empty(), "documents", "expected at least one");
    let documents = documents(&mut fields, &request.documents);
    fields.all((request_id, id, documents))
}

fn ids(fields: &mut Fields, request_id: &str, id: &str) -> (Option<Uuid>, Option<String>) {
    (fields.request_id(request_id), fields.id("hardship_request_id", id))
}

fn documents(fields: &mut Fields, documents: &[proto::HardshipDocument]) -> Option<Vec<NewDocument>> {
    let mut read = Vec::with_capacity(documents.len());
    for (place, document) in documents.iter().enumerate() {
        let field = |name: &str| format!("documents[{place}].{name}");
        let of_a_kind = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let kind = (1..=LONGEST_KIND).contains(&document.kind.len()) && document.kind.bytes().all(of_a_kind);
        fields.check(kind, &field("kind"), "expected lower-case letters, digits and underscores");
        let hash =
            document.sha256.len() == SHA256_DIGITS && document.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        fields.check(hash, &field("sha256"), "expected 64 hexadecimal digits");
        let description = fields.text(&field("description"), &document.description);
        read.push(description.filter(|_| kind && hash).map(|description| NewDocument {
            kind: document.kind.clone(),
            sha256: document.sha256.to_ascii_lowercase(),
            description,
        }));
    }
    read.into_iter().collect()
}

/// Reads figures: request, hardship request, figures and what they are taken from.
pub fn hardship_figures(
    request: &proto::RecordHardshipFiguresRequest,
) -> Result<(Uuid, String, HardshipFigures, String), EdgeError> {
    let mut fields = Fields::new();
    let (request_id, id) = ids(&mut fields, &request.request_id, &request.hardship_request_id);
    let figures = fields.required("figures", request.figures.as_ref());
    let figures = figures.and_then(|figures| figures_in(&mut fields, figures));
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, id, figures, motivation))
}

fn figures_in(fields: &mut Fields, figures: &proto::HardshipFigures) -> Option<HardshipFigures> {
    let mut amount = |name: &str, amount| fields.positive_money(&format!("figures.{name}"), amount);
    let deficit = amount("deficit", figures.deficit.as_ref());
    let incidental_charges = amount("incidental_charges", figures.incidental_charges.as_ref());
    let real_estate_losses = amount("real_estate_losses", figures.real_estate_losses.as_ref());
    let absorbing_reserves = amount("absorbing_reserves", figures.absorbing_reserves.as_ref());
    let improvements = amount("improvements", figures.improvements.as_ref());
    let wlz_revenue = amount("wlz_revenue", figures.wlz_revenue.as_ref());
    Some(HardshipFigures {
        deficit: deficit?,
        incidental_charges: incidental_charges?,
        real_estate_losses: real_estate_losses?,
        absorbing_reserves: absorbing_reserves?,
        improvements: improvements?,
        wlz_revenue: wlz_revenue?,
    })
}

/// What a judgement states: request, hardship request, topic, whether it is positive, and why.
pub type JudgeHardship = (Uuid, String, HardshipTopic, bool, String);

/// Reads a judgement.
pub fn judge_hardship(request: &proto::JudgeHardshipRequest) -> Result<JudgeHardship, EdgeError> {
    let mut fields = Fields::new();
    let (request_id, id) = ids(&mut fields, &request.request_id, &request.hardship_request_id);
    let topic = match proto::HardshipTopic::try_from(request.topic) {
        Ok(proto::HardshipTopic::Efficiency) => Some(HardshipTopic::Efficiency),
        Ok(proto::HardshipTopic::DutyOfCare) => Some(HardshipTopic::DutyOfCare),
        _ => None,
    };
    fields.check(topic.is_some(), "topic", "expected efficiency or duty of care");
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, id, topic, Some(request.positive), motivation))
}

/// What is decided on a request or an objection.
#[derive(Debug)]
pub struct DecideHardship {
    /// The request.
    pub request_id: Uuid,
    /// The hardship request.
    pub id: String,
    /// The addition; absent when it is rejected or dismissed.
    pub points: Option<Decimal>,
    /// Why.
    pub motivation: String,
}

/// Reads a decision on a request.
pub fn decide_hardship(request: &proto::DecideHardshipRequest) -> Result<DecideHardship, EdgeError> {
    let grants = match proto::HardshipVerdict::try_from(request.verdict) {
        Ok(proto::HardshipVerdict::Grant) => Some(true),
        Ok(proto::HardshipVerdict::Reject) => Some(false),
        _ => None,
    };
    let ids = (request.request_id.as_str(), request.hardship_request_id.as_str());
    decided(ids, (grants, "expected grant or reject"), request.points.as_ref(), &request.motivation)
}

/// Reads a decision on an objection.
pub fn decide_hardship_objection(request: &proto::DecideHardshipObjectionRequest) -> Result<DecideHardship, EdgeError> {
    let upholds = match proto::HardshipObjectionVerdict::try_from(request.verdict) {
        Ok(proto::HardshipObjectionVerdict::Uphold) => Some(true),
        Ok(proto::HardshipObjectionVerdict::Dismiss) => Some(false),
        _ => None,
    };
    let ids = (request.request_id.as_str(), request.hardship_request_id.as_str());
    decided(ids, (upholds, "expected uphold or dismiss"), request.points.as_ref(), &request.motivation)
}

fn decided(
    (request_id, id): (&str, &str),
    (grants, expected): (Option<bool>, &str),
    points: Option<&common::Decimal>,
    motivation: &str,
) -> Result<DecideHardship, EdgeError> {
    let mut fields = Fields::new();
    let (request_id, id) = ids(&mut fields, request_id, id);
    fields.check(grants.is_some(), "verdict", expected);
    let points = match (grants, points) {
        (Some(false), None) => Some(None),
        (Some(false), Some(_)) => {
            fields.violation("points", "expected none where nothing is granted");
            None
        }
        // Without a verdict, points that are there are looked at all the same.
        (None, None) => None,
        (_, points) => {
            let points = fields.decimal("points", points, POINT_DECIMALS);
            fields.check(points.is_none_or(|points| points > Decimal::ZERO), "points", "must be above zero");
            points.map(Some)
        }
    };
    let motivation = fields.text("motivation", motivation);
    let (request_id, id, points, motivation) = fields.all((request_id, id, points, motivation))?;
    Ok(DecideHardship { request_id, id, points, motivation })
}

/// Reads an objection made today: request, hardship request, the day the decision was received, and the objection.
pub fn object_to_hardship(
    request: &proto::ObjectToHardshipRequest,
    today: NaiveDate,
) -> Result<(Uuid, String, NaiveDate, String), EdgeError> {
    let mut fields = Fields::new();
    let (request_id, id) = ids(&mut fields, &request.request_id, &request.hardship_request_id);
    let received = fields.date("received_date", request.received_date.as_ref());
    fields.check(received.is_none_or(|received| received <= today), "received_date", "lies in the future");
    let text = fields.text("text", &request.text);
    fields.all((request_id, id, received, text))
}

/// Reads what a list asks: office, year and page.
pub fn list_hardship(request: &proto::ListHardshipRequestsRequest) -> Result<(Office, i32, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, year, page))
}
