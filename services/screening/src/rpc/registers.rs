//! Subjects, and what registers are asked about them.

use calendar::amsterdam_date;
use contract::screening as proto;
use edge::{Begun, Call, EdgeError};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert,
    decide::registers::{self, ConsultFacts},
    integrity, store, subjects,
};

impl Rpc {
    pub(super) async fn add_subject(
        &self,
        call: &Call,
        request: proto::AddSubjectRequest,
    ) -> Result<proto::AddSubjectResponse, EdgeError> {
        let asked = convert::add_subject(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let (office, agb) = (asked.subject.office.clone(), asked.subject.agb);
        store::take_screened(&mut write.tx, (&office, agb)).await?;
        let by = (call.identity(), asked.reason.as_str());
        let subject = subjects::screen(&self.core, &mut write.tx, asked.subject, by).await?;
        integrity::restate(&self.core, &mut write.tx, (&office, agb)).await?;
        write.commit(proto::AddSubjectResponse { subject: Some(convert::subject(&subject)) }).await
    }

    pub(super) async fn end_subject(
        &self,
        call: &Call,
        request: proto::EndSubjectRequest,
    ) -> Result<proto::EndSubjectResponse, EdgeError> {
        let (request_id, subject_id, last_day, reason) = convert::end_subject(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let not_found = || EdgeError::NotFound { what: "subject", id: subject_id.clone() };
        let subject = store::subject(&mut write.tx, &subject_id).await?.ok_or_else(not_found)?;
        let of = (&subject.office, subject.agb);
        store::take_screened(&mut write.tx, of).await?;
        if !store::end_subject(&mut write.tx, &subject_id, last_day).await? {
            let message = format!("it does not run on after {last_day}");
            return Err(EdgeError::Precondition { reason: "SUBJECT_ENDED", subject: subject_id, message });
        }
        store::mark_network(&mut write.tx, of.0).await?;
        integrity::restate(&self.core, &mut write.tx, of).await?;
        write.note(&reason);
        write.commit(proto::EndSubjectResponse {}).await
    }

    pub(super) async fn list_subjects(
        &self,
        call: &Call,
        request: proto::ListSubjectsRequest,
    ) -> Result<proto::ListSubjectsResponse, EdgeError> {
        let (office, agb) = convert::of(&request.office, &request.agb)?;
        let day = amsterdam_date(self.core.clock.now());
        let mut tx = self.core.read(call).await?;
        let subjects = store::subjects(&mut tx, (&office, agb), day).await?;
        let checks = store::checks(&mut tx, (&office, agb)).await?;
        let of_today = |id: &str| subjects.iter().any(|subject| subject.subject_id == id);
        let checks = checks.iter().filter(|check| of_today(&check.subject_id));
        let checks = checks.map(|check| convert::check(check, day)).collect();
        Ok(proto::ListSubjectsResponse { subjects: subjects.iter().map(convert::subject).collect(), checks })
    }

    pub(super) async fn request_checks(
        &self,
        call: &Call,
        request: proto::RequestChecksRequest,
    ) -> Result<proto::RequestChecksResponse, EdgeError> {
        let asked = convert::request_checks(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let of = (&asked.office, asked.agb);
        store::take_screened(&mut write.tx, of).await?;
        let subjects = store::subjects(&mut write.tx, of, amsterdam_date(write.now)).await?;
        let wanted = |id: &str| asked.subject_id.is_empty() || asked.subject_id == id;
        let screened = |id: &str| subjects.iter().any(|subject| subject.subject_id == id);
        let mut checks = store::checks(&mut write.tx, of).await?;
        checks.retain(|check| wanted(&check.subject_id) && screened(&check.subject_id));
        checks.retain(|check| asked.registers.is_empty() || asked.registers.contains(&check.register));
        if checks.is_empty() {
            let (reason, subject) = ("NOTHING_TO_CHECK", asked.agb.to_string());
            let message = "nobody of this provider is screened in such a register".to_owned();
            return Err(EdgeError::Precondition { reason, subject, message });
        }
        let now = write.now;
        for check in &checks {
            let by = (call.identity(), asked.reason.as_str());
            store::ask(&mut write.tx, (&check.subject_id, check.register), by, now).await?;
        }
        write.commit(proto::RequestChecksResponse { checks: i32::try_from(checks.len()).unwrap_or(i32::MAX) }).await
    }

    pub(super) async fn list_consults(
        &self,
        call: &Call,
        request: proto::ListConsultsRequest,
    ) -> Result<proto::ListConsultsResponse, EdgeError> {
        let (office, agb, page) = convert::list_consults(&request)?;
        let mut tx = self.core.read(call).await?;
        let (consults, next_page_token) = store::page_of_consults(&mut tx, (&office, agb), &page).await?;
        let consults = consults.iter().map(convert::consult).collect();
        Ok(proto::ListConsultsResponse { consults, next_page_token })
    }

    pub(super) async fn get_consult(
        &self,
        call: &Call,
        request: proto::GetConsultRequest,
    ) -> Result<proto::GetConsultResponse, EdgeError> {
        let id = convert::get_consult(&request)?;
        let mut tx = self.core.read(call).await?;
        let consult = store::consult(&mut tx, &id).await?.ok_or(EdgeError::NotFound { what: "consult", id })?;
        let held = match &self.finding_keys {
            Some(keys) => store::finding(&mut tx, &consult.consult_id, keys).await?,
            None => None,
        };
        let told = Some(convert::consult(&consult));
        let Some(held) = held else {
            return Ok(proto::GetConsultResponse { consult: told, findings: Vec::new(), explanation: None });
        };
        let (office, register, asked) = (consult.office, consult.register, consult.asked);
        let facts = ConsultFacts { office, register, held, day: amsterdam_date(asked), asked };
        let mut trace = Trace::new();
        let judged = registers::judge(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, asked));
        let explanation = Some(self.core.explain_now(&explanation)?);
        let findings = judged.findings.iter().map(convert::finding).collect();
        Ok(proto::GetConsultResponse { consult: told, findings, explanation })
    }
}
