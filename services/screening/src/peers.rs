//! Compares the providers of an office with their peers (SCR-05): once through all figures to know the groups, and once
//! more to see who stands out. Both see the same snapshot; what is in memory are the figures of a batch of providers, and
//! one number of each provider and measure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use database::Tx;
use edge::{Core, EdgeError, Office};
use explain::{Facts, Trace};
use identifiers::Agb;
use money::Decimal;

use crate::{
    decide::peers::{
        self, Group, PeerEnd, PeerFacts, PeerWithdrawalFacts, Position, RULE_ID, Spread, digest, key, position,
    },
    domain::{PeerMeasure, PeerPeriod, PeerStanding, ProviderFigures, Signal},
    raise::{self, NewSignal},
    store,
};

/// Providers looked at, or settled, at a time.
pub const BATCH: i64 = 20;

/// The figures of all groups of an office over a period.
#[derive(Debug)]
pub struct Groups<'a> {
    core: &'a Core,
    office: &'a Office,
    period: PeerPeriod,
    /// By group and measure: the figures in order, and their spread.
    of: HashMap<(String, PeerMeasure), (Vec<Decimal>, Spread)>,
    /// How many providers there are.
    pub providers: i64,
}

impl<'a> Groups<'a> {
    /// Gathers the figures of all providers, as a snapshot shows them.
    ///
    /// # Errors
    /// What the store reports, and a parameter without a value.
    pub async fn gather(
        core: &'a Core,
        tx: &mut Tx,
        office: &'a Office,
        period: PeerPeriod,
    ) -> Result<Groups<'a>, EdgeError> {
        let mut groups = Groups { core, office, period, of: HashMap::new(), providers: 0 };
        let mut gathered: HashMap<(String, PeerMeasure), Vec<Decimal>> = HashMap::new();
        let mut after = String::new();
        loop {
            let figures = groups.page(tx, &after, BATCH).await?;
            let Some(last) = figures.last() else { break };
            after = last.agb.to_string();
            for figures in &figures {
                groups.providers += 1;
                for measure in PeerMeasure::ALL {
                    let position = groups.position(*measure, figures, &mut Trace::new())?;
                    if let (Some(group), Some(figure)) = (position.group, position.figure) {
                        gathered.entry((group.name, *measure)).or_default().push(figure);
                    }
                }
            }
        }
        for (of, mut figures) in gathered {
            figures.sort_unstable();
            if let Some(spread) = Spread::of(&figures) {
                groups.of.insert(of, (figures, spread));
            }
        }
        Ok(groups)
    }

    /// The figures of the providers after one.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn page(&self, tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<ProviderFigures>, EdgeError> {
        let page = store::page_of_peers(tx, self.office, self.period, after, limit).await?;
        store::figures(tx, self.office, self.period, &page).await
    }

    /// Where a provider stands with a measure.
    ///
    /// # Errors
    /// A parameter without a value.
    pub fn position(
        &self,
        measure: PeerMeasure,
        figures: &ProviderFigures,
        trace: &mut Trace,
    ) -> Result<Position, EdgeError> {
        let spread = |group: &Group| self.of.get(&(group.name.clone(), measure)).map(|(_, spread)| spread.clone());
        let figures = figures.of_measure(measure, self.period.last_day);
        position(measure, (self.office, self.period, &figures), spread, &self.core.rules, trace)
    }

    fn peers(&self, measure: PeerMeasure, position: &Position) -> Vec<Decimal> {
        let group = position.group.as_ref().map(|group| group.name.clone()).unwrap_or_default();
        self.of.get(&(group, measure)).map(|(figures, _)| figures.clone()).unwrap_or_default()
    }
}

/// A figure that stands out, with what a signal is decided from.
#[derive(Debug)]
struct Finding {
    digest: String,
    facts: PeerFacts,
    trace: Trace,
}

/// What a comparison came to, not settled yet.
#[derive(Debug)]
pub struct Compared {
    office: Office,
    period: PeerPeriod,
    time: DateTime<Utc>,
    findings: BTreeMap<(Agb, PeerMeasure), Finding>,
    standings: BTreeMap<(Agb, PeerMeasure), PeerStanding>,
    /// Those with something to settle that were not settled yet.
    left: BTreeSet<Agb>,
    /// How many providers were compared.
    pub providers: i64,
    /// Signals raised so far.
    pub raised: i64,
    /// Signals withdrawn so far.
    pub withdrawn: i64,
}

/// Compares all providers of an office over a period. Nothing is raised or withdrawn yet.
///
/// # Errors
/// What the store reports, and a parameter without a value.
pub async fn compare(core: &Core, office: &Office, period: PeerPeriod) -> Result<Compared, EdgeError> {
    let mut tx = core.db().read().await?;
    let groups = Groups::gather(core, &mut tx, office, period).await?;
    let mut compared = Compared {
        office: office.clone(),
        period,
        time: core.clock.now(),
        findings: BTreeMap::new(),
        standings: BTreeMap::new(),
        left: BTreeSet::new(),
        providers: groups.providers,
        raised: 0,
        withdrawn: 0,
    };
    let mut after = String::new();
    loop {
        let page = groups.page(&mut tx, &after, BATCH).await?;
        let Some(last) = page.last() else { break };
        after = last.agb.to_string();
        for figures in &page {
            for measure in PeerMeasure::ALL {
                compared.note(&groups, *measure, figures)?;
            }
        }
    }
    let standing = store::standing_of_rule(&mut tx, office, RULE_ID, None).await?;
    compared.left.extend(standing.iter().filter(|signal| is_of(signal, period)).filter_map(|signal| signal.agb));
    Ok(compared)
}

fn is_of(signal: &Signal, period: PeerPeriod) -> bool {
    (signal.first_day, signal.last_day) == (period.first_day, period.last_day)
}

impl Compared {
    fn note(&mut self, groups: &Groups<'_>, measure: PeerMeasure, figures: &ProviderFigures) -> Result<(), EdgeError> {
        let mut trace = Trace::new();
        let position = groups.position(measure, figures, &mut trace)?;
        self.standings.insert((figures.agb, measure), position.standing);
        if position.standing == PeerStanding::Unusual {
            let facts = PeerFacts {
                office: self.office.clone(),
                measure,
                period: self.period,
                figures: figures.of_measure(measure, self.period.last_day),
                peers: groups.peers(measure, &position),
                compared: self.time,
            };
            self.left.insert(figures.agb);
            self.findings.insert((figures.agb, measure), Finding { digest: digest(&position), facts, trace });
        }
        Ok(())
    }

    /// Whether everything is settled.
    pub fn is_settled(&self) -> bool {
        self.left.is_empty()
    }

    /// Raises and withdraws signals about some providers that are left, in a transaction of its own.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn settle(&mut self, core: &Core) -> Result<(), EdgeError> {
        let mut tx = core.db().write().await?;
        store::take_turn(&mut tx).await?;
        for _ in 0..BATCH {
            let Some(agb) = self.left.pop_first() else { break };
            self.settle_one(core, &mut tx, agb).await?;
        }
        tx.commit(core.clock.now()).await?;
        Ok(())
    }

    async fn settle_one(&mut self, core: &Core, tx: &mut Tx, agb: Agb) -> Result<(), EdgeError> {
        let office = self.office.clone();
        let standing = store::standing_of_rule(tx, &office, RULE_ID, Some(agb)).await?;
        let ids: Vec<&str> = standing.iter().map(|signal| signal.signal_id.as_str()).collect();
        let in_cases = store::signals_in_open_cases(tx, &ids).await?;
        for signal in standing.iter().filter(|signal| is_of(signal, self.period)) {
            let Some(measure) = PeerMeasure::from_code(&signal.rule) else { continue };
            let found = self.findings.get(&(agb, measure));
            // What a provider is being heard about stays what it is for as long as its figure stands out.
            let in_case = in_cases.contains(&signal.signal_id);
            if found.is_some_and(|finding| in_case || finding.digest == signal.digest) {
                self.findings.remove(&(agb, measure));
                continue;
            }
            let end = PeerEnd::of(self.standings.get(&(agb, measure)).copied());
            let facts = PeerWithdrawalFacts { signal_id: signal.signal_id.clone(), agb, measure, end, time: self.time };
            let mut trace = Trace::new();
            peers::withdraw(&facts, &mut trace);
            let facts = Facts::new(&facts, self.time);
            raise::withdraw(core, tx, signal, ("peer_signal_withdrawn", trace, facts)).await?;
            self.withdrawn += 1;
        }
        for measure in PeerMeasure::ALL {
            let Some(finding) = self.findings.remove(&(agb, *measure)) else { continue };
            let new = NewSignal {
                rule_id: RULE_ID,
                rule: measure.as_str(),
                agb,
                days: (self.period.first_day, self.period.last_day),
                key: key(*measure, agb, self.period),
                digest: finding.digest,
                fact_ids: finding.facts.figures.facts.iter().map(|fact| fact.fact_id.clone()).collect(),
            };
            let facts = Facts::new(&finding.facts, self.time);
            raise::raise(core, tx, &office, new, ("peer_signal", finding.trace, facts)).await?;
            self.raised += 1;
        }
        Ok(())
    }
}
