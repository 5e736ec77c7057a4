//! What cases that screening decided claim back (SCR-07).

use contract::homecare as proto;
use edge::{Call, EdgeError, Fields, to_proto};

use super::Rpc;
use crate::store::{self, CaseReclaim};

impl Rpc {
    pub(super) async fn list_case_reclaims(
        &self,
        call: &Call,
        request: proto::ListCaseReclaimsRequest,
    ) -> Result<proto::ListCaseReclaimsResponse, EdgeError> {
        let mut fields = Fields::new();
        let (office, agb) = (fields.office("office", &request.office), fields.agb("agb", &request.agb));
        let (office, agb) = fields.all((office, agb))?;
        let found = store::case_reclaims(&mut self.core.read(call).await?, (&office, agb)).await?;
        let told = |one: CaseReclaim| proto::CaseReclaim {
            case_id: one.case_id,
            agb: agb.to_string(),
            year: one.year,
            reference: one.reference,
            amount: to_proto::money(one.amount),
            credited: one.credited,
            decision_id: one.decision_id,
            recorded_time: to_proto::time(one.recorded),
        };
        Ok(proto::ListCaseReclaimsResponse { reclaims: found.into_iter().map(told).collect() })
    }
}
