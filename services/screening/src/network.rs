//! Looks through the network of an office (SCR-06), as a whole and in one transaction: which signals stand then depends on
//! links, standing and rules, not on the order in which they came. It is looked at again when any of these changed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use calendar::amsterdam_date;
use chrono::NaiveDate;
use database::Tx;
use edge::{Core, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::{Agb, PseudonymKeys};

use crate::{
    decide::network::{self, Network, NetworkFacts, NetworkRule, NetworkWithdrawalFacts, RULE_ID, find, resolve},
    domain::{Link, LinkKind, Signal},
    raise::{self, NewSignal},
    store::{self, StatedLink},
};

/// How often is looked whether a network changed.
const INTERVAL: Duration = Duration::from_millis(500);

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Links looked at.
    pub links: i64,
    /// Signals raised.
    pub raised: i64,
    /// Signals withdrawn.
    pub withdrawn: i64,
}

/// Looks through networks that changed.
#[derive(Clone, Debug)]
pub struct Networking {
    /// The service.
    pub core: Core,
    /// The keys of pseudonyms of what providers are linked to, where there are any.
    pub keys: Option<Arc<PseudonymKeys>>,
}

impl Networking {
    /// Looks for changes, and through all of it on each new day, until the service stops. What fails is tried again at the
    /// next look.
    pub async fn run(self) {
        let stop = self.core.stop();
        let mut today = None;
        while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
            if let Err(error) = self.pass(&mut today).await {
                tracing::warn!(%error, "a network could not be looked through; it is tried again");
            }
        }
    }

    async fn pass(&self, today: &mut Option<NaiveDate>) -> Result<(), EdgeError> {
        let now = self.core.clock.now();
        let day = Some(amsterdam_date(now));
        if *today != day {
            // Links begin and end with a day, whether or not anything is recorded on it.
            let mut tx = self.core.db().write().await?;
            store::mark_all_networks(&mut tx).await?;
            tx.commit(now).await?;
            *today = day;
        }
        let marked = store::marked_networks(&mut self.core.db().read().await?).await?;
        for office in marked {
            let Looked { links, raised, withdrawn } = look(&self.core, &office, self.keys.as_deref()).await?;
            tracing::info!(%office, links, raised, withdrawn, "a network that changed was looked through");
        }
        Ok(())
    }
}

/// Looks through the network of an office, and raises and withdraws signals.
///
/// # Errors
/// What the store reports.
pub async fn look(core: &Core, office: &Office, keys: Option<&PseudonymKeys>) -> Result<Looked, EdgeError> {
    let mut tx = core.db().write().await?;
    store::take_turn(&mut tx).await?;
    // What changes from now on waits for this transaction, and marks it anew.
    store::clear_mark(&mut tx, office).await?;
    let network = load(core, &mut tx, office, keys).await?;
    let mut looked = Looked { links: i64::try_from(network.links.len()).unwrap_or(i64::MAX), ..Looked::default() };
    let found = find(&network, &core.rules);
    let standing = store::standing_of_rule(&mut tx, office, RULE_ID, None).await?;
    settle(core, &mut tx, (&network, found, standing), &mut looked).await?;
    tx.commit(core.clock.now()).await?;
    Ok(looked)
}

async fn load(core: &Core, tx: &mut Tx, office: &Office, keys: Option<&PseudonymKeys>) -> Result<Network, EdgeError> {
    let time = core.clock.now();
    let day = amsterdam_date(time);
    let stated = store::links(tx, office).await?;
    let subjects = store::subjects_as_links(tx, office).await?;
    let subjects = subjects.into_iter().map(|link| pseudonymised(link, keys));
    let links = resolve(counting(stated).into_iter().chain(subjects).collect());
    let successors = links.iter().filter(|link| link.kind == LinkKind::Successor);
    let successors = successors.filter_map(|link| link.node.parse::<Agb>().ok());
    let providers: BTreeSet<Agb> = links.iter().map(|link| link.agb).chain(successors).collect();
    let names: Vec<String> = providers.iter().map(Agb::to_string).collect();
    let adverse = store::adverse_standing(tx, office, &names, day).await?;
    let mut began = store::first_days(tx, office, &names).await?;
    for link in &links {
        began_by(&mut began, link.agb, link.first_day);
        // A successor begins when it continues the other at the latest.
        if let (LinkKind::Successor, Ok(successor)) = (link.kind, link.node.parse()) {
            began_by(&mut began, successor, link.first_day);
        }
    }
    Ok(Network { office: office.clone(), day, time, links, adverse, began })
}

fn began_by(began: &mut BTreeMap<Agb, NaiveDate>, agb: Agb, day: NaiveDate) {
    let first = began.entry(agb).or_insert(day);
    *first = day.min(*first);
}

/// A subject under the pseudonyms that links have; without keys no link was ever taken in.
fn pseudonymised(link: Link, keys: Option<&PseudonymKeys>) -> (Link, Vec<String>) {
    let Some(keys) = keys else { return (link, Vec::new()) };
    let (node, earlier) = node_of(keys, link.kind, &link.node);
    (Link { node, ..link }, earlier)
}

/// The pseudonym of what a provider is linked to, and those that older keys make of it, from newer to older.
pub fn node_of(keys: &PseudonymKeys, kind: LinkKind, identifier: &str) -> (String, Vec<String>) {
    let named = format!("{} {identifier}", kind.thing());
    let earlier = keys.earlier_of_text(&named).map(|pseudonym| pseudonym.to_string());
    (keys.of_text(&named).to_string(), earlier.collect())
}

/// What counts of the statements, the oldest of which comes first: of those about the same link the latest.
fn counting(stated: Vec<StatedLink>) -> Vec<(Link, Vec<String>)> {
    // One thing has one name, whichever key named it.
    let named = stated.iter().map(|stated| (stated.link.clone(), stated.earlier.clone())).collect();
    let same = resolve(named);
    let mut latest: BTreeMap<(Agb, LinkKind, String, NaiveDate), StatedLink> = BTreeMap::new();
    for (stated, same) in stated.into_iter().zip(same) {
        latest.insert((same.agb, same.kind, same.node, same.first_day), stated);
    }
    let counting = latest.into_values().filter(|stated| !stated.withdrawn);
    counting.map(|stated| (stated.link, stated.earlier)).collect()
}

/// Withdraws what is found no more, or otherwise, and raises what is found anew.
async fn settle(
    core: &Core,
    tx: &mut Tx,
    (network, found, standing): (&Network, Vec<(NetworkFacts, Trace)>, Vec<Signal>),
    looked: &mut Looked,
) -> Result<(), EdgeError> {
    let digests: HashMap<String, String> = found.iter().map(|(facts, _)| (facts.key(), facts.digest())).collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let ids: Vec<&str> = standing.iter().map(|signal| signal.signal_id.as_str()).collect();
    let in_cases = store::signals_in_open_cases(tx, &ids).await?;
    for signal in standing {
        let digest = digests.get(&signal.key);
        // What a provider is being heard about stays what it is for as long as it is still found.
        let stays = digest.is_some() && in_cases.contains(&signal.signal_id);
        if stays || digest == Some(&signal.digest) {
            known.insert(signal.key);
            continue;
        }
        let (Some(rule), Some(agb)) = (NetworkRule::from_code(&signal.rule), signal.agb) else { continue };
        let otherwise = digest.is_some();
        let (signal_id, time) = (signal.signal_id.clone(), network.time);
        let facts = NetworkWithdrawalFacts { signal_id, rule, agb, otherwise, time };
        let mut trace = Trace::new();
        network::withdraw(&facts, &mut trace);
        let taken = ("network_signal_withdrawn", trace, Facts::new(&facts, time));
        raise::withdraw(core, tx, &signal, taken).await?;
        looked.withdrawn += 1;
    }
    for (facts, trace) in found {
        let key = facts.key();
        if known.contains(&key) {
            continue;
        }
        let new = NewSignal {
            rule_id: RULE_ID,
            rule: facts.rule.as_str(),
            agb: facts.agb,
            days: facts.days(),
            digest: facts.digest(),
            key,
            fact_ids: Vec::new(),
        };
        let taken = ("network_signal", trace, Facts::new(&facts, network.time));
        raise::raise(core, tx, &network.office, new, taken).await?;
        looked.raised += 1;
    }
    Ok(())
}
