//! Requests under the hardship clause (TAR-08): filed, completed, weighed and listed.

use calendar::amsterdam_date;
use contract::tariffing as proto;
use edge::{Begun, Call, EdgeError, Write};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert, decide,
    decide::{HardshipFacts, HardshipFiling, HardshipFilingFacts, HardshipReason},
    domain::hardship::{HardshipJudgement, HardshipRequest, HardshipState, LaidOut},
    error::Error,
    rules,
    store::{self, Dossier},
};

/// A request on record.
pub(super) type Filed = Dossier<HardshipRequest>;

impl Rpc {
    pub(super) async fn file_hardship_request(
        &self,
        call: &Call,
        request: proto::FileHardshipRequestRequest,
    ) -> Result<proto::FileHardshipRequestResponse, Error> {
        let filing = convert::file_hardship(&request)?;
        let mut write = match self.core.begin(call, filing.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let subject = filing.subject;
        // Who files for the same year at the same time waits, and then finds this one.
        store::take_year(&mut write.tx, &subject.office, subject.year).await?;
        let earlier: Vec<Filed> = store::dossiers_of(&mut write.tx, &subject).await?;
        if let Some(earlier) = earlier.iter().find(|earlier| earlier.content.state != HardshipState::NotConsidered) {
            let message = "a request that is considered was filed for this year before".to_owned();
            let reason = "HARDSHIP_FILED_BEFORE";
            return Err(EdgeError::Precondition { reason, subject: earlier.id.clone(), message }.into());
        }
        let now = write.now;
        let own = HardshipRequest {
            filed: now,
            efficiency: filing.efficiency,
            documents: filing.documents.into_iter().map(|document| document.received(now)).collect(),
            missing: Vec::new(),
            answer_by: None,
            figures: None,
            judgements: Default::default(),
            state: HardshipState::Filed,
            decided: None,
            objection: None,
        };
        let mut filed = Dossier::new(self.core.ids.next().to_string(), subject, own);
        let (judged, refusal, decision_id) = self.filed_in(&mut write, &filed).await?;
        filed.content.missing = judged.missing;
        filed.content.answer_by = judged.answer_by;
        if !judged.considered {
            filed.content.state = HardshipState::NotConsidered;
        }
        filed.decision_id = Some(decision_id.clone());
        let hardship_request = Some(self.saved_hardship(&mut write, filed).await?);
        Ok(write.commit(proto::FileHardshipRequestResponse { hardship_request, refusal, decision_id }).await?)
    }

    /// Judges what comes with a request now, and records that: what is found, why it is not considered, the decision.
    async fn filed_in(
        &self,
        write: &mut Write,
        filed: &Filed,
    ) -> Result<(HardshipFiling, Option<proto::HardshipReason>, String), Error> {
        let facts =
            HardshipFilingFacts { subject: filed.subject.clone(), kinds: filed.content.kinds(), as_of: write.now };
        let mut trace = Trace::new();
        let judged = decide::file_hardship(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, write.now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let mut refusal = None;
        if !judged.considered {
            // What is not considered is told in one step: too early or too late.
            let early = explanation.steps.iter().any(|step| step.text == rules::HARDSHIP_TOO_EARLY.key);
            let text = if early { rules::HARDSHIP_TOO_EARLY } else { rules::HARDSHIP_TOO_LATE };
            let reason = HardshipReason { code: text.key, step: explanation.steps.len() };
            refusal = Some(convert::hardship_reason(reason, &self.core.explain_now(&explanation)?));
        }
        let decision_id = self.keep(write, &filed.subject, "hardship_filing", (&recorded, &explanation)).await?;
        Ok((judged, refusal, decision_id))
    }

    /// Saves a request and gives it for the contract.
    pub(super) async fn saved_hardship(
        &self,
        write: &mut Write,
        mut filed: Filed,
    ) -> Result<proto::HardshipRequest, Error> {
        let now = write.now;
        store::save_dossier(&mut write.tx, &mut filed, now).await?;
        Ok(convert::hardship_request(&filed, amsterdam_date(now)))
    }

    pub(super) async fn add_hardship_documents(
        &self,
        call: &Call,
        request: proto::AddHardshipDocumentsRequest,
    ) -> Result<proto::AddHardshipDocumentsResponse, Error> {
        let (request_id, id, documents) = convert::add_hardship_documents(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let before = undecided(&mut write, &id).await?;
        let (mut filed, now) = (before.clone(), write.now);
        filed.content.documents.extend(documents.into_iter().map(|document| document.received(now)));
        let (judged, refusal, decision_id) = self.filed_in(&mut write, &filed).await?;
        let hardship_request = if judged.considered {
            filed.content.missing = judged.missing;
            filed.decision_id = Some(decision_id.clone());
            Some(self.saved_hardship(&mut write, filed).await?)
        } else {
            // The request stays the version it was, so that what comes too late holds up no rejection.
            Some(convert::hardship_request(&before, amsterdam_date(now)))
        };
        Ok(write.commit(proto::AddHardshipDocumentsResponse { hardship_request, refusal, decision_id }).await?)
    }

    pub(super) async fn record_hardship_figures(
        &self,
        call: &Call,
        request: proto::RecordHardshipFiguresRequest,
    ) -> Result<proto::RecordHardshipFiguresResponse, Error> {
        let (request_id, id, figures, motivation) = convert::hardship_figures(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut filed = weighed(&mut write, &id).await?;
        let by = write.call().identity().to_owned();
        filed.content.figures = Some(LaidOut { figures, motivation, by, recorded: write.now });
        let hardship_request = Some(self.saved_hardship(&mut write, filed).await?);
        Ok(write.commit(proto::RecordHardshipFiguresResponse { hardship_request }).await?)
    }

    pub(super) async fn judge_hardship(
        &self,
        call: &Call,
        request: proto::JudgeHardshipRequest,
    ) -> Result<proto::JudgeHardshipResponse, Error> {
        let (request_id, id, topic, positive, motivation) = convert::judge_hardship(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut filed = weighed(&mut write, &id).await?;
        let by = write.call().identity().to_owned();
        filed.content.judgements.insert(topic, HardshipJudgement { positive, motivation, by, judged: write.now });
        let hardship_request = Some(self.saved_hardship(&mut write, filed).await?);
        Ok(write.commit(proto::JudgeHardshipResponse { hardship_request }).await?)
    }

    pub(super) async fn compute_hardship(
        &self,
        call: &Call,
        request: proto::ComputeHardshipRequest,
    ) -> Result<proto::ComputeHardshipResponse, Error> {
        let now = self.core.clock.now();
        let mut tx = self.core.read(call).await?;
        let filed: Filed = store::dossier(&mut tx, &request.hardship_request_id).await?;
        let facts = HardshipFacts::of(&filed.subject, &filed.id, &filed.content, now);
        let mut trace = Trace::new();
        let computed = decide::compute_hardship(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, now));
        let computation = convert::hardship_computation(&computed, self.core.explain_now(&explanation)?);
        let hardship_request = Some(convert::hardship_request(&filed, amsterdam_date(now)));
        Ok(proto::ComputeHardshipResponse { hardship_request, computation: Some(computation) })
    }

    pub(super) async fn list_hardship_requests(
        &self,
        call: &Call,
        request: proto::ListHardshipRequestsRequest,
    ) -> Result<proto::ListHardshipRequestsResponse, Error> {
        let (office, year, page) = convert::list_hardship(&request)?;
        let today = amsterdam_date(self.core.clock.now());
        let mut tx = self.core.read(call).await?;
        let mut rows: Vec<Filed> = store::dossiers(&mut tx, (&office, year, ""), store::page_of(&page)).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.id.clone()]);
        rows.retain(|row| !request.overdue_only || row.content.overdue(today));
        let hardship_requests = rows.iter().map(|row| convert::hardship_request(row, today)).collect();
        Ok(proto::ListHardshipRequestsResponse { hardship_requests, next_page_token })
    }
}

/// A request that waits for a decision.
pub(super) async fn undecided(write: &mut Write, id: &str) -> Result<Filed, Error> {
    let filed: Filed = store::dossier(&mut write.tx, id).await?;
    if filed.content.state == HardshipState::Filed {
        return Ok(filed);
    }
    let message = "the request was decided before, or is not considered".to_owned();
    Err(EdgeError::Precondition { reason: "HARDSHIP_DECIDED", subject: id.to_owned(), message }.into())
}

/// A request that is weighed: it waits for a decision, or an objection to one does.
async fn weighed(write: &mut Write, id: &str) -> Result<Filed, Error> {
    let filed: Filed = store::dossier(&mut write.tx, id).await?;
    if filed.content.objected() { Ok(filed) } else { undecided(write, id).await }
}
