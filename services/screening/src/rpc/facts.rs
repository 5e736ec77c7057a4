//! Facts that stand in no claim line, as they come in (SCR-04).

use std::collections::{BTreeMap, BTreeSet};

use calendar::amsterdam_date;
use contract::screening as proto;
use database::Tx;
use edge::{Arrival, Call, EdgeError};
use tonic::{Status, Streaming};

use super::{
    Rpc,
    incoming::{self, wrong},
};
use crate::{
    convert::{FactsStart, facts_start, read_facts},
    decide::claim_rules::Reason,
    domain::{About, FactKind},
    evaluate::{Done, Evaluation},
    store::{self, FactImport, FactRow},
    touched::Touched,
};

impl Rpc {
    pub(super) async fn take_facts(
        &self,
        arrival: Arrival,
        mut messages: Streaming<proto::ImportFactsRequest>,
    ) -> Result<proto::ImportFactsResponse, Status> {
        let start = incoming::start(&mut messages).await?;
        let call = incoming::admit(arrival, &start.office).await?;
        let start = facts_start(&start)?;
        let call = call.ok_or_else(|| wrong("start.office", "expected an office"))?;
        let file = incoming::rest(&mut messages, &start.sha256).await?;
        let keys = self.keys.as_deref();
        if start.kind.about() == About::Client && keys.is_none() {
            return Err(EdgeError::Precondition {
                reason: "PSEUDONYM_KEY_MISSING",
                subject: start.kind.as_str().to_owned(),
                message: "no key for pseudonyms is set (pseudonym_key_file)".to_owned(),
            }
            .into());
        }
        let (rows, pseudonyms) = read_facts(&file, &start, keys, amsterdam_date(self.core.clock.now()))?;
        Ok(self.keep_facts(&call, &start, &rows, &pseudonyms).await?)
    }

    async fn keep_facts(
        &self,
        call: &Call,
        start: &FactsStart,
        rows: &[FactRow],
        pseudonyms: &BTreeSet<Vec<String>>,
    ) -> Result<proto::ImportFactsResponse, EdgeError> {
        let now = self.core.clock.now();
        let mut tx = self.core.db().write().await?;
        store::take_turn(&mut tx).await?;
        if let Some(known) = store::answered(&mut tx, start.request_id).await? {
            let same = (known.office.as_str(), known.kind.as_str(), known.source.as_str(), &known.sha256[..]);
            if same != (start.office.as_str(), start.kind.as_str(), start.source.as_str(), &start.sha256[..]) {
                return Err(EdgeError::RequestReused);
            }
            tx.audit(call.done("sent again"));
            tx.commit(now).await?;
            let done = Done { clients: known.clients, raised: known.raised, withdrawn: known.withdrawn };
            return Ok(reply(known.import_id, done));
        }
        let import = FactImport {
            import_id: self.core.ids.next().to_string(),
            request_id: start.request_id,
            kind: start.kind,
            source: start.source.clone(),
            sha256: start.sha256,
            rows: rows.len() as i64,
            imported_by: call.identity().to_owned(),
            recorded_time: now,
        };
        store::add_facts(&mut tx, &start.office, &import, rows).await?;
        let touched = touched(&mut tx, start, rows, pseudonyms).await?;
        let (core, office) = (&self.core, &start.office);
        let done = Evaluation { core, tx: &mut tx, office, reason: Reason::Facts, time: now }.touched(touched).await?;
        store::add_import(&mut tx, &start.office, &import, done).await?;
        tx.audit(call.done(&format!("import {}, {} {}", import.import_id, rows.len(), start.kind.as_str())));
        tx.commit(now).await?;
        Ok(reply(import.import_id, done))
    }
}

fn reply(import_id: String, Done { clients, raised, withdrawn }: Done) -> proto::ImportFactsResponse {
    proto::ImportFactsResponse { import_id, clients, raised, withdrawn }
}

/// Whom the facts are about.
async fn touched(
    tx: &mut Tx,
    start: &FactsStart,
    rows: &[FactRow],
    pseudonyms: &BTreeSet<Vec<String>>,
) -> Result<Touched, EdgeError> {
    let mut touched = Touched::default();
    let subjects: BTreeSet<&str> = rows.iter().map(|row| row.subject.as_str()).collect();
    match start.kind.about() {
        About::Client => {
            let said: Vec<Vec<&str>> = pseudonyms.iter().map(|set| set.iter().map(String::as_str).collect()).collect();
            let (clients, joins) = store::clients_of(tx, &start.office, &said).await?;
            subjects.iter().for_each(|subject| touched.client(clients.of(subject), None));
            joins.iter().for_each(|join| touched.client(&join.client, None));
        }
        About::Provider if start.kind == FactKind::Terminated => store::mark_network(tx, &start.office).await?,
        About::Provider if !start.kind.is_for_claim_rules() => {}
        About::Provider => {
            for agb in subjects {
                let clients = store::clients_of_provider(tx, &start.office, agb).await?;
                clients.iter().for_each(|client| touched.client(client, None));
                let Ok(provider) = agb.parse() else { continue };
                let days = store::days_of_provider(tx, &start.office, agb).await?;
                days.into_iter().for_each(|day| touched.month(provider, day));
            }
        }
        About::Line => {
            let mut lines: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
            for subject in subjects {
                let mut parts = subject.splitn(3, ' ');
                if let (Some(service), Some(agb), Some(reference)) = (parts.next(), parts.next(), parts.next()) {
                    lines.entry((service, agb)).or_default().push(reference);
                }
            }
            for (whose, references) in lines {
                let clients = store::clients_of_lines(tx, &start.office, whose, &references).await?;
                clients.iter().for_each(|client| touched.client(client, None));
            }
        }
    }
    Ok(touched)
}
