//! The integrity test (REG-13), of which registration knows the result only.

use explain::{Known, Rules, Trace};

use super::{AssessmentFacts, scope};
use crate::{
    NAME,
    domain::{Ground, IntegrityResult, Judgement, Reason, Wait, Waiting},
    error::Error,
    rules,
};

/// What the office makes of an objection, where that is for it to weigh.
pub(super) const SUBJECT: &str = "integrity";

/// What the integrity test comes to.
pub(super) enum Integrity {
    /// It stands in nobody's way.
    Passed,
    /// It is waited for, or for what the office makes of it.
    Waits(Waiting),
    /// It stands in the way.
    Blocks(Reason),
}

/// Whether the integrity test stands in the way. Where it is not required, it counts once it was asked for.
///
/// # Errors
/// A parameter without a value.
pub(super) fn integrity(facts: &AssessmentFacts, rules: &Rules, trace: &mut Trace) -> Result<Integrity, Error> {
    let scope = scope(&facts.round);
    let required = rules.get(&rules::INTEGRITY_REQUIRED, &scope)?;
    let Some(test) = &facts.integrity else {
        if !*required {
            trace.step(&rules::INTEGRITY_NOT_ASKED).with("required", &required).gives(true);
            return Ok(Integrity::Passed);
        }
        trace.step(&rules::INTEGRITY_TO_ASK).with("required", &required).gives(false);
        return Ok(Integrity::Waits(Waiting { wait: Wait::Integrity, subject: facts.agb.to_string() }));
    };
    let due = Known::fact("screening", "integrity", facts.as_of, test.due);
    match test.result {
        IntegrityResult::Pending => {
            trace.step(&rules::INTEGRITY_PENDING).with("due", &due).with("required", &required).gives(false);
            return Ok(Integrity::Waits(Waiting { wait: Wait::Integrity, subject: facts.agb.to_string() }));
        }
        IntegrityResult::NoObjection => {
            trace.step(&rules::INTEGRITY_PASSED).with("required", &required).gives(true);
            return Ok(Integrity::Passed);
        }
        IntegrityResult::Conditions => {
            let count = u32::try_from(test.conditions.len()).unwrap_or(u32::MAX);
            let count = Known::fact("screening", "integrity", facts.as_of, count);
            trace.step(&rules::INTEGRITY_CONDITIONS).with("conditions", &count).gives(true);
            return Ok(Integrity::Passed);
        }
        IntegrityResult::Objection => {}
    }
    let objection = rules.get(&rules::INTEGRITY_OBJECTION, &scope)?;
    let reason = Reason {
        rule: rules::INTEGRITY_BLOCKS.rule.to_owned(),
        code: "integrity_objection".to_owned(),
        subject: facts.agb.to_string(),
        ground: Ground::Integrity,
    };
    if &**objection == "blocks" {
        trace.step(&rules::INTEGRITY_BLOCKS).with("objection", &objection).gives(false);
        return Ok(Integrity::Blocks(reason));
    }
    Ok(match facts.judgements.get(SUBJECT) {
        None => {
            trace.step(&rules::INTEGRITY_TO_WEIGH).with("objection", &objection).gives(false);
            Integrity::Waits(Waiting { wait: Wait::Judgement, subject: SUBJECT.to_owned() })
        }
        Some(judgement) => {
            let positive = Known::fact(NAME, "judgement", facts.as_of, *judgement == Judgement::Positive);
            let weighed = trace.step(&rules::INTEGRITY_WEIGHED).with("judgement", &positive);
            weighed.with("objection", &objection).gives(*positive);
            if *positive { Integrity::Passed } else { Integrity::Blocks(reason) }
        }
    })
}
