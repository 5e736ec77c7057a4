//! Double claims (SCR-04): the same client and product on the same days, from the same or another provider.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::{Known, ParameterError, RuleScope, Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{Claim, LineKey, SignalKind},
    rules,
};

/// The rule.
pub const RULE_ID: &str = "SCR-04";
/// The part of the rule.
pub const RULE: &str = "double";

/// Two granted lines that overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The line granted first.
    pub earlier: &'a Claim,
    /// The line granted last.
    pub later: &'a Claim,
}

impl Pair<'_> {
    /// The days they share, both included.
    pub fn period(&self) -> (NaiveDate, NaiveDate) {
        let first = self.earlier.first_day.max(self.later.first_day);
        (first, self.earlier.last_day.min(self.later.last_day))
    }
}

/// The pairs of lines that overlap, of which at least one is new. `claims` are lines that were not credited, the new
/// ones among them; lines of a person without citizen service number match nothing.
///
/// A pair is found when the later of its lines becomes known, so that finding them file by file, in any order, finds
/// every pair once.
pub fn doubles<'a>(claims: &'a [Claim], new: &HashSet<LineKey>) -> Vec<Pair<'a>> {
    let mut sorted: Vec<&Claim> = claims.iter().filter(|claim| !claim.client.is_empty()).collect();
    sorted.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut pairs = Vec::new();
    for (index, first) in sorted.iter().enumerate() {
        let overlapping = sorted[index + 1..].iter().take_while(|second| {
            // Sorted by first day: the first line that begins after this one ends is followed by more of those.
            (&second.client, &second.product) == (&first.client, &first.product) && second.first_day <= first.last_day
        });
        let fresh = new.contains(&first.key);
        for second in overlapping.filter(|second| fresh || new.contains(&second.key)) {
            let (earlier, later) = if first.order() < second.order() { (first, second) } else { (second, first) };
            pairs.push(Pair { earlier, later });
        }
    }
    // In the order in which the later lines were granted, so that signals come in an order that can be followed.
    pairs.sort_by(|a, b| (a.later.order(), a.earlier.order()).cmp(&(b.later.order(), b.earlier.order())));
    pairs
}

fn key(claim: &Claim) -> (&str, &str, NaiveDate, (DateTime<Utc>, &LineKey)) {
    (&claim.client, &claim.product, claim.first_day, claim.order())
}

/// What a double is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleFacts {
    /// The office.
    pub office: Office,
    /// The line granted first.
    pub earlier: Claim,
    /// The line granted last.
    pub later: Claim,
    /// The day whose rules hold: that on which the later line was received.
    pub date: NaiveDate,
}

/// What a double amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Double {
    /// How certain it is.
    pub kind: SignalKind,
    /// The amount at stake.
    pub at_stake: Money,
}

/// Decides what a double amounts to, and tells why it is one.
///
/// # Errors
/// A parameter without a value.
pub fn assess(facts: &DoubleFacts, rules: &Rules, trace: &mut Trace) -> Result<Double, ParameterError> {
    let scope = RuleScope { office: facts.office.as_str(), act: "", sector: "", date: facts.date };
    let reading = rules.get(&rules::DOUBLE_AT_STAKE, &scope)?;
    let kind = rules.get(&rules::DOUBLE_KIND, &scope)?;
    let (earlier, later) = (&facts.earlier, &facts.later);

    let step = trace.step(&rules::DOUBLE).with("product", &line(later, later.product.clone()));
    let step = step.with("earlier", &line(earlier, earlier.reference.clone()));
    let step = step.with("earlier_agb", &line(earlier, earlier.agb.to_string()));
    let step = step.with("later", &line(later, later.reference.clone()));
    step.with("later_agb", &line(later, later.agb.to_string())).gives(true);

    let (first, last) = Pair { earlier, later }.period();
    let step = trace.step(&rules::OVERLAP).with("earlier_first", &line(earlier, earlier.first_day));
    let step = step.with("earlier_last", &line(earlier, earlier.last_day));
    let step = step.with("later_first", &line(later, later.first_day));
    step.with("later_last", &line(later, later.last_day)).gives((last - first).num_days() + 1);

    let at_stake = match &**reading {
        "later" => later.granted,
        _ => earlier.granted.min(later.granted),
    };
    let step = trace.step(&rules::AT_STAKE).with("earlier", &line(earlier, earlier.granted));
    let step = step.with("later", &line(later, later.granted)).with("reading", &reading);
    let at_stake = step.gives(at_stake).value;

    trace.step(&rules::KIND).with("kind", &kind).gives(kind.value.clone());
    // Loading made sure that the word is one of the two.
    let kind = SignalKind::from_code(&kind).unwrap_or(SignalKind::Signal);
    Ok(Double { kind, at_stake })
}

/// What a withdrawal is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalFacts {
    /// The signal.
    pub signal_id: String,
    /// Where the credit is on record.
    pub credit: LineKey,
    /// The provider.
    pub agb: Agb,
    /// The reference of the line that was credited.
    pub reference: String,
    /// When the credit was received.
    pub credited_time: DateTime<Utc>,
    /// What was at stake.
    pub at_stake: Money,
}

/// Tells why a signal stands no more.
pub fn withdraw(facts: &WithdrawalFacts, trace: &mut Trace) {
    let fact = |value: String| known(&facts.credit.service, facts.credited_time, value);
    let step = trace.step(&rules::WITHDRAWN).with("reference", &fact(facts.reference.clone()));
    step.with("agb", &fact(facts.agb.to_string())).gives(facts.at_stake);
}

fn line<T>(claim: &Claim, value: T) -> Known<T> {
    known(&claim.key.service, claim.granted_time, value)
}

fn known<T>(service: &str, as_of: DateTime<Utc>, value: T) -> Known<T> {
    let origin = explain::Origin::Fact { service: service.to_owned().into(), name: "claim line".into(), as_of };
    Known { value, origin }
}

#[cfg(test)]
mod tests;
