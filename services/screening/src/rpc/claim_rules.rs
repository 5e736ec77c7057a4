//! The claim rules (SCR-04): looked at, and run over an office.

use std::collections::BTreeSet;

use calendar::{CareMonth, amsterdam_date};
use contract::screening as proto;
use database::Tx;
use edge::{Call, EdgeError, InvalidRequest, Office};
use explain::{RuleFile, RuleScope, Rules};
use futures::{Stream, stream};
use tonic::Status;

use super::Rpc;
use crate::{
    convert,
    decide::claim_rules::{CATALOGUE, Reason},
    evaluate::{BATCH, Done, Evaluation},
    rules::SCHEMA,
    store,
};

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
pub(super) async fn months_of(
    tx: &mut Tx,
    office: &Office,
    agb: &str,
) -> Result<BTreeSet<chrono::NaiveDate>, EdgeError> {
    let days = store::days_of_provider(tx, office, agb).await?;
    Ok(days.into_iter().map(|day| CareMonth::of(day).first_day()).collect())
}
