//! What is decided on a case.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, EdgeError};
use explain::{Known, Parameter, ParameterError, RuleScope, Rules, Text, Trace};
use money::{Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::{act_name, count, established, known, not_in, possible, unheard};
use crate::{
    domain::{Case, CaseKind, CaseLine, CaseSignal, CaseState, Measures, Reclaimed, SignalKind, Verdict},
    rules,
};

/// What a case is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictFacts {
    /// The case.
    pub case: Case,
    /// What is decided.
    pub measures: Measures,
    /// Why.
    pub motivation: String,
    /// Who proposed it; none while it is to be proposed.
    pub proposed_by: Option<String>,
    /// Who decides it; none while it is to be proposed.
    pub decided_by: Option<String>,
    /// What other cases claim back of lines that are evidence of this one too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claimed_before: Vec<Reclaimed>,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

type OneOf<'a> = (bool, &'a Parameter<std::sync::Arc<str>>, &'a Text);

/// Decides a case.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` when the case is not assessed, whoever assessed or proposed it decides, the provider was not heard
/// before a measure, the case is unfounded, a measure lacks its ground, or more is claimed back than was established.
/// A parameter without a value.
pub fn verdict(facts: &VerdictFacts, rules: &Rules, trace: &mut Trace) -> Result<Case, EdgeError> {
    let (case, measures) = (&facts.case, &facts.measures);
    let mut against: Vec<String> = not_in(case, &[CaseState::Assessed]).into_iter().collect();
    let Some(assessment) = &case.content.assessment else {
        possible(&case.case_id, against)?;
        return Err(EdgeError::Stored("a case that is assessed without an assessment".to_owned()));
    };
    if let Some(decided_by) = &facts.decided_by {
        if *decided_by == assessment.assessed_by {
            against.push(format!("SCR-07: {decided_by} assessed the case; somebody else is to decide it"));
        }
        if facts.proposed_by.as_ref() == Some(decided_by) {
            against.push(format!("SCR-07: {decided_by} proposed this; somebody else is to decide it"));
        }
    }
    if measures.any() {
        against.extend(unheard(case, facts.day));
        if assessment.kind == CaseKind::Unfounded {
            against.push("SCR-07: nothing follows from a case that is unfounded".to_owned());
        }
    } else if assessment.kind == CaseKind::ImproperUse && assessment.reports.is_empty() {
        against.push(
            "SCR-07 (VGZ, Inkoopbeleid Wlz 2023 §9): improper use without a measure is reported to NZa, IGJ or VWS"
                .to_owned(),
        );
    }
    against.extend(lacking_ground(facts, assessment.kind, rules)?);
    against.extend(unfounded_reclaim(case, &measures.reclaimed, &facts.claimed_before)?);
    possible(&case.case_id, against)?;
    tell(facts, rules, trace)?;
    let mut case = case.clone();
    case.content.verdict = Some(Verdict { measures: measures.clone(), decided: facts.day });
    case.state = CaseState::Decided;
    Ok(case)
}

/// What another case of the provider claims back of lines that are evidence of a case.
pub fn claimed_of_lines_of(case: &Case, other: &Case) -> Vec<Reclaimed> {
    let Some(verdict) = other.content.verdict.as_ref().filter(|_| other.case_id != case.case_id) else {
        return Vec::new();
    };
    let shared = |one: &&Reclaimed| case.signals.iter().flat_map(|signal| &signal.lines).any(|line| is_of(line, one));
    verdict.measures.reclaimed.iter().filter(shared).cloned().collect()
}

fn of_agreements(measures: &Measures) -> [OneOf<'_>; 3] {
    [
        (measures.terminate_at_once, &rules::CASE_TERMINATE_GROUND, &rules::CASE_TERMINATED),
        (measures.no_new_agreement, &rules::CASE_NO_AGREEMENT_GROUND, &rules::CASE_NO_AGREEMENT),
        (!measures.conditions.is_empty(), &rules::CASE_CONDITIONS_GROUND, &rules::CASE_CONDITIONS),
    ]
}

fn scope(facts: &VerdictFacts, act: Act) -> RuleScope<'_> {
    RuleScope { office: facts.case.office.as_str(), act: act.as_str(), sector: "", date: facts.day }
}

/// Measures without the ground that the rules ask for under an act.
fn lacking_ground(facts: &VerdictFacts, kind: CaseKind, rules: &Rules) -> Result<Vec<String>, ParameterError> {
    let mut against = Vec::new();
    for act in &facts.measures.acts {
        for (wanted, parameter, _) in of_agreements(&facts.measures) {
            if !wanted {
                continue;
            }
            let ground = rules.get(parameter, &scope(facts, *act))?;
            let met = match &*ground.value {
                "any" => true,
                "irregularity" => kind == CaseKind::Fraud || facts.case.signals.iter().any(|one| irregular(one, *act)),
                _ => kind == CaseKind::Fraud,
            };
            if !met {
                let needs = if &*ground.value == "fraud" { "fraud" } else { "fraud or an established irregularity" };
                let source = match &ground.origin {
                    explain::Origin::Parameter { source, .. } => source.to_string(),
                    _ => String::new(),
                };
                against.push(format!(
                    "SCR-07 {} ({source}): under the {} it takes {needs}",
                    parameter.name(),
                    act_name(*act)
                ));
            }
        }
    }
    Ok(against)
}

/// An established irregularity under an act: a rule that its lines contradict, confirmed. What is in no line concerns
/// each act.
fn irregular(signal: &CaseSignal, act: Act) -> bool {
    let concerns = signal.lines.is_empty() || signal.lines.iter().any(|line| line.act() == act);
    signal.is_established() && signal.kind == SignalKind::Exact && concerns
}

fn is_of(line: &CaseLine, one: &Reclaimed) -> bool {
    (line.service.as_str(), line.file_id.as_str(), line.detail_number) == place(one)
}

fn line_of<'a>(case: &'a Case, one: &Reclaimed) -> Option<(&'a CaseSignal, &'a CaseLine)> {
    let signal = case.signals.iter().find(|signal| signal.signal_id == one.signal_id && signal.is_established())?;
    let same = |line: &&CaseLine| line.agb == case.agb && is_of(line, one);
    Some((signal, signal.lines.iter().find(same)?))
}

type Place<'a> = (&'a str, &'a str, i64);

fn place(one: &Reclaimed) -> Place<'_> {
    (&one.service, &one.file_id, one.detail_number)
}

/// What is claimed back beyond what was established in a signal, or granted on a line and not claimed back before.
fn unfounded_reclaim(case: &Case, reclaimed: &[Reclaimed], before: &[Reclaimed]) -> Result<Vec<String>, MoneyError> {
    let mut against = Vec::new();
    let mut earlier: BTreeMap<Place<'_>, Money> = BTreeMap::new();
    for one in before {
        let sum = earlier.entry(place(one)).or_insert(Money::ZERO);
        *sum = sum.plus(one.amount)?;
    }
    let mut of_signal: BTreeMap<&str, (Money, Money)> = BTreeMap::new();
    let mut of_line: BTreeMap<Place<'_>, (Money, Money)> = BTreeMap::new();
    for one in reclaimed {
        let told = format!("line {} of file {} ({})", one.detail_number, one.file_id, one.service);
        let Some((signal, line)) = line_of(case, one) else {
            against.push(format!(
                "SCR-07: {told} is no evidence of the provider's own of a confirmed signal {}",
                one.signal_id
            ));
            continue;
        };
        if one.amount.is_negative() || one.amount.is_zero() {
            against.push(format!("SCR-07: of {told} nothing is claimed back"));
        }
        let by_signal = of_signal.entry(&signal.signal_id).or_insert((Money::ZERO, signal.established));
        by_signal.0 = by_signal.0.plus(one.amount)?;
        let by_line = of_line.entry(place(one)).or_insert((Money::ZERO, line.granted));
        by_line.0 = by_line.0.plus(one.amount)?;
    }
    let more = of_signal.into_iter().filter(|(_, (claimed, most))| claimed > most);
    against.extend(more.map(|(id, (_, most))| format!("SCR-07: in signal {id} {most} was established, no more")));
    for (line, (claimed, most)) in of_line {
        let (service, file, number) = line;
        let before = earlier.get(&line).copied().unwrap_or(Money::ZERO);
        if claimed.plus(before)? > most {
            let but = if before.is_zero() {
                "no more".to_owned()
            } else {
                format!("of which {before} was claimed back in other cases")
            };
            against.push(format!("SCR-07: on line {number} of file {file} ({service}) {most} was granted, {but}"));
        }
    }
    Ok(against)
}

fn tell(facts: &VerdictFacts, rules: &Rules, trace: &mut Trace) -> Result<(), EdgeError> {
    let (case, measures) = (&facts.case, &facts.measures);
    if let Some(hearing) = case.content.hearing.as_ref().filter(|_| measures.any()) {
        let step = trace.step(&rules::CASE_HEARD).with("informed", &known(facts.as_of, hearing.informed));
        step.with("due", &known(facts.as_of, hearing.due)).gives(hearing.response.is_some());
    }
    for act in &measures.acts {
        for (wanted, parameter, text) in of_agreements(measures) {
            if !wanted {
                continue;
            }
            let ground = rules.get(parameter, &scope(facts, *act))?;
            let step = trace.step(text).with("act", &Known::request("acts", act_name(*act))).with("ground", &ground);
            if text.key == rules::CASE_CONDITIONS.key {
                let texts: Vec<&str> = measures.conditions.iter().map(|condition| condition.text.as_str()).collect();
                let conditions = Known::request("conditions", texts.join("; "));
                step.with("conditions", &conditions).gives(count(measures.conditions.len()));
            } else {
                step.gives(facts.day);
            }
        }
    }
    for (service, act) in [("budget", Act::Wlz), ("homecare", Act::Zvw)] {
        let amounts: Vec<Money> =
            measures.reclaimed.iter().filter(|one| one.service == service).map(|one| one.amount).collect();
        if !amounts.is_empty() {
            let lines = Known::request("reclaimed", count(amounts.len()));
            let step = trace.step(&rules::CASE_RECLAIMED).with("act", &known(facts.as_of, act_name(act)));
            let step = step.with("lines", &lines).with("established", &known(facts.as_of, established(&case.signals)?));
            step.gives(Money::total(amounts)?);
        }
    }
    if !measures.any() {
        trace.step(&rules::CASE_NO_MEASURE).gives(true);
    }
    let motivation = Known::request("motivation", facts.motivation.clone());
    let two = facts.decided_by.is_some() && facts.decided_by != facts.proposed_by;
    trace.step(&rules::CASE_DECIDED).with("motivation", &motivation).gives(two);
    Ok(())
}
