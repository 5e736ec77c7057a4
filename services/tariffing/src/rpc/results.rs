//! Results agreed, evaluated and listed (TAR-16).

use contract::tariffing as proto;
use edge::{
    Begun, Call, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::Trace;

use super::Rpc;
use crate::{
    convert, decide,
    decide::EvaluationFacts,
    domain::{Consequence, ResultAgreement},
    error::Error,
    store::{self, Dossier},
};

impl Rpc {
    pub(super) async fn evaluate_result(
        &self,
        call: &Call,
        request: proto::EvaluateResultRequest,
    ) -> Result<proto::EvaluateResultResponse, Error> {
        let (request_id, ..) = convert::evaluate(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.evaluate_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Records an evaluation; one with a consequence for the provider takes a second pair of eyes.
    pub(super) async fn evaluate_in(
        &self,
        write: &mut Write,
        request: &proto::EvaluateResultRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::EvaluateResultResponse, Error> {
        let (_, id, evaluation) = convert::evaluate(request)?;
        let now = write.now;
        let mut agreed: Dossier<ResultAgreement> = store::dossier(&mut write.tx, &id).await?;
        let (subject, result) = (agreed.subject.clone(), agreed.content.clone());
        let facts = EvaluationFacts { subject, result, evaluation, as_of: now };
        let mut trace = Trace::new();
        decide::evaluate(&facts, &self.core.rules, &mut trace)?;
        let (subject, name) = (&facts.subject, facts.subject.to_string());
        if facts.evaluation.consequence != Consequence::None {
            let summary = format!("Gevolg voor {} van het resultaat op '{}'.", subject.agb, facts.result.measure);
            let outcome = format!("{:?}", facts.evaluation);
            let (office, agb) = (&subject.office, Some(subject.agb));
            let adverse = Adverse { office, agb, subject: &name, summary, outcome: outcome.as_bytes() };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let result = Some(convert::result(&agreed));
                let decision_id = String::new();
                return Ok(proto::EvaluateResultResponse { result, proposal: Some(proposal), decision_id });
            }
        }
        let decision_id = self.record(write, (&subject.office, "evaluation", &name), &facts, trace).await?;
        agreed.content.evaluations.push(facts.evaluation);
        agreed.decision_id = Some(decision_id.clone());
        store::save_dossier(&mut write.tx, &mut agreed, now).await?;
        let result = Some(convert::result(&agreed));
        Ok(proto::EvaluateResultResponse { result, proposal: None, decision_id })
    }

    pub(super) async fn list_result_agreements(
        &self,
        call: &Call,
        request: proto::ListResultAgreementsRequest,
    ) -> Result<proto::ListResultAgreementsResponse, Error> {
        let (office, year, page) = convert::list_results(&request)?;
        let mut tx = self.core.read(call).await?;
        let mut rows: Vec<Dossier<ResultAgreement>> =
            store::dossiers(&mut tx, (&office, year, ""), store::page_of(&page)).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.id.clone()]);
        rows.retain(|row| !request.unevaluated_only || row.content.evaluations.is_empty());
        let results = rows.iter().map(convert::result).collect();
        Ok(proto::ListResultAgreementsResponse { results, next_page_token })
    }
}
