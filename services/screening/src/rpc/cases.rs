//! Cases, step by step (SCR-07).

use calendar::amsterdam_date;
use contract::screening as proto;
use database::Tx;
use edge::{
    Begun, Call, Decided, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, RuleScope, Trace};
use serde::Serialize;

use super::Rpc;
use crate::{
    convert,
    decide::case::{self, AssessFacts, CloseFacts, ExtendFacts, OpenFacts, ResponseFacts, StartFacts, VerdictFacts},
    domain::{Case, CaseMove, CaseSignal},
    feed, integrity, rules, store,
};

/// A step that was decided: its kind, its facts and its explanation.
struct Step<'a, F> {
    kind: &'static str,
    facts: &'a F,
    trace: Trace,
}

fn not_found(case_id: &str) -> EdgeError {
    EdgeError::NotFound { what: "case", id: case_id.to_owned() }
}

async fn taken(write: &mut Write, case_id: &str) -> Result<Case, EdgeError> {
    store::take_case(&mut write.tx, case_id).await?.ok_or_else(|| not_found(case_id))
}

/// Signals of an office by their ids, and those of them that are in a case.
async fn to_take(
    tx: &mut Tx,
    office: &edge::Office,
    signal_ids: &[String],
) -> Result<(Vec<CaseSignal>, Vec<String>), EdgeError> {
    let ids: Vec<&str> = signal_ids.iter().map(String::as_str).collect();
    let signals = store::signals(tx, &ids).await?;
    for id in signal_ids {
        if !signals.iter().any(|signal| signal.signal_id == *id && signal.office == *office) {
            return Err(EdgeError::NotFound { what: "signal", id: id.clone() });
        }
    }
    let taken = store::signals_in_cases(tx, signal_ids).await?;
    Ok((signals.iter().map(CaseSignal::of).collect(), taken))
}

impl Rpc {
    pub(super) async fn open_case(
        &self,
        call: &Call,
        request: proto::OpenCaseRequest,
    ) -> Result<proto::OpenCaseResponse, EdgeError> {
        let asked = convert::open_case(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        // Nobody raises, withdraws or takes a signal meanwhile.
        store::take_turn(&mut write.tx).await?;
        let (signals, taken) = to_take(&mut write.tx, &asked.office, &asked.signal_ids).await?;
        let (case_id, as_of) = (self.core.ids.next().to_string(), write.now);
        let (office, agb, motivation) = (asked.office, asked.agb, asked.motivation);
        let facts = OpenFacts { case_id, office, agb, signals, taken, motivation, as_of };
        let mut trace = Trace::new();
        let case = case::open(&facts, &mut trace)?;
        store::add_case(&mut write.tx, &case, as_of).await?;
        let (told, _) = self.moved(&mut write, &case, Step { kind: "case_opened", facts: &facts, trace }).await?;
        write.commit(proto::OpenCaseResponse { case: Some(told) }).await
    }

    pub(super) async fn add_to_case(
        &self,
        call: &Call,
        request: proto::AddToCaseRequest,
    ) -> Result<proto::AddToCaseResponse, EdgeError> {
        let (request_id, case_id, signal_ids, motivation) = convert::add_to_case(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        store::take_turn(&mut write.tx).await?;
        let case = taken(&mut write, &case_id).await?;
        let (added, in_cases) = to_take(&mut write.tx, &case.office, &signal_ids).await?;
        let there = case.signals.len();
        let facts = ExtendFacts { case, added, taken: in_cases, motivation, as_of: write.now };
        let mut trace = Trace::new();
        let case = case::extend(&facts, &mut trace)?;
        store::add_case_signals(&mut write.tx, &case_id, &facts.added, there).await?;
        let (told, _) = self.moved(&mut write, &case, Step { kind: "case_extended", facts: &facts, trace }).await?;
        write.commit(proto::AddToCaseResponse { case: Some(told) }).await
    }

    pub(super) async fn start_hearing(
        &self,
        call: &Call,
        request: proto::StartHearingRequest,
    ) -> Result<proto::StartHearingResponse, EdgeError> {
        let asked = convert::start_hearing(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let case = taken(&mut write, &asked.case_id).await?;
        let (day, as_of) = (amsterdam_date(write.now), write.now);
        let (informed, due, document) = (asked.informed, asked.due, asked.document);
        let facts = StartFacts { case, informed, due, document, day, as_of };
        let mut trace = Trace::new();
        let case = case::start_hearing(&facts, &self.core.rules, &mut trace)?;
        let (told, _) = self.moved(&mut write, &case, Step { kind: "case_hearing", facts: &facts, trace }).await?;
        write.commit(proto::StartHearingResponse { case: Some(told) }).await
    }

    pub(super) async fn record_response(
        &self,
        call: &Call,
        request: proto::RecordResponseRequest,
    ) -> Result<proto::RecordResponseResponse, EdgeError> {
        let (request_id, case_id, document, received) = convert::record_response(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let case = taken(&mut write, &case_id).await?;
        let facts = ResponseFacts { case, document, received, day: amsterdam_date(write.now), as_of: write.now };
        let mut trace = Trace::new();
        let case = case::respond(&facts, &mut trace)?;
        let (told, _) = self.moved(&mut write, &case, Step { kind: "case_response", facts: &facts, trace }).await?;
        write.commit(proto::RecordResponseResponse { case: Some(told) }).await
    }

    pub(super) async fn assess_case(
        &self,
        call: &Call,
        request: proto::AssessCaseRequest,
    ) -> Result<proto::AssessCaseResponse, EdgeError> {
        let asked = convert::assess_case(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let facts = AssessFacts {
            case: taken(&mut write, &asked.case_id).await?,
            kind: asked.kind,
            deliberate: request.deliberate,
            signals: asked.signals,
            reports: asked.reports,
            motivation: asked.motivation,
            assessed_by: call.identity().to_owned(),
            day: amsterdam_date(write.now),
            as_of: write.now,
        };
        let mut trace = Trace::new();
        let case = case::assess(&facts, &mut trace)?;
        let (told, _) = self.moved(&mut write, &case, Step { kind: "case_assessed", facts: &facts, trace }).await?;
        write.commit(proto::AssessCaseResponse { case: Some(told) }).await
    }

    pub(super) async fn decide_case(
        &self,
        call: &Call,
        request: proto::DecideCaseRequest,
    ) -> Result<proto::DecideCaseResponse, EdgeError> {
        let (request_id, ..) = convert::decide_case(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.decide_case_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// A decision always takes four eyes: that nothing follows is as much as that something does.
    pub(super) async fn decide_case_in(
        &self,
        write: &mut Write,
        request: &proto::DecideCaseRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::DecideCaseResponse, EdgeError> {
        let (_, case_id, measures, motivation) = convert::decide_case(request)?;
        let case = taken(write, &case_id).await?;
        // Two cases of a provider that claim back of the same line are decided one after the other.
        let of = (&case.office, case.agb);
        store::take_screened(&mut write.tx, of).await?;
        let mut claimed_before = Vec::new();
        for other in store::decided_cases(&mut write.tx, of).await? {
            claimed_before.extend(case::claimed_of_lines_of(&case, &other));
        }
        let (proposed_by, decided_by) = match eyes {
            Eyes::First => (None, None),
            Eyes::Second(row) => (Some(row.proposed_by.clone()), Some(write.call().identity().to_owned())),
        };
        let (day, as_of) = (amsterdam_date(write.now), write.now);
        let facts = VerdictFacts { case, measures, motivation, proposed_by, decided_by, claimed_before, day, as_of };
        let mut trace = Trace::new();
        // Tried before anybody is asked, so that what can't be done is not proposed.
        let case = case::verdict(&facts, &self.core.rules, &mut trace)?;
        let outcome = (&facts.measures, &case.content.assessment, &case.signals);
        let outcome = serde_json::to_vec(&outcome).map_err(|error| EdgeError::Stored(error.to_string()))?;
        let adverse = Adverse {
            office: &case.office,
            agb: Some(case.agb),
            subject: &case_id,
            summary: format!("besluit in zaak {case_id} tegen {}", case.agb),
            outcome: &outcome,
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::DecideCaseResponse { case: None, proposal: Some(proposal) });
        }
        let step = Step { kind: "case_decided", facts: &facts, trace };
        let (told, decision_id) = self.moved(write, &case, step).await?;
        let scope = RuleScope { office: case.office.as_str(), act: "", sector: "", date: day };
        let years = self.core.rules.get(&rules::CASE_INTEGRITY_YEARS, &scope)?;
        let until = case::measure_of(&case, years.value).map(|measure| measure.until);
        if let Some(decided) = convert::case_decided(&case, &decision_id, until) {
            write.tx.publish(feed::case_decided(decided));
        }
        integrity::restate(&self.core, &mut write.tx, (&case.office, case.agb)).await?;
        if case.content.verdict.as_ref().is_some_and(|verdict| verdict.measures.terminate_at_once) {
            store::mark_network(&mut write.tx, &case.office).await?;
        }
        Ok(proto::DecideCaseResponse { case: Some(told), proposal: None })
    }

    pub(super) async fn close_case(
        &self,
        call: &Call,
        request: proto::CloseCaseRequest,
    ) -> Result<proto::CloseCaseResponse, EdgeError> {
        let (request_id, case_id, motivation) = convert::close_case(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let facts = CloseFacts { case: taken(&mut write, &case_id).await?, motivation, as_of: write.now };
        let mut trace = Trace::new();
        let case = case::close(&facts, &mut trace)?;
        let (told, _) = self.moved(&mut write, &case, Step { kind: "case_closed", facts: &facts, trace }).await?;
        write.commit(proto::CloseCaseResponse { case: Some(told) }).await
    }

    pub(super) async fn get_case(
        &self,
        call: &Call,
        request: proto::GetCaseRequest,
    ) -> Result<proto::GetCaseResponse, EdgeError> {
        let id = convert::get_case(&request.case_id)?;
        let mut tx = self.core.read(call).await?;
        let case = store::case(&mut tx, &id).await?.ok_or_else(|| not_found(&id))?;
        let moves = store::case_moves(&mut tx, &id).await?;
        Ok(proto::GetCaseResponse { case: Some(convert::case(&case, &moves)?) })
    }

    pub(super) async fn list_cases(
        &self,
        call: &Call,
        request: proto::ListCasesRequest,
    ) -> Result<proto::ListCasesResponse, EdgeError> {
        let (office, agb, state, page) = convert::list_cases(&request)?;
        let mut tx = self.core.read(call).await?;
        let (found, next_page_token) = store::page_of_cases(&mut tx, (&office, &agb, state), &page).await?;
        let mut cases = Vec::with_capacity(found.len());
        for case in &found {
            cases.push(convert::case(case, &store::case_moves(&mut tx, &case.case_id).await?)?);
        }
        Ok(proto::ListCasesResponse { cases, next_page_token })
    }

    /// Records a step, saves the case after it, and gives both as they are told.
    async fn moved<F: Serialize>(
        &self,
        write: &mut Write,
        case: &Case,
        Step { kind, facts, trace }: Step<'_, F>,
    ) -> Result<(proto::Case, String), EdgeError> {
        let facts = Facts::new(facts, write.now);
        let explanation = trace.finish(&self.core.rules, &facts);
        let (office, subject) = (&case.office, case.case_id.as_str());
        let decided = Decided { office, kind, subject, facts: &facts, explanation: &explanation };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        store::save_case(&mut write.tx, case, write.now).await?;
        let moved_by = write.call().identity().to_owned();
        let step = CaseMove { state: case.state, decision_id: decision_id.clone(), moved_by, moved: write.now };
        store::add_case_move(&mut write.tx, subject, &step).await?;
        let moves = store::case_moves(&mut write.tx, subject).await?;
        Ok((convert::case(case, &moves)?, decision_id))
    }
}
