//! Calls that are served.

use std::task::{Context, Poll};

use axum::{body::Body, extract::Request, response::Response};
use tower::{Layer, Service};

use crate::{Calls, calls::Side, trace};

/// Puts a span around each call, which continues the caller's trace, and measures it.
#[derive(Clone, Copy, Debug)]
pub struct Observe(pub Calls);

impl<S> Layer<S> for Observe {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Observed<S> {
        Observed { inner, calls: self.0 }
    }
}

/// A service whose calls are observed.
#[derive(Clone, Debug)]
pub struct Observed<S> {
    inner: S,
    calls: Calls,
}

impl<S> Service<Request> for Observed<S>
where
    S: Service<Request, Response = Response> + Send,
    S::Future: Send + 'static,
    S::Error: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (span, ending) = self.calls.begin(Side::Server, request.uri().path());
        trace::continue_call(&span, request.headers());
        let answer = span.in_scope(|| self.inner.call(request));
        Box::pin(async move { Ok(ending.of(answer).await?.map(Body::new)) })
    }
}
