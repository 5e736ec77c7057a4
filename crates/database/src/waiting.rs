//! How long transactions wait to begin: for a free connection, and on SQLite for the one writer.

use std::{sync::LazyLock, time::Instant};

use telemetry::Histogram;

/// Where the buckets end, in seconds.
const BUCKETS: [f64; 9] = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

static WAITED: LazyLock<Histogram> = LazyLock::new(|| {
    let about = "How long transactions waited to begin: for a connection, and for the one writer of SQLite.";
    Histogram::new("db.client.connection.wait_time", "s", about, &BUCKETS)
});

/// A transaction that waits to begin; measured when it waits no more.
pub(crate) struct Waiting {
    kind: &'static str,
    since: Instant,
}

impl Waiting {
    /// Begins to wait for a transaction that reads, or one that writes.
    pub(crate) fn begins(kind: &'static str) -> Waiting {
        Waiting { kind, since: Instant::now() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITED.record(self.since.elapsed().as_secs_f64(), &[("zorginkoop.transaction", self.kind)]);
    }
}
