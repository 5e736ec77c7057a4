//! What an office may do about an overrun, and in which order (BUD-08).

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{EscalationStep, OfficeYear},
    error::Error,
    rules,
};

/// What a step is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The step that is asked.
    pub step: EscalationStep,
    /// How much it brings.
    pub amount: Money,
    /// The forecasts together.
    pub forecast: Money,
    /// The room of the ZIN lot.
    pub room: Money,
    /// The reserve that was not released.
    pub reserve: Money,
    /// The steps taken before.
    pub taken: Vec<EscalationStep>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// By how much the forecasts exceed the room, for a step whose turn it is.
///
/// # Errors
/// [`Error::NoOverrun`] when the forecasts fit, [`Error::EscalationOrder`] when an earlier step was not tried.
pub fn escalate(facts: &EscalationFacts, trace: &mut Trace) -> Result<Money, Error> {
    let known = |name: &'static str, amount: Money| Known::fact(NAME, name, facts.as_of, amount);
    let overrun = facts.forecast.minus(facts.room.minus(facts.reserve)?)?;
    if overrun <= Money::ZERO {
        return Err(Error::NoOverrun);
    }
    let untried = EscalationStep::ALL.into_iter().find(|step| *step < facts.step && !facts.taken.contains(step));
    if let Some(first) = untried {
        return Err(Error::EscalationOrder { first });
    }
    let (room, reserve) = (known("contract room", facts.room), known("reserve", facts.reserve));
    let step = trace.step(&rules::OVERRUN_FORECAST).with("forecast", &known("forecasts", facts.forecast));
    let overrun = step.with("room", &room).with("reserve", &reserve).gives(overrun);
    let text = match facts.step {
        EscalationStep::PgbTransfer => &rules::PGB_TRANSFER,
        EscalationStep::OfficeTransfer => &rules::OFFICE_TRANSFER,
        EscalationStep::Consultation => &rules::CONSULTATION,
        EscalationStep::Unpaid => &rules::UNPAID,
    };
    trace.step(text).with("overrun", &overrun).gives(facts.amount);
    Ok(overrun.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{cents, vgz};

    fn facts(step: EscalationStep, forecast: i64, taken: &[EscalationStep]) -> EscalationFacts {
        EscalationFacts {
            year: vgz(2023),
            step,
            amount: cents(10),
            forecast: cents(forecast),
            room: cents(1_000),
            reserve: cents(20),
            taken: taken.to_vec(),
            as_of: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn bud_08_steps_are_taken_in_their_order_and_only_in_an_overrun() {
        use EscalationStep::{Consultation, OfficeTransfer, PgbTransfer, Unpaid};
        let decided = |facts: &EscalationFacts| escalate(facts, &mut Trace::new());
        assert!(matches!(decided(&facts(PgbTransfer, 980, &[])), Err(Error::NoOverrun)));
        assert_eq!(decided(&facts(PgbTransfer, 981, &[])).unwrap(), cents(1));
        let early = decided(&facts(Consultation, 1_000, &[PgbTransfer]));
        assert!(matches!(early, Err(Error::EscalationOrder { first: OfficeTransfer })));
        let last = facts(Unpaid, 1_000, &[PgbTransfer, OfficeTransfer, Consultation]);
        assert_eq!(decided(&last).unwrap(), cents(20));
        // A step may be taken again.
        assert_eq!(decided(&facts(PgbTransfer, 1_000, &[PgbTransfer])).unwrap(), cents(20));
    }
}
