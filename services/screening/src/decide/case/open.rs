//! A case is opened, and signals are added to it.

use chrono::{DateTime, Utc};
use edge::{EdgeError, Office};
use explain::{Known, Trace};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use super::{at_stake, count, known, not_in, possible, rules_of, unfit};
use crate::{
    domain::{Case, CaseContent, CaseSignal, CaseState},
    rules,
};

/// What a case is opened from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFacts {
    /// Its id.
    pub case_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The signals.
    pub signals: Vec<CaseSignal>,
    /// Those that are in a case already.
    pub taken: Vec<String>,
    /// Why.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Opens a case.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` when a signal was withdrawn, judges no line of the provider, or is in a case already.
pub fn open(facts: &OpenFacts, trace: &mut Trace) -> Result<Case, EdgeError> {
    possible(&facts.case_id, unfit(&facts.signals, &facts.taken, facts.agb))?;
    let step = trace.step(&rules::CASE_OPENED).with("signals", &known(facts.as_of, count(facts.signals.len())));
    let step = step.with("rules", &known(facts.as_of, rules_of(&facts.signals)));
    let step = step.with("at_stake", &known(facts.as_of, at_stake(&facts.signals)?));
    step.with("motivation", &Known::request("motivation", facts.motivation.clone())).gives(CaseState::Open.as_str());
    Ok(Case {
        case_id: facts.case_id.clone(),
        office: facts.office.clone(),
        agb: facts.agb,
        state: CaseState::Open,
        content: CaseContent::default(),
        signals: facts.signals.clone(),
    })
}

/// What signals are added from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendFacts {
    /// The case.
    pub case: Case,
    /// The signals.
    pub added: Vec<CaseSignal>,
    /// Those that are in a case already.
    pub taken: Vec<String>,
    /// Why.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Adds signals to a case. The provider is told of them, or told again, before anything adverse.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` as for [`open`], and when the case is not open or in hearing.
pub fn extend(facts: &ExtendFacts, trace: &mut Trace) -> Result<Case, EdgeError> {
    let mut against = unfit(&facts.added, &facts.taken, facts.case.agb);
    against.extend(not_in(&facts.case, &[CaseState::Open, CaseState::Hearing]));
    possible(&facts.case.case_id, against)?;
    let mut case = facts.case.clone();
    case.signals.extend(facts.added.iter().cloned());
    let step = trace.step(&rules::CASE_EXTENDED).with("signals", &known(facts.as_of, count(facts.added.len())));
    let step = step.with("rules", &known(facts.as_of, rules_of(&facts.added)));
    let step = step.with("motivation", &Known::request("motivation", facts.motivation.clone()));
    step.gives(at_stake(&case.signals)?);
    Ok(case)
}
