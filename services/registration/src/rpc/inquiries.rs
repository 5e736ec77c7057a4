//! What the office learns and judges about a registration (REG-07, REG-08, REG-09, REG-13).

use contract::registration as proto;
use edge::{Begun, Call, EdgeError, InvalidRequest, Write};
use explain::Trace;
use serde::Serialize;

use super::{Rpc, registrations::precondition};
use crate::{
    convert, decide,
    decide::ClarificationFacts,
    domain::{Clarification, Clarifying, DutyKind, DutyState, Integrity, IntegrityResult, Registration, Round},
    error::Error,
    feed, rules, store,
    store::Finding,
};

impl Rpc {
    pub(super) async fn ask_clarification(
        &self,
        call: &Call,
        request: proto::AskClarificationRequest,
    ) -> Result<proto::AskClarificationResponse, Error> {
        let asked = convert::ask_clarification(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let (registration, round) = assessable(&mut write, &asked.registration_id).await?;
        let agb = registration.agb;
        let facts = ClarificationFacts { round, asked: now };
        let mut trace = Trace::new();
        let due = decide::clarification_due(&facts, &self.core.rules, &mut trace)?;
        let decision_id = self
            .record(&mut write, (&facts.round.office, "clarification", &asked.registration_id), &facts, trace)
            .await?;
        let clarification = Clarification {
            effect: Clarifying { clarification_id: self.new_id(), concerns: asked.concerns, due, answered: None },
            registration_id: asked.registration_id,
            question: asked.question,
            motivation: asked.motivation,
            asked: now,
            answer: None,
            decision_id,
        };
        store::ask(&mut write.tx, &clarification).await?;
        let owed = self.due(DutyKind::Clarification, &rules::CLARIFICATION_DUE, due);
        let id = &clarification.effect.clarification_id;
        self.owe(&mut write, (&facts.round.office, agb, id), owed).await?;
        write.note(&format!("clarification {}", clarification.effect.clarification_id));
        let clarification = Some(convert::clarification(&clarification)?);
        Ok(write.commit(proto::AskClarificationResponse { clarification }).await?)
    }

    pub(super) async fn answer_clarification(
        &self,
        call: &Call,
        request: proto::AnswerClarificationRequest,
    ) -> Result<proto::AnswerClarificationResponse, Error> {
        let answered = convert::answer_clarification(&request)?;
        let mut write = match self.core.begin(call, answered.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let registration_id = store::clarification(&mut write.tx, &answered.clarification_id).await?.registration_id;
        let (_, round) = assessable(&mut write, &registration_id).await?;
        // Read again now that nobody else can answer it.
        let mut clarification = store::clarification(&mut write.tx, &answered.clarification_id).await?;
        let id = &answered.clarification_id;
        if clarification.effect.answered.is_some() {
            return Err(precondition("CLARIFICATION_ANSWERED", id, "it was answered before".to_owned()));
        }
        if clarification.effect.due < now {
            let message = format!("it could be answered until {}", clarification.effect.due);
            return Err(precondition("CLARIFICATION_TOO_LATE", id, message));
        }
        let supplement = answered.supplement;
        let given = (&supplement.answers, supplement.documents.as_slice());
        must_fit(decide::supplement_violations(given, &round, &self.core.rules))?;
        clarification.effect.answered = Some(now);
        clarification.answer = Some(supplement);
        store::answer(&mut write.tx, &clarification).await?;
        let closed = (answered.clarification_id.as_str(), DutyKind::Clarification);
        store::close_duties(&mut write.tx, closed, DutyState::Met, now).await?;
        let clarification = Some(convert::clarification(&clarification)?);
        Ok(write.commit(proto::AnswerClarificationResponse { clarification }).await?)
    }

    pub(super) async fn list_clarifications(
        &self,
        call: &Call,
        request: proto::ListClarificationsRequest,
    ) -> Result<proto::ListClarificationsResponse, Error> {
        let id = convert::id("registration_id", &request.registration_id)?;
        let mut tx = self.core.read(call).await?;
        store::registration(&mut tx, &id).await?;
        let rows = store::clarifications(&mut tx, &id).await?;
        let clarifications = rows.iter().map(convert::clarification).collect::<Result<_, _>>()?;
        Ok(proto::ListClarificationsResponse { clarifications })
    }

    pub(super) async fn review_document(
        &self,
        call: &Call,
        request: proto::ReviewDocumentRequest,
    ) -> Result<proto::ReviewDocumentResponse, Error> {
        let reviewed = convert::review_document(&request)?;
        let mut write = match self.core.begin(call, reviewed.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let (registration, round) = assessable(&mut write, &reviewed.registration_id).await?;
        let clarified = store::clarified(&mut write.tx, &reviewed.registration_id).await?;
        let added = clarified.iter().filter_map(|clarified| clarified.supplement.as_ref());
        let mut handed_in = registration.content.documents.iter().chain(added.flat_map(|added| &added.documents));
        if !handed_in.any(|document| document.kind == reviewed.kind) {
            let problem = format!("{} was not handed in", reviewed.kind);
            return Err(EdgeError::from(InvalidRequest(vec![("kind".to_owned(), problem)])).into());
        }
        must_fit(decide::review_violations((&reviewed.kind, &reviewed.answers), &round, &self.core.rules))?;
        let about = (reviewed.registration_id.as_str(), "review", reviewed.kind.as_str());
        found(&mut write, about, &reviewed.answers, &reviewed.motivation).await?;
        Ok(write.commit(proto::ReviewDocumentResponse {}).await?)
    }

    pub(super) async fn record_judgement(
        &self,
        call: &Call,
        request: proto::RecordJudgementRequest,
    ) -> Result<proto::RecordJudgementResponse, Error> {
        let (request_id, registration_id, subject, judged, motivation) = convert::record_judgement(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let (_, round) = assessable(&mut write, &registration_id).await?;
        let subjects = decide::judged_subjects(&round, &self.core.rules);
        if !subjects.contains(&subject) {
            let known: Vec<String> = subjects.into_iter().collect();
            let problem = format!("is none of what is judged in this round: {}", known.join(", "));
            return Err(EdgeError::from(InvalidRequest(vec![("subject".to_owned(), problem)])).into());
        }
        found(&mut write, (&registration_id, "judgement", &subject), &judged, &motivation).await?;
        write.note(&format!("{subject}: {}", judged.judgement));
        Ok(write.commit(proto::RecordJudgementResponse {}).await?)
    }

    pub(super) async fn record_interview(
        &self,
        call: &Call,
        request: proto::RecordInterviewRequest,
    ) -> Result<proto::RecordInterviewResponse, Error> {
        let (request_id, registration_id, interview) = convert::record_interview(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        assessable(&mut write, &registration_id).await?;
        found(&mut write, (&registration_id, "interview", ""), &interview, &interview.motivation).await?;
        Ok(write.commit(proto::RecordInterviewResponse {}).await?)
    }

    pub(super) async fn ask_integrity(
        &self,
        call: &Call,
        request: proto::AskIntegrityRequest,
    ) -> Result<proto::AskIntegrityResponse, Error> {
        let (request_id, registration_id, due) = convert::ask_integrity(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let (registration, round) = assessable(&mut write, &registration_id).await?;
        let today = ::calendar::amsterdam_date(write.now);
        let people = store::people_ids(&mut write.tx, (&round.office, registration.agb), today).await?;
        let reply = proto::AskIntegrityResponse { people: i32::try_from(people.len()).unwrap_or(i32::MAX) };
        let test = Integrity { due, result: IntegrityResult::Pending, conditions: Vec::new() };
        found(&mut write, (&registration_id, "integrity", ""), &test, "").await?;
        let owed = self.due(DutyKind::Integrity, &rules::INTEGRITY_PENDING, decide::end_of(due));
        self.owe(&mut write, (&round.office, registration.agb, &registration_id), owed).await?;
        let asked = convert::integrity_asked(&registration_id, registration.agb, people, &test);
        write.tx.publish(feed::integrity_asked(&round.office, asked));
        Ok(write.commit(reply).await?)
    }

    pub(super) async fn record_integrity(
        &self,
        call: &Call,
        request: proto::RecordIntegrityRequest,
    ) -> Result<proto::RecordIntegrityResponse, Error> {
        let (request_id, registration_id, result, conditions, reference) = convert::record_integrity(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        assessable(&mut write, &registration_id).await?;
        let Some(asked) = store::findings(&mut write.tx, &registration_id).await?.integrity else {
            let message = "the integrity test was not asked for".to_owned();
            return Err(precondition("INTEGRITY_NOT_ASKED", &registration_id, message));
        };
        let test = Integrity { due: asked.due, result, conditions };
        found(&mut write, (&registration_id, "integrity", ""), &test, &reference).await?;
        let now = write.now;
        store::close_duties(&mut write.tx, (&registration_id, DutyKind::Integrity), DutyState::Met, now).await?;
        write.note(test.result.as_str());
        Ok(write.commit(proto::RecordIntegrityResponse {}).await?)
    }
}

/// A registration that is not assessed to the end, taken, and its round.
async fn assessable(write: &mut Write, registration_id: &str) -> Result<(Registration, Round), Error> {
    let taken = store::take_registration(&mut write.tx, registration_id).await?.assessable()?;
    let registration = taken.registration().clone();
    let round = store::round(&mut write.tx, &registration.round_id).await?;
    Ok((registration, round))
}

/// Records what the caller found about a registration that was taken.
async fn found(
    write: &mut Write,
    (registration_id, kind, subject): (&str, &'static str, &str),
    found: &impl Serialize,
    motivation: &str,
) -> Result<(), Error> {
    let (now, by) = (write.now, write.call().identity().to_owned());
    let finding = Finding { registration_id, kind, subject, found, motivation, by: &by };
    Ok(store::record_finding(&mut write.tx, &finding, now).await?)
}

fn must_fit(wrong: Vec<(String, String)>) -> Result<(), Error> {
    if wrong.is_empty() { Ok(()) } else { Err(EdgeError::from(InvalidRequest(wrong)).into()) }
}
