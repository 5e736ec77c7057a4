//! A rule file tried on the history of an office (SCR-04), in batches of which each is told: a long history is no reason
//! for a call to be cut. Nothing is kept but the entry in the audit log.

use std::collections::{BTreeMap, BTreeSet};

use contract::screening as proto;
use edge::{Call, EdgeError, to_proto};
use explain::Rules;
use futures::{Stream, stream};
use money::Money;
use tonic::Status;

use super::{Rpc, claim_rules::months_of};
use crate::{
    convert::{self, TryRules},
    decide::claim_rules::{Finding, of_client, of_provider},
    domain::Signal,
    evaluate::BATCH,
    histories::{histories, provider_history},
    store,
};

/// Examples of what a rule would find.
const EXAMPLES: usize = 10;

/// A trial under way.
struct Trial {
    rpc: Rpc,
    call: Call,
    asked: TryRules,
    rules: Rules,
    next: Next,
    clients: i64,
    by_rule: BTreeMap<String, proto::TriedRule>,
}

/// What is looked at next.
enum Next {
    /// The clients after this one.
    Clients(String),
    /// The provider after this one.
    Provider(String),
    /// Nothing: the end is told.
    Over,
}

impl Rpc {
    pub(super) async fn try_all(
        &self,
        call: Call,
        request: proto::TryClaimRulesRequest,
    ) -> Result<impl Stream<Item = Result<proto::TryClaimRulesResponse, Status>> + Send + use<>, EdgeError> {
        let asked = convert::try_claim_rules(&request)?;
        let rules = self.with_file(&asked.file_name, &asked.text)?;
        let mut tx = self.core.db().write().await?;
        tx.audit(call.done(&asked.file_name));
        tx.commit(self.core.clock.now()).await?;
        let (rpc, next, by_rule) = (self.clone(), Next::Clients(String::new()), BTreeMap::new());
        let trial = Trial { rpc, call, asked, rules, next, clients: 0, by_rule };
        Ok(stream::unfold(trial, |mut trial| async move {
            if matches!(trial.next, Next::Over) {
                return None;
            }
            let answer = trial.step().await.map_err(|error| {
                trial.next = Next::Over;
                Status::from(error)
            });
            Some((answer, trial))
        }))
    }
}

impl Trial {
    /// Looks at what is next, and tells how far it is.
    async fn step(&mut self) -> Result<proto::TryClaimRulesResponse, EdgeError> {
        self.next = match std::mem::replace(&mut self.next, Next::Over) {
            Next::Clients(after) => self.clients_after(&after).await?,
            Next::Provider(after) => self.provider_after(&after).await?,
            Next::Over => Next::Over,
        };
        let done = matches!(self.next, Next::Over);
        let rules = if done { std::mem::take(&mut self.by_rule).into_values().collect() } else { Vec::new() };
        Ok(proto::TryClaimRulesResponse { rules, clients: self.clients, done })
    }

    async fn clients_after(&mut self, after: &str) -> Result<Next, EdgeError> {
        let office = self.asked.office.clone();
        let mut tx = self.rpc.core.read(&self.call).await?;
        let clients = store::page_of_clients(&mut tx, &office, after, BATCH).await?;
        let Some(last) = clients.last() else { return Ok(Next::Provider(String::new())) };
        let (histories, known) = histories(&mut tx, &office, &clients, None).await?;
        for history in &histories {
            let pseudonyms: Vec<String> = known.pseudonyms(&history.client).into_iter().collect();
            let standing = store::standing_signals(&mut tx, &office, &pseudonyms).await?;
            self.compare(&of_client(history, &self.rules), &standing)?;
            self.clients += 1;
        }
        Ok(Next::Clients(last.clone()))
    }

    async fn provider_after(&mut self, after: &str) -> Result<Next, EdgeError> {
        let office = self.asked.office.clone();
        let mut tx = self.rpc.core.read(&self.call).await?;
        let providers = store::page_of_providers(&mut tx, &office, after, 1).await?;
        let Some(agb) = providers.first().copied() else { return Ok(Next::Over) };
        for month in months_of(&mut tx, &office, &agb.to_string()).await? {
            let standing = store::standing_of_month(&mut tx, &office, agb, month).await?;
            let history = provider_history(&mut tx, &office, &self.rules, agb, month).await?;
            let found = history.map(|history| of_provider(&history, &self.rules)).unwrap_or_default();
            self.compare(&found, &standing)?;
        }
        Ok(Next::Provider(agb.to_string()))
    }

    fn compare(&mut self, found: &[Finding], standing: &[Signal]) -> Result<(), EdgeError> {
        let (first, last) = self.asked.period;
        let inside = |from, until| from <= last && until >= first;
        let known: BTreeSet<&str> = standing.iter().map(|signal| signal.key.as_str()).collect();
        let mut keys = BTreeSet::new();
        for finding in found.iter().filter(|finding| inside(finding.first_day, finding.last_day)) {
            let key = finding.key();
            let tried = self.of(finding.rule);
            tried.findings += 1;
            let so_far = Money::from_cents(tried.at_stake.map_or(0, |amount| amount.cents));
            tried.at_stake = to_proto::money(so_far.plus(finding.at_stake)?);
            if !known.contains(key.as_str()) {
                tried.new_findings += 1;
                if tried.examples.len() < EXAMPLES {
                    let lines: Vec<&str> = finding.lines.iter().map(|line| line.reference.as_str()).collect();
                    tried.examples.push(if lines.is_empty() { finding.subject.clone() } else { lines.join(" ") });
                }
            }
            keys.insert(key);
        }
        for signal in standing.iter().filter(|signal| inside(signal.first_day, signal.last_day)) {
            if !keys.contains(&signal.key) {
                self.of(&signal.rule).lost_signals += 1;
            }
        }
        Ok(())
    }

    fn of(&mut self, rule: &str) -> &mut proto::TriedRule {
        let none = || proto::TriedRule {
            rule: rule.to_owned(),
            at_stake: to_proto::money(Money::ZERO),
            ..proto::TriedRule::default()
        };
        self.by_rule.entry(rule.to_owned()).or_insert_with(none)
    }
}
