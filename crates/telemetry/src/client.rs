//! Calls that are made.

use std::task::{Context, Poll};

use axum::body::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use tonic::body::Body;
use tower::Service;

use crate::{Calls, calls::Side, trace};

type StdError = Box<dyn std::error::Error + Send + Sync>;

/// A channel to another service whose calls carry the trace along, and are measured.
#[derive(Clone, Debug)]
pub struct Traced<S> {
    inner: S,
    calls: Calls,
}

impl<S> Traced<S> {
    /// A channel, whose calls are made by `calls.service`.
    pub fn new(inner: S, calls: Calls) -> Traced<S> {
        Traced { inner, calls }
    }
}

impl<S, B> Service<Request<Body>> for Traced<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Future: Send + 'static,
    S::Error: Send,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<StdError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let (span, ending) = self.calls.begin(Side::Client, request.uri().path());
        let answer = span.in_scope(|| {
            trace::inject(request.headers_mut());
            self.inner.call(request)
        });
        Box::pin(async move { Ok(ending.of(answer).await?.map(Body::new)) })
    }
}
