//! Between the contract and the domain: proposals for an adjustment, and the results agreed.

use std::collections::BTreeMap;

use contract::{common, tariffing as proto};
use edge::{EdgeError, Fields, Office, Page, to_proto};
use explain::Value;
use money::{Decimal, Money};
use uuid::Uuid;

use super::percentages::{refusals, subject};
use crate::{
    decide::Assessed,
    domain::{Consequence, Evaluation, Judged, Outcome, ProposalState, ResultAgreement, Subject, TariffProposal},
    store::Dossier,
};

/// The decimals of points, and of the values that results are measured in.
const DECIMALS: u32 = 4;

/// What a filing states, without its moment.
#[derive(Debug)]
pub struct Filing {
    /// The request.
    pub request_id: Uuid,
    /// Whose, and for which year.
    pub subject: Subject,
    /// The theme.
    pub key: String,
    /// The initiative.
    pub initiative: String,
    /// The points asked.
    pub points: Option<Decimal>,
    /// The delivery form.
    pub form: Option<String>,
    /// What the provider states.
    pub evidence: BTreeMap<String, Value>,
}

/// Reads a filing.
pub fn file_proposal(request: &proto::FileTariffProposalRequest) -> Result<Filing, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let subject = subject(&mut fields, (&request.office, request.sector, &request.agb, request.year));
    let key = fields.text("key", &request.key);
    let initiative = fields.text("initiative", &request.initiative);
    let points = optional_decimal(&mut fields, "points", request.points.as_ref());
    let evidence = evidence(&mut fields, &request.evidence);
    let (request_id, subject, key, initiative, points, evidence) =
        fields.all((request_id, subject, key, initiative, points, evidence))?;
    let form = Some(request.form.clone()).filter(|form| !form.is_empty());
    Ok(Filing { request_id, subject, key, initiative, points, form, evidence })
}

/// What an update states: request, proposal, points and evidence.
pub type Update = (Uuid, String, Option<Decimal>, BTreeMap<String, Value>);

/// Reads an update.
pub fn update_proposal(request: &proto::UpdateTariffProposalRequest) -> Result<Update, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("tariff_proposal_id", &request.tariff_proposal_id);
    let points = optional_decimal(&mut fields, "points", request.points.as_ref());
    let evidence = evidence(&mut fields, &request.evidence);
    fields.all((request_id, id, points, evidence))
}

/// Reads a judgement: request, proposal, name and what was judged.
pub fn judge_proposal(
    request: &proto::JudgeTariffProposalRequest,
) -> Result<(Uuid, String, String, Judged), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("tariff_proposal_id", &request.tariff_proposal_id);
    let judgement = request.judgement.clone().unwrap_or_default();
    let name = fields.text("judgement.name", &judgement.name);
    let motivation = fields.text("judgement.motivation", &judgement.motivation);
    let (request_id, id, name, motivation) = fields.all((request_id, id, name, motivation))?;
    Ok((request_id, id, name, Judged { positive: judgement.positive, motivation }))
}

/// Reads the results to be agreed: request, proposal and results.
pub fn agree_results(request: &proto::AgreeResultsRequest) -> Result<(Uuid, String, Vec<ResultAgreement>), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("tariff_proposal_id", &request.tariff_proposal_id);
    fields.check(!request.results.is_empty(), "results", "expected at least one");
    let mut results = Vec::with_capacity(request.results.len());
    for (place, result) in request.results.iter().enumerate() {
        let field = |name: &str| format!("results[{place}].{name}");
        let measure = fields.text(&field("measure"), &result.measure);
        let start = fields.decimal(&field("start"), result.start.as_ref(), DECIMALS);
        let target = fields.decimal(&field("target"), result.target.as_ref(), DECIMALS);
        let date = fields.date(&field("date"), result.date.as_ref());
        let measured_by = fields.text(&field("measured_by"), &result.measured_by);
        let read = measure.zip(start).zip(target).zip(date).zip(measured_by);
        results.push(read.map(|((((measure, start), target), date), measured_by)| ResultAgreement {
            proposal_id: request.tariff_proposal_id.clone(),
            measure,
            start,
            target,
            date,
            measured_by,
            obligation: false,
            evaluations: Vec::new(),
        }));
    }
    let results: Option<Vec<ResultAgreement>> = results.into_iter().collect();
    fields.all((request_id, id, results))
}

/// Reads which proposal something is done with: request and proposal.
pub fn proposal_id(request_id: &str, id: &str) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(request_id);
    let id = fields.id("tariff_proposal_id", id);
    fields.all((request_id, id))
}

/// Reads a refusal: request, proposal and motivation.
pub fn refuse_proposal(request: &proto::RefuseTariffProposalRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("tariff_proposal_id", &request.tariff_proposal_id);
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, id, motivation))
}

/// Reads what a list asks: office, year, provider or nothing, and page.
pub fn list_proposals(request: &proto::ListTariffProposalsRequest) -> Result<(Office, i32, String, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let agb = match request.agb.as_str() {
        "" => Some(String::new()),
        agb => fields.agb("agb", agb).map(|agb| agb.to_string()),
    };
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, year, agb, page))
}

/// Reads what a list of results asks: office, year and page.
pub fn list_results(request: &proto::ListResultAgreementsRequest) -> Result<(Office, i32, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let year = fields.year("year", request.year);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, year, page))
}

/// Reads an evaluation: request, result and evaluation.
pub fn evaluate(request: &proto::EvaluateResultRequest) -> Result<(Uuid, String, Evaluation), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("result_id", &request.result_id);
    let evaluation = request.evaluation.clone().unwrap_or_default();
    let date = fields.date("evaluation.date", evaluation.date.as_ref());
    let value = fields.decimal("evaluation.value", evaluation.value.as_ref(), DECIMALS);
    let outcome = match proto::ResultOutcome::try_from(evaluation.outcome) {
        Ok(proto::ResultOutcome::Met) => Some(Outcome::Met),
        Ok(proto::ResultOutcome::Partly) => Some(Outcome::Partly),
        Ok(proto::ResultOutcome::NotMet) => Some(Outcome::NotMet),
        _ => None,
    };
    fields.check(outcome.is_some(), "evaluation.outcome", "expected met, partly or not met");
    let consequence = match proto::ResultConsequence::try_from(evaluation.consequence) {
        Ok(proto::ResultConsequence::None) => Some(Consequence::None),
        Ok(proto::ResultConsequence::EndedNextYear) => Some(Consequence::EndedNextYear),
        Ok(proto::ResultConsequence::Reclaimed) => Some(Consequence::Reclaimed),
        _ => None,
    };
    fields.check(consequence.is_some(), "evaluation.consequence", "expected none, ended next year or reclaimed");
    let motivation = fields.text("evaluation.motivation", &evaluation.motivation);
    let (request_id, id, date, value, outcome, consequence, motivation) =
        fields.all((request_id, id, date, value, outcome, consequence, motivation))?;
    Ok((request_id, id, Evaluation { date, value, outcome, consequence, motivation }))
}

fn optional_decimal(fields: &mut Fields, field: &str, number: Option<&common::Decimal>) -> Option<Option<Decimal>> {
    match number {
        Some(number) => fields.decimal(field, Some(number), DECIMALS).map(Some),
        None => Some(None),
    }
}

/// Reads what a provider states; a name that is stated twice is wrong.
fn evidence(fields: &mut Fields, stated: &[proto::Evidence]) -> Option<BTreeMap<String, Value>> {
    let mut evidence = BTreeMap::new();
    let mut sound = true;
    for (place, one) in stated.iter().enumerate() {
        let field = |name: &str| format!("evidence[{place}].{name}");
        let name = fields.text(&field("name"), &one.name);
        let value = match &one.value {
            Some(proto::evidence::Value::Yes(yes)) => Some(Value::Flag(*yes)),
            Some(proto::evidence::Value::Text(text)) => {
                fields.text(&field("text"), text).map(|text| Value::Text(text.into()))
            }
            Some(proto::evidence::Value::Number(number)) => {
                fields.decimal(&field("number"), Some(number), DECIMALS).map(Value::Number)
            }
            Some(proto::evidence::Value::Amount(amount)) => Some(Value::Money(Money::from_cents(amount.cents))),
            None => fields.required::<Value>(&field("value"), None),
        };
        let Some((name, value)) = name.zip(value) else {
            sound = false;
            continue;
        };
        if evidence.insert(name, value).is_some() {
            fields.violation(&field("name"), "is stated twice");
            sound = false;
        }
    }
    sound.then_some(evidence)
}

/// A proposal for the contract, with its results.
pub fn tariff_proposal(
    dossier: &Dossier<TariffProposal>,
    results: &[Dossier<ResultAgreement>],
) -> proto::TariffProposal {
    let (subject, own) = (&dossier.subject, &dossier.content);
    let judgement = |(name, judged): (&String, &Judged)| proto::ProposalJudgement {
        name: name.clone(),
        positive: judged.positive,
        motivation: judged.motivation.clone(),
    };
    let state = match own.state {
        ProposalState::Filed => proto::TariffProposalState::Filed,
        ProposalState::Granted => proto::TariffProposalState::Granted,
        ProposalState::Refused => proto::TariffProposalState::Refused,
        ProposalState::Withdrawn => proto::TariffProposalState::Withdrawn,
    };
    proto::TariffProposal {
        tariff_proposal_id: dossier.id.clone(),
        office: subject.office.to_string(),
        sector: subject.sector.to_proto(),
        agb: subject.agb.to_string(),
        year: subject.year,
        key: own.key.clone(),
        initiative: own.initiative.clone(),
        points: own.points.and_then(to_proto::decimal),
        form: own.form.clone().unwrap_or_default(),
        filed_time: to_proto::time(own.filed),
        evidence: own.evidence.iter().map(one_evidence).collect(),
        judgements: own.judgements.iter().map(judgement).collect(),
        state: state.into(),
        results: results.iter().filter(|result| result.content.proposal_id == dossier.id).map(result).collect(),
        decision_id: dossier.decision_id.clone().unwrap_or_default(),
    }
}

fn one_evidence((name, value): (&String, &Value)) -> proto::Evidence {
    let value = match value {
        Value::Flag(yes) => Some(proto::evidence::Value::Yes(*yes)),
        Value::Text(text) => Some(proto::evidence::Value::Text(text.to_string())),
        Value::Number(number) => to_proto::decimal(*number).map(proto::evidence::Value::Number),
        Value::Money(amount) => to_proto::money(*amount).map(proto::evidence::Value::Amount),
        _ => None,
    };
    proto::Evidence { name: name.clone(), value }
}

/// A result agreement for the contract.
pub fn result(dossier: &Dossier<ResultAgreement>) -> proto::ResultAgreement {
    let own = &dossier.content;
    let evaluation = |one: &Evaluation| {
        let outcome = match one.outcome {
            Outcome::Met => proto::ResultOutcome::Met,
            Outcome::Partly => proto::ResultOutcome::Partly,
            Outcome::NotMet => proto::ResultOutcome::NotMet,
        };
        let consequence = match one.consequence {
            Consequence::None => proto::ResultConsequence::None,
            Consequence::EndedNextYear => proto::ResultConsequence::EndedNextYear,
            Consequence::Reclaimed => proto::ResultConsequence::Reclaimed,
        };
        proto::ResultEvaluation {
            date: to_proto::date(one.date),
            value: to_proto::decimal(one.value),
            outcome: outcome.into(),
            consequence: consequence.into(),
            motivation: one.motivation.clone(),
        }
    };
    proto::ResultAgreement {
        result_id: dossier.id.clone(),
        tariff_proposal_id: own.proposal_id.clone(),
        measure: own.measure.clone(),
        start: to_proto::decimal(own.start),
        target: to_proto::decimal(own.target),
        date: to_proto::date(own.date),
        measured_by: own.measured_by.clone(),
        obligation: own.obligation,
        evaluations: own.evaluations.iter().map(evaluation).collect(),
    }
}

/// An assessment for the contract, with the words of its steps.
pub fn assessment(assessed: &Assessed, explanation: common::Explanation) -> proto::ProposalAssessment {
    let unmet = assessed.unmet.iter().map(|unmet| {
        let step = unmet.step.checked_sub(1).and_then(|place| explanation.steps.get(place));
        proto::UnmetCheck {
            rule_id: unmet.rule.clone(),
            key: unmet.key.clone(),
            ground: unmet.ground.clone(),
            text_nl: step.map(|step| step.text_nl.clone()).unwrap_or_default(),
            text_en: step.map(|step| step.text_en.clone()).unwrap_or_default(),
        }
    });
    proto::ProposalAssessment {
        unmet: unmet.collect(),
        refusal: assessed
            .refusal
            .as_ref()
            .and_then(|refusal| refusals(std::slice::from_ref(refusal), &explanation).pop()),
        before: to_proto::decimal(assessed.before.0),
        percentage: to_proto::decimal(assessed.percentage.0),
        grantable: assessed.is_grantable(),
        explanation: Some(explanation),
    }
}
