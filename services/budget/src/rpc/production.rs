//! Production, refusals, corrections of closed years, and timeliness.

use calendar::WorkingDays;
use contract::budget as proto;
use edge::{Call, EdgeError, to_proto};
use explain::RuleScope;
use futures::{Stream, StreamExt};
use tonic::Status;

use super::Rpc;
use crate::{
    convert,
    decide::{self, Norms},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn list_production(
        &self,
        call: &Call,
        request: proto::ListProductionRequest,
    ) -> Result<proto::ListProductionResponse, Error> {
        let (asked, as_of, page) = convert::list_production(&request)?;
        let mut rows = store::page_of_production(&mut self.core.read(call).await?, &asked, as_of, &page).await?;
        let next_page_token = page.cut(&mut rows, store::production_key);
        let production = rows.into_iter().map(convert::production).collect();
        Ok(proto::ListProductionResponse { production, next_page_token })
    }

    /// All production of one moment, also when none is given: a file that comes later has no part in it.
    pub(super) fn all_production(
        &self,
        request: proto::StreamProductionRequest,
    ) -> Result<impl Stream<Item = Result<proto::StreamProductionResponse, Status>> + Send + use<>, Error> {
        let (asked, as_of) = convert::stream_production(&request)?;
        let at = as_of.unwrap_or_else(|| self.core.clock.now());
        let pages = store::production_pages(self.core.db(), asked, at);
        let answer = move |rows: Vec<_>| proto::StreamProductionResponse {
            production: rows.into_iter().map(convert::production).collect(),
            as_of_time: to_proto::time(at),
        };
        Ok(pages.map(move |rows| rows.map(answer).map_err(Status::from)))
    }

    pub(super) async fn list_refusals(
        &self,
        call: &Call,
        request: proto::ListRefusalsRequest,
    ) -> Result<proto::ListRefusalsResponse, Error> {
        let (asked, as_of, page) = convert::list_refusals(&request)?;
        let at = as_of.unwrap_or_else(|| self.core.clock.now());
        let mut rows = store::page_of_refusals(&mut self.core.read(call).await?, &asked, at, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| {
            let (product, month) = (row.product.clone(), row.care_month.clone());
            vec![row.agb.to_string(), product, month, row.unit.clone(), row.return_code.clone()]
        });
        let refusals = rows.into_iter().map(convert::refusal).collect();
        Ok(proto::ListRefusalsResponse { refusals, next_page_token })
    }

    pub(super) async fn list_corrections(
        &self,
        call: &Call,
        request: proto::ListCorrectionsRequest,
    ) -> Result<proto::ListCorrectionsResponse, Error> {
        let (year, agb, page) = convert::list_corrections(&request)?;
        let mut rows = store::page_of_corrections(&mut self.core.read(call).await?, &year, &agb, &page).await?;
        let next_page_token = page.cut(&mut rows, |correction| {
            let mut key = store::production_key(&correction.row);
            key.push(correction.file_id.clone());
            key
        });
        let corrections = rows.into_iter().map(convert::correction).collect();
        Ok(proto::ListCorrectionsResponse { corrections, next_page_token })
    }

    pub(super) async fn list_timeliness(
        &self,
        call: &Call,
        request: proto::ListTimelinessRequest,
    ) -> Result<proto::ListTimelinessResponse, Error> {
        let (year, (agb, month), page) = convert::list_timeliness(&request)?;
        let mut months = store::page_of_filed(&mut self.core.read(call).await?, &year, (&agb, &month), &page).await?;
        let next_page_token = page.cut(&mut months, |(agb, month, _)| vec![agb.to_string(), month.to_string()]);
        let calendar = WorkingDays::default();
        let mut timeliness = Vec::with_capacity(months.len());
        for (agb, month, filed) in &months {
            let scope = RuleScope { date: month.first_day(), ..year.scope() };
            let norms = Norms {
                calendar: &calendar,
                filing_days: self.core.rules.get(&rules::PROVIDER_FILING_DAYS, &scope)?.value,
                handling_days: self.core.rules.get(&rules::OFFICE_HANDLING_DAYS, &scope)?.value,
            };
            let found = decide::timeliness(*month, filed, &norms).map_err(EdgeError::from)?;
            timeliness.extend(found.map(|found| convert::timeliness(*agb, *month, &found)));
        }
        Ok(proto::ListTimelinessResponse { timeliness, next_page_token })
    }
}
