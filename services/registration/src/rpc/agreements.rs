//! Agreements.

use contract::registration as proto;
use edge::{
    Begun, Call, EdgeError, InvalidRequest, Write,
    four_eyes::{Adverse, Eyes},
};
use prost::Message;

use super::Rpc;
use crate::{cases, convert, domain::Agreement, error::Error, feed, store};

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
        store::known_provider(&mut write.tx, recording.agb).await?;
        let agreement = recording.agreement(self.new_id(), now);
        let agreement = Some(conclude(&mut write, &agreement, "").await?);
        Ok(write.commit(proto::RecordAgreementResponse { agreement }).await?)
    }

    pub(super) async fn end_agreement(
        &self,
        call: &Call,
        request: proto::EndAgreementRequest,
    ) -> Result<proto::EndAgreementResponse, Error> {
        let (request_id, ..) = convert::end_agreement(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.end_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To end an agreement early takes four eyes.
    pub(super) async fn end_in(
        &self,
        write: &mut Write,
        request: &proto::EndAgreementRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::EndAgreementResponse, Error> {
        let (_, agreement_id, last_day, motivation) = convert::end_agreement(request)?;
        let now = write.now;
        let agreement = store::take_agreement(&mut write.tx, &agreement_id).await?;
        let earlier = agreement.first_day <= last_day && agreement.last_day.is_none_or(|last| last_day < last);
        if !earlier {
            let problem = "is not a day of the agreement before its last".to_owned();
            return Err(EdgeError::from(InvalidRequest(vec![("last_day".to_owned(), problem)])).into());
        }
        let adverse = Adverse {
            office: &agreement.office,
            agb: Some(agreement.agb),
            subject: &agreement_id,
            summary: format!("overeenkomst beëindigen per {last_day}: {motivation}"),
            outcome: &request.encode_to_vec(),
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            let agreement = Some(convert::agreement(&agreement));
            return Ok(proto::EndAgreementResponse { agreement, proposal: Some(proposal) });
        }
        let agreement = Agreement { last_day: Some(last_day), ..agreement };
        store::save_terms(&mut write.tx, &agreement, &motivation, now).await?;
        write.tx.publish(feed::agreement_concluded(&agreement));
        self.end_of_term(write, &agreement).await?;
        Ok(proto::EndAgreementResponse { agreement: Some(convert::agreement(&agreement)), proposal: None })
    }

    pub(super) async fn list_case_measures(
        &self,
        call: &Call,
        request: proto::ListCaseMeasuresRequest,
    ) -> Result<proto::ListCaseMeasuresResponse, Error> {
        let (office, agb) = convert::list_case_measures(&request)?;
        let measures = store::case_measures(&mut self.core.read(call).await?, (&office, agb)).await?;
        let measures = measures.iter().map(|measure| convert::case_measure(agb, measure)).collect();
        Ok(proto::ListCaseMeasuresResponse { measures })
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
pub(super) async fn conclude(
    write: &mut Write,
    agreement: &Agreement,
    motivation: &str,
) -> Result<proto::Agreement, Error> {
    let of = (&agreement.office, agreement.agb, agreement.sector.act());
    cases::refuse_excluded(&mut write.tx, of, write.now).await?;
    store::add_agreement(&mut write.tx, agreement, motivation).await?;
    write.tx.publish(feed::agreement_concluded(agreement));
    Ok(convert::agreement(agreement))
}
