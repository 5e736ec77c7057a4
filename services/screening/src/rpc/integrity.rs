//! What the integrity of a provider comes to, and what people judge of findings.

use calendar::amsterdam_date;
use contract::screening as proto;
use edge::{
    Begun, Call, Decided, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert,
    decide::integrity::{JudgementFacts, judge},
    integrity, store,
};

impl Rpc {
    pub(super) async fn get_integrity(
        &self,
        call: &Call,
        request: proto::GetIntegrityRequest,
    ) -> Result<proto::GetIntegrityResponse, EdgeError> {
        let (office, agb) = convert::of(&request.office, &request.agb)?;
        let of = (&office, agb);
        let mut tx = self.core.read(call).await?;
        let (stated, since) = integrity::stated(&mut tx, of, self.core.clock.now()).await?;
        let registrations = store::asked_for(&mut tx, of).await?;
        let integrity = Some(convert::integrity(of, &stated, since, registrations));
        Ok(proto::GetIntegrityResponse { integrity })
    }

    pub(super) async fn explain_integrity(
        &self,
        call: &Call,
        request: proto::ExplainIntegrityRequest,
    ) -> Result<proto::ExplainIntegrityResponse, EdgeError> {
        let (office, agb) = convert::of(&request.office, &request.agb)?;
        let of = (&office, agb);
        let mut tx = self.core.read(call).await?;
        let (integrity, explanation) = integrity::now(&self.core, &mut tx, of).await?;
        let registrations = store::asked_for(&mut tx, of).await?;
        let integrity = Some(convert::integrity(of, &integrity, self.core.clock.now(), registrations));
        let explanation = Some(self.core.explain_now(&explanation)?);
        Ok(proto::ExplainIntegrityResponse { integrity, explanation })
    }

    pub(super) async fn judge_integrity(
        &self,
        call: &Call,
        request: proto::JudgeIntegrityRequest,
    ) -> Result<proto::JudgeIntegrityResponse, EdgeError> {
        let asked = convert::judge_integrity(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.judge_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// A judgement always takes four eyes: to clear somebody of a finding is as much as to hold it against somebody.
    pub(super) async fn judge_in(
        &self,
        write: &mut Write,
        request: &proto::JudgeIntegrityRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::JudgeIntegrityResponse, EdgeError> {
        let asked = convert::judge_integrity(request)?;
        let (office, agb) = (asked.office.clone(), asked.agb);
        let of = (&office, agb);
        store::take_screened(&mut write.tx, of).await?;
        let known = integrity::facts(&self.core, &mut write.tx, of).await?;
        let facts = JudgementFacts {
            office: office.clone(),
            agb,
            state: asked.state,
            conditions: asked.conditions,
            consult_ids: asked.consult_ids,
            unjudged: known.unjudged(),
            judged: known.findings(),
            motivation: asked.motivation,
            hearing: asked.hearing,
            day: amsterdam_date(write.now),
            as_of: write.now,
        };
        let mut trace = Trace::new();
        // Tried before anybody is asked, so that what can't be done is not proposed.
        let judgement = judge(&facts, &mut trace)?;
        let outcome = serde_json::to_vec(&judgement).map_err(|error| EdgeError::Stored(error.to_string()))?;
        let subject = format!("{office} {agb}");
        let adverse = Adverse {
            office: &office,
            agb: Some(agb),
            subject: &subject,
            summary: format!("integriteit van {agb}: {}", facts.state),
            outcome: &outcome,
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            let proposal = Some(proposal);
            return Ok(proto::JudgeIntegrityResponse { integrity: None, proposal, decision_id: String::new() });
        }
        let recorded = Facts::new(&facts, facts.as_of);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let (kind, subject) = ("integrity_judged", agb.to_string());
        let decided = Decided { office: &office, kind, subject: &subject, facts: &recorded, explanation: &explanation };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        store::add_judgement(&mut write.tx, of, &judgement, (&decision_id, write.now)).await?;
        integrity::restate(&self.core, &mut write.tx, of).await?;
        let (stated, since) = integrity::stated(&mut write.tx, of, write.now).await?;
        let registrations = store::asked_for(&mut write.tx, of).await?;
        let integrity = Some(convert::integrity(of, &stated, since, registrations));
        Ok(proto::JudgeIntegrityResponse { integrity, proposal: None, decision_id })
    }
}
