//! Stays with treatment (TAR-09).

use contract::tariffing as proto;
use edge::Call;
use explain::{Facts, Trace};

use super::Rpc;
use crate::{convert, decide, decide::MixFacts, error::Error};

impl Rpc {
    pub(super) async fn check_treatment_mix(
        &self,
        _: &Call,
        request: proto::CheckTreatmentMixRequest,
    ) -> Result<proto::CheckTreatmentMixResponse, Error> {
        let (subject, now, asked) = convert::check_mix(&request)?;
        let facts = MixFacts { subject, now, asked, as_of: self.core.clock.now() };
        let mut trace = Trace::new();
        let mix = decide::check_mix(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, facts.as_of));
        Ok(convert::mix(mix, self.core.explain_now(&explanation)?))
    }
}
