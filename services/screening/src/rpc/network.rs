//! The network of providers (SCR-06): links taken in and looked at, and what is found in them.

use std::collections::BTreeSet;

use contract::screening as proto;
use edge::{Arrival, Call, EdgeError};
use futures::{Stream, stream};
use tonic::{Status, Streaming};

use super::{
    Rpc,
    incoming::{self, wrong},
};
use crate::{
    convert::{self, LinksStart, links_start, read_links},
    decide::network::{NetworkFacts, RULE_ID},
    network::{Looked, look},
    store::{self, LinkImport, LinkRow},
};

impl Rpc {
    pub(super) async fn take_links(
        &self,
        arrival: Arrival,
        mut messages: Streaming<proto::ImportLinksRequest>,
    ) -> Result<proto::ImportLinksResponse, Status> {
        let start = incoming::start(&mut messages).await?;
        let call = incoming::admit(arrival, &start.office).await?;
        let start = links_start(&start)?;
        let call = call.ok_or_else(|| wrong("start.office", "expected an office"))?;
        let file = incoming::rest(&mut messages, &start.sha256).await?;
        let keys = self.link_keys.as_deref().ok_or_else(|| EdgeError::Precondition {
            reason: "PSEUDONYM_KEY_MISSING",
            subject: start.kind.as_str().to_owned(),
            message: "no key for pseudonyms is set (pseudonym_key_file)".to_owned(),
        })?;
        let rows = read_links(&file, &start, keys)?;
        Ok(self.keep_links(&call, &start, &rows).await?)
    }

    async fn keep_links(
        &self,
        call: &Call,
        start: &LinksStart,
        rows: &[LinkRow],
    ) -> Result<proto::ImportLinksResponse, EdgeError> {
        let now = self.core.clock.now();
        let mut tx = self.core.db().write().await?;
        store::take_turn(&mut tx).await?;
        if let Some(known) = store::links_answered(&mut tx, start.request_id).await? {
            let same = (known.office.as_str(), known.kind.as_str(), known.source.as_str(), &known.sha256[..]);
            if same != (start.office.as_str(), start.kind.as_str(), start.source.as_str(), &start.sha256[..]) {
                return Err(EdgeError::RequestReused);
            }
            tx.audit(call.done("sent again"));
            tx.commit(now).await?;
            return Ok(proto::ImportLinksResponse { import_id: known.import_id, providers: known.providers });
        }
        let providers: BTreeSet<_> = rows.iter().map(|row| row.agb).collect();
        let import = LinkImport {
            import_id: self.core.ids.next().to_string(),
            request_id: start.request_id,
            kind: start.kind,
            source: start.source.clone(),
            sha256: start.sha256,
            rows: rows.len() as i64,
            providers: providers.len() as i64,
            imported_by: call.identity().to_owned(),
            recorded_time: now,
        };
        store::add_links(&mut tx, &start.office, &import, rows).await?;
        store::mark_network(&mut tx, &start.office).await?;
        tx.audit(call.done(&format!("import {}, {} {}", import.import_id, rows.len(), start.kind.as_str())));
        tx.commit(now).await?;
        Ok(proto::ImportLinksResponse { import_id: import.import_id, providers: import.providers })
    }

    pub(super) async fn list_links(
        &self,
        call: &Call,
        request: proto::ListLinksRequest,
    ) -> Result<proto::ListLinksResponse, EdgeError> {
        let (office, agb, page) = convert::list_links(&request)?;
        let mut tx = self.core.read(call).await?;
        let (links, next_page_token) = store::page_of_links(&mut tx, &office, &agb, &page).await?;
        Ok(proto::ListLinksResponse { links: links.iter().map(convert::stated_link).collect(), next_page_token })
    }

    /// A run; that it began is told at once, and its end when it is there.
    pub(super) async fn look_through(
        &self,
        call: &Call,
        request: proto::RunNetworkRequest,
    ) -> Result<impl Stream<Item = Result<proto::RunNetworkResponse, Status>> + Send + use<>, EdgeError> {
        let office = convert::run_network(&request)?;
        let mut tx = self.core.db().write().await?;
        tx.audit(call.done("begun"));
        tx.commit(self.core.clock.now()).await?;
        let rpc = self.clone();
        let told = |looked: Looked, done| {
            let Looked { links, raised, withdrawn } = looked;
            proto::RunNetworkResponse { links, raised, withdrawn, done }
        };
        Ok(stream::unfold(0, move |step| {
            let (rpc, office) = (rpc.clone(), office.clone());
            async move {
                match step {
                    0 => Some((Ok(told(Looked::default(), false)), 1)),
                    1 => {
                        let looked = look(&rpc.core, &office, rpc.link_keys.as_deref()).await;
                        Some((looked.map(|looked| told(looked, true)).map_err(Status::from), 2))
                    }
                    _ => None,
                }
            }
        }))
    }

    pub(super) async fn get_network_path(
        &self,
        call: &Call,
        request: proto::GetNetworkPathRequest,
    ) -> Result<proto::GetNetworkPathResponse, EdgeError> {
        let id = convert::get_network_path(&request)?;
        let signal = store::signal(&mut self.core.read(call).await?, &id).await?;
        let signal = signal.filter(|signal| signal.rule_id == RULE_ID);
        let signal = signal.ok_or(EdgeError::NotFound { what: "signal of the network", id })?;
        let (facts, _) = self.core.decided::<NetworkFacts>(call, &signal.decision_id, "network_signal").await?;
        let explanation = Some(self.core.explain(call, &signal.decision_id).await?);
        Ok(proto::GetNetworkPathResponse {
            links: facts.path.iter().map(convert::link).collect(),
            other_agb: facts.other.map(|agb| agb.to_string()).unwrap_or_default(),
            further: facts.further,
            explanation,
        })
    }
}
