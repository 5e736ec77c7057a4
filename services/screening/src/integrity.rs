//! What the integrity of a provider comes to, stated anew whenever something changed, and made known (SCR-03).

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use database::Tx;
use edge::{Core, Decided, EdgeError, Office};
use explain::{Explanation, Facts, RuleScope, Trace};
use identifiers::Agb;

use crate::{
    convert,
    decide::{
        case::measure_of,
        integrity::{CheckFact, IntegrityFacts, state_integrity},
        registers::registers_for,
    },
    domain::{Check, Integrity, IntegrityState, Subject},
    feed, rules, store,
};

/// Why registers are asked when nobody asked for it.
pub const BY_RULE: &str = "SCR-02";

/// A provider of an office.
pub type Of<'a> = (&'a Office, Agb);

/// What the integrity of a provider comes to at this moment, and why. Nothing is changed.
pub async fn now(core: &Core, tx: &mut Tx, of: Of<'_>) -> Result<(Integrity, Explanation), EdgeError> {
    let facts = facts(core, tx, of).await?;
    let mut trace = Trace::new();
    let integrity = state_integrity(&facts, &mut trace);
    Ok((integrity, trace.finish(&core.rules, &Facts::new(&facts, facts.as_of))))
}

/// States it anew: asks what the rules want to know and nobody asked yet, and when it comes to something else than
/// before, records that and makes it known, and says so. The provider is taken until the transaction ends.
pub async fn restate(core: &Core, tx: &mut Tx, of: Of<'_>) -> Result<bool, EdgeError> {
    let number = store::take_screened(tx, of).await?;
    let facts = facts(core, tx, of).await?;
    for fact in facts.checks.iter().filter(|fact| fact.answer.is_none() && fact.failures == 0) {
        store::ask_once(tx, (&fact.subject_id, fact.register), (core.name(), BY_RULE), facts.as_of).await?;
    }
    let mut trace = Trace::new();
    let integrity = state_integrity(&facts, &mut trace);
    let before = store::integrity(tx, of).await?;
    if before.as_ref().is_some_and(|(before, _)| *before == integrity) {
        return Ok(false);
    }
    let known = Facts::new(&facts, facts.as_of);
    let explanation = trace.finish(&core.rules, &known);
    let subject = of.1.to_string();
    let decided =
        Decided { office: of.0, kind: "integrity", subject: &subject, facts: &known, explanation: &explanation };
    let decision_id = core.record(tx, decided).await?;
    store::add_integrity(tx, (of, number + 1), &integrity, (&decision_id, facts.as_of)).await?;
    store::mark_network(tx, of.0).await?;
    tx.audit(core.own_act("StateIntegrity", of.0, ("integrity", &subject)));
    let registrations = store::asked_for(tx, of).await?;
    tx.publish(feed::integrity_stated(convert::integrity(of, &integrity, facts.as_of, registrations)));
    Ok(true)
}

/// Makes known what it comes to, once more: for a registration that asks when that is known already.
pub async fn tell(tx: &mut Tx, of: Of<'_>) -> Result<(), EdgeError> {
    let registrations = store::asked_for(tx, of).await?;
    if let Some((integrity, since)) = store::integrity(tx, of).await? {
        tx.publish(feed::integrity_stated(convert::integrity(of, &integrity, since, registrations)));
    }
    Ok(())
}

/// What others may know: what it came to last, which is pending when that rests on answers that are not valid any more.
pub async fn stated(tx: &mut Tx, of: Of<'_>, now: DateTime<Utc>) -> Result<(Integrity, DateTime<Utc>), EdgeError> {
    let pending = Integrity { state: IntegrityState::Pending, conditions: Vec::new(), valid_until: None };
    Ok(match store::integrity(tx, of).await? {
        None => (pending, now),
        Some((integrity, _)) if integrity.valid_until.is_some_and(|until| until < amsterdam_date(now)) => {
            (pending, now)
        }
        Some(stated) => stated,
    })
}

/// What the integrity of a provider is stated from.
pub async fn facts(core: &Core, tx: &mut Tx, of: Of<'_>) -> Result<IntegrityFacts, EdgeError> {
    let as_of = core.clock.now();
    let day = amsterdam_date(as_of);
    let subjects = store::all_subjects(tx, of).await?;
    let asked = store::checks(tx, of).await?;
    let mut checks = Vec::new();
    for subject in &subjects {
        let of_subject = || asked.iter().filter(|check| check.subject_id == subject.subject_id);
        if subject.screened_on(day) {
            for register in registers_for(subject.kind, of.0, day, &core.rules) {
                checks.push(fact(subject, register, of_subject().find(|check| check.register == register)));
            }
        } else if subject.last_day.is_some_and(|last| last < day) {
            // That somebody leaves clears nobody: what was found is judged, by two people.
            let found = of_subject().filter(|check| check.answer.as_ref().is_some_and(|answer| answer.hit));
            checks.extend(found.map(|check| CheckFact { left: true, ..fact(subject, check.register, Some(check)) }));
        }
    }
    let unchanged_until = subjects.iter().filter_map(|subject| subject.unchanged_until(day)).min();
    let judgement = store::judgement(tx, of).await?;
    let scope = RuleScope { office: of.0.as_str(), act: "", sector: "", date: day };
    let mut cases = Vec::new();
    for case in store::decided_cases(tx, of).await? {
        let years = core.rules.get(&rules::CASE_INTEGRITY_YEARS, &scope)?;
        cases.extend(measure_of(&case, years.value).filter(|measure| measure.until >= day));
    }
    Ok(IntegrityFacts { office: of.0.clone(), agb: of.1, checks, unchanged_until, judgement, cases, day, as_of })
}

fn fact(subject: &Subject, register: crate::domain::Register, check: Option<&Check>) -> CheckFact {
    CheckFact {
        subject_id: subject.subject_id.clone(),
        kind: subject.kind,
        register,
        answer: check.and_then(|check| check.answer.clone()),
        failures: check.map_or(0, |check| check.failures),
        left: false,
    }
}
