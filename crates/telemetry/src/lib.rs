//! What a process tells of itself.
//!
//! - [`Telemetry`]: started once per process; logs to standard error, and traces, metrics and logs over OTLP where an
//!   address is set.
//! - [`trace`]: the W3C trace context, which ties the work of several services into one trace.
//! - [`Calls`]: a span and the duration of every call, served ([`Observe`]) or made ([`Traced`]).
//! - [`Readings`]: what a service reads from its database now and then, shown as gauges.
//! - [`admin`]: `/metrics` for Prometheus, `/livez` and `/readyz`.
//!
//! Names follow the OpenTelemetry semantic conventions where there is one, and begin with `zorginkoop.` where there is
//! none. Units are in the names: `.euros`, or the unit of the instrument, which Prometheus adds to the name. Every label
//! has a bounded set of values: offices, states, codes of a code list, methods of a contract; never a provider, a person,
//! a file or an id.

pub mod admin;
mod calls;
mod client;
mod instruments;
mod process;
mod readings;
mod server;
mod settings;
mod start;
pub mod trace;

pub use calls::Calls;
pub use client::Traced;
pub use instruments::{Counter, Euros, Histogram};
pub use readings::{DAYS_LEFT, Measure, Reading, Readings, Table, days_left};
pub use server::Observe;
pub use settings::TelemetrySettings;
pub use start::{Telemetry, TelemetryError};

/// The label that tells which service a metric or span is of: in one process there may be all five.
pub const SERVICE: &str = "zorginkoop.service";

/// The label that tells which service's feed it is about.
pub const FEED: &str = "zorginkoop.feed";

/// The instruments' common scope.
pub(crate) const SCOPE: &str = "zorginkoop";

/// Spans of this target are exported; those of libraries are not.
pub(crate) const TARGET: &str = "zorginkoop";

/// The meter of the process. Instruments that are made before [`Telemetry::start`] measure nothing.
pub(crate) fn meter() -> opentelemetry::metrics::Meter {
    opentelemetry::global::meter(SCOPE)
}
