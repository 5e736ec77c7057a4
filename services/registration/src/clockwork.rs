//! What happens by the clock: what is open and past is missed, once, whoever of several replicas gets there first
//! (REG-10, REG-12, REG-16, REG-18).

use std::time::Duration;

use database::Tx;
use edge::{Core, EdgeError};

use crate::{
    domain::{Duty, DutyKind, DutyState, Offer, OfferState, ReportedSubcontractor, SubcontractorState},
    feed, store,
};

/// How often the clock is looked at.
const INTERVAL: Duration = Duration::from_millis(500);

/// Looks at the clock until the service stops. What fails is tried again at the next look.
pub async fn run(core: Core) {
    let stop = core.stop();
    while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
        if let Err(error) = pass(&core).await {
            tracing::warn!(%error, "what is past could not be recorded; it is tried again");
        }
    }
}

/// Misses what is open and past; each in a transaction of its own, so that one that fails holds up no other.
async fn pass(core: &Core) -> Result<(), EdgeError> {
    let past = store::past_duties(&mut core.db().read().await?, core.clock.now()).await?;
    for duty in past {
        let duty_id = duty.duty_id.clone();
        if let Err(error) = miss(core, duty).await {
            tracing::warn!(%error, duty = duty_id, "it could not be recorded that this was missed; it is tried again");
        }
    }
    Ok(())
}

/// Misses one, with what follows from it.
async fn miss(core: &Core, duty: Duty) -> Result<(), EdgeError> {
    let mut tx = core.db().write().await?;
    take(&mut tx, &duty).await?;
    // Somebody may have done it, or missed it, since.
    if !store::miss_duty(&mut tx, &duty.duty_id).await? {
        return Ok(tx.rollback().await?);
    }
    let duty = Duty { state: DutyState::Missed, ..duty };
    follow(&mut tx, &duty).await?;
    tx.publish(feed::duty_missed(&duty));
    tx.audit(core.own_act("duty_missed", &duty.office, ("duty", &duty.duty_id)));
    tx.commit(core.clock.now()).await?;
    tracing::info!(duty = duty.duty_id, kind = duty.due.kind.as_str(), code = duty.due.code, "missed");
    Ok(())
}

/// Takes what a call takes that would do it at the same moment, and in the same order.
async fn take(tx: &mut Tx, duty: &Duty) -> Result<(), EdgeError> {
    match duty.due.kind {
        DutyKind::Acceptance => {
            let registration_id = store::offer(tx, &duty.subject).await?.registration_id;
            store::take_registration(tx, &registration_id).await?;
        }
        DutyKind::Subcontractor => {
            let agreement_id = store::subcontractor(tx, &duty.subject).await?.agreement_id;
            store::take_agreement(tx, &agreement_id).await?;
        }
        _ => {}
    }
    Ok(())
}

/// What follows when something is missed.
async fn follow(tx: &mut Tx, duty: &Duty) -> Result<(), EdgeError> {
    match duty.due.kind {
        DutyKind::Acceptance => {
            let offer = store::offer(tx, &duty.subject).await?;
            if offer.state == OfferState::Open {
                store::save_offer(tx, &Offer { state: OfferState::Lapsed, ..offer }).await?;
            }
        }
        DutyKind::Subcontractor => {
            let reported = store::subcontractor(tx, &duty.subject).await?;
            if reported.state == SubcontractorState::Reported {
                let state = reported.by_silence;
                store::save_subcontractor(tx, &ReportedSubcontractor { state, ..reported }).await?;
            }
        }
        DutyKind::Clarification | DutyKind::Integrity | DutyKind::Response | DutyKind::Condition => {}
        DutyKind::Obligation | DutyKind::Hardship | DutyKind::Term => {}
    }
    Ok(())
}
