//! Control by samples (SCR-09): planned and drawn, looked at, concluded.

use calendar::amsterdam_date;
use contract::screening as proto;
use edge::{Begun, Call, Decided, EdgeError, InvalidRequest, Write};
use explain::{Facts, Trace};
use futures::Stream;
use money::Money;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::Rpc;
use crate::{
    convert,
    decide::control::{ConcludeFacts, PlanFacts, Scope, StratumFound, Wrong, conclude, plan},
    sampling::{Population, draw, parts},
    store::{self, Concluded, Control},
};

/// Lines of a sample read at a time.
const PAGE: i64 = 1_000;

impl Rpc {
    /// The population passes by twice, in pages: once to be counted, once to be drawn from. A sample has to come from
    /// what was counted. A request that was answered before reads nothing.
    pub(super) fn plan_and_draw(
        &self,
        call: Call,
        request: proto::PlanControlRequest,
    ) -> Result<impl Stream<Item = Result<proto::PlanControlResponse, Status>> + Send + use<>, EdgeError> {
        let asked = convert::plan_control(&request)?;
        let (sender, answers) = mpsc::channel(8);
        let rpc = self.clone();
        self.core.spawn(async move {
            let answer = rpc.plan_in_steps(&call, (&request, asked), &sender).await;
            // Whoever asked may be gone.
            sender.send(answer.map_err(Status::from)).await.ok();
        });
        Ok(ReceiverStream::new(answers))
    }

    async fn plan_in_steps(
        &self,
        call: &Call,
        (request, asked): (&proto::PlanControlRequest, convert::PlanControl),
        sender: &mpsc::Sender<Result<proto::PlanControlResponse, Status>>,
    ) -> Result<proto::PlanControlResponse, EdgeError> {
        // A request sent again is answered from what is kept. Reading takes long: nobody else waits meanwhile.
        match self.core.begin(call, asked.request_id, request).await? {
            Begun::New(write) => drop(write),
            Begun::Replay(reply) => return Ok(reply),
        }
        let now = self.core.clock.now();
        let scope = Scope {
            office: asked.office.clone(),
            service: asked.service,
            agb: asked.agb,
            first_day: asked.period.0,
            last_day: asked.period.1,
            products: asked.products,
            cutoff: now,
        };
        let parts = parts(&asked.boundaries);
        let population = Population { core: &self.core, call, scope: &scope, sender };
        let (strata, population_sha256) = population.count(parts).await?;
        let (analysis, risk_analysed) = asked.risk_analysis;
        let seed = if asked.seed.is_empty() { self.seed() } else { asked.seed };
        let mut facts = PlanFacts {
            kind: asked.kind,
            method: asked.method,
            scope: scope.clone(),
            strata,
            population_sha256,
            drawn_sha256: String::new(),
            risk_analysis: analysis,
            risk_analysed,
            plan: asked.plan,
            medical_adviser: asked.medical_adviser,
            expected_errors: asked.expected_errors,
            seed,
            day: amsterdam_date(now),
            as_of: now,
        };
        let planned = plan(&facts, &self.core.rules, &mut Trace::new())?;
        let drawn = draw(&population, &facts, &planned).await?;
        facts.drawn_sha256 = crate::decide::control::sha256(&drawn);
        let mut trace = Trace::new();
        let planned = plan(&facts, &self.core.rules, &mut trace)?;
        let mut write = match self.core.begin(call, asked.request_id, request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let control_id = self.core.ids.next().to_string();
        let recorded = Facts::new(&facts, facts.as_of);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let office = &facts.scope.office;
        let kind = "control_planned";
        let decided = Decided { office, kind, subject: &control_id, facts: &recorded, explanation: &explanation };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        store::add_control(&mut write.tx, (&control_id, &decision_id), (&facts, &planned), &drawn).await?;
        write.note(&control_id);
        let control = self.known_control(&mut write, &control_id).await?;
        let lines = facts.strata.iter().map(|stratum| stratum.lines.cast_signed()).sum();
        write.commit(proto::PlanControlResponse { lines, control: Some(convert::control(&control)) }).await
    }

    /// 32 bytes nobody chose: two random identifiers.
    fn seed(&self) -> String {
        let bytes = [self.core.ids.next(), self.core.ids.next()].map(|id| id.simple().to_string());
        bytes.concat()
    }

    async fn known_control(&self, write: &mut Write, control_id: &str) -> Result<Control, EdgeError> {
        let control = store::control(&mut write.tx, control_id).await?;
        control.ok_or_else(|| EdgeError::NotFound { what: "control", id: control_id.to_owned() })
    }

    pub(super) async fn get_control(
        &self,
        call: &Call,
        request: proto::GetControlRequest,
    ) -> Result<proto::GetControlResponse, EdgeError> {
        let id = convert::control_of(&request.control_id)?;
        let control = store::control(&mut self.core.read(call).await?, &id).await?;
        let control = control.ok_or(EdgeError::NotFound { what: "control", id })?;
        Ok(proto::GetControlResponse { control: Some(convert::control(&control)) })
    }

    pub(super) async fn list_controls(
        &self,
        call: &Call,
        request: proto::ListControlsRequest,
    ) -> Result<proto::ListControlsResponse, EdgeError> {
        let (office, agb, page) = convert::list_controls(&request)?;
        let mut tx = self.core.read(call).await?;
        let (controls, next_page_token) = store::page_of_controls(&mut tx, (&office, &agb), &page).await?;
        Ok(proto::ListControlsResponse { controls: controls.iter().map(convert::control).collect(), next_page_token })
    }

    pub(super) async fn list_control_lines(
        &self,
        call: &Call,
        request: proto::ListControlLinesRequest,
    ) -> Result<proto::ListControlLinesResponse, EdgeError> {
        let (id, after, page) = convert::list_control_lines(&request)?;
        let mut tx = self.core.read(call).await?;
        let mut lines = store::sample_lines(&mut tx, &id, (after, request.open_only), page.limit()).await?;
        let next_page_token = page.cut(&mut lines, |line| vec![line.place.to_string()]);
        Ok(proto::ListControlLinesResponse {
            lines: lines.iter().map(convert::control_line).collect(),
            next_page_token,
        })
    }

    pub(super) async fn record_control_results(
        &self,
        call: &Call,
        request: proto::RecordControlResultsRequest,
    ) -> Result<proto::RecordControlResultsResponse, EdgeError> {
        let asked = convert::record_results(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let control = open_control(&mut write, &asked.control_id).await?;
        let mut wrong = Vec::new();
        for (at, (place, right, why)) in asked.results.iter().enumerate() {
            match store::granted_at(&mut write.tx, &control.control_id, *place).await? {
                None => wrong.push((format!("results[{at}].place"), "is not in the sample".to_owned())),
                Some(granted) if *right > granted => {
                    wrong.push((format!("results[{at}].right"), "is more than what was granted".to_owned()));
                }
                Some(granted) if *right < granted && why.is_empty() => {
                    wrong.push((format!("results[{at}].motivation"), "is needed where something is wrong".to_owned()));
                }
                Some(_) => {}
            }
        }
        if !wrong.is_empty() {
            return Err(InvalidRequest(wrong).into());
        }
        for (place, right, why) in &asked.results {
            let (of, by) = ((control.control_id.as_str(), *place), (call.identity(), write.now));
            store::add_result(&mut write.tx, of, (*right, why), by).await?;
        }
        let known = self.known_control(&mut write, &control.control_id).await?;
        write.note(&control.control_id);
        write.commit(proto::RecordControlResultsResponse { open_lines: known.drawn_lines - known.results }).await
    }

    pub(super) async fn conclude_control(
        &self,
        call: &Call,
        request: proto::ConcludeControlRequest,
    ) -> Result<proto::ConcludeControlResponse, EdgeError> {
        let (request_id, control_id) = convert::conclude_control(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let control = open_control(&mut write, &control_id).await?;
        let strata = found(&mut write, &control).await?;
        let facts = ConcludeFacts {
            office: control.facts.scope.office.clone(),
            control_id: control_id.clone(),
            kind: control.facts.kind,
            method: control.facts.method,
            confidence: control.plan.confidence,
            accuracy: control.plan.accuracy,
            medical_adviser: control.facts.medical_adviser.clone(),
            concluded_by: call.identity().to_owned(),
            open: (control.drawn_lines - control.results).cast_unsigned(),
            strata,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        let conclusion = conclude(&facts, &mut trace)?;
        let recorded = Facts::new(&facts, facts.as_of);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let (office, kind, subject) = (&facts.office, "control_concluded", control_id.as_str());
        let decided = Decided { office, kind, subject, facts: &recorded, explanation: &explanation };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        let by = facts.concluded_by.clone();
        let concluded = Concluded { conclusion, by, decision_id, time: write.now };
        store::add_conclusion(&mut write.tx, &control_id, &concluded).await?;
        let control = self.known_control(&mut write, &control_id).await?;
        write.commit(proto::ConcludeControlResponse { control: Some(convert::control(&control)) }).await
    }
}

/// A control that is not concluded, and that nobody else changes meanwhile.
async fn open_control(write: &mut Write, control_id: &str) -> Result<Control, EdgeError> {
    let control = store::take_control(&mut write.tx, control_id).await?;
    let control = control.ok_or_else(|| EdgeError::NotFound { what: "control", id: control_id.to_owned() })?;
    if control.concluded.is_some() {
        return Err(EdgeError::Precondition {
            reason: "CONTROL_CONCLUDED",
            subject: control_id.to_owned(),
            message: "the control was concluded: what was found is on record".to_owned(),
        });
    }
    Ok(control)
}

/// What was found, by part of the population.
async fn found(write: &mut Write, control: &Control) -> Result<Vec<StratumFound>, EdgeError> {
    let none = |stratum: &crate::decide::control::StratumFact| StratumFound {
        lines: stratum.lines,
        amount: stratum.amount,
        certain_lines: 0,
        certain_amount: Money::ZERO,
        certain_wrong: Vec::new(),
        drawn: 0,
        wrong: Vec::new(),
    };
    let mut strata: Vec<StratumFound> = control.facts.strata.iter().map(none).collect();
    let mut after = 0;
    loop {
        let lines = store::sample_lines(&mut write.tx, &control.control_id, (after, false), PAGE).await?;
        let Some(last) = lines.last() else { return Ok(strata) };
        after = last.place;
        for line in &lines {
            let Some(stratum) = strata.get_mut(line.drawn.stratum) else { continue };
            let granted = line.drawn.line.granted;
            let right = line.result.as_ref().map_or(granted, |(right, ..)| *right);
            let wrong = (right < granted).then_some(Wrong { granted, right });
            if line.drawn.certain {
                stratum.certain_lines += 1;
                stratum.certain_amount = stratum.certain_amount.plus(granted)?;
                stratum.certain_wrong.extend(wrong);
            } else {
                stratum.drawn += 1;
                stratum.wrong.extend(wrong);
            }
        }
    }
}
