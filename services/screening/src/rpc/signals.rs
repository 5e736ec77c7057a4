//! Signals, looked at.

use contract::screening as proto;
use edge::{Call, EdgeError};

use super::Rpc;
use crate::{convert, store};

impl Rpc {
    pub(super) async fn list_signals(
        &self,
        call: &Call,
        request: proto::ListSignalsRequest,
    ) -> Result<proto::ListSignalsResponse, EdgeError> {
        let (filter, page) = convert::list_signals(&request)?;
        let mut tx = self.core.read(call).await?;
        let (signals, next_page_token) = store::page_of_signals(&mut tx, &filter, &page).await?;
        Ok(proto::ListSignalsResponse { signals: signals.iter().map(convert::signal).collect(), next_page_token })
    }

    pub(super) async fn get_signal(
        &self,
        call: &Call,
        request: proto::GetSignalRequest,
    ) -> Result<proto::GetSignalResponse, EdgeError> {
        let id = convert::get_signal(&request)?;
        let signal = store::signal(&mut self.core.read(call).await?, &id).await?;
        let signal = signal.ok_or(EdgeError::NotFound { what: "signal", id })?;
        Ok(proto::GetSignalResponse { signal: Some(convert::signal(&signal)) })
    }
}
