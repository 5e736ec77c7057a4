//! The data of letters about cases, and how precise rules turned out to be (SCR-07).

use contract::screening as proto;
use edge::{Call, EdgeError};

use super::Rpc;
use crate::{convert, decide::case, store};

impl Rpc {
    pub(super) async fn get_letter(
        &self,
        call: &Call,
        request: proto::GetLetterRequest,
    ) -> Result<proto::GetLetterResponse, EdgeError> {
        let (id, kind) = convert::get_letter(&request)?;
        let mut tx = self.core.read(call).await?;
        let found = store::case(&mut tx, &id).await?.ok_or(EdgeError::NotFound { what: "case", id })?;
        let letter = case::letter(&found, kind, &self.core.rules)?;
        let organisation = store::organisation(&mut tx, &found.agb.to_string()).await?;
        let name = organisation.map(|(name, _)| name).unwrap_or_default();
        Ok(proto::GetLetterResponse { letter: Some(convert::letter(&found, &name, &letter)) })
    }

    pub(super) async fn get_rule_precision(
        &self,
        call: &Call,
        request: proto::GetRulePrecisionRequest,
    ) -> Result<proto::GetRulePrecisionResponse, EdgeError> {
        let (office, raised) = convert::get_rule_precision(&request)?;
        let rules = store::dispositions(&mut self.core.read(call).await?, &office, raised).await?;
        Ok(proto::GetRulePrecisionResponse { rules: rules.iter().map(convert::rule_precision).collect() })
    }
}
