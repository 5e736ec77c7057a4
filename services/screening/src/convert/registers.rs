//! Subjects, consults and integrity between the contract and the domain.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{registration, screening as proto};
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use crate::{
    decide::integrity::{Hearing, check_state},
    domain::{Check, Condition, Consult, Entry, Integrity, IntegrityState, Register, Subject, SubjectKind},
};

/// A subject that is to be screened.
#[derive(Debug)]
pub struct AddSubject {
    /// The request.
    pub request_id: Uuid,
    /// The subject, without an id.
    pub subject: Subject,
    /// Why.
    pub reason: String,
}

/// Reads a subject that is to be screened.
pub fn add_subject(request: &proto::AddSubjectRequest) -> Result<AddSubject, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let reason = fields.text("reason", &request.reason);
    let given = request.subject.clone().unwrap_or_default();
    fields.check(given.subject_id.is_empty(), "subject.subject_id", "must be empty: it is given");
    let office = fields.office("subject.office", &given.office);
    let agb = fields.agb("subject.agb", &given.agb);
    let kind = SubjectKind::from_proto(given.kind);
    fields.check(kind.is_some(), "subject.kind", "is needed");
    let reference = match kind {
        Some(kind) if !kind.is_person() => fields.agb("subject.reference", &given.reference).map(|agb| agb.to_string()),
        _ => fields.id("subject.reference", &given.reference),
    };
    let period = fields.period("subject.period", given.period.as_ref());
    let read = fields.all((request_id, reason, office, agb, kind, reference, period))?;
    let (request_id, reason, office, agb, kind, reference, (first_day, last_day)) = read;
    let subject = Subject { subject_id: String::new(), office, agb, kind, reference, first_day, last_day };
    Ok(AddSubject { request_id, subject, reason })
}

/// Reads that a subject ends: request, subject and last day.
pub fn end_subject(request: &proto::EndSubjectRequest) -> Result<(Uuid, String, NaiveDate, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject_id = fields.id("subject_id", &request.subject_id);
    let last_day = fields.date("last_day", request.last_day.as_ref());
    let reason = fields.text("reason", &request.reason);
    fields.all((request_id, subject_id, last_day, reason))
}

/// Reads an office and a provider.
pub fn of(office: &str, agb: &str) -> Result<(Office, Agb), EdgeError> {
    let mut fields = Fields::new();
    let (office, agb) = (fields.office("office", office), fields.agb("agb", agb));
    fields.all((office, agb))
}

/// What is asked again.
#[derive(Debug)]
pub struct RequestChecks {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The subject; empty for all.
    pub subject_id: String,
    /// The registers; none for all.
    pub registers: Vec<Register>,
    /// Why.
    pub reason: String,
}

/// Reads what is asked again.
pub fn request_checks(request: &proto::RequestChecksRequest) -> Result<RequestChecks, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let subject_id = match request.subject_id.as_str() {
        "" => Some(String::new()),
        id => fields.id("subject_id", id),
    };
    let registers = request.registers.iter().enumerate().map(|(index, number)| {
        let register = Register::from_proto(*number);
        fields.check(register.is_some(), &format!("registers[{index}]"), "is no register").and(register)
    });
    let registers: Vec<Option<Register>> = registers.collect();
    let registers = registers.into_iter().collect::<Option<Vec<Register>>>();
    let reason = fields.text("reason", &request.reason);
    let read = fields.all((request_id, office, agb, subject_id, registers, reason))?;
    let (request_id, office, agb, subject_id, registers, reason) = read;
    Ok(RequestChecks { request_id, office, agb, subject_id, registers, reason })
}

/// Reads whose consults are asked.
pub fn list_consults(request: &proto::ListConsultsRequest) -> Result<(Office, Agb, Page), EdgeError> {
    let mut fields = Fields::new();
    let (office, agb) = (fields.office("office", &request.office), fields.agb("agb", &request.agb));
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// Reads which consult is asked.
pub fn get_consult(request: &proto::GetConsultRequest) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("consult_id", &request.consult_id);
    fields.all((id,)).map(|(id,)| id)
}

/// What somebody judges.
#[derive(Debug)]
pub struct JudgeIntegrity {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// What it comes to.
    pub state: IntegrityState,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The consults.
    pub consult_ids: Vec<String>,
    /// Why.
    pub motivation: String,
    /// What was said to the provider and by it.
    pub hearing: Hearing,
}

/// Reads what somebody judges.
pub fn judge_integrity(request: &proto::JudgeIntegrityRequest) -> Result<JudgeIntegrity, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let (office, agb) = (fields.office("office", &request.office), fields.agb("agb", &request.agb));
    let state = IntegrityState::from_proto(request.state).filter(|state| *state != IntegrityState::Pending);
    fields.check(state.is_some(), "state", "expected no objection, conditions or an objection");
    let conditions = conditions(&mut fields, request, state);
    let ids = request.consult_ids.iter().enumerate();
    let ids: Vec<Option<String>> = ids.map(|(at, id)| fields.id(&format!("consult_ids[{at}]"), id)).collect();
    let consult_ids = ids.into_iter().collect::<Option<Vec<String>>>();
    let motivation = fields.text("motivation", &request.motivation);
    let hearing = hearing(&mut fields, request);
    let read = fields.all((request_id, office, agb, state, conditions, consult_ids, motivation, hearing))?;
    let (request_id, office, agb, state, conditions, consult_ids, motivation, hearing) = read;
    Ok(JudgeIntegrity { request_id, office, agb, state, conditions, consult_ids, motivation, hearing })
}

fn hearing(fields: &mut Fields, request: &proto::JudgeIntegrityRequest) -> Option<Hearing> {
    let informed = fields.optional_date("informed_date", request.informed_date.as_ref());
    let response = match request.response.as_str() {
        "" => Some(String::new()),
        response => fields.text("response", response),
    };
    let response_due = fields.optional_date("response_due_date", request.response_due_date.as_ref());
    Some(Hearing { informed: informed?, response: response?, response_due: response_due? })
}

fn conditions(
    fields: &mut Fields,
    request: &proto::JudgeIntegrityRequest,
    state: Option<IntegrityState>,
) -> Option<Vec<Condition>> {
    let some = state == Some(IntegrityState::Conditions);
    fields.check(some != request.conditions.is_empty(), "conditions", "are needed with that state, and only with it");
    let conditions = request.conditions.iter().enumerate().map(|(at, condition)| {
        let text = fields.text(&format!("conditions[{at}].text"), &condition.text);
        let due = fields.date(&format!("conditions[{at}].due_date"), condition.due_date.as_ref());
        Some(Condition { text: text?, due: due? })
    });
    let conditions: Vec<Option<Condition>> = conditions.collect();
    conditions.into_iter().collect()
}

/// What a position at registration is here; a nurse there is screened under its AGB code, not as a person.
pub fn kind_of(position: i32) -> Option<SubjectKind> {
    match registration::Position::try_from(position).ok()? {
        registration::Position::BoardMember => Some(SubjectKind::BoardMember),
        registration::Position::Supervisor => Some(SubjectKind::Supervisor),
        registration::Position::PolicyMaker => Some(SubjectKind::PolicyMaker),
        registration::Position::UltimateBeneficialOwner => Some(SubjectKind::BeneficialOwner),
        registration::Position::NurseLevel6 | registration::Position::Unspecified => None,
    }
}

/// A subject.
pub fn subject(subject: &Subject) -> proto::Subject {
    proto::Subject {
        subject_id: subject.subject_id.clone(),
        office: subject.office.to_string(),
        agb: subject.agb.to_string(),
        kind: subject.kind.to_proto(),
        reference: subject.reference.clone(),
        period: to_proto::period(subject.first_day, subject.last_day),
    }
}

/// Where a check stands on a day.
pub fn check(check: &Check, day: NaiveDate) -> proto::Check {
    let answer = check.answer.as_ref();
    proto::Check {
        subject_id: check.subject_id.clone(),
        register: check.register.to_proto(),
        state: check_state(check, day).to_proto(),
        due_time: to_proto::time(check.due),
        valid_until: answer.and_then(|answer| to_proto::date(answer.valid_until)),
        consult_id: answer.map(|answer| answer.consult_id.clone()).unwrap_or_default(),
        failures: i32::try_from(check.failures).unwrap_or(i32::MAX),
    }
}

/// A consult.
pub fn consult(consult: &Consult) -> proto::Consult {
    proto::Consult {
        consult_id: consult.consult_id.clone(),
        office: consult.office.to_string(),
        agb: consult.agb.to_string(),
        subject_id: consult.subject_id.clone(),
        register: consult.register.to_proto(),
        asked_by: consult.asked_by.clone(),
        reason: consult.reason.clone(),
        asked_time: to_proto::time(consult.asked),
        outcome: consult.outcome.to_proto(),
        as_of_date: consult.as_of.and_then(to_proto::date),
        valid_until: consult.valid_until.and_then(to_proto::date),
    }
}

/// A finding.
pub fn finding(entry: &Entry) -> proto::Finding {
    proto::Finding {
        code: entry.code.clone(),
        period: entry.first_day.and_then(|first| to_proto::period(first, entry.last_day)),
        value: entry.value.and_then(to_proto::decimal),
        text: entry.text.clone(),
    }
}

/// What the integrity of a provider comes to.
pub fn integrity(
    (office, agb): (&Office, Agb),
    integrity: &Integrity,
    since: DateTime<Utc>,
    registration_ids: Vec<String>,
) -> proto::Integrity {
    let condition = |condition: &Condition| proto::IntegrityCondition {
        text: condition.text.clone(),
        due_date: to_proto::date(condition.due),
    };
    proto::Integrity {
        office: office.to_string(),
        agb: agb.to_string(),
        state: integrity.state.to_proto(),
        conditions: integrity.conditions.iter().map(condition).collect(),
        since_time: to_proto::time(since),
        valid_until: integrity.valid_until.and_then(to_proto::date),
        registration_ids,
    }
}
