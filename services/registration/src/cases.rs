//! Cases that screening decided, carried out (SCR-07).

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use database::Tx;
use edge::{Act, Core, Decided, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::Agb;

use crate::{
    convert::DecidedCase,
    decide::{self, CaseCondition, CaseFacts, CaseOutcome},
    domain::{CaseMeasure, Due, Duty, DutyKind, DutyState},
    error::Error,
    feed, store,
};

/// Ends agreements, sets conditions to those that run on, and keeps that no new one is concluded, act by act, each a decision.
///
/// # Errors
/// What the store reports.
pub async fn carry_out(core: &Core, tx: &mut Tx, decided: &DecidedCase) -> Result<(), Error> {
    let (office, now) = (&decided.office, core.clock.now());
    for act in &decided.acts {
        let mut agreements = store::agreements_of(tx, decided.agb).await?;
        agreements.retain(|agreement| agreement.office == *office);
        let facts = CaseFacts {
            case_id: decided.case_id.clone(),
            office: office.clone(),
            agb: decided.agb,
            act: *act,
            no_new_agreement: decided.no_new_agreement,
            terminate_at_once: decided.terminate_at_once,
            conditions: decided.conditions.clone(),
            first_day: decided.first_day,
            last_day: decided.last_day,
            agreements,
            as_of: now,
        };
        let mut trace = Trace::new();
        let Ok(CaseOutcome { ended, conditions }) = decide::case_measure(&facts, &mut trace);
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&core.rules, &recorded);
        let (kind, subject) = ("case_measure", decided.case_id.as_str());
        let decision = Decided { office, kind, subject, facts: &recorded, explanation: &explanation };
        let decision_id = core.record(tx, decision).await?;
        for agreement in &ended {
            store::save_terms(tx, agreement, &format!("screening {subject}"), now).await?;
            tx.publish(feed::agreement_concluded(agreement));
            let duties = (agreement.agreement_id.as_str(), DutyKind::Term);
            store::close_duties(tx, duties, DutyState::Withdrawn, now).await?;
            tx.audit(core.own_act("EndAgreement", office, ("agreement", &agreement.agreement_id)));
        }
        for (agreement_id, condition) in conditions {
            let duty = duty(core, decided, agreement_id, condition);
            store::add_duty(tx, &duty).await?;
            tx.audit(core.own_act("SetCondition", office, ("duty", &duty.duty_id)));
        }
        let measure = CaseMeasure {
            case_id: decided.case_id.clone(),
            act: *act,
            no_new_agreement: decided.no_new_agreement,
            first_day: decided.first_day,
            last_day: decided.last_day,
            ended: ended.into_iter().map(|agreement| agreement.agreement_id).collect(),
            decision_id,
        };
        store::add_case_measure(tx, (office, decided.agb), &measure, now).await?;
    }
    Ok(())
}

/// A condition as the provider's duty: met with evidence, or missed, as those that an agreement began with.
fn duty(core: &Core, decided: &DecidedCase, agreement_id: String, condition: CaseCondition) -> Duty {
    let CaseCondition { text, due } = condition;
    Duty {
        duty_id: core.ids.next().to_string(),
        office: decided.office.clone(),
        agb: decided.agb,
        subject: agreement_id,
        due: Due {
            kind: DutyKind::Condition,
            rule: "SCR-07".to_owned(),
            code: "case_condition".to_owned(),
            due: decide::end_of(due),
            // In the words of who decided it.
            dutch: text.clone(),
            english: text,
        },
        state: DutyState::Open,
        met: None,
        evidence: String::new(),
    }
}

/// Refuses a new agreement, or the award of one, with a provider about which a case says so.
///
/// # Errors
/// `NO_NEW_AGREEMENT` names the case and the last day.
pub async fn refuse_excluded(
    tx: &mut Tx,
    (office, agb, act): (&Office, Agb, Act),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some((case_id, last)) = store::excluded_by(tx, (office, agb, act), amsterdam_date(now)).await? else {
        return Ok(());
    };
    let message = format!("SCR-07: case {case_id} of screening lets no new agreement be concluded until {last}");
    Err(EdgeError::Precondition { reason: "NO_NEW_AGREEMENT", subject: agb.to_string(), message }.into())
}
