//! What an office enters for a provider: base production that can't be computed, and affordability agreements (BUD-03,
//! BUD-15).

use contract::budget as proto;
use edge::{Begun, Call};

use super::{Rpc, no_room};
use crate::{convert, domain::RoundKind, error::Error, store};

impl Rpc {
    pub(super) async fn record_base_production(
        &self,
        call: &Call,
        request: proto::RecordBaseProductionRequest,
    ) -> Result<proto::RecordBaseProductionResponse, Error> {
        let (request_id, year, entry) = convert::record_base(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::take(&mut write.tx, &year).await? {
            return Err(no_room(&year).into());
        }
        // What is entered after base production was committed would enter nothing any more (BUD-10).
        self.comes_next(&mut write, &year, RoundKind::BaseProduction).await?;
        store::add_base(&mut write.tx, &year, &entry, now).await?;
        let volumes = convert::volumes(&entry.entered.volumes);
        Ok(write.commit(proto::RecordBaseProductionResponse { volumes }).await?)
    }

    pub(super) async fn record_affordability(
        &self,
        call: &Call,
        request: proto::RecordAffordabilityRequest,
    ) -> Result<proto::RecordAffordabilityResponse, Error> {
        let asked = convert::record_affordability(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::take(&mut write.tx, &asked.year).await? {
            return Err(no_room(&asked.year).into());
        }
        // After the click only zinnige zorg & innovatie can still be agreed (BUD-10).
        self.comes_next(&mut write, &asked.year, RoundKind::Click).await?;
        let of = (&asked.year, asked.agb);
        store::add_affordability(&mut write.tx, of, &asked.agreement, &asked.motivation, now).await?;
        Ok(write.commit(proto::RecordAffordabilityResponse {}).await?)
    }
}
