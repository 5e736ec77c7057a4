//! The calls of screening: read, load, reply.

use std::pin::Pin;

use contract::screening::{self as proto, screening_service_server::ScreeningService};
use edge::{Call, Core, EdgeError};
use futures::{Stream, StreamExt};
use tonic::{Request, Response, Status};

use crate::{convert, feed, store};

/// The service behind the contract.
#[derive(Clone, Debug)]
pub struct Rpc {
    core: Core,
}

impl Rpc {
    /// The calls over a core.
    pub fn new(core: Core) -> Rpc {
        Rpc { core }
    }

    async fn signals(
        &self,
        call: &Call,
        request: &proto::ListSignalsRequest,
    ) -> Result<proto::ListSignalsResponse, EdgeError> {
        let (office, agb, page) = convert::list_signals(request)?;
        let mut tx = self.core.read(call).await?;
        let (signals, next_page_token) = store::page_of_signals(&mut tx, &office, &agb, &page).await?;
        Ok(proto::ListSignalsResponse { signals: signals.iter().map(convert::signal).collect(), next_page_token })
    }

    async fn signal(
        &self,
        call: &Call,
        request: &proto::GetSignalRequest,
    ) -> Result<proto::GetSignalResponse, EdgeError> {
        let id = convert::get_signal(request)?;
        let signal = store::signal(&mut self.core.read(call).await?, &id).await?;
        let signal = signal.ok_or(EdgeError::NotFound { what: "signal", id })?;
        Ok(proto::GetSignalResponse { signal: Some(convert::signal(&signal)) })
    }
}

#[tonic::async_trait]
impl ScreeningService for Rpc {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn list_signals(
        &self,
        request: Request<proto::ListSignalsRequest>,
    ) -> Result<Response<proto::ListSignalsResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.signals(&call, &request).await?))
    }

    async fn get_signal(
        &self,
        request: Request<proto::GetSignalRequest>,
    ) -> Result<Response<proto::GetSignalResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        Ok(Response::new(self.signal(&call, &request).await?))
    }

    async fn get_progress(
        &self,
        request: Request<proto::GetProgressRequest>,
    ) -> Result<Response<proto::GetProgressResponse>, Status> {
        self.core.admit(request).await?;
        let (last_sequence, feeds) = self.core.progress().await?;
        Ok(Response::new(proto::GetProgressResponse { last_sequence, feeds }))
    }

    async fn explain(
        &self,
        request: Request<proto::ExplainRequest>,
    ) -> Result<Response<proto::ExplainResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let explanation = self.core.explain(&call, &request.decision_id).await?;
        Ok(Response::new(proto::ExplainResponse { explanation: Some(explanation) }))
    }

    async fn get_receipt(
        &self,
        request: Request<proto::GetReceiptRequest>,
    ) -> Result<Response<proto::GetReceiptResponse>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let receipt = self.core.receipt(&call, &request.decision_id).await?;
        Ok(Response::new(proto::GetReceiptResponse { receipt }))
    }

    async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let (call, request) = self.core.admit(request).await?;
        let events = self.core.watch(&call, request.after_sequence, feed::event);
        let answers = events.map(|event| event.map(|event| proto::WatchResponse { event: Some(event) }));
        Ok(Response::new(answers.boxed()))
    }
}
