//! The end of a year (HOM-09): what was agreed held against what was recorded until a cut-off, and what is done about it.
//!
//! Amounts at stake are rounded down to the cent: nobody is asked back a cent more than a finding comes to.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, Parameter, Rules, Text, Trace};
use money::{Decimal, Money, MoneyError, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{
        AgreementType, Finding, FindingKind, FindingState, Hours, ProviderYear, StopUse, Subcontracting, Treatment,
        YearEndOutcome,
    },
    rules,
};

/// The decimals of hours that are shown.
const HOURS_DECIMALS: u32 = 2;

/// What is held against the agreement of a provider's year: what was on record at a cut-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearEndFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The type of its agreement.
    pub kind: AgreementType,
    /// The ceiling, with every raise.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
    /// Refused because of the ceiling, credits taken off.
    pub beyond: Money,
    /// The agreed hours per client per month.
    pub agreed: Decimal,
    /// The hours of the whole year.
    pub hours: Hours,
    /// Subcontracting; none when it is not on record, which is not the same as nothing.
    pub subcontracting: Option<Subcontracting>,
    /// The stops for new clients, in the order they began.
    pub stops: Vec<StopUse>,
    /// Until when what was recorded counts.
    pub cut_off: DateTime<Utc>,
    /// When.
    pub as_of: DateTime<Utc>,
}

impl YearEndFacts {
    fn known<T>(&self, name: &'static str, value: T) -> Known<T> {
        Known::fact(NAME, name, self.cut_off, value)
    }
}

/// What was found of a provider, one finding of each kind, and what could be reclaimed altogether.
///
/// # Errors
/// When a parameter has no value or an amount does not fit.
pub fn year_end(facts: &YearEndFacts, rules: &Rules, trace: &mut Trace) -> Result<(Vec<Finding>, Money), EdgeError> {
    let kind = facts.known("agreement", facts.kind.as_str());
    trace.step(&rules::CUT_OFF).with("type", &kind).gives(facts.cut_off);
    let findings = vec![
        over_ceiling(facts, rules, trace)?,
        hours(facts, rules, trace)?,
        subcontracting(facts, rules, trace)?,
        client_stop(facts, rules, trace)?,
    ];
    let sum = Money::total(findings.iter().map(|finding| finding.at_stake))?;
    let step = trace.step(&rules::AT_STAKE).with("sum", &facts.known("findings", sum));
    let at_stake = step.with("spent", &facts.known("approved claims", facts.spent)).gives(sum.min(facts.spent));
    Ok((findings, *at_stake))
}

fn kept(kind: FindingKind) -> Finding {
    Finding { kind, state: FindingState::Kept, amount: None, at_stake: Money::ZERO, treatment: None }
}

/// A breach with what the rules propose; what has no amount that was paid is talked about.
fn breached(
    facts: &YearEndFacts,
    (kind, parameter): (FindingKind, &Parameter<Arc<str>>),
    (amount, at_stake): (Known<Money>, Money),
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Finding, EdgeError> {
    let word = rules.get(parameter, &facts.of.scope())?;
    let treatment = match &**word {
        "reclaim" if at_stake > Money::ZERO => Treatment::Reclaim,
        _ => Treatment::Talk,
    };
    let step = trace.step(&rules::TREATMENT).with("finding", &facts.known("finding", kind.as_str()));
    let step = step.with("treatment", &word).with("at_stake", &facts.known("finding", at_stake));
    step.gives(treatment.as_str());
    let (state, treatment) = (FindingState::Breached, Some(treatment));
    Ok(Finding { kind, state, amount: Some(amount.value), at_stake, treatment })
}

fn over_ceiling(facts: &YearEndFacts, rules: &Rules, trace: &mut Trace) -> Result<Finding, EdgeError> {
    let ceiling = facts.known("ceiling", facts.ceiling);
    if facts.beyond <= Money::ZERO {
        trace.step(&rules::YEAR_WITHIN).with("ceiling", &ceiling).gives(facts.spent);
        return Ok(kept(FindingKind::OverCeiling));
    }
    let step = trace.step(&rules::YEAR_BEYOND).with("ceiling", &ceiling);
    let beyond = step.with("spent", &facts.known("approved claims", facts.spent)).gives(facts.beyond);
    let of = (FindingKind::OverCeiling, &rules::OVER_CEILING_TREATMENT);
    breached(facts, of, (beyond, Money::ZERO), rules, trace)
}

fn hours(facts: &YearEndFacts, rules: &Rules, trace: &mut Trace) -> Result<Finding, EdgeError> {
    let agreed = facts.known("agreement", facts.agreed);
    let Some(average) = facts.hours.average() else {
        trace.step(&rules::YEAR_NO_HOURS).with("agreed", &agreed).gives(true);
        return Ok(kept(FindingKind::Hours));
    };
    let step = trace.step(&rules::YEAR_HOURS).with("hours", &facts.known("approved claims", facts.hours.total()));
    let average = step.with("client_months", &facts.known("approved claims", facts.hours.client_months)).gives(average);
    if facts.hours.keeps(facts.agreed) {
        trace.step(&rules::YEAR_HOURS_KEPT).with("average", &average).with("agreed", &agreed).gives(true);
        return Ok(kept(FindingKind::Hours));
    }
    let (above, part) = above(facts)?;
    let step = trace.step(&rules::YEAR_HOURS_ABOVE).with("average", &average).with("agreed", &agreed);
    let step = step.with("above", &facts.known("approved claims", above));
    let part = step.with("spent", &facts.known("approved claims", facts.spent)).gives(part);
    let at_stake = part.value;
    breached(facts, (FindingKind::Hours, &rules::HOURS_TREATMENT), (part, at_stake), rules, trace)
}

/// The hours above the agreement, and their part of what was granted.
fn above(facts: &YearEndFacts) -> Result<(Decimal, Money), MoneyError> {
    let minutes = Decimal::from(facts.hours.minutes);
    let most = Decimal::from(facts.hours.client_months).checked_mul(Decimal::from(60));
    let most = most.and_then(|most| most.checked_mul(facts.agreed)).ok_or(MoneyError::Overflow)?;
    let above = minutes - most;
    // Multiplied first: the quotient may have no end.
    let part = facts.spent.euros().checked_mul(above).and_then(|part| part.checked_div(minutes));
    let part = Money::from_euros(part.ok_or(MoneyError::Overflow)?, Rounding::Down)?;
    Ok((Rounding::default().apply(above / Decimal::from(60), HOURS_DECIMALS).normalize(), part))
}

fn subcontracting(facts: &YearEndFacts, rules: &Rules, trace: &mut Trace) -> Result<Finding, EdgeError> {
    let most = rules.get(&rules::SUBCONTRACTING_MOST, &facts.of.scope())?;
    let Some(recorded) = &facts.subcontracting else {
        trace.step(&rules::SUBCONTRACTING_NOT_KNOWN).with("most", &most).gives(false);
        return Ok(Finding { state: FindingState::NotKnown, ..kept(FindingKind::Subcontracting) });
    };
    let share = facts.known("subcontracting", recorded.share);
    let source = facts.known("subcontracting", recorded.source.clone());
    let day = facts.known("subcontracting", recorded.source_day);
    let within = recorded.share <= *most;
    let text: &Text = if within { &rules::SUBCONTRACTING_WITHIN } else { &rules::SUBCONTRACTING_ABOVE };
    let step = trace.step(text).with("share", &share).with("most", &most).with("source", &source).with("day", &day);
    if within {
        step.gives(true);
        return Ok(kept(FindingKind::Subcontracting));
    }
    let part = Percentage(recorded.share.0 - most.0).of(facts.spent, Rounding::Down)?;
    let part = step.with("spent", &facts.known("approved claims", facts.spent)).gives(part);
    let (at_stake, of) = (part.value, (FindingKind::Subcontracting, &rules::SUBCONTRACTING_TREATMENT));
    breached(facts, of, (part, at_stake), rules, trace)
}

fn client_stop(facts: &YearEndFacts, rules: &Rules, trace: &mut Trace) -> Result<Finding, EdgeError> {
    if facts.stops.is_empty() {
        trace.step(&rules::YEAR_NO_STOP).gives(0_u32);
    }
    let mut found: Option<Known<Money>> = None;
    for stop in &facts.stops {
        let first = facts.known("client stop", stop.first_day);
        let last = facts.known("client stop", stop.last_day);
        if stop.new_clients == 0 {
            let step = trace.step(&rules::YEAR_STOP_KEPT).with("first_day", &first).with("last_day", &last);
            step.gives(0_u32);
            continue;
        }
        let step = trace.step(&rules::YEAR_STOP_BROKEN).with("first_day", &first).with("last_day", &last);
        let granted = step.with("clients", &facts.known("approved claims", stop.new_clients)).gives(stop.granted);
        let before = found.map_or(Money::ZERO, |before| before.value);
        found = Some(Known { value: before.plus(granted.value)?, origin: granted.origin });
    }
    let Some(granted) = found else { return Ok(kept(FindingKind::ClientStop)) };
    let (at_stake, of) = (granted.value, (FindingKind::ClientStop, &rules::CLIENT_STOP_TREATMENT));
    breached(facts, of, (granted, at_stake), rules, trace)
}

/// What is on record of a client at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCare {
    /// The client's pseudonym.
    pub client: String,
    /// The first day of care that was granted, in any year.
    pub first_day: NaiveDate,
    /// What is granted for care that began on the days of a stop.
    pub granted: Money,
}

/// How many clients came into care on the days of a stop, and what was granted for their care on these days. A client has
/// more than one pseudonym when keys were changed; `earlier` tells which are the same person's.
///
/// # Errors
/// When an amount does not fit.
pub fn new_clients(
    care: &[ClientCare],
    earlier: &HashMap<String, Vec<String>>,
    (first_day, last_day): (NaiveDate, NaiveDate),
) -> Result<(u32, Money), MoneyError> {
    let seen: BTreeMap<&str, &ClientCare> = care.iter().map(|one| (one.client.as_str(), one)).collect();
    let mut persons: BTreeMap<&str, (NaiveDate, Money)> = BTreeMap::new();
    for one in care {
        // The earliest of its pseudonyms that has care stands for the person.
        let others = earlier.get(&one.client).map_or(&[][..], Vec::as_slice);
        let person = others.iter().rev().find_map(|other| seen.get_key_value(other.as_str()));
        let person = person.map_or(one.client.as_str(), |(person, _)| *person);
        let entry = persons.entry(person).or_insert((one.first_day, Money::ZERO));
        *entry = (entry.0.min(one.first_day), entry.1.plus(one.granted)?);
    }
    let new = persons.into_values().filter(|(first, _)| (first_day..=last_day).contains(first));
    let granted: Vec<Money> = new.map(|(_, granted)| granted).collect();
    Ok((u32::try_from(granted.len()).unwrap_or(u32::MAX), Money::total(granted)?))
}

/// What is decided about a provider on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The decision that lists it.
    pub listed: String,
    /// What could be reclaimed.
    pub at_stake: Money,
    /// What is done.
    pub outcome: YearEndOutcome,
    /// The amount that is reclaimed.
    pub amount: Money,
    /// Why.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells what is done about a provider.
///
/// # Errors
/// `ABOVE_STAKE` when more would be reclaimed than is at stake.
pub fn outcome(facts: &OutcomeFacts, trace: &mut Trace) -> Result<(), EdgeError> {
    if facts.amount > facts.at_stake {
        let (stake, subject) = (facts.at_stake, facts.of.to_string());
        let message = format!("at most EUR {} could be reclaimed", stake.euros());
        return Err(EdgeError::Precondition { reason: "ABOVE_STAKE", subject, message });
    }
    let text = match facts.outcome {
        YearEndOutcome::Reclaim => &rules::YEAR_END_RECLAIM,
        YearEndOutcome::Talk => &rules::YEAR_END_TALK,
        YearEndOutcome::None => &rules::YEAR_END_NONE,
    };
    let at_stake = Known::fact(NAME, "year-end list", facts.as_of, facts.at_stake);
    let motivation = Known::request("motivation", facts.motivation.clone());
    trace.step(text).with("at_stake", &at_stake).with("motivation", &motivation).gives(facts.amount);
    Ok(())
}
