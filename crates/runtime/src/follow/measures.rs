//! What is measured of following.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use telemetry::{Counter, FEED, Histogram, SERVICE};
use tracing::Span;

use super::Followed;

/// Where the buckets end, in seconds: from at once to a day.
const BUCKETS: [f64; 12] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0, 3_600.0, 86_400.0];

static DELAY: LazyLock<Histogram> = LazyLock::new(|| {
    Histogram::new("zorginkoop.feed.delay", "s", "Time between an event's commit and its being applied here.", &BUCKETS)
});
static INTERRUPTIONS: LazyLock<Counter> = LazyLock::new(|| {
    let about = "Times that following stopped, to be tried again: the other service or the own database failed.";
    Counter::new("zorginkoop.feed.interruptions", "{interruption}", about)
});

/// The span that an event is applied in.
pub(super) fn span<E>(service: &'static str, feed: &'static str, event: &Followed<E>) -> Span {
    let span = tracing::info_span!(
        target: "zorginkoop", "apply", otel.name = format!("apply {feed}"), otel.kind = "consumer",
        zorginkoop.service = service, messaging.destination.name = feed, zorginkoop.feed.sequence = event.sequence,
    );
    telemetry::trace::continue_text(&span, &event.trace_parent);
    span
}

/// Events were applied.
pub(super) fn applied(
    service: &'static str,
    feed: &'static str,
    recorded: impl Iterator<Item = DateTime<Utc>>,
    now: DateTime<Utc>,
) {
    for time in recorded {
        // Clocks of two machines differ: an event from the future is applied at once.
        let delay = (now - time).to_std().unwrap_or_default();
        DELAY.record(delay.as_secs_f64(), &[(SERVICE, service), (FEED, feed)]);
    }
}

/// Following stopped and will be tried again.
pub(super) fn interrupted(service: &'static str, feed: &'static str) {
    INTERRUPTIONS.add(1, &[(SERVICE, service), (FEED, feed)]);
}
