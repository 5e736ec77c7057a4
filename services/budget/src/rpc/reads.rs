//! Lists: budgets, files, forecasts.

use contract::budget as proto;
use edge::{Call, EdgeError, Fields};

use super::Rpc;
use crate::{
    convert,
    domain::{Account, Lot},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn list_budgets(
        &self,
        call: &Call,
        request: proto::ListBudgetsRequest,
    ) -> Result<proto::ListBudgetsResponse, Error> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::paged_year((&request.office, request.year), asked, 1)?;
        let mut tx = self.core.read(call).await?;
        let mut rows = store::page_of_budgets(&mut tx, &year, &page).await?;
        let balances = store::balances(&mut tx, &year).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let current = |agb| balances.of(Lot::Zin, Account::Agreed(agb));
        let budgets = rows.iter().map(|row| convert::budget(row, current(row.agb))).collect();
        Ok(proto::ListBudgetsResponse { budgets, next_page_token })
    }

    pub(super) async fn list_claim_files(
        &self,
        call: &Call,
        request: proto::ListClaimFilesRequest,
    ) -> Result<proto::ListClaimFilesResponse, Error> {
        let (office, agb, page) = convert::list_claim_files(&request)?;
        let (files, next_page_token) =
            intake::list_files(&mut self.core.read(call).await?, &office, agb, &page).await?;
        Ok(proto::ListClaimFilesResponse { files, next_page_token })
    }

    pub(super) async fn file_of(&self, call: &Call, file_id: &str) -> Result<intake::StoredFile, Error> {
        let mut fields = Fields::new();
        let id = fields.id("file_id", file_id);
        let (id,) = fields.all((id,))?;
        let file = intake::claim_file(&mut self.core.read(call).await?, &id).await?;
        Ok(file.ok_or(EdgeError::NotFound { what: "claim file", id })?)
    }

    pub(super) async fn list_forecasts(
        &self,
        call: &Call,
        request: proto::ListForecastsRequest,
    ) -> Result<proto::ListForecastsResponse, Error> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::paged_year((&request.office, request.year), asked, 1)?;
        let round = convert::forecast_round(request.round)?;
        let mut rows = store::page_of_forecasts(&mut self.core.read(call).await?, (&year, round), &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let forecasts = rows.iter().map(convert::forecast).collect();
        Ok(proto::ListForecastsResponse { forecasts, next_page_token })
    }
}
