//! What comes due under an agreement: conditions (REG-10) and obligations (REG-18).

use ::calendar::{Cutoff, Deadline};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use explain::{Check, Known, Rules, Trace, When};
use serde::{Deserialize, Serialize};

use super::{AssessmentFacts, check::Tester, checks, clarification::clarified, evidence::Evidence};
use crate::{
    NAME,
    domain::{Category, Due, DutyKind, IntegrityResult},
    error::Error,
    rules,
};

/// What the duties under an agreement follow from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementFacts {
    /// What the registration was assessed from.
    pub assessment: AssessmentFacts,
    /// The category it was found to be of.
    pub category: Category,
    /// The first day of the agreement.
    pub first_day: NaiveDate,
}

/// Everything that comes due under an agreement when it is concluded.
///
/// # Errors
/// A parameter without a value.
pub fn duties(facts: &AgreementFacts, rules: &Rules, trace: &mut Trace) -> Result<Vec<Due>, Error> {
    let assessment = &facts.assessment;
    let supplements = clarified(assessment, rules, &mut Trace::new())?.supplements;
    let evidence = Evidence::new(assessment, |index| supplements[index]);
    let tester = Tester { facts: assessment, evidence: &evidence, category: facts.category };
    let mut due = conditions(&tester, facts.first_day, rules, trace);
    due.extend(run(&tester, facts.first_day, rules, trace, DutyKind::Obligation));
    let first = Known::fact(NAME, "agreement", assessment.as_of, facts.first_day);
    let count = Known::fact(NAME, "agreement", assessment.as_of, u32::try_from(due.len()).unwrap_or(u32::MAX));
    trace.step(&rules::CONCLUDED).with("first_day", &first).with("duties", &count).gives(true);
    Ok(due)
}

/// The conditions of an agreement: what a new provider has yet to show, and what the integrity test asks.
pub(super) fn conditions(tester: &Tester<'_>, first_day: NaiveDate, rules: &Rules, trace: &mut Trace) -> Vec<Due> {
    let mut due = run(tester, first_day, rules, trace, DutyKind::Condition);
    let integrity = tester.facts.integrity.iter().filter(|test| test.result == IntegrityResult::Conditions);
    for (index, condition) in integrity.flat_map(|test| &test.conditions).enumerate() {
        let code = format!("integrity_{}", index + 1);
        let named = Known::fact("screening", "integrity", tester.facts.as_of, condition.text.clone());
        trace.step(&rules::INTEGRITY_CONDITION).with("condition", &named).gives(condition.due);
        due.push(Due {
            kind: DutyKind::Condition,
            rule: rules::INTEGRITY_CONDITION.rule.to_owned(),
            code,
            due: end_of(condition.due),
            dutch: condition.text.clone(),
            english: condition.text.clone(),
        });
    }
    due
}

/// The rows of the rule files of one kind, each with its last moment. An obligation whose day was before the agreement
/// is decided on is not asked any more; a condition has to be met all the same, and is breached until it is.
fn run(tester: &Tester<'_>, first_day: NaiveDate, rules: &Rules, trace: &mut Trace, kind: DutyKind) -> Vec<Due> {
    let mut due = Vec::new();
    for check in checks(&tester.facts.round, rules) {
        if &*check.ground != kind.as_str() || !tester.concerns(check) || !check.products.is_empty() {
            continue;
        }
        let Some(moment) = moment(check.when, first_day) else { continue };
        if kind == DutyKind::Obligation && moment < tester.facts.as_of {
            continue;
        }
        let text = if kind == DutyKind::Condition { &rules::CONDITION } else { &rules::OBLIGATION };
        let (dutch, english) = in_words(check, tester.facts.round.year, rules);
        let known = |value: String| Known { value, origin: check.origin() };
        let step =
            trace.step(text).with("code", &known(check.key.to_string())).with("rule", &known(check.rule.to_string()));
        step.gives(::calendar::amsterdam_date(moment));
        let (rule, code) = (check.rule.to_string(), check.key.to_string());
        due.push(Due { kind, rule, code, due: moment, dutch, english });
    }
    due
}

/// A requirement that is shown only when the office asks for it.
pub fn on_request(
    facts: &AssessmentFacts,
    category: Category,
    code: &str,
    due: NaiveDate,
    rules: &Rules,
) -> Option<Due> {
    let evidence = Evidence::new(facts, |_| true);
    let tester = Tester { facts, evidence: &evidence, category };
    let mut asked = checks(&facts.round, rules).filter(|check| check.when == When::Asked && &*check.key == code);
    let check = asked.find(|check| tester.concerns(check))?;
    let (dutch, english) = in_words(check, facts.round.year, rules);
    let (rule, code) = (check.rule.to_string(), check.key.to_string());
    Some(Due { kind: DutyKind::Condition, rule, code, due: end_of(due), dutch, english })
}

/// The last moment of a requirement under an agreement that begins on a day.
fn moment(when: When, first_day: NaiveDate) -> Option<DateTime<Utc>> {
    match when {
        When::CareStart => Some(end_of(first_day)),
        When::MonthsAfterStart(months) => first_day.checked_add_months(Months::new(months)).map(end_of),
        When::Until(local) => Some(Deadline { local, cutoff: Cutoff::Inclusive }.moment()),
        When::Registration | When::Asked => None,
    }
}

/// The last second of a day in the Netherlands.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let end = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
    Deadline { local: day.and_time(end), cutoff: Cutoff::Inclusive }.moment()
}

/// What a requirement asks in Dutch and in English, without what is only known when it is tested.
fn in_words(check: &Check, year: i32, rules: &Rules) -> (String, String) {
    let (dutch, english) = rules.row_text(check).unwrap_or_default();
    let plain = |text: &str, language| {
        let limit = check.test.limit().map(|limit| limit.render(language)).unwrap_or_default();
        let filled = text.replace("{limit}", &limit).replace("{year}", &year.to_string());
        let parts = filled.split_inclusive(['.', ';']).filter(|part| !part.contains('{'));
        parts.collect::<String>().trim().trim_end_matches(';').to_owned()
    };
    (plain(dutch, explain::Language::Dutch), plain(english, explain::Language::English))
}
