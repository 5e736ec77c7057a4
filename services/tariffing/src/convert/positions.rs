//! Between the contract and the domain: what is on record of a provider.

use chrono::{DateTime, NaiveDate, Utc};
use contract::tariffing as proto;
use edge::{EdgeError, Fields, to_proto};
use money::{Decimal, Percentage};
use uuid::Uuid;

use super::percentages::{basis, percentage, subject};
use crate::{
    decide::PercentageFacts,
    domain::{Finding, Grant, Position, Standing, Subject},
};

/// The decimals of percentage points.
const POINT_DECIMALS: u32 = 4;

/// Something that a person records of a provider.
#[derive(Debug)]
pub struct Record {
    /// The request.
    pub request_id: Uuid,
    /// Whose, and for which year.
    pub subject: Subject,
    /// What is recorded.
    pub finding: Finding,
    /// Why.
    pub motivation: String,
}

/// Reads whether a provider is new.
pub fn standing(request: &proto::RecordStandingRequest) -> Result<Record, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let standing = match proto::Standing::try_from(request.standing) {
        Ok(proto::Standing::New) => Some(Standing::New),
        Ok(proto::Standing::Existing) => Some(Standing::Existing),
        _ => None,
    };
    fields.check(standing.is_some(), "standing", "expected STANDING_NEW or STANDING_EXISTING");
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, subject, standing, motivation) = fields.all((request_id, subject, standing, motivation))?;
    Ok(Record { request_id, subject, finding: Finding::Standing(standing), motivation })
}

/// Reads what an interview led to.
pub fn interview(request: &proto::RecordInterviewRequest) -> Result<Record, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let percentage = percentage(&mut fields, "percentage", request.percentage.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, subject, percentage, motivation) = fields.all((request_id, subject, percentage, motivation))?;
    Ok(Record { request_id, subject, finding: Finding::Interview(percentage), motivation })
}

/// Reads a lower bid.
pub fn bid(request: &proto::ProposeBidRequest) -> Result<(Uuid, Subject, Percentage, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let percentage = percentage(&mut fields, "percentage", request.percentage.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, subject, percentage, motivation))
}

/// Reads a judgement as the grant it would be on a day.
pub fn judgement(
    request: &proto::RecordJudgementRequest,
    today: NaiveDate,
) -> Result<(Uuid, Subject, Grant), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let key = fields.text("key", &request.key);
    let points = match &request.points {
        Some(points) => fields.decimal("points", Some(points), POINT_DECIMALS).map(Some),
        None => Some(None),
    };
    let initiative = fields.text("motivation", &request.motivation);
    let (request_id, subject, key, points, initiative) = fields.all((request_id, subject, key, points, initiative))?;
    let form = Some(request.form.clone()).filter(|form| !form.is_empty());
    Ok((request_id, subject, Grant { key, points, form, initiative, agreed: today, proposal_id: None }))
}

/// Reads which grant is to be taken back: request, whose, grant and motivation.
pub fn withdraw(request: &proto::WithdrawGrantRequest) -> Result<(Uuid, Subject, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let grant_id = fields.id("grant_id", &request.grant_id);
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, subject, grant_id, motivation))
}

/// Reads a falling line: whose and from which year, the percentages of the years, and why.
pub fn line(request: &proto::AgreeLineRequest) -> Result<(Uuid, Subject, Vec<Percentage>, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    fields.check(!request.years.is_empty(), "years", "expected at least one year");
    let first = request.years.first().map_or(0, |year| year.year);
    if !request.years.is_empty() {
        fields.year("years[0].year", first);
    }
    // A wrong first year is told under its own name.
    let year = if (1900..=2999).contains(&first) { first } else { 2023 };
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, year));
    let mut percentages = Vec::with_capacity(request.years.len());
    for (place, year) in request.years.iter().enumerate() {
        let expected = i32::try_from(place).ok().and_then(|place| first.checked_add(place));
        if expected != Some(year.year) {
            fields.violation(&format!("years[{place}].year"), "expected the years one after the other");
        }
        percentages.push(percentage(&mut fields, &format!("years[{place}].percentage"), year.percentage.as_ref()));
    }
    let motivation = fields.text("motivation", &request.motivation);
    let percentages: Option<Vec<Percentage>> = percentages.into_iter().collect();
    fields.all((request_id, subject, percentages, motivation))
}

/// Reads whose position is asked, and as known at which moment.
pub fn get_position(request: &proto::GetPositionRequest) -> Result<(Subject, Option<DateTime<Utc>>), EdgeError> {
    let mut fields = Fields::new();
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let known = fields.optional_time("known_time", request.known_time.as_ref());
    fields.all((subject, known))
}

/// A grant for the contract.
pub fn grant(grant_id: &str, grant: &Grant) -> proto::Grant {
    proto::Grant {
        grant_id: grant_id.to_owned(),
        key: grant.key.clone(),
        points: grant.points.and_then(to_proto::decimal),
        form: grant.form.clone().unwrap_or_default(),
        initiative: grant.initiative.clone(),
        agreed_date: to_proto::date(grant.agreed),
        tariff_proposal_id: grant.proposal_id.clone().unwrap_or_default(),
    }
}

/// What is on record for the contract.
pub fn position(facts: &PercentageFacts, position: &Position) -> proto::Position {
    let decimal = |percentage: Option<Percentage>| percentage.and_then(|percentage| to_proto::decimal(percentage.0));
    let subject = &facts.subject;
    let standing = match position.standing {
        Standing::New => proto::Standing::New,
        Standing::Existing => proto::Standing::Existing,
    };
    proto::Position {
        office: subject.office.to_string(),
        sector: subject.sector.to_proto(),
        agb: subject.agb.to_string(),
        year: subject.year,
        standing: standing.into(),
        previous: decimal(facts.previous.map(|previous| previous.percentage)),
        previous_basis: facts.previous.map(|previous| basis(previous.basis)).unwrap_or_default(),
        line: decimal(position.line),
        interview: decimal(position.interview),
        bid: decimal(position.bid),
        hardship: position.hardship.and_then(|points: Decimal| to_proto::decimal(points)),
        grants: position.grants.iter().map(|(id, own)| grant(id, own)).collect(),
    }
}

/// The years of a line for the contract.
pub fn line_years(first: i32, percentages: &[Percentage]) -> Vec<proto::LineYear> {
    let year =
        |(year, percentage): (i32, &Percentage)| proto::LineYear { year, percentage: to_proto::decimal(percentage.0) };
    (first..).zip(percentages).map(year).collect()
}
