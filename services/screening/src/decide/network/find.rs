//! Looks through the network for candidates of each rule.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, NaiveDate, Utc};
use edge::Office;
use explain::{RuleScope, Rules, Trace};
use identifiers::Agb;
use petgraph::graph::NodeIndex;

use super::{
    graph::Graph,
    judge::{Limits, NetworkFacts, NetworkRule, judge},
};
use crate::domain::{Adverse, AdverseKind, Link, LinkKind};

/// Links of a nurse that are told; the number of providers is told beside them.
const MOST_TOLD: usize = 20;

/// The network of an office on a day.
#[derive(Clone, Debug)]
pub struct Network {
    /// The office.
    pub office: Office,
    /// The day.
    pub day: NaiveDate,
    /// When it was looked at.
    pub time: DateTime<Utc>,
    /// The links.
    pub links: Vec<Link>,
    /// What was held against providers, on or before the day.
    pub adverse: BTreeMap<Agb, Vec<Adverse>>,
    /// The first day of each provider that is known, by its lines or links.
    pub began: BTreeMap<Agb, NaiveDate>,
}

/// All signals that the rules find in a network, by rule and provider, each with its explanation.
pub fn find(network: &Network, rules: &Rules) -> Vec<(NetworkFacts, Trace)> {
    let scope = RuleScope { office: network.office.as_str(), act: "", sector: "", date: network.day };
    let limits = Limits::of(rules, &scope);
    let search = Search { network, limits: &limits, graph: Graph::new(&network.links) };
    let mut found = Vec::new();
    search.boards(&mut found);
    search.nurses(&mut found);
    search.shared(NetworkRule::SharedUbo, LinkKind::Ubo, &mut found);
    search.shared(NetworkRule::SharedAddress, LinkKind::Address, &mut found);
    search.shared(NetworkRule::SharedAccount, LinkKind::Account, &mut found);
    search.reentries(&mut found);
    let judged = found.into_iter().filter_map(|facts| {
        let mut trace = Trace::new();
        judge(&facts, rules, &mut trace).ok().map(|()| (facts, trace))
    });
    judged.collect()
}

struct Search<'a> {
    network: &'a Network,
    limits: &'a Limits,
    graph: Graph<'a>,
}

/// A path between two providers: the later first.
struct Shared<'a> {
    later: &'a Link,
    first: &'a Link,
    group: i64,
}

impl<'a> Search<'a> {
    fn facts(&self, rule: NetworkRule, (agb, other): (Agb, Option<Agb>), path: &[&Link]) -> NetworkFacts {
        NetworkFacts {
            office: self.network.office.clone(),
            rule,
            agb,
            other,
            path: path.iter().map(|link| (*link).clone()).collect(),
            further: 0,
            group: 0,
            adverse: None,
            began: None,
            day: self.network.day,
            time: self.network.time,
        }
    }

    fn holds(&self, link: &Link) -> bool {
        link.holds(self.network.day)
    }

    /// Providers within so many persons of one that something was held against, of whom the first was there still when
    /// it was.
    fn boards(&self, found: &mut Vec<NetworkFacts>) {
        let (Some(hops), day) = (self.limits.hops(), self.network.day) else { return };
        for (adverse_agb, held) in &self.network.adverse {
            let Some(adverse) = held.iter().min().copied() else { continue };
            let was_there =
                |link: &Link| link.first_day <= day && link.last_day.is_none_or(|last| last >= adverse.since);
            for (agb, (path, further)) in self.graph.reached(*adverse_agb, (hops, day), was_there) {
                // Of two that something was held against, one signal is enough.
                if self.network.adverse.contains_key(&agb) && agb < *adverse_agb {
                    continue;
                }
                let facts = self.facts(NetworkRule::SharedBoard, (agb, Some(*adverse_agb)), &path);
                found.push(NetworkFacts { further, adverse: Some(adverse), ..facts });
            }
        }
    }

    /// Nurses linked to several providers: one signal for each of those.
    fn nurses(&self, found: &mut Vec<NetworkFacts>) {
        for (_, nurse) in self.graph.things(LinkKind::Nurse) {
            let providers = self.graph.providers(nurse, |link| self.holds(link));
            let group = count(providers.len());
            if !self.limits.too_many_for_a_nurse(group) {
                continue;
            }
            for (agb, own) in &providers {
                let others = providers.iter().filter(|(other, _)| *other != agb).map(|(_, link)| *link);
                let path: Vec<&Link> = std::iter::once(*own).chain(others).take(MOST_TOLD).collect();
                let further = group - count(path.len());
                let facts = self.facts(NetworkRule::NurseProviders, (*agb, None), &path);
                found.push(NetworkFacts { group, further, ..facts });
            }
        }
    }

    /// Pairs of providers that share a thing: the one that came to it later is held against the other.
    fn shared(&self, rule: NetworkRule, kind: LinkKind, found: &mut Vec<NetworkFacts>) {
        let mut pairs: BTreeMap<(Agb, Agb), (Shared<'a>, i64)> = BTreeMap::new();
        for (_, thing) in self.graph.things(kind) {
            let links = self.graph.providers(thing, |link| link.kind == kind && self.holds(link));
            let group = count(links.len());
            if !self.limits.shares(rule, group) {
                continue;
            }
            // From the first to come to the last.
            let mut links: Vec<&Link> = links.into_values().collect();
            links.sort_by_key(|link| (link.first_day, link.agb));
            let firsts = if self.limits.is_hub(group) { 1 } else { links.len() };
            for (at, first) in links.iter().take(firsts).enumerate() {
                for later in links.iter().skip(at + 1) {
                    let pair = (first.agb.min(later.agb), first.agb.max(later.agb));
                    let shared = Shared { later, first, group };
                    match pairs.get_mut(&pair) {
                        None => drop(pairs.insert(pair, (shared, 0))),
                        Some((known, further)) => {
                            *further += 1;
                            // What was shared first is told.
                            if later.first_day < known.later.first_day {
                                *known = shared;
                            }
                        }
                    }
                }
            }
        }
        for (Shared { later, first, group }, further) in pairs.into_values() {
            let facts = self.facts(rule, (later.agb, Some(first.agb)), &[later, first]);
            found.push(NetworkFacts { group, further, ..facts });
        }
    }

    /// Providers that began after the agreement with another was ended, and share with it what it had then.
    fn reentries(&self, found: &mut Vec<NetworkFacts>) {
        let Some(months) = self.limits.reentry_months() else { return };
        for (ended, held) in &self.network.adverse {
            let ends = held.iter().filter(|adverse| adverse.kind == AdverseKind::Terminated);
            let Some(adverse) = ends.max().copied() else { continue };
            let (Some(node), Some(since)) =
                (self.graph.provider(*ended), adverse.since.checked_sub_months(Months::new(months)))
            else {
                continue;
            };
            // By provider: the strongest path, and how many things lead there.
            let mut paths: BTreeMap<Agb, Vec<Vec<&Link>>> = BTreeMap::new();
            for (own, other) in self.graph.links(node) {
                let had = own.first_day <= adverse.since && own.last_day.is_none_or(|last| last >= since);
                let stated = own.kind == LinkKind::Successor && own.agb == *ended;
                if own.kind == LinkKind::Nurse || !(had || stated) {
                    continue;
                }
                for (agb, path) in self.across(*ended, own, other) {
                    paths.entry(agb).or_default().push(path);
                }
            }
            for (agb, mut paths) in paths {
                let Some(began) = self.network.began.get(&agb).copied() else { continue };
                paths.sort_by_key(|path| path.last().map(|link| (link.kind, (*link).clone())));
                let Some(path) = paths.first() else { continue };
                let facts = self.facts(NetworkRule::Reentry, (agb, Some(*ended)), path);
                let further = count(paths.len()) - 1;
                found.push(NetworkFacts { further, adverse: Some(adverse), began: Some(began), ..facts });
            }
        }
    }

    /// The providers on the other side of a link of one, each with the path from there.
    fn across(&self, of: Agb, own: &'a Link, other: NodeIndex) -> Vec<(Agb, Vec<&'a Link>)> {
        if own.kind == LinkKind::Successor {
            let successor = own.node.parse::<Agb>().ok().filter(|agb| own.agb == of && *agb != of);
            return successor.map(|agb| (agb, vec![own])).into_iter().collect();
        }
        let links = self.graph.providers(other, |link| link.first_day <= self.network.day);
        // Many at one address are an office building.
        if own.kind == LinkKind::Address && !self.limits.shares(NetworkRule::SharedAddress, count(links.len())) {
            return Vec::new();
        }
        links.into_iter().filter(|(agb, _)| *agb != of).map(|(agb, link)| (agb, vec![link, own])).collect()
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
