//! How long transactions wait to begin: for a free connection, and on SQLite for the one writer.

use std::{sync::LazyLock, time::Instant};

use telemetry::{Histogram, SERVICE};

/// Where the buckets end, in seconds.
const BUCKETS: [f64; 9] = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

static WAITED: LazyLock<Histogram> = LazyLock::new(|| {
    let about = "How long transactions waited to begin: for a connection, and for the one writer of SQLite.";
    Histogram::new("db.client.connection.wait_time", "s", about, &BUCKETS)
});

/// A transaction that waits to begin; measured when it waits no more.
pub(crate) struct Waiting {
    service: Option<&'static str>,
    kind: &'static str,
    since: Instant,
}

impl Waiting {
    /// Begins to wait for a transaction of a service that reads, or one that writes.
    pub(crate) fn begins(service: Option<&'static str>, kind: &'static str) -> Waiting {
        Waiting { service, kind, since: Instant::now() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut labels = vec![("zorginkoop.transaction", self.kind)];
        labels.extend(self.service.map(|service| (SERVICE, service)));
        WAITED.record(self.since.elapsed().as_secs_f64(), &labels);
    }
}
