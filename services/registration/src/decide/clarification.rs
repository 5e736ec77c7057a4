//! Clarifications (REG-07): until when they can be answered, and what an answer may cure.

use ::calendar::{Holiday, WorkingDays, amsterdam_date};
use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{AssessmentFacts, duties::end_of, scope};
use crate::{
    NAME,
    domain::{Concern, Round},
    error::Error,
    rules,
};

/// What the last moment for an answer follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClarificationFacts {
    /// The round.
    pub round: Round,
    /// When it was asked.
    pub asked: DateTime<Utc>,
}

/// The last moment for the answer: the end of the last working day.
///
/// # Errors
/// A parameter without a value.
pub fn clarification_due(facts: &ClarificationFacts, rules: &Rules, trace: &mut Trace) -> Result<DateTime<Utc>, Error> {
    let days = rules.get(&rules::CLARIFICATION_DAYS, &scope(&facts.round))?;
    let asked = Known::fact(NAME, "clarification", facts.asked, amsterdam_date(facts.asked));
    let last = WorkingDays::new(Holiday::STATUTORY.to_vec()).after(*asked, *days);
    trace.step(&rules::CLARIFICATION_DUE).with("asked", &asked).with("days", &days).gives(last);
    Ok(end_of(last))
}

/// What clarifications come to at an assessment.
pub(super) struct Clarified {
    /// One can still be answered.
    pub open: Vec<String>,
    /// Of which of them facts and documents count.
    pub supplements: Vec<bool>,
    /// That the registration was late counts no more.
    pub cures_late: bool,
}

/// Which clarifications are open, which count, and what they cure. Only an answer in time counts; one that supplements
/// the registration rather than explains it counts only where the office may let it.
///
/// # Errors
/// A parameter without a value.
pub(super) fn clarified(facts: &AssessmentFacts, rules: &Rules, trace: &mut Trace) -> Result<Clarified, Error> {
    let mut clarified = Clarified { open: Vec::new(), supplements: Vec::new(), cures_late: false };
    for clarification in &facts.clarifications {
        let effect = &clarification.effect;
        let may_cure = rules.get(&rules::CLARIFICATION_MAY_CURE, &scope(&facts.round))?;
        let explains = effect.concerns.iter().all(|concern| *concern == Concern::Unclear);
        let due = Known::fact(NAME, "clarification", facts.as_of, amsterdam_date(effect.due));
        let in_time = effect.answered.is_some_and(|answered| answered <= effect.due);
        let counts = in_time && (*may_cure || explains);
        let open = effect.answered.is_none() && facts.as_of <= effect.due;
        let text = match (open, in_time, counts) {
            (true, ..) => &rules::CLARIFICATION_OPEN,
            (false, false, _) => &rules::CLARIFICATION_UNANSWERED,
            (false, true, false) => &rules::CLARIFICATION_NOT_COUNTED,
            (false, true, true) => &rules::CLARIFICATION_COUNTED,
        };
        let concerns: Vec<&str> = effect.concerns.iter().map(|concern| concern.as_str()).collect();
        let concerns = Known::fact(NAME, "clarification", facts.as_of, concerns.join(", "));
        trace.step(text).with("due", &due).with("concerns", &concerns).with("may_cure", &may_cure).gives(counts);
        if open {
            clarified.open.push(effect.clarification_id.clone());
        }
        clarified.cures_late |= counts && effect.concerns.contains(&Concern::Late);
        // What explains, or tells why it was late, adds no facts and no documents.
        let supplements = [Concern::Incomplete, Concern::Incorrect].iter().any(|one| effect.concerns.contains(one));
        clarified.supplements.push(counts && supplements);
    }
    Ok(clarified)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixture::{built_in, round, utc};

    fn due(asked: &str) -> String {
        let facts = ClarificationFacts { round: round("vgz", edge::Sector::Gz, 2022), asked: utc(asked) };
        let due = clarification_due(&facts, built_in(), &mut Trace::new()).unwrap();
        due.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    #[test]
    fn reg_07_five_working_days_skip_easter() {
        // Good Friday and Easter Monday are no working days.
        assert_eq!(due("2024-03-28 09:00:00"), "2024-04-08 21:59:59");
    }

    #[test]
    fn reg_07_kings_day_on_a_sunday_is_the_saturday_before_and_costs_no_working_day() {
        // 27 April 2025 is a Sunday; the 26th is a Saturday. 5 May is a Monday.
        assert_eq!(due("2025-04-24 09:00:00"), "2025-05-01 21:59:59");
        assert_eq!(due("2025-04-29 09:00:00"), "2025-05-07 21:59:59");
        // 27 April 2023 is a Thursday.
        assert_eq!(due("2023-04-25 09:00:00"), "2023-05-03 21:59:59");
    }

    #[test]
    fn reg_07_the_day_it_was_asked_is_that_in_the_netherlands() {
        assert_eq!(due("2022-08-01 22:30:00"), due("2022-08-02 09:00:00"));
        // The last moment of a day in winter is an hour later in UTC.
        assert_eq!(due("2022-11-01 09:00:00"), "2022-11-08 22:59:59");
    }
}
