//! The W3C trace context: what ties work in several services, and what follows from it later, into one trace.
//!
//! It travels in the headers of calls, and as text (`traceparent`) with the events of a feed.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{
    Context,
    propagation::{Extractor, Injector, TextMapPropagator},
    trace::TraceContextExt,
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header, and the name of the text.
const TRACE_PARENT: &str = "traceparent";

/// The current span's context as a `traceparent`; none outside a trace.
pub fn current() -> Option<String> {
    let mut parent = Parent(None);
    TraceContextPropagator::new().inject_context(&Context::current(), &mut parent);
    parent.0
}

/// Puts the current span's context into the headers of a call.
pub(crate) fn inject(headers: &mut HeaderMap) {
    TraceContextPropagator::new().inject_context(&Context::current(), &mut Headers(headers));
}

/// Makes a span, not entered yet, continue the trace that a call's headers name, if any.
pub(crate) fn continue_call(span: &Span, headers: &HeaderMap) {
    set_parent(span, TraceContextPropagator::new().extract_with_context(&Context::new(), &Read(headers)));
}

/// Makes a span, not entered yet, continue the trace of a `traceparent`. A text that is none changes nothing.
pub fn continue_text(span: &Span, trace_parent: &str) {
    let parent = Parent(Some(trace_parent.to_owned()));
    set_parent(span, TraceContextPropagator::new().extract_with_context(&Context::new(), &parent));
}

fn set_parent(span: &Span, context: Context) {
    if context.span().span_context().is_valid() {
        // Refused only for a span that nobody collects, or that was entered before: it then begins a trace of its own.
        let _ = span.set_parent(context);
    }
}

/// A carrier of the one header that is needed.
struct Parent(Option<String>);

impl Injector for Parent {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACE_PARENT {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Parent {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.as_deref().filter(|_| key == TRACE_PARENT)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACE_PARENT]
    }
}

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct Read<'a>(&'a HeaderMap);

impl Extractor for Read<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
