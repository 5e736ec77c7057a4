//! Counters and histograms of a service, under names of this project.

use opentelemetry::{KeyValue, metrics};

use crate::meter;

/// Counts what happens.
#[derive(Debug)]
pub struct Counter(metrics::Counter<u64>);

impl Counter {
    /// A counter with a name, a unit in UCUM and what it counts. Made before [`Telemetry::start`](crate::Telemetry::start)
    /// it counts nothing: make it when it is first used.
    pub fn new(name: &'static str, unit: &'static str, about: &'static str) -> Counter {
        Counter(meter().u64_counter(name).with_unit(unit).with_description(about).build())
    }

    /// So many more, with these labels.
    pub fn add(&self, count: u64, labels: &[(&'static str, &str)]) {
        self.0.add(count, &attributes(labels));
    }
}

/// Counts amounts of money, in euros. What is decided is never computed from it.
#[derive(Debug)]
pub struct Euros(metrics::Counter<f64>);

impl Euros {
    /// A counter of an amount with a name that ends in `.euros` and what it counts.
    pub fn new(name: &'static str, about: &'static str) -> Euros {
        Euros(meter().f64_counter(name).with_unit("{EUR}").with_description(about).build())
    }

    /// So many cents more, with these labels.
    #[allow(clippy::cast_precision_loss, reason = "a counter is a binary fraction, good for fifteen digits")]
    pub fn add_cents(&self, cents: u64, labels: &[(&'static str, &str)]) {
        self.0.add(cents as f64 / 100.0, &attributes(labels));
    }
}

/// Measures how long or how large something is.
#[derive(Debug)]
pub struct Histogram(metrics::Histogram<f64>);

impl Histogram {
    /// A histogram with a name, a unit in UCUM, what it measures and where its buckets end.
    pub fn new(name: &'static str, unit: &'static str, about: &'static str, buckets: &[f64]) -> Histogram {
        let meter = meter();
        let histogram = meter.f64_histogram(name).with_unit(unit).with_description(about);
        Histogram(histogram.with_boundaries(buckets.to_vec()).build())
    }

    /// One more, with these labels.
    pub fn record(&self, value: f64, labels: &[(&'static str, &str)]) {
        self.0.record(value, &attributes(labels));
    }
}

fn attributes(labels: &[(&'static str, &str)]) -> Vec<KeyValue> {
    labels.iter().map(|(key, value)| KeyValue::new(*key, (*value).to_owned())).collect()
}
