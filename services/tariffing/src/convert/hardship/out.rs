//! Hardship requests, for the contract.

use chrono::NaiveDate;
use contract::{common, tariffing as proto};
use edge::to_proto;

use crate::{
    decide::{HardshipComputed, HardshipReason},
    domain::hardship::{
        HardshipDocument, HardshipFigures, HardshipJudgement, HardshipObjection, HardshipRequest, HardshipState,
        HardshipTopic, LaidOut, ObjectionState,
    },
    store::Dossier,
};

/// A request for the contract, looked at on a day.
pub fn hardship_request(dossier: &Dossier<HardshipRequest>, today: NaiveDate) -> proto::HardshipRequest {
    let (subject, own) = (&dossier.subject, &dossier.content);
    let state = match own.state {
        HardshipState::Filed => proto::HardshipState::Filed,
        HardshipState::NotConsidered => proto::HardshipState::NotConsidered,
        HardshipState::Granted => proto::HardshipState::Granted,
        HardshipState::Rejected => proto::HardshipState::Rejected,
    };
    let decided = own.decided.as_ref();
    proto::HardshipRequest {
        hardship_request_id: dossier.id.clone(),
        office: subject.office.to_string(),
        sector: subject.sector.to_proto(),
        agb: subject.agb.to_string(),
        year: subject.year,
        filed_time: to_proto::time(own.filed),
        efficiency_statement: own.efficiency.clone(),
        documents: own.documents.iter().map(document).collect(),
        missing_documents: own.missing.clone(),
        answer_date: own.answer_by.and_then(to_proto::date),
        overdue: own.overdue(today),
        figures: own.figures.as_ref().map(figures),
        judgements: own.judgements.iter().map(|(topic, own)| judgement(*topic, own)).collect(),
        state: state.into(),
        points: decided.and_then(|decided| decided.points).and_then(to_proto::decimal),
        motivation: decided.map(|decided| decided.motivation.clone()).unwrap_or_default(),
        decided_by: decided.map(|decided| decided.by.clone()).unwrap_or_default(),
        decided_time: decided.and_then(|decided| to_proto::time(decided.decided)),
        objection: own.objection.as_ref().map(objection),
        decision_id: dossier.decision_id.clone().unwrap_or_default(),
    }
}

fn document(document: &HardshipDocument) -> proto::HardshipDocument {
    proto::HardshipDocument {
        kind: document.kind.clone(),
        sha256: document.sha256.clone(),
        description: document.description.clone(),
        received_time: to_proto::time(document.received),
    }
}

fn figures(laid_out: &LaidOut) -> proto::RecordedHardshipFigures {
    let HardshipFigures {
        deficit,
        incidental_charges,
        real_estate_losses,
        absorbing_reserves,
        improvements,
        wlz_revenue,
    } = laid_out.figures;
    let figures = proto::HardshipFigures {
        deficit: to_proto::money(deficit),
        incidental_charges: to_proto::money(incidental_charges),
        real_estate_losses: to_proto::money(real_estate_losses),
        absorbing_reserves: to_proto::money(absorbing_reserves),
        improvements: to_proto::money(improvements),
        wlz_revenue: to_proto::money(wlz_revenue),
    };
    proto::RecordedHardshipFigures {
        figures: Some(figures),
        motivation: laid_out.motivation.clone(),
        recorded_by: laid_out.by.clone(),
        recorded_time: to_proto::time(laid_out.recorded),
    }
}

fn judgement(topic: HardshipTopic, own: &HardshipJudgement) -> proto::HardshipJudgement {
    let topic = match topic {
        HardshipTopic::Efficiency => proto::HardshipTopic::Efficiency,
        HardshipTopic::DutyOfCare => proto::HardshipTopic::DutyOfCare,
    };
    proto::HardshipJudgement {
        topic: topic.into(),
        positive: own.positive,
        motivation: own.motivation.clone(),
        judged_by: own.by.clone(),
        judged_time: to_proto::time(own.judged),
    }
}

fn objection(objection: &HardshipObjection) -> proto::HardshipObjection {
    let state = match objection.state {
        ObjectionState::Open => proto::HardshipObjectionState::Open,
        ObjectionState::Late => proto::HardshipObjectionState::Late,
        ObjectionState::Upheld => proto::HardshipObjectionState::Upheld,
        ObjectionState::Dismissed => proto::HardshipObjectionState::Dismissed,
    };
    let decided = objection.decided.as_ref();
    proto::HardshipObjection {
        received_date: to_proto::date(objection.received),
        filed_time: to_proto::time(objection.filed),
        text: objection.text.clone(),
        state: state.into(),
        motivation: decided.map(|decided| decided.motivation.clone()).unwrap_or_default(),
        decided_by: decided.map(|decided| decided.by.clone()).unwrap_or_default(),
    }
}

/// A reason with the words of the step that tells it.
pub fn hardship_reason(
    HardshipReason { code, step }: HardshipReason,
    explanation: &common::Explanation,
) -> proto::HardshipReason {
    let step = step.checked_sub(1).and_then(|place| explanation.steps.get(place)).cloned().unwrap_or_default();
    let common::Step { rule_id, text_nl, text_en, .. } = step;
    proto::HardshipReason { rule_id, code: code.to_owned(), text_nl, text_en }
}

/// Reasons with their words, in their order.
pub fn hardship_reasons(reasons: &[HardshipReason], explanation: &common::Explanation) -> Vec<proto::HardshipReason> {
    reasons.iter().map(|reason| hardship_reason(*reason, explanation)).collect()
}

/// What a request comes to, for the contract.
pub fn hardship_computation(
    computed: &HardshipComputed,
    explanation: common::Explanation,
) -> proto::HardshipComputation {
    proto::HardshipComputation {
        complete: computed.missing.is_empty(),
        missing_documents: computed.missing.clone(),
        remaining_deficit: computed.remaining.and_then(to_proto::money),
        highest_addition: computed.highest.as_ref().and_then(|highest| to_proto::decimal(highest.value)),
        reasons: hardship_reasons(&computed.reasons, &explanation),
        explanation: Some(explanation),
    }
}
