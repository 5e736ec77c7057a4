//! The register of insured persons that claims are held against: which holds, and which were imported.

use contract::budget as proto;
use edge::Call;

use super::Rpc;
use crate::error::Error;

impl Rpc {
    pub(super) async fn get_insured_register(
        &self,
        call: &Call,
        request: proto::GetInsuredRegisterRequest,
    ) -> Result<proto::GetInsuredRegisterResponse, Error> {
        let as_of = request.as_of_time.as_ref();
        let (import, usable) = self.intake.insured_register(call, &request.office, as_of).await?;
        Ok(proto::GetInsuredRegisterResponse { import, usable })
    }

    pub(super) async fn list_insured_imports(
        &self,
        call: &Call,
        request: proto::ListInsuredImportsRequest,
    ) -> Result<proto::ListInsuredImportsResponse, Error> {
        let page = (request.page_size, request.page_token.as_str());
        let (imports, next_page_token) = self.intake.insured_imports(call, &request.office, page).await?;
        Ok(proto::ListInsuredImportsResponse { imports, next_page_token })
    }
}
