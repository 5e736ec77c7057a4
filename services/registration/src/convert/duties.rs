//! What is due, between the contract and the domain.

use chrono::{DateTime, NaiveDate, Utc};
use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use crate::{
    domain::{Duty, DutyState, Milestone, Round},
    rules::{MILESTONE_RULE, Party},
};

/// Which duties are asked for.
#[derive(Debug)]
pub struct DutyQuery {
    /// The office.
    pub office: Office,
    /// The provider; all when none.
    pub agb: Option<Agb>,
    /// What is due until then; everything when none.
    pub until: Option<DateTime<Utc>>,
    /// The state; any when none.
    pub state: Option<DutyState>,
    /// The page.
    pub page: Page,
}

/// Reads which duties are asked for.
pub fn list_duties(request: &proto::ListDutiesRequest) -> Result<DutyQuery, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = super::optional_agb(&mut fields, &request.agb);
    let until = fields.optional_time("until_time", request.until_time.as_ref());
    let state = match request.state {
        0 => Some(None),
        number => Some(DutyState::from_proto(number)).filter(Option::is_some),
    };
    fields.check(state.is_some(), "state", "expected a state");
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    let (office, agb, until, state, page) = fields.all((office, agb, until, state, page))?;
    Ok(DutyQuery { office, agb, until, state, page })
}

/// Reads which evidence is asked for: request, agreement, requirement and last day.
pub fn ask_evidence(request: &proto::AskEvidenceRequest) -> Result<(Uuid, String, String, NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let agreement_id = fields.id("agreement_id", &request.agreement_id);
    let code = fields.text("code", &request.code);
    let due = fields.date("due_date", request.due_date.as_ref());
    fields.all((request_id, agreement_id, code, due))
}

/// Reads that a duty was met: request, duty, evidence and day.
pub fn record_evidence(request: &proto::RecordEvidenceRequest) -> Result<(Uuid, String, String, NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let duty_id = fields.id("duty_id", &request.duty_id);
    let evidence = fields.text("evidence", &request.evidence);
    let met = fields.date("met_date", request.met_date.as_ref());
    fields.all((request_id, duty_id, evidence, met))
}

/// Reads which agreement is ended: request, agreement, last day and why.
pub fn end_agreement(request: &proto::EndAgreementRequest) -> Result<(Uuid, String, NaiveDate, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let agreement_id = fields.id("agreement_id", &request.agreement_id);
    let last_day = fields.date("last_day", request.last_day.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, agreement_id, last_day, motivation))
}

fn party(party: Party) -> i32 {
    match party {
        Party::Provider => proto::Party::Provider,
        Party::Office => proto::Party::Office,
    }
    .into()
}

/// A duty for the contract.
pub fn duty(duty: &Duty) -> proto::Duty {
    proto::Duty {
        duty_id: duty.duty_id.clone(),
        office: duty.office.to_string(),
        agb: duty.agb.to_string(),
        kind: duty.due.kind.to_proto(),
        party: party(duty.due.kind.party()),
        subject: duty.subject.clone(),
        rule_id: duty.due.rule.clone(),
        code: duty.due.code.clone(),
        due_time: to_proto::time(duty.due.due),
        state: duty.state.to_proto(),
        met_time: duty.met.and_then(to_proto::time),
        evidence: duty.evidence.clone(),
        text_nl: duty.due.dutch.clone(),
        text_en: duty.due.english.clone(),
    }
}

/// A date of a calendar as something that is due: open until it is past, and then over.
pub fn milestone_duty(round: &Round, milestone: Milestone, now: DateTime<Utc>) -> proto::Duty {
    let state = if milestone.until < now { proto::DutyState::Met } else { proto::DutyState::Open };
    proto::Duty {
        office: round.office.to_string(),
        kind: proto::DutyKind::Milestone.into(),
        party: party(milestone.party),
        subject: round.round_id.clone(),
        rule_id: MILESTONE_RULE.to_owned(),
        code: milestone.name.to_owned(),
        due_time: to_proto::time(milestone.until),
        state: state.into(),
        text_nl: milestone.dutch,
        text_en: milestone.english,
        ..proto::Duty::default()
    }
}
