//! What a case comes to, and what each of its signals turned out to be.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, Text, Trace};
use money::Money;
use serde::{Deserialize, Serialize};

use super::{count, established, known, not_in, possible, unheard};
use crate::{
    domain::{Assessment, Authority, Case, CaseKind, CaseSignal, CaseState, Disposition},
    rules,
};

/// What a signal is held to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalVerdict {
    /// The signal.
    pub signal_id: String,
    /// What it turned out to be.
    pub disposition: Disposition,
    /// The amount established.
    pub established: Money,
}

/// What a case is assessed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessFacts {
    /// The case.
    pub case: Case,
    /// What it comes to.
    pub kind: CaseKind,
    /// That it was deliberate.
    pub deliberate: bool,
    /// Every signal.
    pub signals: Vec<SignalVerdict>,
    /// To whom it was reported, and when.
    pub reports: Vec<(Authority, NaiveDate)>,
    /// Why.
    pub motivation: String,
    /// Who assesses it.
    pub assessed_by: String,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Assesses a case.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` when the case is not in hearing (or open, where it is unfounded), the provider was not heard
/// before something adverse, fraud is not held to be deliberate, a signal lacks its assessment or has two, more is
/// established than is at stake, or the kind contradicts the signals.
pub fn assess(facts: &AssessFacts, trace: &mut Trace) -> Result<Case, EdgeError> {
    let mut case = facts.case.clone();
    let mut against = against_kind(facts);
    let unfounded = facts.kind == CaseKind::Unfounded;
    let states: &[CaseState] = if unfounded { &[CaseState::Open, CaseState::Hearing] } else { &[CaseState::Hearing] };
    against.extend(not_in(&case, states));
    if !unfounded {
        against.extend(unheard(&case, facts.day));
    }
    let mut verdicts: BTreeMap<&str, &SignalVerdict> = BTreeMap::new();
    for verdict in &facts.signals {
        let id = verdict.signal_id.as_str();
        if !case.signals.iter().any(|signal| signal.signal_id == id) {
            against.push(format!("SCR-07: signal {id} is not in the case"));
        }
        if verdicts.insert(id, verdict).is_some() {
            against.push(format!("SCR-07: signal {id} is assessed twice"));
        }
    }
    for signal in &mut case.signals {
        match verdicts.get(signal.signal_id.as_str()) {
            None => against.push(format!("SCR-07: signal {} is not assessed", signal.signal_id)),
            Some(verdict) => {
                against.extend(against_verdict(signal, verdict));
                (signal.disposition, signal.established) = (Some(verdict.disposition), verdict.established);
            }
        }
    }
    possible(&case.case_id, against)?;
    tell(facts, &case, trace)?;
    let (kind, deliberate, reports) = (facts.kind, facts.deliberate, facts.reports.clone());
    case.content.assessment = Some(Assessment { kind, deliberate, reports, assessed_by: facts.assessed_by.clone() });
    case.state = CaseState::Assessed;
    Ok(case)
}

fn against_kind(facts: &AssessFacts) -> Vec<String> {
    let mut against = Vec::new();
    let confirmed = facts.signals.iter().any(|verdict| verdict.disposition == Disposition::Confirmed);
    match facts.kind {
        CaseKind::Unfounded if confirmed => {
            against.push("SCR-07: a case with a confirmed signal is something".to_owned())
        }
        CaseKind::Unfounded => {}
        _ if !confirmed => against.push("SCR-07: a case without a confirmed signal is unfounded".to_owned()),
        CaseKind::Fraud if !facts.deliberate => {
            against.push(
                "SCR-07 (VGZ, Inkoopbeleid Wlz 2023 §9): fraud is deliberate, and that is to be stated".to_owned(),
            );
        }
        _ => {}
    }
    if facts.deliberate && !matches!(facts.kind, CaseKind::Fraud | CaseKind::Misuse | CaseKind::MisleadingInformation) {
        against.push(format!("SCR-07 (VGZ, Inkoopbeleid Wlz 2023 §9): {} is not deliberate", facts.kind));
    }
    if !facts.reports.is_empty() && facts.kind != CaseKind::ImproperUse {
        against.push("SCR-07 (VGZ, Inkoopbeleid Wlz 2023 §9): improper use is reported, nothing else".to_owned());
    }
    let to_come = facts.reports.iter().filter(|(_, reported)| *reported > facts.day);
    against.extend(to_come.map(|(authority, reported)| format!("SCR-07: {reported} ({authority}) is a day to come")));
    against
}

fn against_verdict(signal: &CaseSignal, verdict: &SignalVerdict) -> Vec<String> {
    let (id, mut against) = (&signal.signal_id, Vec::new());
    match verdict.disposition {
        Disposition::Unfounded if !verdict.established.is_zero() => {
            against.push(format!("SCR-07: nothing is established in signal {id}, which is unfounded"));
        }
        Disposition::Confirmed if verdict.established > signal.at_stake => {
            against.push(format!("SCR-07: in signal {id} {} is at stake, no more", signal.at_stake));
        }
        Disposition::Confirmed if !signal.standing => {
            against.push(format!("SCR-07: signal {id} was withdrawn since; it can't be confirmed"));
        }
        _ => {}
    }
    if verdict.established.is_negative() {
        against.push(format!("SCR-07: in signal {id} less than nothing is established"));
    }
    against
}

fn tell(facts: &AssessFacts, case: &Case, trace: &mut Trace) -> Result<(), EdgeError> {
    if let Some(hearing) = &case.content.hearing {
        let step = trace.step(&rules::CASE_HEARD).with("informed", &known(facts.as_of, hearing.informed));
        step.with("due", &known(facts.as_of, hearing.due)).gives(hearing.response.is_some());
    }
    for signal in &case.signals {
        let (id, rule) = (signal.signal_id.clone(), signal.rule.clone());
        let confirmed = signal.disposition == Some(Disposition::Confirmed);
        let text = if confirmed { &rules::CASE_CONFIRMED } else { &rules::CASE_DISMISSED };
        let step = trace.step(text).with("signal", &known(facts.as_of, id)).with("rule", &known(facts.as_of, rule));
        if confirmed {
            step.with("at_stake", &known(facts.as_of, signal.at_stake)).gives(signal.established);
        } else {
            step.gives(Disposition::Unfounded.as_str());
        }
    }
    let signals = known(facts.as_of, count(case.signals.len()));
    trace.step(&rules::CASE_ESTABLISHED).with("signals", &signals).gives(established(&case.signals)?);
    let motivation = Known::request("motivation", facts.motivation.clone());
    trace.step(text_of(facts.kind)).with("motivation", &motivation).gives(facts.kind.as_str());
    for (authority, reported) in &facts.reports {
        let name = Known::request("reports", authority.as_str().to_uppercase());
        let step = trace.step(&rules::CASE_REPORTED).with("authority", &name);
        step.with("reported", &Known::request("reports", *reported)).gives(true);
    }
    Ok(())
}

fn text_of(kind: CaseKind) -> &'static Text {
    match kind {
        CaseKind::Fraud => &rules::CASE_FRAUD,
        CaseKind::Misuse => &rules::CASE_MISUSE,
        CaseKind::MisleadingInformation => &rules::CASE_MISLEADING,
        CaseKind::ImproperUse => &rules::CASE_IMPROPER,
        CaseKind::NotAppropriateUse => &rules::CASE_NOT_APPROPRIATE,
        CaseKind::Unfounded => &rules::CASE_UNFOUNDED,
    }
}
