//! The graph of providers and what they are linked to.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use chrono::NaiveDate;
use identifiers::Agb;
use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};

use crate::domain::{Link, LinkKind};

/// Something in the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// A provider.
    Provider(Agb),
    /// A person, nurse, address or account.
    Thing(&'static str, String),
}

/// The graph. Edges are links, in order, whatever order they came in.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    graph: UnGraph<Node, &'a Link>,
    nodes: BTreeMap<Node, NodeIndex>,
}

impl<'a> Graph<'a> {
    /// The graph of links.
    pub fn new(links: &'a [Link]) -> Graph<'a> {
        let ordered: BTreeSet<&Link> = links.iter().collect();
        let mut built = Graph { graph: UnGraph::new_undirected(), nodes: BTreeMap::new() };
        for link in ordered {
            let from = built.node(Node::Provider(link.agb));
            let to = match (link.kind, link.node.parse::<Agb>()) {
                (LinkKind::Successor, Ok(successor)) => built.node(Node::Provider(successor)),
                (kind, _) => built.node(Node::Thing(kind.thing(), link.node.clone())),
            };
            built.graph.add_edge(from, to, link);
        }
        built
    }

    fn node(&mut self, node: Node) -> NodeIndex {
        let graph = &mut self.graph;
        *self.nodes.entry(node).or_insert_with_key(|node| graph.add_node(node.clone()))
    }

    /// The things of a kind, in order.
    pub fn things(&self, kind: LinkKind) -> impl Iterator<Item = (&str, NodeIndex)> {
        self.nodes.iter().filter_map(move |(node, index)| match node {
            Node::Thing(thing, name) if *thing == kind.thing() => Some((name.as_str(), *index)),
            _ => None,
        })
    }

    /// The node of a provider.
    pub fn provider(&self, agb: Agb) -> Option<NodeIndex> {
        self.nodes.get(&Node::Provider(agb)).copied()
    }

    /// The links of a node, with what is at their other end, in order.
    pub fn links(&self, node: NodeIndex) -> Vec<(&'a Link, NodeIndex)> {
        let mut edges: Vec<EdgeIndex> =
            self.graph.edges(node).map(|edge| petgraph::visit::EdgeRef::id(&edge)).collect();
        edges.sort_unstable();
        let other = |edge: EdgeIndex| {
            let (from, to) = self.graph.edge_endpoints(edge)?;
            Some((self.graph[edge], if from == node { to } else { from }))
        };
        edges.into_iter().filter_map(other).collect()
    }

    /// Of each provider the first link with a node that fits.
    pub fn providers(&self, node: NodeIndex, fits: impl Fn(&Link) -> bool) -> BTreeMap<Agb, &'a Link> {
        let mut providers = BTreeMap::new();
        for (link, _) in self.links(node).into_iter().filter(|(link, _)| fits(link)) {
            providers.entry(link.agb).or_insert(link);
        }
        providers
    }

    /// The providers within so many persons of one, each with the shortest path to it and the number of other persons
    /// who lead there as fast. The first link of a path has to fit by itself, the others hold on a day.
    pub fn reached(
        &self,
        start: Agb,
        (persons, day): (u32, NaiveDate),
        fits: impl Fn(&Link) -> bool,
    ) -> BTreeMap<Agb, (Vec<&'a Link>, i64)> {
        let Some(start) = self.provider(start) else { return BTreeMap::new() };
        let mut seen: HashMap<NodeIndex, Reached<'a>> = HashMap::from([(start, Reached::default())]);
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            let depth = seen.get(&node).map_or(0, |reached| reached.depth);
            if depth >= persons.saturating_mul(2) {
                continue;
            }
            let mut beside = BTreeSet::new();
            for (link, next) in self.links(node) {
                let leads = link.kind == LinkKind::Person && if depth == 0 { fits(link) } else { link.holds(day) };
                // Several links of a person with a provider are one way.
                if !leads || !beside.insert(next) {
                    continue;
                }
                match seen.get_mut(&next) {
                    Some(known) if known.depth == depth + 1 => known.ways += 1,
                    Some(_) => {}
                    None => {
                        seen.insert(next, Reached { depth: depth + 1, ways: 1, by: Some((link, node)) });
                        queue.push_back(next);
                    }
                }
            }
        }
        let providers = seen.iter().filter_map(|(node, reached)| match &self.graph[*node] {
            Node::Provider(agb) if reached.depth > 0 => Some((*agb, (path(&seen, *node), reached.ways - 1))),
            _ => None,
        });
        providers.collect()
    }
}

/// How a node was reached from where the search began.
#[derive(Debug, Default)]
struct Reached<'a> {
    depth: u32,
    ways: i64,
    by: Option<(&'a Link, NodeIndex)>,
}

/// The links from a node back to where the search began.
fn path<'a>(seen: &HashMap<NodeIndex, Reached<'a>>, node: NodeIndex) -> Vec<&'a Link> {
    let (mut links, mut at) = (Vec::new(), node);
    while let Some((link, before)) = seen.get(&at).and_then(|reached| reached.by) {
        links.push(link);
        at = before;
    }
    links
}

/// Pseudonyms that older keys made of a thing are the same thing: each is replaced by the oldest that is known, so that
/// what was found under one key is found as the same under the next.
pub fn resolve(links: Vec<(Link, Vec<String>)>) -> Vec<Link> {
    let mut older: BTreeMap<(&'static str, String), String> = BTreeMap::new();
    for (link, earlier) in &links {
        // From newer to older: each leads to the next one.
        let chain = std::iter::once(&link.node).chain(earlier);
        for (newer, next) in chain.clone().zip(chain.skip(1)) {
            older.insert((link.kind.thing(), newer.clone()), next.clone());
        }
    }
    let oldest = |link: Link| {
        let mut key = (link.kind.thing(), link.node.clone());
        let mut left = older.len();
        while let Some(next) = older.get(&key).filter(|_| left > 0) {
            key.1.clone_from(next);
            left -= 1;
        }
        Link { node: key.1, ..link }
    };
    links.into_iter().map(|(link, _)| oldest(link)).collect()
}
