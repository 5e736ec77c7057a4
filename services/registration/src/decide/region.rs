//! The office of the region where the client lives (REG-01).

use explain::{Known, ParameterError, Rules, Trace};

use super::{
    AssessmentFacts,
    evidence::{Evidence, REGISTRATION},
    scope,
};
use crate::{
    NAME,
    domain::{Answer, Ground, Reason},
    error::Error,
    rules,
};

/// The fact that tells of expertise or small housing that may stay with the provider's own office.
pub(super) const EXCEPTION: &str = "region_exception";

/// Whether the registration is with the office of its region; a reason when it is not and no exception is claimed. An
/// office without a list of regions buys everywhere.
///
/// # Errors
/// A parameter without a value in force.
pub(super) fn region(
    facts: &AssessmentFacts,
    evidence: &Evidence,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Option<Reason>, Error> {
    let regions = match rules.get(&rules::REGIONS, &scope(&facts.round)) {
        Err(ParameterError::NotSet { .. }) => return Ok(None),
        other => other?,
    };
    let region = facts.content.region.to_string();
    let own = regions.iter().any(|own| **own == *region);
    let exception = matches!(evidence.fact(REGISTRATION, EXCEPTION), Some(Answer::Yes(true)));
    let text = match (own, exception) {
        (true, _) => &rules::REGION_OWN,
        (false, true) => &rules::REGION_EXCEPTION,
        (false, false) => &rules::REGION_OTHER,
    };
    let subject = Known::fact(NAME, "registration", facts.as_of, region.clone());
    trace.step(text).with("region", &subject).with("regions", &regions).gives(own || exception);
    let reason =
        Reason { rule: text.rule.to_owned(), code: "region".to_owned(), subject: region, ground: Ground::Incorrect };
    Ok((!own && !exception).then_some(reason))
}
