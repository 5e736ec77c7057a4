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
    convert,
    decide::claim_rules::{
        self, ClientHistory, Finding, FindingFacts, ProviderHistory, RULE_ID, Reason, WithdrawalFacts,
    },
    domain::{About, Evidence, FactKind, LineKey, Signal, Withdrawal, subject_of},
    feed, rules, store,
};

/// Clients evaluated at a time: what is in memory is theirs only.
pub const BATCH: i64 = 200;

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
    /// Evaluates all that was touched in this transaction, and forgets it.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn touched(&mut self) -> Result<Done, EdgeError> {
        let (mut done, mut after) = (Done::default(), String::new());
        loop {
            let clients = store::touched_clients(self.tx, &after, BATCH).await?;
            let Some(last) = clients.last() else { break };
            after.clone_from(last);
            self.clients(&clients, &mut done).await?;
        }
        let mut after = (String::new(), NaiveDate::MIN);
        after.1 = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
        loop {
            let months = store::touched_months(self.tx, &after, BATCH).await?;
            let Some((agb, month)) = months.last() else { break };
            after = (agb.to_string(), *month);
            for (agb, month) in months {
                self.month(agb, month, &mut done).await?;
            }
        }
        store::clear_touched(self.tx).await?;
        Ok(done)
    }

    /// Evaluates clients.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn clients(&mut self, clients: &[String], done: &mut Done) -> Result<(), EdgeError> {
        let (histories, known) = histories(self.tx, self.office, clients).await?;
        let pseudonyms: Vec<String> = histories.iter().flat_map(|history| known.pseudonyms(&history.client)).collect();
        let mut standing: HashMap<String, Vec<Signal>> = HashMap::new();
        for signal in store::standing_signals(self.tx, self.office, &pseudonyms).await? {
            standing.entry(known.of(&signal.client).to_owned()).or_default().push(signal);
        }
        self.shadow_clients(&histories, &pseudonyms).await?;
        for history in &histories {
            done.clients += 1;
            let found = claim_rules::of_client(history, &self.core.rules);
            let standing = standing.remove(&history.client).unwrap_or_default();
            let present: BTreeSet<&LineKey> = history.lines.iter().map(|line| &line.key).collect();
            let new = self.settle(found, standing, &present, done).await?;
            for finding in new {
                let facts = FindingFacts::of_client(self.office, &history.client, &finding);
                self.raise(&finding, &facts, done).await?;
            }
        }
        Ok(())
    }

    /// What the shadow finds of clients, in place of what it found before.
    async fn shadow_clients(&mut self, histories: &[ClientHistory], pseudonyms: &[String]) -> Result<(), EdgeError> {
        let Some(rules) = shadow_rules(self.tx, self.office).await? else { return Ok(()) };
        store::forget_clients(self.tx, self.office, pseudonyms).await?;
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
        let Some(history) = provider_history(self.tx, self.office, &self.core.rules, agb, month).await? else {
            self.settle(Vec::new(), standing, &BTreeSet::new(), done).await?;
            return Ok(());
        };
        let found = claim_rules::of_provider(&history, &self.core.rules);
        for finding in self.settle(found, standing, &BTreeSet::new(), done).await? {
            let facts = FindingFacts::of_provider(&history, &finding);
            self.raise(&finding, &facts, done).await?;
        }
        Ok(())
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
        let withdrawal = Withdrawal { decision_id, time: self.core.clock.now() };
        store::add_withdrawal(self.tx, &signal.signal_id, &withdrawal).await?;
        let signal = Signal { withdrawn: Some(withdrawal), ..signal.clone() };
        self.tx.audit(self.core.own_act("WithdrawSignal", self.office, ("signal", &signal.signal_id)));
        self.tx.publish(feed::signal_changed(convert::signal(&signal)));
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
        store::add_signal(self.tx, &signal).await?;
        self.tx.audit(self.core.own_act("RaiseSignal", self.office, ("signal", &signal.signal_id)));
        self.tx.publish(feed::signal_changed(convert::signal(&signal)));
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

/// The histories of clients, each once and under the pseudonym it is known by; with them, what is known of those.
///
/// # Errors
/// What the store reports.
pub async fn histories(
    tx: &mut Tx,
    office: &Office,
    clients: &[String],
) -> Result<(Vec<ClientHistory>, Clients), EdgeError> {
    let known = store::known(tx, office, clients.iter().map(String::as_str)).await?;
    let canonical: BTreeSet<String> = clients.iter().map(|client| known.of(client).to_owned()).collect();
    let pseudonyms: BTreeSet<String> = canonical.iter().flat_map(|client| known.pseudonyms(client)).collect();
    let mut histories: BTreeMap<String, ClientHistory> = BTreeMap::new();
    for client in canonical {
        let history =
            ClientHistory { office: office.clone(), client: client.clone(), lines: Vec::new(), facts: Vec::new() };
        histories.insert(client, history);
    }
    for line in store::claims_of(tx, office, &pseudonyms).await? {
        if let Some(history) = histories.get_mut(known.of(&line.client)) {
            history.lines.push(line);
        }
    }
    let subjects: Vec<String> = pseudonyms.into_iter().collect();
    for (client, facts) in store::facts_of(tx, office, &subjects, |client| known.of(client).to_owned()).await? {
        if let Some(history) = histories.get_mut(&client) {
            history.facts.extend(facts);
        }
    }
    let mut histories: Vec<ClientHistory> = histories.into_values().collect();
    if store::any_about(tx, office, About::Provider).await? {
        add_facts(tx, office, &mut histories, |history| {
            history.lines.iter().map(|line| line.agb.to_string()).collect()
        })
        .await?;
    }
    if store::any_about(tx, office, About::Line).await? {
        add_facts(tx, office, &mut histories, |history| history.lines.iter().map(subject_of).collect()).await?;
    }
    Ok((histories, known))
}

/// Adds the facts about subjects that histories have in their lines.
async fn add_facts(
    tx: &mut Tx,
    office: &Office,
    histories: &mut [ClientHistory],
    subjects: impl Fn(&ClientHistory) -> BTreeSet<String>,
) -> Result<(), EdgeError> {
    let all: BTreeSet<String> = histories.iter().flat_map(&subjects).collect();
    let all: Vec<String> = all.into_iter().collect();
    let facts = store::facts_of(tx, office, &all, str::to_owned).await?;
    for history in histories {
        let own = subjects(history);
        history.facts.extend(own.iter().filter_map(|subject| facts.get(subject)).flatten().cloned());
    }
    Ok(())
}

/// A month of a provider; none when no rule can find anything in it.
///
/// # Errors
/// What the store reports.
pub async fn provider_history(
    tx: &mut Tx,
    office: &Office,
    rules: &Rules,
    agb: Agb,
    month: NaiveDate,
) -> Result<Option<ProviderHistory>, EdgeError> {
    let subject = agb.to_string();
    let mut facts = store::facts_of(tx, office, std::slice::from_ref(&subject), str::to_owned).await?;
    let mut facts = facts.remove(&subject).unwrap_or_default();
    facts.retain(|fact| fact.kind == FactKind::HoursAgreement);
    let compares = rules.stated(&rules::VV10_SHARE_PERCENTAGE).next().is_some();
    if facts.is_empty() && !compares {
        return Ok(None);
    }
    let (sums, home_care_clients) = store::sums_of_month(tx, office, agb, CareMonth::of(month)).await?;
    Ok(Some(ProviderHistory { office: office.clone(), agb, month, home_care_clients, sums, facts }))
}
