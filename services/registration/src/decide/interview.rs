//! The interview with the board of a new provider (REG-06, REG-09).

use explain::{Known, Rules, Trace};

use super::{AssessmentFacts, scope};
use crate::{
    NAME,
    domain::{Category, Ground, Reason, Wait, Waiting},
    error::Error,
    rules,
};

/// What the interview comes to: reasons to reject, or that it is waited for.
///
/// # Errors
/// A parameter without a value.
pub(super) fn interview(
    facts: &AssessmentFacts,
    category: &Known<Category>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Result<Vec<Reason>, Waiting>, Error> {
    let wanted = rules.get(&rules::INTERVIEW_NEW, &scope(&facts.round))?;
    if category.value != Category::New || !*wanted {
        trace.step(&rules::INTERVIEW_NONE).with("category", category).with("interview_new", &wanted).gives(true);
        return Ok(Ok(Vec::new()));
    }
    let Some(interview) = &facts.interview else {
        trace.step(&rules::INTERVIEW_TO_HOLD).with("category", category).with("interview_new", &wanted).gives(false);
        return Ok(Err(Waiting { wait: Wait::Interview, subject: facts.agb.to_string() }));
    };
    let held = Known::fact(NAME, "interview", facts.as_of, interview.held);
    let grounds: Vec<&str> = interview.grounds.iter().map(|ground| ground.as_str()).collect();
    let positive = grounds.is_empty();
    let text = if positive { &rules::INTERVIEW_POSITIVE } else { &rules::INTERVIEW_NEGATIVE };
    let told = Known::fact(NAME, "interview", facts.as_of, grounds.join(", "));
    trace.step(text).with("held", &held).with("grounds", &told).gives(positive);
    let reason = |ground: &&str| Reason {
        rule: text.rule.to_owned(),
        code: (*ground).to_owned(),
        subject: "interview".to_owned(),
        ground: Ground::Interview,
    };
    Ok(Ok(grounds.iter().map(reason).collect()))
}
