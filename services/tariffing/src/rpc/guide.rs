//! The guide percentage derived from annual accounts (TAR-13).

use contract::tariffing as proto;
use edge::{Begun, Call, Sector};
use explain::Trace;

use super::Rpc;
use crate::{
    convert,
    decide::{self, Account, GuideFacts},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn derive_guide_percentage(
        &self,
        call: &Call,
        request: proto::DeriveGuidePercentageRequest,
    ) -> Result<proto::DeriveGuidePercentageResponse, Error> {
        let asked = convert::derive_guide(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let figures = store::figures_of(&mut write.tx, &asked.office, asked.accounts_year).await?;
        let of_sector = figures.into_iter().filter(|line| asked.sector.is_none_or(|sector| sector == line.sector));
        let facts = GuideFacts {
            accounts: of_sector.map(Account::from).collect(),
            office: asked.office,
            sector: asked.sector,
            year: asked.year,
            accounts_year: asked.accounts_year,
            in_force: asked.in_force,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        let guide = decide::derive_guide(&facts, &self.core.rules, &mut trace)?;
        let sector = facts.sector.map_or("wlz", Sector::as_str);
        let name = format!("{} {sector} {} from {}", facts.office, facts.year, facts.accounts_year);
        let decided = (&facts.office, "guide_percentage", name.as_str());
        let decision_id = self.record(&mut write, decided, &facts, trace).await?;
        let derivation = Some(convert::guide(&guide, decision_id));
        Ok(write.commit(proto::DeriveGuidePercentageResponse { derivation }).await?)
    }
}
