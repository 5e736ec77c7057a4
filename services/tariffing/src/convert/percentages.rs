//! Between the contract and the domain: percentages.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use identifiers::Agb;
use money::{Decimal, Percentage};
use uuid::Uuid;

use crate::{
    decide::{Refusal, days_of},
    domain::{AgreedPercentage, Basis, Kept, ProductTariff, Subject},
};

/// The decimals of a percentage.
const PERCENTAGE_DECIMALS: u32 = 2;

/// Whose percentage, and for which year: the fields that most requests begin with.
pub(super) fn subject(fields: &mut Fields, (office, sector, agb, year): (&str, i32, &str, i32)) -> Option<Subject> {
    let office = fields.office("office", office);
    let sector = fields.sector("sector", sector);
    let agb = fields.agb("agb", agb);
    let year = fields.year("year", year);
    Some(Subject { office: office?, sector: sector?, agb: agb?, year: year? })
}

/// A percentage above zero, in two decimals.
pub(super) fn percentage(fields: &mut Fields, field: &str, number: Option<&common::Decimal>) -> Option<Percentage> {
    let number = fields.decimal(field, number, PERCENTAGE_DECIMALS)?;
    fields.check(number > Decimal::ZERO, field, "must be above zero")?;
    Some(Percentage(number))
}

/// What an agreement asks.
#[derive(Debug)]
pub struct Agree {
    /// The request.
    pub request_id: Uuid,
    /// Whose, and for which year.
    pub subject: Subject,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The supplementary note it follows from.
    pub note: Option<String>,
}

/// Reads what is to be agreed.
pub fn agree(request: &proto::AgreePercentageRequest) -> Result<Agree, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let from = fields.optional_date("from_date", request.from_date.as_ref());
    if let Some(Some(from)) = from {
        fields.check(from.year() == request.year, "from_date", "expected a day of the year");
    }
    let note = if request.note.is_empty() { Some(None) } else { fields.text("note", &request.note).map(Some) };
    let (request_id, subject, from, note) = fields.all((request_id, subject, from, note))?;
    let from = from.unwrap_or(days_of(subject.year).0);
    Ok(Agree { request_id, subject, from, note })
}

/// Reads a percentage from elsewhere: request, whose, percentage, basis and motivation.
pub fn record_percentage(
    request: &proto::RecordPercentageRequest,
) -> Result<(Uuid, Subject, Percentage, Basis, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let percentage = percentage(&mut fields, "percentage", request.percentage.as_ref());
    let basis = read_basis(request.basis);
    fields.check(basis.is_some(), "basis", "expected one of the kinds of PercentageBasis");
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, subject, percentage, basis, motivation))
}

/// What a list of percentages asks: office, year, moment and page.
pub type ListAsked = (Office, i32, Option<DateTime<Utc>>, Page);

/// Reads what a list of percentages asks.
pub fn list_percentages(request: &proto::ListPercentagesRequest) -> Result<ListAsked, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    fields.all((office, year, known, page))
}

/// Reads whose versions are asked.
pub fn list_versions(request: &proto::ListPercentageVersionsRequest) -> Result<Subject, EdgeError> {
    let mut fields = Fields::new();
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    fields.all((subject,)).map(|(subject,)| subject)
}

fn read_basis(basis: i32) -> Option<Basis> {
    match proto::PercentageBasis::try_from(basis).ok()? {
        proto::PercentageBasis::Unspecified => None,
        proto::PercentageBasis::Regular => Some(Basis::Regular),
        proto::PercentageBasis::FallingLine => Some(Basis::FallingLine),
        proto::PercentageBasis::NewProvider => Some(Basis::NewProvider),
        proto::PercentageBasis::Interview => Some(Basis::Interview),
        proto::PercentageBasis::LowerBid => Some(Basis::LowerBid),
    }
}

/// A basis for the contract.
pub(super) fn basis(basis: Basis) -> i32 {
    let basis = match basis {
        Basis::Regular => proto::PercentageBasis::Regular,
        Basis::FallingLine => proto::PercentageBasis::FallingLine,
        Basis::NewProvider => proto::PercentageBasis::NewProvider,
        Basis::Interview => proto::PercentageBasis::Interview,
        Basis::LowerBid => proto::PercentageBasis::LowerBid,
    };
    basis.into()
}

/// A tariff for the contract.
pub fn product_tariff(tariff: &ProductTariff) -> proto::ProductTariff {
    proto::ProductTariff {
        product: tariff.product.clone(),
        unit: tariff.unit.clone(),
        tariff: to_proto::money(tariff.tariff),
        care_part: to_proto::money(tariff.care_part),
        housing_part: to_proto::money(tariff.housing_part),
        period: to_proto::period(tariff.first_day, tariff.last_day),
    }
}

/// A percentage for the contract.
pub fn agreed(agreed: &AgreedPercentage) -> proto::AgreedPercentage {
    let (subject, kept) = (&agreed.subject, &agreed.kept);
    let tariffs = agreed.tariffs.iter().map(product_tariff).collect();
    proto::AgreedPercentage {
        tariffs,
        ..kept_percentage((&subject.office, subject.agb, subject.sector, subject.year), kept)
    }
}

/// A percentage for the contract, without its tariffs.
pub fn kept_percentage(
    (office, agb, sector, year): (&Office, Agb, Sector, i32),
    kept: &Kept,
) -> proto::AgreedPercentage {
    let form = |(form, percentage): (&String, &Percentage)| proto::FormPercentage {
        form: form.clone(),
        percentage: to_proto::decimal(percentage.0),
    };
    proto::AgreedPercentage {
        office: office.to_string(),
        sector: sector.to_proto(),
        agb: agb.to_string(),
        year,
        percentage: to_proto::decimal(kept.percentage.0),
        tariffs: Vec::new(),
        decision_id: kept.decision_id.clone(),
        forms: kept.forms.iter().map(form).collect(),
        basis: basis(kept.basis),
        from_date: to_proto::date(kept.from),
        version: kept.version,
        recorded_time: to_proto::time(kept.recorded),
    }
}

/// Refusals for the contract, with the words of the steps that tell them.
pub fn refusals(refused: &[Refusal], explanation: &common::Explanation) -> Vec<proto::Refusal> {
    let refusal = |refusal: &Refusal| {
        let step = refusal.step.checked_sub(1).and_then(|place| explanation.steps.get(place));
        proto::Refusal {
            key: refusal.key.clone(),
            initiative: refusal.initiative.clone(),
            rule_id: refusal.rule.to_owned(),
            code: refusal.reason.to_owned(),
            text_nl: step.map(|step| step.text_nl.clone()).unwrap_or_default(),
            text_en: step.map(|step| step.text_en.clone()).unwrap_or_default(),
        }
    };
    refused.iter().map(refusal).collect()
}
