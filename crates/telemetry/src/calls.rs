//! Calls that are served or made: a span each, how long they take and how they end (rate, errors, duration).

use std::{
    pin::Pin,
    sync::{Arc, LazyLock},
    task::{Context, Poll, ready},
    time::Instant,
};

use axum::body::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body, Frame, SizeHint};
use opentelemetry::{
    KeyValue,
    metrics::{Histogram, UpDownCounter},
};
use pin_project_lite::pin_project;
use tracing::{Instrument, Span};

use crate::{SERVICE, TARGET, meter};

/// Where the buckets end, in seconds: from a quick look to a large claim file.
const BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// What a method is called that no contract knows, so that callers can't make labels.
const OTHER: &str = "_OTHER";

/// Which side of a call this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Server,
    Client,
}

impl Side {
    /// As the kind of its spans.
    fn kind(self) -> &'static str {
        match self {
            Side::Server => "server",
            Side::Client => "client",
        }
    }
}

struct Instruments {
    served: Histogram<f64>,
    made: Histogram<f64>,
    open: UpDownCounter<i64>,
}

static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(|| {
    let duration = |name: &'static str, about: &'static str| {
        meter().f64_histogram(name).with_unit("s").with_description(about).with_boundaries(BUCKETS.to_vec()).build()
    };
    Instruments {
        served: duration("rpc.server.call.duration", "How long calls took to be served, streams to their end."),
        made: duration("rpc.client.call.duration", "How long calls to other services took, streams to their end."),
        open: meter()
            .i64_up_down_counter("rpc.server.active_requests")
            .with_unit("{request}")
            .with_description("Calls being served, streams that stay open among them.")
            .build(),
    }
});

/// Which service's calls, and which methods there are.
#[derive(Clone, Copy, Debug)]
pub struct Calls {
    /// The service that serves or makes the calls.
    pub service: &'static str,
    /// Whether a path, such as `/zorginkoop.budget.v1.BudgetService/GetRoom`, is a method of a contract.
    pub known: fn(&str) -> bool,
}

impl Calls {
    /// Begins a call: its span, not entered, and what is measured when it ends.
    pub(crate) fn begin(&self, side: Side, path: &str) -> (Span, Ending) {
        let method = if (self.known)(path) { path.trim_start_matches('/') } else { OTHER };
        let service = self.service;
        let span = tracing::info_span!(
            target: TARGET, "rpc", otel.name = method, otel.kind = side.kind(), otel.status_code = tracing::field::Empty,
            rpc.system.name = "grpc", rpc.method = method, rpc.response.status_code = tracing::field::Empty,
            zorginkoop.service = service,
        );
        let labels = [
            KeyValue::new(SERVICE, service),
            KeyValue::new("rpc.system.name", "grpc"),
            KeyValue::new("rpc.method", Arc::<str>::from(method)),
        ];
        if side == Side::Server {
            INSTRUMENTS.open.add(1, &labels);
        }
        (span.clone(), Ending { side, span, labels, began: Instant::now(), status: None })
    }
}

/// A call that has begun; what it came to is recorded when this goes, however that comes about.
#[derive(Debug)]
pub(crate) struct Ending {
    side: Side,
    span: Span,
    labels: [KeyValue; 3],
    began: Instant,
    status: Option<&'static str>,
}

impl Ending {
    /// Waits for an answer within the call's span, and watches its body to the end.
    pub(crate) async fn of<B, E>(
        mut self,
        answer: impl Future<Output = Result<Response<B>, E>>,
    ) -> Result<Response<Watched<B>>, E> {
        let span = self.span.clone();
        match answer.instrument(span).await {
            Ok(answer) => {
                self.hear(answer.headers());
                Ok(answer.map(|body| Watched { body, ending: Some(self) }))
            }
            Err(error) => {
                self.status = Some("UNAVAILABLE");
                Err(error)
            }
        }
    }

    /// What the headers or trailers say of how the call ended, if they do.
    fn hear(&mut self, headers: &HeaderMap) {
        if let Some(status) = headers.get("grpc-status") {
            self.status = Some(status_name(status.as_bytes()));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // An answer that was dropped before its end was cancelled, by the caller or by its deadline.
        let status = self.status.unwrap_or("CANCELLED");
        self.span.record("rpc.response.status_code", status);
        if is_failure(self.side, status) {
            self.span.record("otel.status_code", "ERROR");
        }
        let [service, system, method] = self.labels.clone();
        let took = self.began.elapsed().as_secs_f64();
        let ended = [service, system, method, KeyValue::new("rpc.response.status_code", status)];
        match self.side {
            Side::Server => {
                INSTRUMENTS.open.add(-1, &self.labels);
                INSTRUMENTS.served.record(took, &ended);
            }
            Side::Client => INSTRUMENTS.made.record(took, &ended),
        }
    }
}

/// Whether the status is a failure: for who calls every status but OK is, for who serves those that are its own fault.
fn is_failure(side: Side, status: &str) -> bool {
    match side {
        Side::Client => status != "OK" && status != "CANCELLED",
        Side::Server => {
            matches!(
                status,
                "UNKNOWN" | "DEADLINE_EXCEEDED" | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS"
            )
        }
    }
}

fn status_name(code: &[u8]) -> &'static str {
    match code {
        b"0" => "OK",
        b"1" => "CANCELLED",
        b"3" => "INVALID_ARGUMENT",
        b"4" => "DEADLINE_EXCEEDED",
        b"5" => "NOT_FOUND",
        b"6" => "ALREADY_EXISTS",
        b"7" => "PERMISSION_DENIED",
        b"8" => "RESOURCE_EXHAUSTED",
        b"9" => "FAILED_PRECONDITION",
        b"10" => "ABORTED",
        b"11" => "OUT_OF_RANGE",
        b"12" => "UNIMPLEMENTED",
        b"13" => "INTERNAL",
        b"14" => "UNAVAILABLE",
        b"15" => "DATA_LOSS",
        b"16" => "UNAUTHENTICATED",
        _ => "UNKNOWN",
    }
}

pin_project! {
    /// The body of an answer, watched to its end: there the call's status stands.
    pub(crate) struct Watched<B> {
        #[pin]
        body: B,
        ending: Option<Ending>,
    }
}

impl<B: Body<Data = Bytes>> Body for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        let entered = this.ending.as_ref().map(|ending| ending.span.clone());
        let _entered = entered.as_ref().map(Span::enter);
        let frame = ready!(this.body.poll_frame(context));
        match (&frame, this.ending.as_mut()) {
            (Some(Ok(frame)), Some(ending)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    ending.hear(trailers);
                    *this.ending = None;
                }
            }
            (Some(Err(_)), Some(ending)) => {
                ending.status = Some("UNAVAILABLE");
                *this.ending = None;
            }
            (None, Some(ending)) => {
                ending.status.get_or_insert("UNKNOWN");
                *this.ending = None;
            }
            (_, None) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_no_fault_of_who_serves() {
        assert!(!is_failure(Side::Server, status_name(b"7")) && is_failure(Side::Client, status_name(b"7")));
        assert!(is_failure(Side::Server, status_name(b"13")) && is_failure(Side::Server, status_name(b"2")));
        assert!(!is_failure(Side::Client, status_name(b"0")) && !is_failure(Side::Client, "CANCELLED"));
    }
}
