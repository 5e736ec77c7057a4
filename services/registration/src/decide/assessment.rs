//! The assessment of a registration (REG-06): in time and complete, then the declaration, the documents and the
//! requirements, then the interview. A later step never runs when an earlier one has an objection.

use explain::{Check, Known, Rules, Test, Trace, When};

use super::{
    AssessmentFacts,
    category::category,
    check::{self, Tester, reason},
    checks,
    clarification::clarified,
    deadline::deadline,
    evidence::Evidence,
    integrity::{Integrity, integrity},
    interview::interview,
    region::region,
};
use crate::{
    NAME,
    domain::{Category, Ground, Reason, Verdict, Wait, Waiting},
    error::Error,
    rules,
};

/// What an assessment comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The provider's category.
    pub category: Category,
    /// What is told for the talk with the provider.
    pub signals: Vec<Reason>,
    /// To what end.
    pub verdict: Verdict,
}

/// Assesses a registration. The category comes before everything, since it says which deadline, which documents and
/// which requirements apply.
///
/// # Errors
/// A round without a calendar, or a parameter without a value.
pub fn assess(facts: &AssessmentFacts, rules: &Rules, trace: &mut Trace) -> Result<Outcome, Error> {
    let category = category(facts, rules, trace)?;
    let mut assessment = Assessment { category: category.value, signals: Vec::new() };
    let clarified = clarified(facts, rules, trace)?;
    if !clarified.open.is_empty() {
        let waits = clarified.open.into_iter().map(|subject| Waiting { wait: Wait::Clarification, subject });
        return Ok(assessment.ends(Verdict::Waiting(waits.collect()), facts, trace));
    }
    let evidence = Evidence::new(facts, |index| clarified.supplements[index]);
    let (in_time, late) = deadline(facts, category.value, rules, trace)?;
    let mut reasons: Vec<Reason> = late.into_iter().collect();
    if clarified.cures_late && !reasons.is_empty() {
        trace.step(&rules::LATE_CURED).with("in_time", &in_time).gives(true);
        reasons.clear();
    }
    let tester = Tester { facts, evidence: &evidence, category: category.value };
    let (waits, missing) = assessment.run(&tester, rules, trace, is_presence)?;
    reasons.extend(missing);
    if !reasons.is_empty() {
        return Ok(assessment.ends(Verdict::NotConsidered(reasons), facts, trace));
    }
    debug_assert!(waits.is_empty(), "what is present needs no judgement");

    reasons.extend(region(facts, &evidence, rules, trace)?);
    let (mut waits, unmet) = assessment.run(&tester, rules, trace, |check| !is_presence(check))?;
    reasons.extend(unmet);
    let mut blocks = None;
    match integrity(facts, rules, trace)? {
        Integrity::Passed => {}
        Integrity::Waits(waiting) => waits.push(waiting),
        Integrity::Blocks(reason) => blocks = Some(reason),
    }
    match (reasons.is_empty(), blocks) {
        (true, Some(reason)) => return Ok(assessment.ends(Verdict::Rejected(vec![reason]), facts, trace)),
        (false, block) => {
            reasons.extend(block);
            return Ok(assessment.ends(Verdict::NotConsidered(reasons), facts, trace));
        }
        (true, None) => {}
    }
    if !waits.is_empty() {
        return Ok(assessment.ends(Verdict::Waiting(waits), facts, trace));
    }
    let verdict = match interview(facts, &category, rules, trace)? {
        Err(waiting) => Verdict::Waiting(vec![waiting]),
        Ok(reasons) if reasons.is_empty() => Verdict::Admissible,
        Ok(reasons) => Verdict::Rejected(reasons),
    };
    Ok(assessment.ends(verdict, facts, trace))
}

/// An assessment under way.
struct Assessment {
    category: Category,
    signals: Vec<Reason>,
}

impl Assessment {
    /// Tests the requirements of a step: what it waits for, and a reason for each that is not met.
    fn run(
        &mut self,
        tester: &Tester<'_>,
        rules: &Rules,
        trace: &mut Trace,
        in_step: impl Fn(&Check) -> bool,
    ) -> Result<(Vec<Waiting>, Vec<Reason>), Error> {
        let (mut waits, mut reasons) = (Vec::new(), Vec::new());
        let asked = |check: &&Check| check.when == When::Registration && is_general(check) && in_step(check);
        for check in checks(&tester.facts.round, rules).filter(asked).filter(|check| tester.is_meant(check)) {
            if !tester.concerns(check) {
                tester.tell_exception(check, trace);
                continue;
            }
            match tester.test(check, trace) {
                check::Outcome::Met => {}
                check::Outcome::Unjudged => {
                    waits.push(Waiting { wait: Wait::Judgement, subject: check.fact.name.to_string() });
                }
                check::Outcome::Unmet => {
                    let reason = reason(check)?;
                    // What a module asks for is held against the module, not against the registration.
                    let told = reason.ground == Ground::Signal || check.module.is_some();
                    if told { self.signals.push(reason) } else { reasons.push(reason) }
                }
            }
        }
        Ok((waits, reasons))
    }

    fn ends(self, verdict: Verdict, facts: &AssessmentFacts, trace: &mut Trace) -> Outcome {
        let text = match &verdict {
            Verdict::Waiting(_) => &rules::WAITING,
            Verdict::Admissible => &rules::ADMISSIBLE,
            Verdict::NotConsidered(_) => &rules::NOT_CONSIDERED,
            Verdict::Rejected(_) => &rules::REJECTED,
        };
        let told = match &verdict {
            Verdict::Waiting(waits) => waits.iter().map(|waiting| waiting.wait.as_str()).collect::<Vec<_>>().join(", "),
            _ => verdict.reasons().iter().map(in_words).collect::<Vec<_>>().join(", "),
        };
        let told = Known::fact(NAME, "registration", facts.as_of, told);
        let mut step = trace.step(text);
        if verdict != Verdict::Admissible {
            step = step.with("told", &told);
        }
        step.gives(match &verdict {
            Verdict::Waiting(_) => "waiting",
            Verdict::Admissible => "admissible",
            Verdict::NotConsidered(_) => "not_considered",
            Verdict::Rejected(_) => "rejected",
        });
        Outcome { category: self.category, signals: self.signals, verdict }
    }
}

/// Conditions of a product are for the award.
fn is_general(check: &Check) -> bool {
    check.products.is_empty()
}

/// Whether a requirement is that something is there, so that it is for the first step.
fn is_presence(check: &Check) -> bool {
    matches!(check.test, Test::HandedIn | Test::Given)
}

fn in_words(reason: &Reason) -> String {
    format!("{} {} {}", reason.rule, reason.code, reason.subject)
}

/// What a registration that is not assessed yet lacks.
#[derive(Debug)]
pub struct Testing<'a> {
    /// The category the provider would have.
    pub category: Category,
    /// Whether it would be in time.
    pub in_time: bool,
    /// Every requirement that is tested with a registration, whether it is met, and the number of its step, from 0.
    pub tested: Vec<(&'a Check, bool, usize)>,
}

/// Tests every requirement of a registration as it stands, whatever the step, but for what the office has to judge.
///
/// # Errors
/// A round without a calendar, or a parameter without a value.
pub fn check<'a>(facts: &AssessmentFacts, rules: &'a Rules, trace: &mut Trace) -> Result<Testing<'a>, Error> {
    let category = category(facts, rules, trace)?;
    let evidence = Evidence::new(facts, |_| true);
    let (in_time, _) = deadline(facts, category.value, rules, trace)?;
    region(facts, &evidence, rules, trace)?;
    let tester = Tester { facts, evidence: &evidence, category: category.value };
    let judged = |check: &Check| matches!(check.test, Test::Judged | Test::NotObjected);
    let mut tested = Vec::new();
    for check in checks(&facts.round, rules).filter(|check| is_general(check) && !judged(check) && tester.holds(check))
    {
        let step = trace.len();
        tested.push((check, tester.test(check, trace) == check::Outcome::Met, step));
    }
    Ok(Testing { category: category.value, in_time: *in_time, tested })
}

#[cfg(test)]
mod tests;
