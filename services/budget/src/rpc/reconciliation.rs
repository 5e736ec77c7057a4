//! What counts in a reconciliation beside claims: investigations and wrongful payments (BUD-11).

use chrono::Datelike;
use contract::budget as proto;
use edge::{Begun, Call, EdgeError, to_proto};

use super::{Rpc, rounds::precondition};
use crate::{
    convert,
    domain::{Investigation, OfficeYear},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn open_investigation(
        &self,
        call: &Call,
        request: proto::OpenInvestigationRequest,
    ) -> Result<proto::OpenInvestigationResponse, Error> {
        let asked = convert::open_investigation(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let one = Investigation {
            id: self.core.ids.next().to_string(),
            year: asked.year,
            agb: asked.agb,
            kind: asked.kind,
            opened: write.now,
            closed: None,
        };
        store::open_investigation(&mut write.tx, &one, &asked.motivation).await?;
        let investigation = Some(convert::investigation(&one));
        Ok(write.commit(proto::OpenInvestigationResponse { investigation }).await?)
    }

    pub(super) async fn close_investigation(
        &self,
        call: &Call,
        request: proto::CloseInvestigationRequest,
    ) -> Result<proto::CloseInvestigationResponse, Error> {
        let (request_id, id, motivation) = convert::close_investigation(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        store::investigation(&mut write.tx, &id).await?;
        if !store::close_investigation(&mut write.tx, &id, &motivation, now).await? {
            return Err(precondition("INVESTIGATION_CLOSED", id, "it was closed before".to_owned()));
        }
        let one = store::investigation(&mut write.tx, &id).await?;
        let investigation = Some(convert::investigation(&one));
        Ok(write.commit(proto::CloseInvestigationResponse { investigation }).await?)
    }

    pub(super) async fn record_wrongful_payment(
        &self,
        call: &Call,
        request: proto::RecordWrongfulPaymentRequest,
    ) -> Result<proto::RecordWrongfulPaymentResponse, Error> {
        let asked = convert::record_wrongful(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let line = intake::granted_line(&mut write.tx, &asked.office, asked.agb, &asked.reference).await?;
        let none = || EdgeError::NotFound { what: "granted claim line", id: asked.reference.clone() };
        let (first_day, granted, credited) = line.ok_or_else(none)?;
        if asked.amount > granted {
            let message = format!("{granted} was granted on this line");
            return Err(precondition("LINE_EXCEEDED", asked.reference, message));
        }
        let year = OfficeYear { office: asked.office, year: first_day.year() };
        let of = ((&year, asked.agb), (asked.reference.as_str(), asked.amount));
        store::add_wrongful(&mut write.tx, of.0, of.1, &asked.motivation, now).await?;
        let granted = to_proto::money(granted);
        Ok(write.commit(proto::RecordWrongfulPaymentResponse { year: year.year, granted, credited }).await?)
    }
}
