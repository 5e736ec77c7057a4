//! Agreements (HOM-01, HOM-03).

use contract::homecare as proto;
use edge::{Begun, Call, EdgeError};

use super::Rpc;
use crate::{claims, convert, domain::Agreement, error, feed, store};

impl Rpc {
    pub(super) async fn conclude_agreement(
        &self,
        call: &Call,
        request: proto::ConcludeAgreementRequest,
    ) -> Result<proto::ConcludeAgreementResponse, EdgeError> {
        let asked = convert::conclude(&request)?;
        // Claims on this agreement need these; without them it is refused now rather than its claims later.
        claims::agreeable(&self.core.rules, &asked.of, &asked.tariffs)?;
        let begun = self.core.begin(call, asked.request_id, &request).await?;
        let mut write = match begun {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let agreement = Agreement {
            agreement_id: self.core.ids.next().to_string(),
            of: asked.of,
            kind: asked.kind,
            ceiling: asked.ceiling,
            hours_per_client_month: asked.hours_per_client_month,
            tariffs: asked.tariffs,
        };
        if !store::add_agreement(&mut write.tx, &agreement, now).await? {
            return Err(error::agreement_exists(&agreement.of));
        }
        let agreement = convert::agreement(&agreement);
        write.tx.publish(feed::agreement_concluded(agreement.clone()));
        write.commit(proto::ConcludeAgreementResponse { agreement: Some(agreement) }).await
    }

    pub(super) async fn list_agreements(
        &self,
        call: &Call,
        request: proto::ListAgreementsRequest,
    ) -> Result<proto::ListAgreementsResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (office, year, page) = convert::paged_year((&request.office, request.year), asked)?;
        let mut tx = self.core.read(call).await?;
        let (agreements, next_page_token) = store::page_of_agreements(&mut tx, &office, year, &page).await?;
        let agreements = agreements.iter().map(convert::agreement).collect();
        Ok(proto::ListAgreementsResponse { agreements, next_page_token })
    }
}
