//! The use of ceilings, the decisions about them, and claim files.

use contract::homecare as proto;
use edge::{Call, EdgeError};

use super::Rpc;
use crate::{convert, error, store};

impl Rpc {
    pub(super) async fn get_consumption(
        &self,
        call: &Call,
        request: proto::GetConsumptionRequest,
    ) -> Result<proto::GetConsumptionResponse, EdgeError> {
        let of = convert::get_consumption(&request)?;
        let now = self.core.clock.now();
        let used = store::consumption_of(&mut self.core.read(call).await?, &of).await?;
        let used = used.ok_or_else(|| error::no_agreement(&of))?;
        Ok(proto::GetConsumptionResponse { consumption: Some(convert::consumption(&used, now)?) })
    }

    pub(super) async fn list_consumption(
        &self,
        call: &Call,
        request: proto::ListConsumptionRequest,
    ) -> Result<proto::ListConsumptionResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (office, year, page) = convert::paged_year((&request.office, request.year), asked)?;
        let now = self.core.clock.now();
        let mut rows = store::page_of_consumption(&mut self.core.read(call).await?, &office, year, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
        let consumption: Result<_, EdgeError> = rows.iter().map(|row| convert::consumption(row, now)).collect();
        Ok(proto::ListConsumptionResponse { consumption: consumption?, next_page_token })
    }

    pub(super) async fn list_ceiling_decisions(
        &self,
        call: &Call,
        request: proto::ListCeilingDecisionsRequest,
    ) -> Result<proto::ListCeilingDecisionsResponse, EdgeError> {
        let (of, page) = convert::list_decisions(&request)?;
        let mut rows = store::page_of_decisions(&mut self.core.read(call).await?, &of, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.decision_id.clone()]);
        let decisions = rows.iter().map(|row| convert::decision(&of, row)).collect();
        Ok(proto::ListCeilingDecisionsResponse { decisions, next_page_token })
    }

    pub(super) async fn list_claim_files(
        &self,
        call: &Call,
        request: proto::ListClaimFilesRequest,
    ) -> Result<proto::ListClaimFilesResponse, EdgeError> {
        let (office, agb, page) = convert::list_claim_files(&request)?;
        let (files, next_page_token) =
            intake::list_files(&mut self.core.read(call).await?, &office, agb, &page).await?;
        Ok(proto::ListClaimFilesResponse { files, next_page_token })
    }

    pub(super) async fn file_of(&self, call: &Call, file_id: &str) -> Result<intake::StoredFile, EdgeError> {
        let file = intake::claim_file(&mut self.core.read(call).await?, file_id).await?;
        file.ok_or_else(|| EdgeError::NotFound { what: "claim file", id: file_id.to_owned() })
    }
}
