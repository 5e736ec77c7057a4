//! Double claims (SCR-04): for the same client on the same days, the same product twice, or modular care beside a full
//! package; from the same or another provider.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::{Known, ParameterError, RuleScope, Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{Claim, LineKey, Part, SignalKind},
    rules,
};

/// The rule.
pub const RULE_ID: &str = "SCR-04";

/// In which way two lines are double.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The same product twice.
    Double,
    /// Modular care beside a full package.
    BesidePackage,
}

impl Way {
    /// The part of the rule.
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Double => "double",
            Way::BesidePackage => "beside_package",
        }
    }

    /// In which way two lines of a client are double when their days overlap; `None` when they go together.
    fn of(one: &Claim, other: &Claim) -> Option<Way> {
        match (one.part, other.part) {
            _ if one.product == other.product => Some(Way::Double),
            (Part::FullPackage, Part::Modular) | (Part::Modular, Part::FullPackage) => Some(Way::BesidePackage),
            _ => None,
        }
    }
}

/// Two granted lines that overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// In which way they are double.
    pub way: Way,
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
            second.client == first.client && second.first_day <= first.last_day
        });
        let fresh = new.contains(&first.key);
        for second in overlapping.filter(|second| fresh || new.contains(&second.key)) {
            let (earlier, later) = if first.order() < second.order() { (first, second) } else { (second, first) };
            pairs.extend(Way::of(first, second).map(|way| Pair { way, earlier, later }));
        }
    }
    // In the order in which the later lines were granted, so that signals come in an order that can be followed.
    pairs.sort_by(|a, b| (a.later.order(), a.earlier.order()).cmp(&(b.later.order(), b.earlier.order())));
    pairs
}

fn key(claim: &Claim) -> (&str, NaiveDate, (DateTime<Utc>, &LineKey)) {
    (&claim.client, claim.first_day, claim.order())
}

/// What a double is decided from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleFacts {
    /// The office.
    pub office: Office,
    /// In which way the lines are double.
    pub way: Way,
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
    let parameter = match facts.way {
        Way::Double => &rules::DOUBLE_KIND,
        Way::BesidePackage => &rules::BESIDE_PACKAGE_KIND,
    };
    let kind = rules.get(parameter, &scope)?;
    match facts.way {
        Way::Double => tell_double(facts, trace),
        Way::BesidePackage => tell_beside_package(facts, trace),
    }
    tell_overlap(facts, trace);
    let at_stake = match facts.way {
        Way::Double => {
            let reading = rules.get(&rules::DOUBLE_AT_STAKE, &scope)?;
            let (earlier, later) = (&facts.earlier, &facts.later);
            let at_stake = match &**reading {
                "later" => later.granted,
                _ => earlier.granted.min(later.granted),
            };
            let step = trace.step(&rules::AT_STAKE).with("earlier", &line(earlier, earlier.granted));
            step.with("later", &line(later, later.granted)).with("reading", &reading).gives(at_stake).value
        }
        Way::BesidePackage => {
            let (modular, _) = modular_and_package(facts);
            let known = line(modular, modular.granted);
            trace.step(&rules::MODULAR_AT_STAKE).with("modular", &known).gives(modular.granted).value
        }
    };
    trace.step(&rules::KIND).with("kind", &kind).gives(kind.value.clone());
    // Loading made sure that the word is one of the two.
    let kind = SignalKind::from_code(&kind).unwrap_or(SignalKind::Signal);
    Ok(Double { kind, at_stake })
}

fn tell_double(DoubleFacts { earlier, later, .. }: &DoubleFacts, trace: &mut Trace) {
    let step = trace.step(&rules::DOUBLE).with("product", &line(later, later.product.clone()));
    let step = step.with("earlier", &line(earlier, earlier.reference.clone()));
    let step = step.with("earlier_agb", &line(earlier, earlier.agb.to_string()));
    let step = step.with("later", &line(later, later.reference.clone()));
    step.with("later_agb", &line(later, later.agb.to_string())).gives(true);
}

fn tell_beside_package(facts: &DoubleFacts, trace: &mut Trace) {
    let (modular, package) = modular_and_package(facts);
    let step = trace.step(&rules::BESIDE_PACKAGE).with("modular", &line(modular, modular.reference.clone()));
    let step = step.with("modular_agb", &line(modular, modular.agb.to_string()));
    let step = step.with("package", &line(package, package.reference.clone()));
    step.with("package_agb", &line(package, package.agb.to_string())).gives(true);
}

fn tell_overlap(DoubleFacts { way, earlier, later, .. }: &DoubleFacts, trace: &mut Trace) {
    let (first, last) = Pair { way: *way, earlier, later }.period();
    let step = trace.step(&rules::OVERLAP).with("earlier_first", &line(earlier, earlier.first_day));
    let step = step.with("earlier_last", &line(earlier, earlier.last_day));
    let step = step.with("later_first", &line(later, later.first_day));
    step.with("later_last", &line(later, later.last_day)).gives((last - first).num_days() + 1);
}

fn modular_and_package(facts: &DoubleFacts) -> (&Claim, &Claim) {
    if facts.earlier.part == Part::Modular { (&facts.earlier, &facts.later) } else { (&facts.later, &facts.earlier) }
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
