//! Mirror information (TAR-15).

use chrono::{DateTime, Utc};
use contract::tariffing as proto;
use database::Tx;
use edge::{Call, EdgeError};
use explain::{Facts, Trace};
use runtime::follow::Follower;

use super::Rpc;
use crate::{
    convert,
    decide::{self, MirrorFacts},
    error::Error,
    feed, store,
};

impl Rpc {
    pub(super) async fn get_mirror(
        &self,
        call: &Call,
        request: proto::GetMirrorRequest,
    ) -> Result<proto::GetMirrorResponse, Error> {
        let asked = convert::get_mirror(&request)?;
        let mut tx = self.core.read(call).await?;
        let figures = store::figures_of(&mut tx, &asked.office, asked.year).await?;
        let care = store::approved_care(&mut tx, (&asked.office, asked.sector, asked.year)).await?;
        let without_sector = store::without_sector(&mut tx, (&asked.office, asked.agb, asked.year)).await?;
        let claims_as_of = followed_as_of(&mut tx).await?;
        let facts = MirrorFacts {
            office: asked.office,
            agb: asked.agb,
            sector: asked.sector,
            year: asked.year,
            group: asked.group,
            figures: figures.into_iter().filter(|line| line.sector == asked.sector).collect(),
            care,
            as_of: self.core.clock.now(),
        };
        let mut trace = Trace::new();
        let mirror = decide::mirror(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, facts.as_of));
        let explanation = self.core.explain_now(&explanation)?;
        let mirror = convert::mirror(&mirror, without_sector, claims_as_of, explanation);
        Ok(proto::GetMirrorResponse { mirror: Some(mirror) })
    }
}

/// The moment that budget was followed up to, if it was.
async fn followed_as_of(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, EdgeError> {
    let cursors = tx.cursors().await?;
    Ok(cursors.into_iter().find(|cursor| cursor.feed == feed::Budget::FEED).map(|cursor| cursor.as_of))
}
