//! Raises and withdraws signals about providers, each with its decision, and makes them known.

use chrono::NaiveDate;
use database::Tx;
use edge::{Core, Decided, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::Agb;
use money::Money;

use crate::{
    convert,
    domain::{Signal, SignalKind, Withdrawal},
    feed, store,
};

/// A signal about a provider that is to be raised: no line is evidence of it.
#[derive(Clone, Debug)]
pub struct NewSignal {
    /// The rule.
    pub rule_id: &'static str,
    /// The part of the rule.
    pub rule: &'static str,
    /// The provider.
    pub agb: Agb,
    /// The days it is about.
    pub days: (NaiveDate, NaiveDate),
    /// What it is known by.
    pub key: String,
    /// What it says.
    pub digest: String,
    /// The facts it rests on, by id.
    pub fact_ids: Vec<String>,
}

/// A decision: its kind, why, and what it was taken from.
pub type Taken = (&'static str, Trace, Facts);

/// Raises a signal.
///
/// # Errors
/// What the store reports.
pub async fn raise(core: &Core, tx: &mut Tx, office: &Office, new: NewSignal, taken: Taken) -> Result<(), EdgeError> {
    let signal_id = core.ids.next().to_string();
    let decision_id = record(core, tx, (office, &signal_id), taken).await?;
    let signal = Signal {
        signal_id,
        office: office.clone(),
        rule_id: new.rule_id.to_owned(),
        rule: new.rule.to_owned(),
        kind: SignalKind::Signal,
        agb: Some(new.agb),
        client: String::new(),
        product: String::new(),
        first_day: new.days.0,
        last_day: new.days.1,
        at_stake: Money::ZERO,
        key: new.key,
        digest: new.digest,
        fact_ids: new.fact_ids,
        decision_id,
        raised_time: core.clock.now(),
        withdrawn: None,
        evidence: Vec::new(),
    };
    keep(core, tx, &signal).await
}

/// Keeps a signal that was decided on, and makes it known.
///
/// # Errors
/// What the store reports.
pub async fn keep(core: &Core, tx: &mut Tx, signal: &Signal) -> Result<(), EdgeError> {
    store::add_signal(tx, signal).await?;
    tx.audit(core.own_act("RaiseSignal", &signal.office, ("signal", &signal.signal_id)));
    tx.publish(feed::signal_changed(convert::signal(signal)));
    Ok(())
}

/// Withdraws a signal.
///
/// # Errors
/// What the store reports.
pub async fn withdraw(core: &Core, tx: &mut Tx, signal: &Signal, taken: Taken) -> Result<(), EdgeError> {
    let decision_id = record(core, tx, (&signal.office, &signal.signal_id), taken).await?;
    end(core, tx, signal, decision_id).await
}

/// Ends a signal whose withdrawal was decided on, and makes that known.
///
/// # Errors
/// What the store reports.
pub async fn end(core: &Core, tx: &mut Tx, signal: &Signal, decision_id: String) -> Result<(), EdgeError> {
    let withdrawal = Withdrawal { decision_id, time: core.clock.now() };
    store::add_withdrawal(tx, &signal.signal_id, &withdrawal).await?;
    let signal = Signal { withdrawn: Some(withdrawal), ..signal.clone() };
    tx.audit(core.own_act("WithdrawSignal", &signal.office, ("signal", &signal.signal_id)));
    tx.publish(feed::signal_changed(convert::signal(&signal)));
    Ok(())
}

async fn record(
    core: &Core,
    tx: &mut Tx,
    (office, subject): (&Office, &str),
    (kind, trace, facts): Taken,
) -> Result<String, EdgeError> {
    let explanation = trace.finish(&core.rules, &facts);
    core.record(tx, Decided { office, kind, subject, facts: &facts, explanation: &explanation }).await
}
