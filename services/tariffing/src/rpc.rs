//! The calls of tariffing: read, load, decide, save, reply.

use std::pin::Pin;

use chrono::Datelike;
use contract::tariffing::{self as proto, tariffing_service_server::TariffingService};
use edge::{Begun, Call, Core, Decided};
use explain::{Facts, Trace};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status};

use crate::{
    convert, decide,
    decide::{PercentageFacts, QuoteFacts},
    domain::{AgreedPercentage, Subject},
    error::Error,
    feed,
    snapshot::Snapshots,
    store,
};

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
    snapshots: Snapshots,
}

impl Rpc {
    /// The calls over a core.
    pub fn new(core: Core) -> Rpc {
        let snapshots = Snapshots::start(core.clone());
        Rpc { core, snapshots }
    }

    async fn import(
        &self,
        call: &Call,
        request: proto::ImportMaximumTariffsRequest,
    ) -> Result<proto::ImportMaximumTariffsResponse, Error> {
        let import = convert::import(&request)?;
        let begun = self.core.begin(call, import.request_id, &request).await?;
        let mut write = match begun {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let first = import.tariffs.iter().map(|tariff| tariff.first_day).min().unwrap_or_default();
        let last = import.tariffs.iter().map(|tariff| tariff.last_day.unwrap_or(tariff.first_day)).max();
        let before = store::tariffs_between(&mut write.tx, &import.office, first, last.unwrap_or(first)).await?;
        let changed = decide::changed(&before, &import.tariffs);
        let version = store::add_table(&mut write.tx, &import.office, &import.source, &import.tariffs, now).await?;
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let (tariffs, changed) = (count(import.tariffs.len()), count(changed));
        let imported = proto::MaximumTariffsImported { version, tariffs, changed };
        write.tx.publish(feed::maximum_tariffs_imported(&import.office, imported));
        Ok(write.commit(proto::ImportMaximumTariffsResponse { version, tariffs, changed }).await?)
    }

    async fn list_tariffs(
        &self,
        call: &Call,
        request: proto::ListMaximumTariffsRequest,
    ) -> Result<proto::ListMaximumTariffsResponse, Error> {
        let (office, date, page) = convert::list_tariffs(&request)?;
        let mut rows = store::tariffs_on(&mut self.core.read(call).await?, &office, date, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.product.clone()]);
        let tariffs = rows.into_iter().map(convert::maximum_tariff).collect();
        Ok(proto::ListMaximumTariffsResponse { tariffs, next_page_token })
    }

    async fn quote(&self, request: proto::QuoteRequest) -> Result<proto::QuoteResponse, Error> {
        let asked = convert::quote(&request)?;
        let (snapshot, as_of) = self.snapshots.of(&asked.office).await?;
        let maximum = snapshot.tariff_on(&asked.product, asked.care_date);
        let maximum = maximum.filter(|maximum| maximum.sector == asked.sector);
        let no_tariff = || Error::NoMaximumTariff { product: asked.product.clone(), date: asked.care_date };
        let maximum = maximum.ok_or_else(no_tariff)?.clone();
        let subject =
            Subject { office: asked.office, sector: asked.sector, agb: asked.agb, year: asked.care_date.year() };
        let agreed = snapshot.percentage_of(subject.agb, subject.sector, subject.year);
        let facts = QuoteFacts { subject, maximum, agreed, care_date: asked.care_date, as_of };
        let mut trace = Trace::new();
        let (tariff, percentage) = decide::quote(&facts, &self.core.rules, &mut trace)?;
        let explanation = if request.explain {
            let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, as_of));
            Some(self.core.explain_now(&explanation)?)
        } else {
            None
        };
        Ok(convert::quoted(&tariff, percentage, explanation, as_of))
    }

    async fn agree(
        &self,
        call: &Call,
        request: proto::AgreePercentageRequest,
    ) -> Result<proto::AgreePercentageResponse, Error> {
        let (request_id, subject, adjustments) = convert::agree(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let (first, last) = decide::days_of(subject.year);
        let rows = store::tariffs_between(&mut write.tx, &subject.office, first, last).await?;
        let maxima = decide::timeline(rows, first, last);

        let facts = PercentageFacts { subject, adjustments, as_of: now };
        let mut trace = Trace::new();
        let percentage = decide::derive_percentage(&facts, &self.core.rules, &mut trace)?;
        let tariffs = decide::tariffs(&facts.subject, &maxima, &percentage, now, &self.core.rules)?;

        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let name = facts.subject.to_string();
        let decided = Decided {
            office: &facts.subject.office,
            kind: "percentage",
            subject: &name,
            facts: &recorded,
            explanation: &explanation,
        };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        store::add_percentage(&mut write.tx, &facts.subject, percentage.value, &decision_id, now).await?;
        let agreed = AgreedPercentage { subject: facts.subject, percentage: percentage.value, tariffs, decision_id };
        write.tx.publish(feed::percentage_agreed(&agreed));
        let reply = proto::AgreePercentageResponse { agreed: Some(convert::agreed(&agreed)) };
        Ok(write.commit(reply).await?)
    }

    async fn list_percentages(
        &self,
        call: &Call,
        request: proto::ListPercentagesRequest,
    ) -> Result<proto::ListPercentagesResponse, Error> {
        let (office, year, page) = convert::list_percentages(&request)?;
        let mut rows = store::percentages(&mut self.core.read(call).await?, &office, year, &page).await?;
        let key = |row: &AgreedPercentage| vec![row.subject.agb.to_string(), row.subject.sector.to_string()];
        let next_page_token = page.cut(&mut rows, key);
        let percentages = rows.iter().map(convert::agreed).collect();
        Ok(proto::ListPercentagesResponse { percentages, next_page_token })
    }
}

#[tonic::async_trait]
impl TariffingService for Rpc {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn import_maximum_tariffs(
        &self,
        request: Request<proto::ImportMaximumTariffsRequest>,
    ) -> Result<Response<proto::ImportMaximumTariffsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.import(&call, request).await?))
    }

    async fn list_maximum_tariffs(
        &self,
        request: Request<proto::ListMaximumTariffsRequest>,
    ) -> Result<Response<proto::ListMaximumTariffsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.list_tariffs(&call, request).await?))
    }

    async fn quote(&self, request: Request<proto::QuoteRequest>) -> Result<Response<proto::QuoteResponse>, Status> {
        let (_, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::quote(self, request).await?))
    }

    async fn agree_percentage(
        &self,
        request: Request<proto::AgreePercentageRequest>,
    ) -> Result<Response<proto::AgreePercentageResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.agree(&call, request).await?))
    }

    async fn list_percentages(
        &self,
        request: Request<proto::ListPercentagesRequest>,
    ) -> Result<Response<proto::ListPercentagesResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(Rpc::list_percentages(self, &call, request).await?))
    }

    async fn get_progress(
        &self,
        request: Request<proto::GetProgressRequest>,
    ) -> Result<Response<proto::GetProgressResponse>, Status> {
        self.core.admit(request).await?;
        let (last_sequence, feeds) = self.core.progress().await?;
        Ok(Response::new(proto::GetProgressResponse { last_sequence, feeds }))
    }

    async fn explain(
        &self,
        request: Request<proto::ExplainRequest>,
    ) -> Result<Response<proto::ExplainResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let explanation = self.core.explain(&call, &request.decision_id).await?;
        Ok(Response::new(proto::ExplainResponse { explanation: Some(explanation) }))
    }

    async fn get_receipt(
        &self,
        request: Request<proto::GetReceiptRequest>,
    ) -> Result<Response<proto::GetReceiptResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let receipt = self.core.receipt(&call, &request.decision_id).await?;
        Ok(Response::new(proto::GetReceiptResponse { receipt }))
    }

    async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let events = self.core.watch(&call, request.after_sequence, feed::event);
        let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
        Ok(Response::new(Box::pin(answers)))
    }
}
