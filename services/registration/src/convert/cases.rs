//! Cases that screening decided, between the contracts and the domain (SCR-07).

use chrono::NaiveDate;
use contract::{registration as proto, screening};
use edge::{Act, EdgeError, Fields, Office, to_proto};
use identifiers::Agb;

use crate::{decide::CaseCondition, domain::CaseMeasure};

/// What screening decided about agreements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedCase {
    /// The case.
    pub case_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The acts.
    pub acts: Vec<Act>,
    /// Whether no new agreement is concluded.
    pub no_new_agreement: bool,
    /// Whether running agreements end at once.
    pub terminate_at_once: bool,
    /// The conditions to running agreements.
    pub conditions: Vec<CaseCondition>,
    /// From which day.
    pub first_day: NaiveDate,
    /// Until which.
    pub last_day: NaiveDate,
}

/// Reads what screening decided; none when it is nothing about new or running agreements.
pub fn decided_case(decided: &screening::CaseDecided) -> Result<Option<DecidedCase>, EdgeError> {
    let about_agreements =
        |one: &&screening::CaseMeasures| one.no_new_agreement || one.terminate_at_once || !one.conditions.is_empty();
    let Some(measures) = decided.measures.as_ref().filter(about_agreements) else {
        return Ok(None);
    };
    let mut fields = Fields::new();
    let case_id = fields.id("case_id", &decided.case_id);
    let (office, agb) = (fields.office("office", &decided.office), fields.agb("agb", &decided.agb));
    let acts = measures.acts.iter().map(|act| fields.act("measures.acts", *act)).collect::<Option<Vec<Act>>>();
    let first_day = fields.date("decided_date", decided.decided_date.as_ref());
    let last_day = fields.date("until_date", decided.until_date.as_ref());
    let conditions = measures.conditions.iter().map(|condition| {
        let due = fields.date("measures.conditions.due_date", condition.due_date.as_ref())?;
        Some(CaseCondition { text: condition.text.clone(), due })
    });
    let conditions = conditions.collect::<Option<Vec<CaseCondition>>>();
    let read = fields.all((case_id, office, agb, acts, first_day, last_day, conditions))?;
    let (case_id, office, agb, acts, first_day, last_day, conditions) = read;
    let (no_new_agreement, terminate_at_once) = (measures.no_new_agreement, measures.terminate_at_once);
    Ok(Some(DecidedCase {
        case_id,
        office,
        agb,
        acts,
        no_new_agreement,
        terminate_at_once,
        conditions,
        first_day,
        last_day,
    }))
}

/// Reads whose measures are asked.
pub fn list_case_measures(request: &proto::ListCaseMeasuresRequest) -> Result<(Office, Agb), EdgeError> {
    let mut fields = Fields::new();
    let (office, agb) = (fields.office("office", &request.office), fields.agb("agb", &request.agb));
    fields.all((office, agb))
}

/// What a case means for a provider.
pub fn case_measure(agb: Agb, measure: &CaseMeasure) -> proto::CaseMeasure {
    proto::CaseMeasure {
        case_id: measure.case_id.clone(),
        agb: agb.to_string(),
        act: measure.act.to_proto(),
        no_new_agreement: measure.no_new_agreement,
        period: to_proto::period(measure.first_day, Some(measure.last_day)),
        ended_agreement_ids: measure.ended.clone(),
        decision_id: measure.decision_id.clone(),
    }
}
