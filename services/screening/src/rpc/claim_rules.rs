//! The claim rules (SCR-04): looked at, run over an office, and tried on history.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{CareMonth, amsterdam_date};
use contract::screening as proto;
use database::Tx;
use edge::{Call, EdgeError, InvalidRequest, Office, to_proto};
use explain::{RuleFile, RuleScope, Rules};
use futures::{Stream, stream};
use money::Money;
use tonic::Status;

use super::Rpc;
use crate::{
    convert::{self, TryRules},
    decide::claim_rules::{CATALOGUE, Finding, Reason, of_client, of_provider},
    domain::Signal,
    evaluate::{BATCH, Done, Evaluation, histories, provider_history},
    rules::SCHEMA,
    store,
};

/// Examples of what a rule would find.
const EXAMPLES: usize = 10;

/// How far a run is.
enum Run {
    /// The clients after this one are next.
    Clients(String),
    /// The providers after this one are next.
    Providers(String),
    /// The end is told.
    Over,
}

impl Rpc {
    pub(super) async fn list_claim_rules(
        &self,
        _: &Call,
        request: proto::ListClaimRulesRequest,
    ) -> Result<proto::ListClaimRulesResponse, EdgeError> {
        let (office, date) = convert::list_claim_rules(&request, amsterdam_date(self.core.clock.now()))?;
        let of_act = |act| RuleScope { office: office.as_str(), act, sector: "", date };
        let told = |rule| convert::claim_rule(rule, &self.core.rules, &of_act);
        Ok(proto::ListClaimRulesResponse { rules: CATALOGUE.iter().map(told).collect() })
    }

    /// A run, in batches that are committed each: whoever applies a file waits for one batch at most.
    pub(super) async fn run_all(
        &self,
        call: &Call,
        request: proto::RunClaimRulesRequest,
    ) -> Result<impl Stream<Item = Result<proto::RunClaimRulesResponse, Status>> + Send + use<>, EdgeError> {
        let office = convert::run_claim_rules(&request)?;
        let mut tx = self.core.db().write().await?;
        tx.audit(call.done("begun"));
        tx.commit(self.core.clock.now()).await?;
        let begin = (self.clone(), office, Run::Clients(String::new()), Done::default());
        Ok(stream::unfold(begin, |(rpc, office, run, done)| async move {
            if matches!(run, Run::Over) {
                return None;
            }
            let (run, done, answer) = match rpc.batch(&office, run, done).await {
                Ok((run, done)) => {
                    let Done { clients, raised, withdrawn } = done;
                    let over = matches!(run, Run::Over);
                    (run, done, Ok(proto::RunClaimRulesResponse { clients, raised, withdrawn, done: over }))
                }
                Err(error) => (Run::Over, done, Err(Status::from(error))),
            };
            Some((answer, (rpc, office, run, done)))
        }))
    }

    async fn batch(&self, office: &Office, run: Run, mut done: Done) -> Result<(Run, Done), EdgeError> {
        let (core, now) = (&self.core, self.core.clock.now());
        let mut tx = core.db().write().await?;
        store::take_turn(&mut tx).await?;
        let next = match run {
            Run::Clients(after) => {
                let clients = store::page_of_clients(&mut tx, office, &after, BATCH).await?;
                let mut evaluation = Evaluation { core, tx: &mut tx, office, reason: Reason::Rules, time: now };
                evaluation.clients(&clients, &mut done).await?;
                clients.into_iter().next_back().map_or(Run::Providers(String::new()), Run::Clients)
            }
            Run::Providers(after) => {
                // A provider has a month's sums at a time.
                let providers = store::page_of_providers(&mut tx, office, &after, 1).await?;
                for agb in &providers {
                    let months = months_of(&mut tx, office, &agb.to_string()).await?;
                    let mut evaluation = Evaluation { core, tx: &mut tx, office, reason: Reason::Rules, time: now };
                    for month in months {
                        evaluation.month(*agb, month, &mut done).await?;
                    }
                }
                providers.last().map_or(Run::Over, |agb| Run::Providers(agb.to_string()))
            }
            Run::Over => Run::Over,
        };
        tx.commit(now).await?;
        Ok((next, done))
    }

    pub(super) async fn try_claim_rules(
        &self,
        call: &Call,
        request: proto::TryClaimRulesRequest,
    ) -> Result<proto::TryClaimRulesResponse, EdgeError> {
        let asked = convert::try_claim_rules(&request)?;
        let rules = self.with_file(&asked.file_name, &asked.text)?;
        let mut tx = self.core.db().write().await?;
        tx.audit(call.done(&asked.file_name));
        tx.commit(self.core.clock.now()).await?;
        let mut tried = Tried { asked: &asked, by_rule: BTreeMap::new() };
        let mut after = String::new();
        loop {
            let mut tx = self.core.read(call).await?;
            let clients = store::page_of_clients(&mut tx, &asked.office, &after, BATCH).await?;
            let Some(last) = clients.last() else { break };
            after.clone_from(last);
            let (histories, known) = histories(&mut tx, &asked.office, &clients).await?;
            for history in &histories {
                let pseudonyms: Vec<String> = known.pseudonyms(&history.client).into_iter().collect();
                let standing = store::standing_signals(&mut tx, &asked.office, &pseudonyms).await?;
                tried.compare(&of_client(history, &rules), &standing)?;
            }
        }
        self.try_providers(call, &rules, &mut tried).await?;
        Ok(proto::TryClaimRulesResponse { rules: tried.by_rule.into_values().collect() })
    }

    async fn try_providers(&self, call: &Call, rules: &Rules, tried: &mut Tried<'_>) -> Result<(), EdgeError> {
        let office = &tried.asked.office;
        let mut after = String::new();
        loop {
            let mut tx = self.core.read(call).await?;
            let providers = store::page_of_providers(&mut tx, office, &after, 1).await?;
            let Some(agb) = providers.first().copied() else { return Ok(()) };
            after = agb.to_string();
            for month in months_of(&mut tx, office, &after).await? {
                let standing = store::standing_of_month(&mut tx, office, agb, month).await?;
                let history = provider_history(&mut tx, office, rules, agb, month).await?;
                let found = history.map(|history| of_provider(&history, rules)).unwrap_or_default();
                tried.compare(&found, &standing)?;
            }
        }
    }

    /// The rules in force with one file replaced.
    pub(super) fn with_file(&self, name: &str, text: &str) -> Result<Rules, EdgeError> {
        let mut files = self.core.rules.files().to_vec();
        let Some(file) = files.iter_mut().find(|file| file.name == name) else {
            let known: Vec<&str> = self.core.rules.files().iter().map(|file| file.name.as_str()).collect();
            let problem = format!("expected one of {}", known.join(", "));
            return Err(InvalidRequest(vec![("file_name".to_owned(), problem)]).into());
        };
        *file = RuleFile { name: name.to_owned(), text: text.to_owned() };
        let faults = |faults: explain::RuleFaults| {
            let wrong = faults.0.into_iter().map(|fault| ("text".to_owned(), fault.to_string()));
            EdgeError::from(InvalidRequest(wrong.collect()))
        };
        Rules::load(files, &SCHEMA).map_err(faults)
    }
}

/// The months of a provider with lines, by first day.
async fn months_of(tx: &mut Tx, office: &Office, agb: &str) -> Result<BTreeSet<chrono::NaiveDate>, EdgeError> {
    let days = store::days_of_provider(tx, office, agb).await?;
    Ok(days.into_iter().map(|day| CareMonth::of(day).first_day()).collect())
}

/// What rules would find, so far.
struct Tried<'a> {
    asked: &'a TryRules,
    by_rule: BTreeMap<String, proto::TriedRule>,
}

impl Tried<'_> {
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
