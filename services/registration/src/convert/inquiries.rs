//! What the office looks into, between the contract and the domain.

use contract::registration as proto;
use edge::{EdgeError, Fields, to_proto};
use uuid::Uuid;

use super::answers::{answers, answers_out, documents, documents_out};
use crate::domain::{
    Answers, Clarification, Concern, Integrity, IntegrityCondition, IntegrityResult, Interview, InterviewGround,
    Judged, Judgement, Supplement,
};

/// A test has no more conditions than this.
const MOST_CONDITIONS: usize = 100;

/// A clarification to be asked.
#[derive(Debug)]
pub struct Asked {
    /// The request.
    pub request_id: Uuid,
    /// The registration.
    pub registration_id: String,
    /// What it is about.
    pub concerns: Vec<Concern>,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub motivation: String,
}

/// Reads a clarification to be asked.
pub fn ask_clarification(request: &proto::AskClarificationRequest) -> Result<Asked, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let concerns = codes(&mut fields, "concerns", &request.concerns, Concern::from_proto);
    fields.check(!request.concerns.is_empty(), "concerns", "expected at least one");
    let question = fields.text("question", &request.question);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, registration_id, concerns, question, motivation) =
        fields.all((request_id, registration_id, concerns, question, motivation))?;
    Ok(Asked { request_id, registration_id, concerns, question, motivation })
}

/// The answer to a clarification.
#[derive(Debug)]
pub struct Answered {
    /// The request.
    pub request_id: Uuid,
    /// The clarification.
    pub clarification_id: String,
    /// The answer.
    pub supplement: Supplement,
}

/// Reads the answer to a clarification.
pub fn answer_clarification(request: &proto::AnswerClarificationRequest) -> Result<Answered, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let clarification_id = fields.id("clarification_id", &request.clarification_id);
    let answer = fields.text("answer", &request.answer);
    let facts = answers(&mut fields, "answers", &request.answers);
    let documents = documents(&mut fields, "documents", &request.documents);
    let (request_id, clarification_id, answer, answers, documents) =
        fields.all((request_id, clarification_id, answer, facts, documents))?;
    Ok(Answered { request_id, clarification_id, supplement: Supplement { answer, answers, documents } })
}

/// What a document was found to show.
#[derive(Debug)]
pub struct Reviewed {
    /// The request.
    pub request_id: Uuid,
    /// The registration.
    pub registration_id: String,
    /// The kind of the document.
    pub kind: String,
    /// What it shows.
    pub answers: Answers,
    /// Why.
    pub motivation: String,
}

/// Reads what a document was found to show.
pub fn review_document(request: &proto::ReviewDocumentRequest) -> Result<Reviewed, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let kind = fields.text("kind", &request.kind);
    fields.check(!request.answers.is_empty(), "answers", "expected at least one");
    let answers = answers(&mut fields, "answers", &request.answers);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, registration_id, kind, answers, motivation) =
        fields.all((request_id, registration_id, kind, answers, motivation))?;
    Ok(Reviewed { request_id, registration_id, kind, answers, motivation })
}

/// Reads a judgement: request, registration, subject, judgement and motivation.
pub fn record_judgement(
    request: &proto::RecordJudgementRequest,
) -> Result<(Uuid, String, String, Judged, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let subject = fields.text("subject", &request.subject);
    let judgement = Judgement::from_proto(request.judgement);
    fields.check(judgement.is_some(), "judgement", "expected a judgement");
    let motivation = fields.text("motivation", &request.motivation);
    let heard = fields.optional_date("heard_date", request.heard_date.as_ref());
    if judgement == Some(Judgement::Negative) {
        fields.check(heard != Some(None), "heard_date", "a negative judgement needs the day the provider was heard");
    }
    let (request_id, registration_id, subject, judgement, motivation, heard) =
        fields.all((request_id, registration_id, subject, judgement, motivation, heard))?;
    Ok((request_id, registration_id, subject, Judged { judgement, heard }, motivation))
}

/// Reads an interview with the board.
pub fn record_interview(request: &proto::RecordInterviewRequest) -> Result<(Uuid, String, Interview), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let held = fields.date("held_date", request.held_date.as_ref());
    let location = fields.text("location", &request.location);
    let grounds = codes(&mut fields, "grounds", &request.grounds, InterviewGround::from_proto);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, registration_id, held, location, grounds, motivation) =
        fields.all((request_id, registration_id, held, location, grounds, motivation))?;
    Ok((request_id, registration_id, Interview { held, location, grounds, motivation }))
}

/// Reads that the integrity test is asked for, with the last day for the answer.
pub fn ask_integrity(request: &proto::AskIntegrityRequest) -> Result<(Uuid, String, chrono::NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let due = fields.date("due_date", request.due_date.as_ref());
    fields.all((request_id, registration_id, due))
}

/// Reads what the integrity test comes to: request, registration, result, conditions and reference.
pub fn record_integrity(
    request: &proto::RecordIntegrityRequest,
) -> Result<(Uuid, String, IntegrityResult, Vec<IntegrityCondition>, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let registration_id = fields.id("registration_id", &request.registration_id);
    let result = IntegrityResult::from_proto(request.result).filter(|result| *result != IntegrityResult::Pending);
    fields.check(result.is_some(), "result", "expected a result");
    let some = result == Some(IntegrityResult::Conditions);
    fields.check(some != request.conditions.is_empty(), "conditions", "belong to that result, and to no other");
    fields.check(request.conditions.len() <= MOST_CONDITIONS, "conditions", format!("are more than {MOST_CONDITIONS}"));
    let conditions = request.conditions.iter().take(MOST_CONDITIONS).enumerate().map(|(index, condition)| {
        let text = fields.text(&format!("conditions[{index}].text"), &condition.text);
        let due = fields.date(&format!("conditions[{index}].due_date"), condition.due_date.as_ref());
        Some(IntegrityCondition { text: text?, due: due? })
    });
    let conditions: Vec<Option<IntegrityCondition>> = conditions.collect();
    let conditions = conditions.into_iter().collect();
    let reference = fields.text("reference", &request.reference);
    fields.all((request_id, registration_id, result, conditions, reference))
}

/// Codes of the contract, each once.
fn codes<T: PartialEq + Copy>(
    fields: &mut Fields,
    field: &str,
    numbers: &[i32],
    read: impl Fn(i32) -> Option<T>,
) -> Option<Vec<T>> {
    let codes = numbers.iter().enumerate().map(|(index, number)| {
        let field = format!("{field}[{index}]");
        let code = read(*number);
        fields.check(code.is_some(), &field, "is unknown")?;
        fields.check(!numbers[..index].contains(number), &field, "is named before")?;
        code
    });
    let codes: Vec<Option<T>> = codes.collect();
    codes.into_iter().collect()
}

/// A clarification for the contract.
///
/// # Errors
/// [`EdgeError::Stored`] when its answer can't be read.
pub fn clarification(clarification: &Clarification) -> Result<proto::Clarification, EdgeError> {
    let effect = &clarification.effect;
    let answer = clarification.answer.as_ref();
    Ok(proto::Clarification {
        clarification_id: effect.clarification_id.clone(),
        registration_id: clarification.registration_id.clone(),
        concerns: effect.concerns.iter().map(|concern| concern.to_proto()).collect(),
        question: clarification.question.clone(),
        motivation: clarification.motivation.clone(),
        asked_time: to_proto::time(clarification.asked),
        due_time: to_proto::time(effect.due),
        answered_time: effect.answered.and_then(to_proto::time),
        answer: answer.map(|answer| answer.answer.clone()).unwrap_or_default(),
        answers: answer.map(|answer| answers_out(&answer.answers)).unwrap_or_default(),
        documents: answer.map(|answer| documents_out(&answer.documents)).transpose()?.unwrap_or_default(),
        decision_id: clarification.decision_id.clone(),
    })
}

/// That screening is asked for the integrity of a provider, for the feed.
pub fn integrity_asked(
    registration_id: &str,
    agb: identifiers::Agb,
    person_ids: Vec<String>,
    test: &Integrity,
) -> proto::IntegrityAsked {
    proto::IntegrityAsked {
        registration_id: registration_id.to_owned(),
        agb: agb.to_string(),
        person_ids,
        due_date: to_proto::date(test.due),
    }
}

/// Reads what screening states of the integrity of a provider: the result and its conditions.
pub fn stated_integrity(
    stated: &contract::screening::Integrity,
) -> Result<(IntegrityResult, Vec<IntegrityCondition>), EdgeError> {
    use contract::screening::IntegrityState;
    let mut fields = Fields::new();
    let result = match stated.state() {
        IntegrityState::Unspecified => None,
        IntegrityState::Pending => Some(IntegrityResult::Pending),
        IntegrityState::NoObjection => Some(IntegrityResult::NoObjection),
        IntegrityState::Conditions => Some(IntegrityResult::Conditions),
        IntegrityState::Objection => Some(IntegrityResult::Objection),
    };
    fields.check(result.is_some(), "state", "is needed");
    let conditions = stated.conditions.iter().enumerate().map(|(at, condition)| {
        let due = fields.date(&format!("conditions[{at}].due_date"), condition.due_date.as_ref());
        Some(IntegrityCondition { text: condition.text.clone(), due: due? })
    });
    let conditions: Vec<Option<IntegrityCondition>> = conditions.collect();
    fields.all((result, conditions.into_iter().collect::<Option<Vec<_>>>()))
}
