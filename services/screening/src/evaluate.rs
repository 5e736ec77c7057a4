//! Evaluates clients and months of providers within a transaction: raises what the rules find anew, withdraws what they
//! find no more.
//!
//! Which signals stand then depends on lines, credits, facts and rules only: each client is looked at as a whole, and a
//! finding is known by its rule and lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use calendar::CareMonth;
use chrono::{DateTime, NaiveDate, Utc};
use database::Tx;
use edge::{Core, Decided, EdgeError, Office};
use explain::{Facts, Rules, Trace};
use identifiers::Agb;

use crate::{
    clients::Clients,
    decide::claim_rules::{self, ClientHistory, Finding, FindingFacts, RULE_ID, Reason, Window, WithdrawalFacts},
    domain::{About, Evidence, LineKey, Signal},
    histories::{histories, provider_history},
    raise, rules, store,
    touched::{Days, Touched},
};

/// Clients evaluated at a time: what is in memory is theirs only.
pub const BATCH: usize = 200;

/// An evaluation under way.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// Rules, time and ids.
    pub core: &'a Core,
    /// The transaction, which has its turn.
    pub tx: &'a mut Tx,
    /// The office.
    pub office: &'a Office,
    /// Why signals may be found no more, unless a line was credited.
    pub reason: Reason,
    /// When that became known.
    pub time: DateTime<Utc>,
}

/// What an evaluation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Clients looked at.
    pub clients: i64,
    /// Signals raised.
    pub raised: i64,
    /// Signals withdrawn.
    pub withdrawn: i64,
}

impl Evaluation<'_> {
    /// Evaluates all that was touched in this transaction.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn touched(&mut self, touched: Touched) -> Result<Done, EdgeError> {
        let mut done = Done::default();
        let (mut clients, months) = touched.into_parts();
        loop {
            let batch: Vec<(String, Days)> = clients.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let (near, whole): (Vec<_>, Vec<_>) = batch.into_iter().partition(|(_, days)| days.is_some());
            let mut whole: Vec<String> = whole.into_iter().map(|(client, _)| client).collect();
            whole.extend(self.near(&near, &mut done).await?);
            self.clients(&whole, &mut done).await?;
        }
        for (agb, month) in months {
            self.month(agb, month, &mut done).await?;
        }
        Ok(done)
    }

    /// Evaluates clients around the days on which lines of them began that came or went, and gives those of whom all has
    /// to be looked at. What that costs depends on those days, not on how long the clients have been known.
    async fn near(&mut self, touched: &[(String, Days)], done: &mut Done) -> Result<Vec<String>, EdgeError> {
        let names = || touched.iter().map(|(client, _)| client.clone());
        let days = touched.iter().filter_map(|(_, days)| *days);
        let Some(days) = days.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))) else {
            return Ok(Vec::new());
        };
        // What the shadow finds is kept by client, and found anew as a whole.
        if store::shadow(self.tx, self.office).await?.is_some() {
            return Ok(names().collect());
        }
        let window = Window::around(days);
        let longest = store::longest_line(self.tx, self.office).await?;
        let reach = window.reach(longest.unsigned_abs());
        let clients: Vec<String> = names().collect();
        let (histories, known) = histories(self.tx, self.office, &clients, Some(reach)).await?;
        let line_facts = store::any_about(self.tx, self.office, About::Line).await?;
        let (far, near): (Vec<ClientHistory>, Vec<ClientHistory>) =
            histories.into_iter().partition(|history| claim_rules::looks_far(history, line_facts));
        let mut standing = self.standing(&near, &known).await?;
        for history in &near {
            let found = claim_rules::of_client_near(history, &self.core.rules, window);
            let mut standing = standing.remove(&history.client).unwrap_or_default();
            let inside = |signal: &Signal| signal.evidence.iter().any(|line| window.holds(line.first_day));
            standing.retain(|signal| claim_rules::looks_near(&signal.rule) && inside(signal));
            self.client(history, (found, standing), done).await?;
        }
        Ok(far.into_iter().map(|history| history.client).collect())
    }

    /// Evaluates clients as a whole.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn clients(&mut self, clients: &[String], done: &mut Done) -> Result<(), EdgeError> {
        let (histories, known) = histories(self.tx, self.office, clients, None).await?;
        let mut standing = self.standing(&histories, &known).await?;
        self.shadow_clients(&histories, &known).await?;
        for history in &histories {
            let found = claim_rules::of_client(history, &self.core.rules);
            let standing = standing.remove(&history.client).unwrap_or_default();
            self.client(history, (found, standing), done).await?;
        }
        Ok(())
    }

    /// The standing signals of clients, by the name they are known by.
    async fn standing(
        &mut self,
        histories: &[ClientHistory],
        known: &Clients,
    ) -> Result<HashMap<String, Vec<Signal>>, EdgeError> {
        let pseudonyms: Vec<String> = histories.iter().flat_map(|history| known.pseudonyms(&history.client)).collect();
        let mut standing: HashMap<String, Vec<Signal>> = HashMap::new();
        for signal in store::standing_signals(self.tx, self.office, &pseudonyms).await? {
            standing.entry(known.of(&signal.client).to_owned()).or_default().push(signal);
        }
        Ok(standing)
    }

    /// Withdraws of a client what is found no more, and raises what is found anew.
    async fn client(
        &mut self,
        history: &ClientHistory,
        (found, standing): (Vec<Finding>, Vec<Signal>),
        done: &mut Done,
    ) -> Result<(), EdgeError> {
        done.clients += 1;
        let present: BTreeSet<&LineKey> = history.lines.iter().map(|line| &line.key).collect();
        for finding in self.settle(found, standing, &present, done).await? {
            let facts = FindingFacts::of_client(self.office, &history.client, &finding);
            self.raise(&finding, &facts, done).await?;
        }
        Ok(())
    }

    /// What the shadow finds of clients, in place of what it found before.
    async fn shadow_clients(&mut self, histories: &[ClientHistory], known: &Clients) -> Result<(), EdgeError> {
        let Some(rules) = shadow_rules(self.tx, self.office).await? else { return Ok(()) };
        let pseudonyms: Vec<String> = histories.iter().flat_map(|history| known.pseudonyms(&history.client)).collect();
        store::forget_clients(self.tx, self.office, &pseudonyms).await?;
        for history in histories {
            let found = claim_rules::of_client(history, &rules);
            store::add_shadow_findings(self.tx, self.office, &history.client, &found).await?;
        }
        Ok(())
    }

    /// What the shadow finds of a month of a provider, in place of what it found before.
    async fn shadow_month(&mut self, agb: Agb, month: NaiveDate) -> Result<(), EdgeError> {
        let Some(rules) = shadow_rules(self.tx, self.office).await? else { return Ok(()) };
        store::forget_month(self.tx, self.office, agb, month).await?;
        if let Some(history) = provider_history(self.tx, self.office, &rules, agb, month).await? {
            let found = claim_rules::of_provider(&history, &rules);
            store::add_shadow_findings(self.tx, self.office, "", &found).await?;
        }
        Ok(())
    }

    /// Evaluates a month of a provider.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn month(&mut self, agb: Agb, month: NaiveDate, done: &mut Done) -> Result<(), EdgeError> {
        self.shadow_month(agb, month).await?;
        let standing = store::standing_of_month(self.tx, self.office, agb, month).await?;
        let present = self.present(&standing).await?;
        let present: BTreeSet<&LineKey> = present.iter().collect();
        let Some(history) = provider_history(self.tx, self.office, &self.core.rules, agb, month).await? else {
            self.settle(Vec::new(), standing, &present, done).await?;
            return Ok(());
        };
        let mut found = claim_rules::of_provider(&history, &self.core.rules);
        for finding in &mut found {
            let of = (agb, CareMonth::of(month));
            let lines = store::largest_lines(self.tx, self.office, of, &finding.sums, claim_rules::MOST_LINES).await?;
            finding.take_lines(lines);
        }
        for finding in self.settle(found, standing, &present, done).await? {
            let facts = FindingFacts::of_provider(&history, &finding);
            self.raise(&finding, &facts, done).await?;
        }
        Ok(())
    }

    /// Which lines that are evidence of signals are on record and not credited.
    async fn present(&mut self, signals: &[Signal]) -> Result<BTreeSet<LineKey>, EdgeError> {
        let mut of: BTreeMap<(&str, Agb), Vec<&str>> = BTreeMap::new();
        for line in signals.iter().flat_map(|signal| &signal.evidence) {
            of.entry((&line.key.service, line.agb)).or_default().push(&line.reference);
        }
        let mut present = BTreeSet::new();
        for (whose, references) in of {
            present.extend(store::present_lines(self.tx, self.office, whose, &references).await?);
        }
        Ok(present)
    }

    /// Withdraws the signals that are found no more, or otherwise, and gives what is found anew.
    async fn settle(
        &mut self,
        found: Vec<Finding>,
        standing: Vec<Signal>,
        present: &BTreeSet<&LineKey>,
        done: &mut Done,
    ) -> Result<Vec<Finding>, EdgeError> {
        let mut found: BTreeMap<(usize, String), Finding> =
            found.into_iter().enumerate().map(|(at, finding)| ((at, finding.key()), finding)).collect();
        for signal in standing {
            let again = found.iter().find(|((_, key), _)| *key == signal.key);
            let place = again.map(|(place, _)| place.clone());
            if again.is_some_and(|(_, finding)| finding.digest() == signal.digest)
                || !self.withdraw(&signal, present, done).await?
            {
                place.and_then(|place| found.remove(&place));
            }
        }
        Ok(found.into_values().collect())
    }

    /// Withdraws a signal, unless something of what it rests on was removed after its time: nobody can tell any more.
    async fn withdraw(
        &mut self,
        signal: &Signal,
        present: &BTreeSet<&LineKey>,
        done: &mut Done,
    ) -> Result<bool, EdgeError> {
        let mut credited = None;
        for line in signal.evidence.iter().filter(|line| !present.contains(&line.key)) {
            let whose = (line.key.service.as_str(), line.agb);
            let credits = store::credits_of(self.tx, self.office, whose, &[&line.reference]).await?;
            let Some(credit) = credits.into_iter().next() else { return Ok(false) };
            credited.get_or_insert(credit);
        }
        let facts = store::count_of(self.tx, self.office, &signal.fact_ids).await?;
        if facts < signal.fact_ids.len() {
            return Ok(false);
        }
        let (reason, time) = match credited {
            Some(credit) => {
                let (agb, reference) = (credit.agb, credit.reference);
                (Reason::Credited { credit: credit.key, agb, reference }, credit.credited_time)
            }
            None => (self.reason.clone(), self.time),
        };
        let facts = WithdrawalFacts {
            signal_id: signal.signal_id.clone(),
            rule: signal.rule.clone(),
            reason,
            time,
            at_stake: signal.at_stake,
        };
        let mut trace = Trace::new();
        claim_rules::withdraw(&facts, &mut trace);
        let facts = Facts::new(&facts, time);
        let decision_id = self.record("signal_withdrawn", &signal.signal_id, trace, &facts).await?;
        raise::end(self.core, self.tx, signal, decision_id).await?;
        done.withdrawn += 1;
        Ok(true)
    }

    async fn raise(&mut self, finding: &Finding, facts: &FindingFacts, done: &mut Done) -> Result<(), EdgeError> {
        let signal_id = self.core.ids.next().to_string();
        let trace = finding.trace.clone();
        let recorded = Facts::new(facts, facts.as_of());
        let decision_id = self.record(finding.rule, &signal_id, trace, &recorded).await?;
        let signal = Signal {
            signal_id,
            office: self.office.clone(),
            rule_id: RULE_ID.to_owned(),
            rule: finding.rule.to_owned(),
            kind: finding.kind,
            agb: finding.agb,
            client: facts.client.clone(),
            product: finding.product.clone(),
            first_day: finding.first_day,
            last_day: finding.last_day,
            at_stake: finding.at_stake,
            key: finding.key(),
            digest: finding.digest(),
            fact_ids: finding.facts.iter().map(|fact| fact.fact_id.clone()).collect(),
            decision_id,
            raised_time: self.core.clock.now(),
            withdrawn: None,
            evidence: finding.lines.iter().map(Evidence::from).collect(),
        };
        raise::keep(self.core, self.tx, &signal).await?;
        done.raised += 1;
        Ok(())
    }

    async fn record(
        &mut self,
        kind: &'static str,
        subject: &str,
        trace: Trace,
        facts: &Facts,
    ) -> Result<String, EdgeError> {
        let explanation = trace.finish(&self.core.rules, facts);
        let decided = Decided { office: self.office, kind, subject, facts, explanation: &explanation };
        self.core.record(self.tx, decided).await
    }
}

/// The rules that an office tries in the shadow.
async fn shadow_rules(tx: &mut Tx, office: &Office) -> Result<Option<Rules>, EdgeError> {
    let Some(shadow) = store::shadow(tx, office).await? else { return Ok(None) };
    let rules = Rules::from_archive(&shadow.rules, &rules::SCHEMA);
    rules.map(Some).map_err(|error| EdgeError::Stored(error.to_string()))
}
