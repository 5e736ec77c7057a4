//! What a control comes to (SCR-09): what was found wrong, and what that says of the whole population.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use edge::{EdgeError, Office};
use explain::{Known, Trace};
use money::{Decimal, Money, MoneyError, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::{binomial, plan::mistaken};
use crate::{
    NAME,
    domain::{Bounds, Conclusion, ControlKind, SampleMethod},
    rules,
};

/// A wrong line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// What was granted.
    pub granted: Money,
    /// What is right.
    pub right: Money,
}

impl Wrong {
    fn error(self) -> Result<Money, MoneyError> {
        self.granted.minus(self.right)
    }

    /// Which part of it is wrong.
    fn tainting(self) -> Result<Decimal, MoneyError> {
        self.error()?.euros().checked_div(self.granted.euros()).ok_or(MoneyError::Overflow)
    }
}

/// What was found in a part of the population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StratumFound {
    /// Its lines.
    pub lines: u64,
    /// What they come to.
    pub amount: Money,
    /// The lines that were drawn whatever the seed: they speak for themselves only.
    pub certain_lines: u64,
    /// What those come to.
    pub certain_amount: Money,
    /// Those of them that are wrong.
    pub certain_wrong: Vec<Wrong>,
    /// The other lines that were drawn.
    pub drawn: u64,
    /// Those of them that are wrong.
    pub wrong: Vec<Wrong>,
}

/// What a control is concluded from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcludeFacts {
    /// The office.
    pub office: Office,
    /// The control.
    pub control_id: String,
    /// Its kind.
    pub kind: ControlKind,
    /// How lines were drawn.
    pub method: SampleMethod,
    /// How sure what it tells has to be.
    pub confidence: Percentage,
    /// How much must be right.
    pub accuracy: Percentage,
    /// The medical adviser who answers for it; empty without one.
    pub medical_adviser: String,
    /// Who concludes it.
    pub concluded_by: String,
    /// Lines that nobody looked at yet.
    pub open: u64,
    /// What was found.
    pub strata: Vec<StratumFound>,
    /// When.
    pub as_of: DateTime<Utc>,
}

impl ConcludeFacts {
    fn known<T>(&self, value: T) -> Known<T> {
        Known::fact(NAME, "control", self.as_of, value)
    }
}

/// At least, most likely and at most, not rounded yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Range {
    low: Decimal,
    likely: Decimal,
    high: Decimal,
}

impl Range {
    fn plus(self, other: Range) -> Result<Range, MoneyError> {
        Ok(Range {
            low: add(self.low, other.low)?,
            likely: add(self.likely, other.likely)?,
            high: add(self.high, other.high)?,
        })
    }

    fn times(self, factor: Decimal) -> Result<Range, MoneyError> {
        let times = |value: Decimal| value.checked_mul(factor).ok_or(MoneyError::Overflow);
        Ok(Range { low: times(self.low)?, likely: times(self.likely)?, high: times(self.high)? })
    }
}

fn add(one: Decimal, other: Decimal) -> Result<Decimal, MoneyError> {
    one.checked_add(other).ok_or(MoneyError::Overflow)
}

/// Concludes a control.
///
/// # Errors
/// `CONTROL_NOT_CONCLUDED` with everything that stands in the way: lines without a result, and somebody else than the
/// medical adviser.
pub fn conclude(facts: &ConcludeFacts, trace: &mut Trace) -> Result<Conclusion, EdgeError> {
    let against = against(facts);
    if !against.is_empty() {
        let (reason, subject) = ("CONTROL_NOT_CONCLUDED", facts.control_id.clone());
        return Err(EdgeError::Precondition { reason, subject, message: against.join("; ") });
    }
    let parts = facts.strata.iter().filter(|stratum| stratum.lines > 0).count();
    let mistaken = mistaken(facts.confidence, parts)?;
    let (mut range, mut established) = (Range::default(), Money::ZERO);
    let (mut wrong_lines, mut lines, mut amount) = (0_u64, 0_u64, Money::ZERO);
    for stratum in &facts.strata {
        let of_stratum = match facts.method {
            SampleMethod::Attribute => in_lines(stratum, mistaken)?,
            SampleMethod::MonetaryUnit => in_euros(stratum, mistaken)?,
        };
        let wrong = stratum.wrong.iter().chain(&stratum.certain_wrong);
        let errors = wrong.clone().map(|wrong| wrong.error()).collect::<Result<Vec<_>, _>>()?;
        established = established.plus(Money::total(errors)?)?;
        wrong_lines += wrong.count() as u64;
        (lines, amount) = (lines + stratum.lines, amount.plus(stratum.amount)?);
        range = range.plus(of_stratum)?;
    }
    let whole = match facts.method {
        SampleMethod::Attribute => Decimal::from(lines),
        SampleMethod::MonetaryUnit => amount.euros(),
    };
    let bounds = bounds(facts.method, range, (established, wrong_lines));
    let tolerated = (Decimal::ONE - facts.accuracy.as_rate().0).checked_mul(whole).ok_or(MoneyError::Overflow)?;
    let reached = range.high <= tolerated;
    tell(facts, (wrong_lines, established, &bounds, reached), trace)?;
    Ok(Conclusion { wrong_lines, established, bounds, reached })
}

fn against(facts: &ConcludeFacts) -> Vec<String> {
    let mut against = Vec::new();
    if facts.open > 0 {
        against.push(format!("{} line(s) have no result yet", facts.open));
    }
    if facts.kind == ControlKind::Material && facts.concluded_by != facts.medical_adviser {
        against.push(format!("detail control is concluded by its medical adviser, {}", facts.medical_adviser));
    }
    against
}

/// How many lines are wrong, from how many of those drawn are.
fn in_lines(stratum: &StratumFound, mistaken: Decimal) -> Result<Range, MoneyError> {
    let certain = Decimal::from(stratum.certain_wrong.len());
    let certain = Range { low: certain, likely: certain, high: certain };
    let rest = Decimal::from(stratum.lines - stratum.certain_lines);
    if stratum.drawn == 0 {
        return certain.plus(Range { high: rest, ..Range::default() });
    }
    let wrong = stratum.wrong.len() as u64;
    let likely = Decimal::from(wrong) / Decimal::from(stratum.drawn);
    let low = binomial::lower(wrong, stratum.drawn, mistaken);
    let rates = Range { low, likely, high: binomial::upper(wrong, stratum.drawn, mistaken) };
    certain.plus(rates.times(rest)?)
}

/// How many euros are wrong: each line hit speaks for an interval, wrong for the part that is (Stringer).
fn in_euros(stratum: &StratumFound, mistaken: Decimal) -> Result<Range, MoneyError> {
    let errors = stratum.certain_wrong.iter().map(|wrong| wrong.error()).collect::<Result<Vec<_>, _>>()?;
    let certain = Money::total(errors)?.euros();
    let certain = Range { low: certain, likely: certain, high: certain };
    let rest = stratum.amount.minus(stratum.certain_amount)?.euros();
    if stratum.drawn == 0 {
        return certain.plus(Range { high: rest, ..Range::default() });
    }
    let mut taintings = stratum.wrong.iter().map(|wrong| wrong.tainting()).collect::<Result<Vec<_>, _>>()?;
    taintings.sort_by_key(|tainting| Reverse(*tainting));
    let none = binomial::upper(0, stratum.drawn, mistaken);
    let mut rates = Range { high: none, ..Range::default() };
    let (mut below, mut above) = (Decimal::ZERO, none);
    for (tainting, errors) in taintings.into_iter().zip(1..) {
        let low = binomial::lower(errors, stratum.drawn, mistaken);
        let high = binomial::upper(errors, stratum.drawn, mistaken);
        let step = Range { low: low - below, likely: Decimal::ONE / Decimal::from(stratum.drawn), high: high - above };
        rates = rates.plus(step.times(tainting)?)?;
        (below, above) = (low, high);
    }
    certain.plus(rates.times(rest)?)
}

/// Rounded to lines or cents, away from the optimistic side; what was seen is there at least.
fn bounds(method: SampleMethod, range: Range, (established, wrong_lines): (Money, u64)) -> Bounds {
    let digits = if method == SampleMethod::MonetaryUnit { 2 } else { 0 };
    let seen = match method {
        SampleMethod::Attribute => Decimal::from(wrong_lines),
        SampleMethod::MonetaryUnit => established.euros(),
    };
    Bounds {
        low: Rounding::Down.apply(range.low, digits).max(seen),
        likely: Rounding::HalfAwayFromZero.apply(range.likely, digits).max(seen),
        high: Rounding::Up.apply(range.high, digits),
    }
}

fn tell(
    facts: &ConcludeFacts,
    (wrong, established, bounds, reached): (u64, Money, &Bounds, bool),
    trace: &mut Trace,
) -> Result<(), MoneyError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let looked_at: u64 = facts.strata.iter().map(|stratum| stratum.drawn + stratum.certain_lines).sum();
    let step = trace.step(&rules::CONTROL_FOUND).with("looked_at", &facts.known(count(looked_at)));
    step.with("wrong", &facts.known(count(wrong))).gives(established);
    let confidence = facts.known(facts.confidence);
    match facts.method {
        SampleMethod::Attribute => {
            let step = trace.step(&rules::CONTROL_LINES).with("low", &facts.known(bounds.low));
            let step = step.with("high", &facts.known(bounds.high));
            step.with("confidence", &confidence).gives(bounds.likely);
        }
        SampleMethod::MonetaryUnit => {
            let euros = |value| Money::from_euros(value, Rounding::HalfAwayFromZero);
            let step = trace.step(&rules::CONTROL_EUROS).with("low", &facts.known(euros(bounds.low)?));
            let step = step.with("high", &facts.known(euros(bounds.high)?));
            step.with("confidence", &confidence).gives(euros(bounds.likely)?);
        }
    }
    trace.step(&rules::CONTROL_REACHED).with("accuracy", &facts.known(facts.accuracy)).gives(reached);
    Ok(())
}
