//! Decisions about ceilings, and claim files.

use contract::homecare as proto;
use edge::{Call, EdgeError};

use super::Rpc;
use crate::{convert, store};

impl Rpc {
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
