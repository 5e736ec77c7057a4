//! Registrations between the contract and the domain.

use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, Sector, to_proto};
use explain::Check;
use identifiers::Agb;
use uuid::Uuid;

use super::{
    answers::{content, content_out},
    sector,
};
use crate::domain::{Content, Ground, Procedure, Reason, Registration, State, Verdict};

/// A registration to be begun.
#[derive(Debug)]
pub struct Creation {
    /// The request.
    pub request_id: Uuid,
    /// The round.
    pub round_id: String,
    /// The provider.
    pub agb: Agb,
    /// The way it goes.
    pub procedure: Procedure,
    /// What it says.
    pub content: Content,
}

/// Reads a registration to be begun.
pub fn create_registration(request: &proto::CreateRegistrationRequest) -> Result<Creation, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let round_id = fields.id("round_id", &request.round_id);
    let agb = fields.agb("agb", &request.agb);
    let procedure = Procedure::from_proto(request.procedure);
    fields.check(procedure.is_some(), "procedure", "expected a procedure");
    let content = content(&mut fields, "content", request.content.as_ref());
    let (request_id, round_id, agb, procedure, content) =
        fields.all((request_id, round_id, agb, procedure, content))?;
    Ok(Creation { request_id, round_id, agb, procedure, content })
}

/// A draft to be changed.
#[derive(Debug)]
pub struct Change {
    /// The request.
    pub request_id: Uuid,
    /// The registration.
    pub registration_id: String,
    /// The version that is replaced.
    pub version: i64,
    /// What it says from now on.
    pub content: Content,
}

/// Reads a draft to be changed.
pub fn update_registration(request: &proto::UpdateRegistrationRequest) -> Result<Change, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    fields.check(request.version > 0, "version", "expected the version that is replaced");
    let content = content(&mut fields, "content", request.content.as_ref());
    let (request_id, registration_id, content) = fields.all((request_id, registration_id, content))?;
    Ok(Change { request_id, registration_id, version: request.version, content })
}

/// A registration in one piece.
#[derive(Debug)]
pub struct Import {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The sector, and with it the act.
    pub sector: Sector,
    /// The year care is bought for.
    pub year: i32,
    /// The provider.
    pub agb: Agb,
    /// The way it goes.
    pub procedure: Procedure,
    /// What it says.
    pub content: Content,
}

/// Reads a registration in one piece.
pub fn import(request: &proto::ImportRegistrationRequest) -> Result<Import, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let questionnaire = fields.required("questionnaire", request.questionnaire.as_ref());
    let given = questionnaire.map(|given| {
        fields.check(given.office == request.office, "questionnaire.office", "is not the office of the request");
        fields.check(given.agb == request.agb, "questionnaire.agb", "is not the provider of the request");
        let sector = sector(&mut fields, "questionnaire.", given.act, given.sector);
        let year = fields.year("questionnaire.year", given.year);
        let procedure = match given.procedure {
            0 => Some(Procedure::Regular),
            number => Procedure::from_proto(number),
        };
        fields.check(procedure.is_some(), "questionnaire.procedure", "expected a procedure");
        let content = content(&mut fields, "questionnaire.content", given.content.as_ref());
        (sector, year, procedure, content)
    });
    let (sector, year, procedure, content) = given.unwrap_or_default();
    let (request_id, office, agb, sector, year, procedure, content) =
        fields.all((request_id, office, agb, sector, year, procedure, content))?;
    Ok(Import { request_id, office, sector, year, agb, procedure, content })
}

/// For which round a registration in one piece is, as far as that can be read.
pub fn round_of(request: &proto::ImportRegistrationRequest) -> Option<(Office, Sector, i32)> {
    let given = request.questionnaire.as_ref()?;
    Some((request.office.parse().ok()?, Sector::from_proto(given.sector)?, given.year))
}

/// Reads which draft is to be submitted.
pub fn submit(request: &proto::SubmitRegistrationRequest) -> Result<(Uuid, String), EdgeError> {
    read_id(&request.request_id, &request.registration_id)
}

/// Reads which registration is to be assessed.
pub fn assess(request: &proto::AssessRegistrationRequest) -> Result<(Uuid, String), EdgeError> {
    read_id(&request.request_id, &request.registration_id)
}

fn read_id(request_id: &str, registration_id: &str) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(request_id);
    let registration_id = fields.id("registration_id", registration_id);
    fields.all((request_id, registration_id))
}

/// Reads what a list of registrations asks: round and page.
pub fn list_registrations(request: &proto::ListRegistrationsRequest) -> Result<(String, Page), EdgeError> {
    let mut fields = Fields::new();
    let round_id = fields.id("round_id", &request.round_id);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((round_id, page))
}

/// A registration for the contract.
///
/// # Errors
/// [`EdgeError::Stored`] when what it says can't be read.
pub fn registration(registration: &Registration) -> Result<proto::Registration, EdgeError> {
    let assessed = registration.state.assessed();
    let verdict = registration.state.verdict();
    let waits = match verdict {
        Some(Verdict::Waiting(waits)) => waits.as_slice(),
        _ => &[],
    };
    let waits =
        waits.iter().map(|waiting| proto::Waiting { wait: waiting.wait.to_proto(), subject: waiting.subject.clone() });
    Ok(proto::Registration {
        registration_id: registration.registration_id.clone(),
        round_id: registration.round_id.clone(),
        agb: registration.agb.to_string(),
        procedure: registration.procedure.to_proto(),
        content: Some(content_out(&registration.content)?),
        version: registration.version,
        received_time: registration.state.received().and_then(to_proto::time),
        state: state(&registration.state).into(),
        category: assessed.map_or(0, |assessed| assessed.category.to_proto()),
        reasons: verdict.map(Verdict::reasons).unwrap_or_default().iter().map(reason).collect(),
        decision_id: assessed.map(|assessed| assessed.decision_id.clone()).unwrap_or_default(),
        waits: waits.collect(),
        signals: assessed.map(|assessed| assessed.signals.iter().map(reason).collect()).unwrap_or_default(),
    })
}

fn reason(reason: &Reason) -> proto::Reason {
    proto::Reason {
        rule_id: reason.rule.clone(),
        code: reason.code.clone(),
        subject: reason.subject.clone(),
        ground: reason.ground.to_proto(),
    }
}

fn state(state: &State) -> proto::RegistrationState {
    use proto::RegistrationState as Out;
    match state {
        State::Draft => Out::Draft,
        State::Submitted(_) => Out::Submitted,
        State::Assessed(_, _, Verdict::Waiting(_)) => Out::InAssessment,
        State::Assessed(_, _, Verdict::Admissible) => Out::Admissible,
        State::Assessed(_, _, Verdict::NotConsidered(_)) => Out::NotConsidered,
        State::Assessed(_, _, Verdict::Rejected(_)) => Out::Rejected,
        State::Awarded(..) => Out::Awarded,
    }
}

/// Reads which registration is to be checked.
pub fn check(request: &proto::CheckRegistrationRequest) -> Result<String, EdgeError> {
    super::id("registration_id", &request.registration_id)
}

/// A requirement as far as it is met, for the contract, with its words.
pub fn finding(check: &Check, met: bool, (text_nl, text_en): (String, String)) -> proto::Finding {
    proto::Finding {
        rule_id: check.rule.to_string(),
        code: check.key.to_string(),
        about: check.fact.about.to_string(),
        fact: check.fact.name.to_string(),
        met,
        ground: Ground::from_code(&check.ground).map_or(0, Ground::to_proto),
        text_nl,
        text_en,
        source: check.source().to_owned(),
    }
}
