//! What the integrity of a provider comes to, from the checks of all its subjects and from what people judged (SCR-03,
//! SCR-07).

use chrono::{DateTime, NaiveDate, Utc};
use edge::{EdgeError, Office};
use explain::{Known, Trace};
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    decide::case::CaseMeasure,
    domain::{Answer, Check, CheckState, Condition, Integrity, IntegrityState, Register, SubjectKind},
    rules,
};

/// What is told where a list is empty.
const NONE: &str = "none";

/// A check that a provider needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckFact {
    /// The subject.
    pub subject_id: String,
    /// What it is to the provider.
    pub kind: SubjectKind,
    /// The register.
    pub register: Register,
    /// The last answer.
    pub answer: Option<Answer>,
    /// Consults since that gave no answer.
    pub failures: u32,
    /// Whether the subject left: it is asked about no more, and what was found is to be judged all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

impl CheckFact {
    /// Where it stands on a day.
    fn state(&self, day: NaiveDate) -> CheckState {
        state(self.answer.as_ref(), self.failures, day)
    }

    /// Where it stands while an answer is lacking on a day; about who left none is needed.
    fn lacking(&self, day: NaiveDate) -> Option<CheckState> {
        Some(self.state(day)).filter(|state| !self.left && *state != CheckState::Valid)
    }

    /// The finding it holds, if any: it stays one after the answer expired.
    fn finding(&self) -> Option<Judged> {
        let answer = self.answer.as_ref().filter(|answer| answer.hit)?;
        Some(Judged {
            subject_id: self.subject_id.clone(),
            register: self.register,
            findings_sha256: answer.findings_sha256.clone(),
        })
    }
}

/// Where a check stands on a day.
pub fn check_state(check: &Check, day: NaiveDate) -> CheckState {
    state(check.answer.as_ref(), check.failures, day)
}

fn state(answer: Option<&Answer>, failures: u32, day: NaiveDate) -> CheckState {
    match answer {
        Some(answer) if answer.valid_until >= day => CheckState::Valid,
        _ if failures > 0 => CheckState::Failed,
        Some(_) => CheckState::Expired,
        None => CheckState::Due,
    }
}

/// A finding that was judged: another one of the same register is another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Judged {
    /// The subject.
    pub subject_id: String,
    /// The register.
    pub register: Register,
    /// The findings.
    pub findings_sha256: String,
}

/// What people judged last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What it comes to.
    pub state: IntegrityState,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The findings it rests on, and those judged before that still stand.
    pub judged: Vec<Judged>,
}

/// What the integrity of a provider is stated from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrityFacts {
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The checks it needs, and those with a finding about subjects that left.
    pub checks: Vec<CheckFact>,
    /// The last day before a subject joins or leaves; none when nobody is to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchanged_until: Option<NaiveDate>,
    /// What people judged last.
    pub judgement: Option<Judgement>,
    /// What was decided on cases, as far as it counts.
    #[serde(default)]
    pub cases: Vec<CaseMeasure>,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

impl IntegrityFacts {
    /// All findings.
    pub fn findings(&self) -> Vec<Judged> {
        self.checks.iter().filter_map(CheckFact::finding).collect()
    }

    /// The consults with findings that nobody judged yet.
    pub fn unjudged(&self) -> Vec<String> {
        let judged = |finding: &Judged| {
            self.judgement.as_ref().is_some_and(|judgement| judgement.judged.iter().any(|one| one == finding))
        };
        let open = self.checks.iter().filter(|check| check.finding().is_some_and(|finding| !judged(&finding)));
        open.filter_map(|check| check.answer.as_ref()).map(|answer| answer.consult_id.clone()).collect()
    }

    /// What was decided on cases and still counts.
    fn counting(&self) -> impl Iterator<Item = &CaseMeasure> {
        self.cases.iter().filter(|case| case.until >= self.day)
    }

    fn fact<T>(&self, value: T) -> Known<T> {
        Known::fact(NAME, "checks", self.as_of, value)
    }
}

/// States what the integrity comes to. An objection that was judged stands whatever the checks say, until people judge
/// otherwise; anything else needs every check to be valid and every finding to be judged. It is stated anew when somebody
/// joins or leaves.
pub fn state_integrity(facts: &IntegrityFacts, trace: &mut Trace) -> Integrity {
    let judgement = facts.judgement.as_ref();
    let until = [tell_cases(facts, trace), facts.unchanged_until].into_iter().flatten().min();
    if let Some(objection) = judgement.filter(|judgement| judgement.state == IntegrityState::Objection) {
        trace.step(&rules::INTEGRITY_OBJECTION).gives(true);
        return Integrity { state: objection.state, conditions: Vec::new(), valid_until: None };
    }
    if facts.counting().any(|case| case.state == IntegrityState::Objection) {
        trace.step(&rules::INTEGRITY_STATED).gives(IntegrityState::Objection.as_str());
        return Integrity { state: IntegrityState::Objection, conditions: Vec::new(), valid_until: until };
    }
    let open: Vec<String> = facts
        .checks
        .iter()
        .filter_map(|check| Some(format!("{} ({})", check.register, check.lacking(facts.day)?)))
        .collect();
    let unjudged = facts.unjudged();
    let told = facts.fact(i64::try_from(facts.checks.len()).unwrap_or(i64::MAX));
    let step = trace.step(&rules::INTEGRITY_CHECKS).with("checks", &told);
    let told = if open.is_empty() { NONE.to_owned() } else { open.join(", ") };
    step.with("open", &facts.fact(told)).gives(open.is_empty() && !facts.checks.is_empty());
    let count = i64::try_from(unjudged.len()).unwrap_or(i64::MAX);
    trace.step(&rules::INTEGRITY_FINDINGS).with("unjudged", &facts.fact(count)).gives(unjudged.is_empty());
    if facts.checks.iter().all(|check| check.left) || !open.is_empty() || !unjudged.is_empty() {
        trace.step(&rules::INTEGRITY_STATED).gives(IntegrityState::Pending.as_str());
        return Integrity {
            state: IntegrityState::Pending,
            conditions: Vec::new(),
            valid_until: facts.unchanged_until,
        };
    }
    let answers = facts.checks.iter().filter(|check| !check.left).filter_map(|check| check.answer.as_ref());
    let valid_until = answers.map(|answer| answer.valid_until).chain(until).min();
    let (mut state, mut conditions) = judgement
        .map_or((IntegrityState::NoObjection, Vec::new()), |judgement| (judgement.state, judgement.conditions.clone()));
    for case in facts.counting() {
        state = IntegrityState::Conditions;
        conditions.extend(case.conditions.iter().cloned());
    }
    trace.step(&rules::INTEGRITY_STATED).gives(state.as_str());
    Integrity { state, conditions, valid_until }
}

/// Tells the cases that count, and gives the day on which the first of them counts no more.
fn tell_cases(facts: &IntegrityFacts, trace: &mut Trace) -> Option<NaiveDate> {
    for case in facts.counting() {
        let known = Known::fact(NAME, "case", facts.as_of, case.case_id.clone());
        let step = trace.step(&rules::INTEGRITY_CASE).with("case", &known);
        step.with("until", &Known::fact(NAME, "case", facts.as_of, case.until)).gives(case.state.as_str());
    }
    facts.counting().map(|case| case.until).min()
}

/// What was said to a provider and by it before something adverse is decided (hoor en wederhoor).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// When it was told what was found and what may follow.
    pub informed: Option<NaiveDate>,
    /// What it said; empty when it said nothing.
    pub response: String,
    /// The last day on which it could respond.
    pub response_due: Option<NaiveDate>,
}

impl Hearing {
    /// What is lacking on a day: the provider has to know, and to have had its say.
    pub fn lacks(&self, day: NaiveDate) -> Option<&'static str> {
        let Some(informed) = self.informed else {
            return Some("the provider was not told what was found and what may follow");
        };
        if informed > day {
            return Some("the provider is told on a day to come");
        }
        match (self.response.is_empty(), self.response_due) {
            (false, _) => None,
            (true, None) => Some("the provider said nothing, and no day is given until which it could"),
            (true, Some(due)) if due >= day => Some("the provider can still respond"),
            (true, Some(due)) if due <= informed => Some("the provider was given no day to respond"),
            _ => None,
        }
    }
}

/// What somebody judges of the findings about a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementFacts {
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// What it comes to.
    pub state: IntegrityState,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The consults whose findings are judged.
    pub consult_ids: Vec<String>,
    /// The findings that nobody judged yet: the consults they are of.
    pub unjudged: Vec<String>,
    /// The findings that stand, judged now or before.
    pub judged: Vec<Judged>,
    /// Why.
    pub motivation: String,
    /// What was said to the provider and by it.
    pub hearing: Hearing,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Judges findings: whether it can be done, and why it is what it is.
///
/// # Errors
/// `JUDGEMENT_NOT_POSSIBLE` with everything that stands in the way: findings that are not named or were judged before,
/// and an adverse judgement before the provider was heard.
pub fn judge(facts: &JudgementFacts, trace: &mut Trace) -> Result<Judgement, EdgeError> {
    let mut against: Vec<String> = Vec::new();
    let unnamed = facts.unjudged.iter().filter(|id| !facts.consult_ids.contains(id));
    against.extend(unnamed.map(|id| format!("the finding of consult {id} is not named")));
    let unknown = facts.consult_ids.iter().filter(|id| !facts.unjudged.contains(id));
    against.extend(unknown.map(|id| format!("consult {id} holds no finding that waits to be judged")));
    let adverse = matches!(facts.state, IntegrityState::Conditions | IntegrityState::Objection);
    if adverse {
        against.extend(facts.hearing.lacks(facts.day).map(str::to_owned));
    }
    if !against.is_empty() {
        let (reason, subject) = ("JUDGEMENT_NOT_POSSIBLE", format!("{} {}", facts.office, facts.agb));
        return Err(EdgeError::Precondition { reason, subject, message: against.join("; ") });
    }
    if let Some(informed) = facts.hearing.informed.filter(|_| adverse) {
        let informed = Known::request("informed_date", informed);
        let response = Known::request("response", facts.hearing.response.clone());
        let step = trace.step(&rules::INTEGRITY_HEARD).with("informed", &informed).with("response", &response);
        step.gives(!facts.hearing.response.is_empty());
    }
    let count = i64::try_from(facts.consult_ids.len()).unwrap_or(i64::MAX);
    let motivation = Known::request("motivation", facts.motivation.clone());
    let step = trace.step(&rules::INTEGRITY_JUDGED).with("findings", &Known::request("consult_ids", count));
    step.with("motivation", &motivation).gives(facts.state.as_str());
    Ok(Judgement { state: facts.state, conditions: facts.conditions.clone(), judged: facts.judged.clone() })
}

#[cfg(test)]
mod tests;
