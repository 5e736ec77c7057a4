//! Agreements.

use contract::registration as proto;
use edge::{Begun, Call, Write};

use super::Rpc;
use crate::{convert, domain::Agreement, error::Error, feed, store};

impl Rpc {
    pub(super) async fn record_agreement(
        &self,
        call: &Call,
        request: proto::RecordAgreementRequest,
    ) -> Result<proto::RecordAgreementResponse, Error> {
        let recording = convert::record_agreement(&request)?;
        let mut write = match self.core.begin(call, recording.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        store::provider_exists(&mut write.tx, recording.agb).await?;
        let agreement = recording.agreement(self.new_id(), now);
        let agreement = Some(conclude(&mut write, &agreement).await?);
        Ok(write.commit(proto::RecordAgreementResponse { agreement }).await?)
    }

    pub(super) async fn list_agreements(
        &self,
        call: &Call,
        request: proto::ListAgreementsRequest,
    ) -> Result<proto::ListAgreementsResponse, Error> {
        let (office, agb, page) = convert::list_agreements(&request)?;
        let mut rows = store::agreements(&mut self.core.read(call).await?, &office, agb, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.agreement_id.clone()]);
        let agreements = rows.iter().map(convert::agreement).collect();
        Ok(proto::ListAgreementsResponse { agreements, next_page_token })
    }
}

/// Saves an agreement, makes it known, and gives it as the contract tells it.
pub(super) async fn conclude(write: &mut Write, agreement: &Agreement) -> Result<proto::Agreement, Error> {
    store::add_agreement(&mut write.tx, agreement).await?;
    write.tx.publish(feed::agreement_concluded(agreement));
    Ok(convert::agreement(agreement))
}
