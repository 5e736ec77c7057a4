//! Whether a path between providers is a signal, and why.

use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, Utc};
use edge::Office;
use explain::{Facts, Known, Parameter, ParameterType, RuleScope, Rules, Text, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use super::RULE_ID;
use crate::{
    NAME,
    domain::{Adverse, AdverseKind, Link, LinkKind},
    rules,
};

/// What is found in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkRule {
    /// A person on the boards of several providers, against one of which something was held.
    SharedBoard,
    /// A nurse linked to too many providers.
    NurseProviders,
    /// Two providers with the same owner.
    SharedUbo,
    /// Two providers at the same address.
    SharedAddress,
    /// Two providers with the same bank account.
    SharedAccount,
    /// A provider that began after another's agreement was ended, and shares something with it.
    Reentry,
}

impl NetworkRule {
    /// All of them.
    pub const ALL: [NetworkRule; 6] = [
        NetworkRule::SharedBoard,
        NetworkRule::NurseProviders,
        NetworkRule::SharedUbo,
        NetworkRule::SharedAddress,
        NetworkRule::SharedAccount,
        NetworkRule::Reentry,
    ];

    /// The word in the store and in rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            NetworkRule::SharedBoard => "shared_board",
            NetworkRule::NurseProviders => "nurse_providers",
            NetworkRule::SharedUbo => "shared_ubo",
            NetworkRule::SharedAddress => "shared_address",
            NetworkRule::SharedAccount => "shared_account",
            NetworkRule::Reentry => "reentry",
        }
    }

    /// Reads a word of the store.
    pub fn from_code(code: &str) -> Option<NetworkRule> {
        NetworkRule::ALL.into_iter().find(|rule| rule.as_str() == code)
    }
}

/// What a signal is decided from: the path and what was held against its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkFacts {
    /// The office.
    pub office: Office,
    /// The rule.
    pub rule: NetworkRule,
    /// The provider the signal is about.
    pub agb: Agb,
    /// The provider at the other end; none for a nurse.
    pub other: Option<Agb>,
    /// The links, in order from the one to the other; of a nurse all of them, its own first.
    pub path: Vec<Link>,
    /// How many further ones there are.
    pub further: i64,
    /// How many providers have the thing that is shared.
    pub group: i64,
    /// What was held against the other one.
    pub adverse: Option<Adverse>,
    /// When the provider began.
    pub began: Option<NaiveDate>,
    /// The day it was looked at.
    pub day: NaiveDate,
    /// When.
    pub time: DateTime<Utc>,
}

impl NetworkFacts {
    /// What the signal is known by: rule and providers, or the nurse.
    pub fn key(&self) -> String {
        let nurse = self.path.first().filter(|_| self.other.is_none()).map(|link| &link.node);
        hex::encode(Facts::new(&(RULE_ID, self.rule, self.agb, self.other, nurse), DateTime::UNIX_EPOCH).sha256())
    }

    /// What it says: another when path, standing or numbers are. The same said again is nothing else.
    pub fn digest(&self) -> String {
        let link = |link: &Link| (link.agb, link.kind, link.node.clone(), link.first_day, link.last_day);
        let path: Vec<_> = self.path.iter().map(link).collect();
        let adverse = self.adverse.map(|adverse| (adverse.kind, adverse.since));
        let said = (self.rule, self.agb, self.other, path, self.further, self.group, adverse, self.began);
        hex::encode(Facts::new(&said, DateTime::UNIX_EPOCH).sha256())
    }

    /// The days it is about: from the last link to begin, to the day it was looked at when none ended before.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let first = self.path.iter().map(|link| link.first_day).max().unwrap_or(self.day);
        // Another day on which nothing changed is no other signal.
        let last = self.path.iter().filter_map(|link| link.last_day).min().unwrap_or(first);
        (first, last.max(first))
    }

    fn known<T>(&self, value: T) -> Known<T> {
        let as_of = self.path.iter().map(|link| link.stated_time).max().unwrap_or(self.time);
        Known::fact(NAME, "links of providers", as_of, value)
    }
}

/// The parameters in force; a rule with one that is not set finds nothing.
#[derive(Debug)]
pub(super) struct Limits {
    used: Option<Known<Vec<Arc<str>>>>,
    hops: Option<Known<u32>>,
    nurse: Option<Known<u32>>,
    address_from: Option<Known<u32>>,
    address_until: Option<Known<u32>>,
    hub: Option<Known<u32>>,
    months: Option<Known<u32>>,
}

impl Limits {
    pub fn of(rules: &Rules, scope: &RuleScope<'_>) -> Limits {
        fn get<T: ParameterType>(rules: &Rules, scope: &RuleScope<'_>, parameter: &Parameter<T>) -> Option<Known<T>> {
            rules.get(parameter, scope).ok()
        }
        Limits {
            used: get(rules, scope, &rules::NETWORK_RULES),
            hops: get(rules, scope, &rules::NETWORK_HOPS),
            nurse: get(rules, scope, &rules::NURSE_MOST_PROVIDERS),
            address_from: get(rules, scope, &rules::ADDRESS_FROM),
            address_until: get(rules, scope, &rules::ADDRESS_UNTIL),
            hub: get(rules, scope, &rules::NETWORK_HUB),
            months: get(rules, scope, &rules::REENTRY_MONTHS),
        }
    }

    fn uses(&self, rule: NetworkRule) -> bool {
        self.used.as_ref().is_some_and(|used| used.iter().any(|word| **word == *rule.as_str()))
    }

    /// How many persons may lie between two providers.
    pub fn hops(&self) -> Option<u32> {
        self.hops.as_ref().filter(|_| self.uses(NetworkRule::SharedBoard)).map(|hops| hops.value)
    }

    /// Whether a nurse is linked to more providers than one may be.
    pub fn too_many_for_a_nurse(&self, group: i64) -> bool {
        let most = self.nurse.as_ref().filter(|_| self.uses(NetworkRule::NurseProviders));
        most.is_some_and(|most| group > i64::from(most.value))
    }

    /// Whether a thing that so many providers have is shared between them; many at one address are an office building.
    pub fn shares(&self, rule: NetworkRule, group: i64) -> bool {
        let (from, until) = (self.address_from.as_ref(), self.address_until.as_ref());
        match rule {
            // What a re-entry looks at, too: whether the rule itself is used is asked when it is judged.
            NetworkRule::SharedAddress => from
                .zip(until)
                .is_some_and(|(from, until)| (i64::from(from.value)..=i64::from(until.value)).contains(&group)),
            _ => group >= 2,
        }
    }

    /// Whether so many have a thing that each is held against the first only.
    pub fn is_hub(&self, group: i64) -> bool {
        self.hub.as_ref().is_none_or(|hub| group > i64::from(hub.value))
    }

    /// For how many months after the end of an agreement a new provider is looked at.
    pub fn reentry_months(&self) -> Option<u32> {
        self.months.as_ref().filter(|_| self.uses(NetworkRule::Reentry)).map(|months| months.value)
    }
}

/// The facts show nothing that the rule would find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rule does not find it in these facts")]
pub struct NotFound;

/// Judges a path, and tells it.
///
/// # Errors
/// [`NotFound`] when the rules in force on the day find nothing in it.
pub fn judge(facts: &NetworkFacts, rules: &Rules, trace: &mut Trace) -> Result<(), NotFound> {
    let scope = RuleScope { office: facts.office.as_str(), act: "", sector: "", date: facts.day };
    let limits = Limits::of(rules, &scope);
    if !limits.uses(facts.rule) {
        return Err(NotFound);
    }
    for link in &facts.path {
        tell(facts, link, trace);
    }
    match facts.rule {
        NetworkRule::SharedBoard => shared_board(facts, &limits, trace)?,
        NetworkRule::NurseProviders => nurse(facts, &limits, trace)?,
        NetworkRule::SharedUbo => shared(facts, &rules::NETWORK_SHARED_UBO, &limits, trace)?,
        NetworkRule::SharedAccount => shared(facts, &rules::NETWORK_SHARED_ACCOUNT, &limits, trace)?,
        NetworkRule::SharedAddress => address(facts, &limits, trace)?,
        NetworkRule::Reentry => reentry(facts, &limits, trace)?,
    }
    if facts.further > 0 {
        trace.step(&rules::NETWORK_FURTHER).gives(facts.further);
    }
    trace.step(&rules::NETWORK_KIND).gives("signal");
    trace.step(&rules::NETWORK_AT_STAKE).gives(Money::ZERO);
    Ok(())
}

/// Tells a link.
fn tell(facts: &NetworkFacts, link: &Link, trace: &mut Trace) {
    let text = match link.kind {
        LinkKind::Person => &rules::LINK_PERSON,
        LinkKind::Nurse => &rules::LINK_NURSE,
        LinkKind::Ubo => &rules::LINK_UBO,
        LinkKind::Address => &rules::LINK_ADDRESS,
        LinkKind::Account => &rules::LINK_ACCOUNT,
        LinkKind::Successor => &rules::LINK_SUCCESSOR,
    };
    let stated = |value: String| Known::fact(NAME, "link", link.stated_time, value);
    let step = trace.step(text).with("agb", &stated(link.agb.to_string())).with("node", &stated(link.node.clone()));
    step.with("source", &stated(link.source.clone())).gives(link.first_day);
    if let Some(last) = link.last_day {
        trace.step(&rules::LINK_ENDED).with("agb", &facts.known(link.agb.to_string())).gives(last);
    }
}

/// Tells what was held against the other provider.
fn told(facts: &NetworkFacts, trace: &mut Trace) -> Result<(Agb, Adverse), NotFound> {
    let (other, adverse) = facts.other.zip(facts.adverse).ok_or(NotFound)?;
    if adverse.since > facts.day {
        return Err(NotFound);
    }
    let text = match adverse.kind {
        AdverseKind::Objection => &rules::NETWORK_OBJECTION,
        AdverseKind::Terminated => &rules::NETWORK_TERMINATED,
    };
    let known = Known::fact(NAME, adverse.kind.as_str(), adverse.known_time, other.to_string());
    trace.step(text).with("other", &known).gives(adverse.since);
    Ok((other, adverse))
}

fn shared_board(facts: &NetworkFacts, limits: &Limits, trace: &mut Trace) -> Result<(), NotFound> {
    let persons = u32::try_from(facts.path.len() / 2).unwrap_or(u32::MAX);
    let hops = limits.hops.as_ref().filter(|hops| (1..=hops.value).contains(&persons)).ok_or(NotFound)?;
    let (other, _) = told(facts, trace)?;
    let step = trace.step(&rules::NETWORK_SHARED_BOARD).with("agb", &facts.known(facts.agb.to_string()));
    step.with("other", &facts.known(other.to_string())).with("most", hops).gives(persons);
    Ok(())
}

fn nurse(facts: &NetworkFacts, limits: &Limits, trace: &mut Trace) -> Result<(), NotFound> {
    let most = limits.nurse.as_ref().filter(|most| facts.group > i64::from(most.value)).ok_or(NotFound)?;
    let step = trace.step(&rules::NETWORK_NURSE).with("agb", &facts.known(facts.agb.to_string()));
    step.with("most", most).gives(facts.group);
    Ok(())
}

fn shared(facts: &NetworkFacts, text: &Text, limits: &Limits, trace: &mut Trace) -> Result<(), NotFound> {
    let other = facts.other.filter(|_| limits.shares(facts.rule, facts.group)).ok_or(NotFound)?;
    let step = trace.step(text).with("agb", &facts.known(facts.agb.to_string()));
    step.with("other", &facts.known(other.to_string())).gives(facts.group);
    Ok(())
}

fn address(facts: &NetworkFacts, limits: &Limits, trace: &mut Trace) -> Result<(), NotFound> {
    let other = facts.other.filter(|_| limits.shares(facts.rule, facts.group)).ok_or(NotFound)?;
    let most = limits.address_until.as_ref().ok_or(NotFound)?;
    let step = trace.step(&rules::NETWORK_SHARED_ADDRESS).with("agb", &facts.known(facts.agb.to_string()));
    step.with("other", &facts.known(other.to_string())).with("most", most).gives(facts.group);
    Ok(())
}

fn reentry(facts: &NetworkFacts, limits: &Limits, trace: &mut Trace) -> Result<(), NotFound> {
    let (other, adverse) = told(facts, trace)?;
    let (began, months) = facts.began.zip(limits.months.as_ref()).ok_or(NotFound)?;
    let until = adverse.since.checked_add_months(Months::new(months.value)).unwrap_or(NaiveDate::MAX);
    if adverse.kind != AdverseKind::Terminated || !(adverse.since..=until).contains(&began) {
        return Err(NotFound);
    }
    let step = trace.step(&rules::NETWORK_REENTRY).with("agb", &facts.known(facts.agb.to_string()));
    step.with("other", &facts.known(other.to_string())).with("months", months).gives(began);
    Ok(())
}
