//! What cases that screening decided claim back (SCR-07).

use contract::homecare as proto;
use edge::{Call, EdgeError};

use super::Rpc;

impl Rpc {
    pub(super) async fn list_case_reclaims(
        &self,
        call: &Call,
        request: proto::ListCaseReclaimsRequest,
    ) -> Result<proto::ListCaseReclaimsResponse, EdgeError> {
        let of = (request.office.as_str(), request.agb.as_str());
        Ok(proto::ListCaseReclaimsResponse { reclaims: self.intake.case_reclaims(call, of).await? })
    }
}
