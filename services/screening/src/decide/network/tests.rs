use std::{collections::BTreeMap, sync::OnceLock};

use chrono::{DateTime, NaiveDate};
use explain::{Facts, Language, RuleFile, Rules, Trace};
use identifiers::Agb;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{Adverse, AdverseKind, Link, LinkKind},
    rules,
};

fn built_in(change: impl Fn(&str) -> String) -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

/// The rules as they are built in, read once.
fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| built_in(str::to_owned))
}

fn agb(number: u32) -> Agb {
    format!("4141{number:04}").parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn link(provider: u32, kind: LinkKind, node: &str, from: &str, until: &str) -> Link {
    Link {
        agb: agb(provider),
        kind,
        node: node.to_owned(),
        first_day: day(from),
        last_day: (!until.is_empty()).then(|| day(until)),
        source: "KvK".to_owned(),
        stated_time: DateTime::UNIX_EPOCH,
    }
}

fn person(provider: u32, node: &str) -> Link {
    link(provider, LinkKind::Person, node, "2020-01-01", "")
}

/// It is 1 June 2024. A provider begins with its first link.
fn network(links: &[Link], adverse: &[(u32, AdverseKind, &str)]) -> Network {
    let mut began: BTreeMap<Agb, NaiveDate> = BTreeMap::new();
    for link in links {
        let first = began.entry(link.agb).or_insert(link.first_day);
        *first = link.first_day.min(*first);
        if link.kind == LinkKind::Successor {
            began.insert(link.node.parse().unwrap(), link.first_day);
        }
    }
    let mut held: BTreeMap<Agb, Vec<Adverse>> = BTreeMap::new();
    for (provider, kind, since) in adverse {
        let adverse = Adverse { kind: *kind, since: day(since), known_time: DateTime::UNIX_EPOCH };
        held.entry(agb(*provider)).or_default().push(adverse);
    }
    Network {
        office: "vgz".parse().unwrap(),
        day: day("2024-06-01"),
        time: DateTime::UNIX_EPOCH,
        links: links.to_vec(),
        adverse: held,
        began,
    }
}

/// Rule, provider, other, further ones and providers of the group.
fn told(network: &Network, rules: &Rules) -> Vec<String> {
    let told = |(facts, _): &(NetworkFacts, Trace)| {
        let other = facts.other.map_or_else(|| "-".to_owned(), |other| other.to_string());
        let path: Vec<&str> = facts.path.iter().map(|link| link.node.as_str()).collect();
        format!("{} {} {other} {} +{}", facts.rule.as_str(), facts.agb, path.join(","), facts.further)
    };
    find(network, rules).iter().map(told).collect()
}

const TERMINATED: AdverseKind = AdverseKind::Terminated;
const OBJECTION: AdverseKind = AdverseKind::Objection;

#[test]
fn scr_06_a_person_on_two_boards_counts_when_something_was_held_against_one() {
    let rules = rules();
    let links = [person(1, "p"), person(2, "p"), person(2, "q"), person(3, "q"), person(1, "r"), person(2, "r")];
    assert_eq!(told(&network(&links, &[]), rules), Vec::<String>::new());
    let objection = network(&links, &[(1, OBJECTION, "2024-05-01")]);
    assert_eq!(told(&objection, rules), ["shared_board 41410002 41410001 p,p +1"]);
    // Two persons away only where the office looks so far.
    let further = built_in(|text| {
        text.replacen("name = \"network_hops\"", "name = \"network_hops\"\n#", 1).replacen(
            "no source states it\"\nvalues = [{ from = 2020-01-01, value = 1 }]",
            "no source states it\"\nvalues = [{ from = 2020-01-01, value = 2 }]",
            1,
        )
    });
    assert_eq!(
        told(&objection, &further),
        ["shared_board 41410002 41410001 p,p +1", "shared_board 41410003 41410001 q,q,p,p +0"]
    );
    // Who left before it was held against it is no link; who left after is. The other one has to hold now.
    let left = |until: &str| link(1, LinkKind::Person, "p", "2020-01-01", until);
    let of =
        |first: Link, second: Link| told(&network(&[first, second], &[(1, TERMINATED, "2024-05-01")]), rules).len();
    assert_eq!(of(left("2024-04-30"), person(2, "p")), 0);
    assert_eq!(of(left("2024-05-01"), person(2, "p")), 1);
    assert_eq!(of(person(1, "p"), link(2, LinkKind::Person, "p", "2020-01-01", "2024-05-31")), 0);
    // Of two that something was held against one signal is enough.
    let both = network(&links[..2], &[(1, OBJECTION, "2024-05-01"), (2, TERMINATED, "2024-05-01")]);
    assert_eq!(told(&both, rules), ["shared_board 41410002 41410001 p,p +0"]);
}

#[test]
fn scr_06_a_nurse_may_be_linked_to_two_providers_and_not_to_three() {
    let rules = rules();
    let nurse = |provider, until: &str| link(provider, LinkKind::Nurse, "n", "2024-01-01", until);
    let three = [nurse(1, ""), nurse(2, ""), nurse(3, "")];
    assert!(told(&network(&three[..2], &[]), rules).is_empty());
    // Another link with the same provider is no third one, and one that ended is none.
    let same = [nurse(1, ""), nurse(2, ""), link(2, LinkKind::Nurse, "n", "2023-01-01", ""), nurse(3, "2024-05-31")];
    assert!(told(&network(&same, &[]), rules).is_empty());
    assert_eq!(
        told(&network(&three, &[]), rules),
        [1, 2, 3].map(|provider| format!("nurse_providers 4141000{provider} - n,n,n +0"))
    );
}

#[test]
fn scr_06_what_two_providers_share_is_a_signal_and_an_office_building_is_none() {
    let rules = rules();
    let at = |provider, kind| link(provider, kind, "x", &format!("2024-01-0{provider}"), "");
    for (kind, rule) in
        [(LinkKind::Ubo, "shared_ubo"), (LinkKind::Account, "shared_account"), (LinkKind::Address, "shared_address")]
    {
        assert!(told(&network(&[at(1, kind)], &[]), rules).is_empty());
        // Who came later is told.
        assert_eq!(
            told(&network(&[at(1, kind), at(2, kind)], &[]), rules),
            [format!("{rule} 41410002 41410001 x,x +0")]
        );
        let five: Vec<Link> = (1..=5).map(|provider| at(provider, kind)).collect();
        assert_eq!(told(&network(&five, &[]), rules).len(), 10);
        let six: Vec<Link> = (1..=6).map(|provider| at(provider, kind)).collect();
        assert_eq!(told(&network(&six, &[]), rules).len(), if kind == LinkKind::Address { 0 } else { 15 });
    }
}

#[test]
fn scr_06_a_new_provider_counts_when_it_began_after_the_agreement_was_ended() {
    let rules = rules();
    let of = |kind: LinkKind, from: &str, since: &str| {
        let (old, new) = (link(1, kind, "x", "2019-01-01", since), link(2, kind, "x", from, ""));
        let found = told(&network(&[old, new], &[(1, TERMINATED, since)]), rules);
        found.into_iter().filter(|told| told.starts_with("reentry")).collect::<Vec<_>>()
    };
    for kind in [LinkKind::Person, LinkKind::Ubo, LinkKind::Address, LinkKind::Account] {
        assert_eq!(of(kind, "2022-03-01", "2022-03-01"), ["reentry 41410002 41410001 x,x +0"]);
        assert_eq!(of(kind, "2022-02-28", "2022-03-01").len(), 0, "it began before");
        assert_eq!(of(kind, "2024-03-01", "2021-03-01").len(), 1);
        assert_eq!(of(kind, "2024-03-02", "2021-03-01").len(), 0, "36 months and a day");
    }
    assert_eq!(of(LinkKind::Nurse, "2022-03-01", "2022-03-01").len(), 0);
    // An objection is no end.
    let links = [link(1, LinkKind::Ubo, "x", "2019-01-01", ""), link(2, LinkKind::Ubo, "x", "2022-04-01", "")];
    assert_eq!(told(&network(&links, &[(1, OBJECTION, "2022-03-01")]), rules), ["shared_ubo 41410002 41410001 x,x +0"]);
    // What was stated to continue it is the strongest; other links are counted.
    let mut links = links.to_vec();
    links.push(link(1, LinkKind::Successor, "41410002", "2022-04-01", ""));
    let found = told(&network(&links, &[(1, TERMINATED, "2022-03-01")]), rules);
    assert!(found.contains(&"reentry 41410002 41410001 41410002 +1".to_owned()), "{found:?}");
}

#[test]
fn scr_06_a_hub_of_thousands_gives_no_more_signals_than_it_has_links() {
    let rules = rules();
    let links: Vec<Link> = (1..=3_000)
        .flat_map(|provider| {
            [
                link(provider, LinkKind::Ubo, "u", "2024-01-01", ""),
                person(provider, "p"),
                link(provider, LinkKind::Nurse, "n", "2024-01-01", ""),
            ]
        })
        .collect();
    let found = find(&network(&links, &[(7, TERMINATED, "2024-05-01")]), rules);
    let of = |rule| found.iter().filter(|(facts, _)| facts.rule == rule).count();
    assert_eq!(
        (of(NetworkRule::SharedUbo), of(NetworkRule::SharedBoard), of(NetworkRule::NurseProviders)),
        (2_999, 2_999, 3_000)
    );
    assert!(found.iter().all(|(facts, _)| facts.path.len() <= 20));
    assert_eq!(found.last().map(|(facts, _)| facts.rule), Some(NetworkRule::SharedUbo));
}

#[test]
fn scr_06_one_thing_is_one_whichever_key_named_it() {
    let named = |provider, node: &str, earlier: &[&str]| {
        (
            link(provider, LinkKind::Account, node, "2024-01-01", ""),
            earlier.iter().map(|one| (*one).to_owned()).collect(),
        )
    };
    let links =
        resolve(vec![named(1, "v1", &[]), named(2, "v2", &["v1"]), named(3, "v3", &["v2"]), named(4, "w3", &[])]);
    let nodes: Vec<&str> = links.iter().map(|link| link.node.as_str()).collect();
    assert_eq!(nodes, ["v1", "v1", "v1", "w3"]);
    // Keys in a circle are none; even so it ends.
    assert_eq!(resolve(vec![named(1, "a", &["b"]), named(2, "b", &["a"])]).len(), 2);
}

#[test]
fn scr_06_what_is_found_is_told_in_two_languages_and_found_again_to_the_byte() {
    let rules = rules();
    let links = [
        person(1, "p"),
        link(2, LinkKind::Person, "p", "2024-05-02", ""),
        link(2, LinkKind::Account, "a", "2024-05-02", ""),
        link(1, LinkKind::Account, "a", "2020-01-01", "2024-05-31"),
    ];
    let found = find(&network(&links, &[(1, TERMINATED, "2024-05-01")]), rules);
    let rules_found: Vec<_> = found.iter().map(|(facts, _)| facts.rule.as_str()).collect();
    assert_eq!(rules_found, ["shared_board", "reentry"]);
    let mut golden = String::new();
    for (facts, trace) in found {
        let kept = Facts::new(&facts, facts.time);
        let explanation = trace.finish(rules, &kept);
        golden += &explanation.to_text(rules, Language::Dutch).unwrap();
        golden += &explanation.to_text(rules, Language::English).unwrap();
        let again = crate::replay::replay("network_signal", kept.json(), &rules.archive()).unwrap();
        assert_eq!(again, explanation.to_bytes());
        let off = built_in(|text| text.replacen("\"shared_board\", ", "", 1).replacen(", \"reentry\"", "", 1));
        assert!(crate::replay::replay("network_signal", kept.json(), &off.archive()).is_err());
        for otherwise in [true, false] {
            let facts = NetworkWithdrawalFacts {
                signal_id: "S".to_owned(),
                rule: facts.rule,
                agb: facts.agb,
                otherwise,
                time: facts.time,
            };
            let mut trace = Trace::new();
            withdraw(&facts, &mut trace);
            let kept = Facts::new(&facts, facts.time);
            let explanation = trace.finish(rules, &kept);
            let again = crate::replay::replay("network_signal_withdrawn", kept.json(), &rules.archive()).unwrap();
            assert_eq!(again, explanation.to_bytes());
        }
    }
    assert_eq!(golden, include_str!("told.txt"));
}

fn any_links() -> impl Strategy<Value = Vec<Link>> {
    let kinds = prop::sample::select(vec![
        LinkKind::Person,
        LinkKind::Nurse,
        LinkKind::Ubo,
        LinkKind::Address,
        LinkKind::Account,
    ]);
    let one = (1..12_u32, kinds, 0..6_u32, 1..28_u32, prop::option::of(1..28_u32));
    let made = one.prop_map(|(provider, kind, node, from, until)| {
        let until = until.map_or_else(String::new, |until| format!("2024-05-{until:02}"));
        link(provider, kind, &format!("n{node}"), &format!("2024-04-{from:02}"), &until)
    });
    prop::collection::vec(made, 0..40)
}

proptest! {
    /// The order in which links came is of no concern.
    #[test]
    fn scr_06_what_is_found_does_not_depend_on_the_order_of_links(links in any_links(), turn in 0..40_usize) {
        let rules = rules();
        let adverse = [(3, TERMINATED, "2024-04-10"), (5, OBJECTION, "2024-04-20")];
        let mut turned = links.clone();
        turned.reverse();
        turned.rotate_left(if links.is_empty() { 0 } else { turn % links.len() });
        let found = |links: &[Link]| -> Vec<(String, String)> {
            find(&network(links, &adverse), rules).iter().map(|(facts, _)| (facts.key(), facts.digest())).collect()
        };
        let one = found(&links);
        prop_assert_eq!(&one, &found(&turned));
        // Each signal has a name of its own.
        let names: std::collections::BTreeSet<_> = one.iter().map(|(key, _)| key).collect();
        prop_assert_eq!(names.len(), one.len());
    }

    /// A provider far away changes nothing that is found here.
    #[test]
    fn scr_06_a_provider_far_away_changes_nothing(links in any_links()) {
        let rules = rules();
        let adverse = [(3, TERMINATED, "2024-04-10")];
        let before: Vec<String> = find(&network(&links, &adverse), rules).iter().map(|(facts, _)| facts.digest()).collect();
        let mut more = links;
        more.extend([link(90, LinkKind::Ubo, "far", "2024-01-01", ""), link(91, LinkKind::Ubo, "far", "2024-01-01", "")]);
        let after = find(&network(&more, &adverse), rules);
        prop_assert_eq!(after.len(), before.len() + 1);
        let after: std::collections::BTreeSet<String> = after.iter().map(|(facts, _)| facts.digest()).collect();
        prop_assert!(before.iter().all(|digest| after.contains(digest)));
    }
}
