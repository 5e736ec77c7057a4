//! What is read now and then and shown as gauges: amounts and numbers that stand in a database.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::NaiveDate;
use opentelemetry::KeyValue;

use crate::{SERVICE, meter};

/// Something that is read.
#[derive(Debug)]
pub struct Measure {
    /// Its name, such as `zorginkoop.room.euros`.
    pub name: &'static str,
    /// Its unit in UCUM; what UCUM does not have in braces.
    pub unit: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// What was read of a measure, for one set of labels.
#[derive(Clone, Debug)]
pub struct Reading {
    measure: &'static Measure,
    value: f64,
    labels: Vec<KeyValue>,
}

impl Reading {
    /// A number of things.
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a binary fraction, good for fifteen digits")]
    pub fn count(measure: &'static Measure, count: i64) -> Reading {
        Reading { measure, value: count as f64, labels: Vec::new() }
    }

    /// An amount of whole cents, shown in euros. What is decided is never computed from it.
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a binary fraction, good for fifteen digits")]
    pub fn euros(measure: &'static Measure, cents: i64) -> Reading {
        Reading { measure, value: cents as f64 / 100.0, labels: Vec::new() }
    }

    /// With a label. Its values come from a bounded set.
    #[must_use]
    pub fn with(mut self, label: &'static str, value: impl Into<String>) -> Reading {
        self.labels.push(KeyValue::new(label, value.into()));
        self
    }
}

/// Readings of one measure. What was named and not read is told as 0: a gauge that comes and goes can't be watched.
#[derive(Clone, Debug)]
pub struct Table {
    measure: &'static Measure,
    rows: BTreeMap<Labels, Reading>,
}

type Labels = Vec<(&'static str, String)>;

impl Table {
    /// Nothing yet, of a measure.
    pub fn of(measure: &'static Measure) -> Table {
        Table { measure, rows: BTreeMap::new() }
    }

    /// 0, where nothing is read.
    pub fn zero(&mut self, labels: &[(&'static str, &str)]) {
        self.put(labels, Reading::count(self.measure, 0));
    }

    /// So many more.
    pub fn count(&mut self, labels: &[(&'static str, &str)], count: i64) {
        self.put(labels, Reading::count(self.measure, count));
    }

    /// So many cents more.
    pub fn euros(&mut self, labels: &[(&'static str, &str)], cents: i64) {
        self.put(labels, Reading::euros(self.measure, cents));
    }

    fn put(&mut self, labels: &[(&'static str, &str)], reading: Reading) {
        let key = labels.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        match self.rows.entry(key) {
            Entry::Vacant(vacant) => {
                let labels = labels.iter().map(|(name, value)| KeyValue::new(*name, (*value).to_owned()));
                vacant.insert(Reading { labels: labels.collect(), ..reading });
            }
            Entry::Occupied(mut row) => row.get_mut().value += reading.value,
        }
    }
}

impl IntoIterator for Table {
    type Item = Reading;
    type IntoIter = std::collections::btree_map::IntoValues<Labels, Reading>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_values()
    }
}

/// How long there is until something is due, as a label: `overdue`, `within_3` days, `within_7`, `later`, or `none` where
/// it is due on no day.
pub const DAYS_LEFT: [&str; 5] = ["overdue", "within_3", "within_7", "later", "none"];

/// Which of [`DAYS_LEFT`] it is.
pub fn days_left(today: NaiveDate, due: Option<NaiveDate>) -> &'static str {
    match due.map(|due| (due - today).num_days()) {
        Some(..0) => "overdue",
        Some(..=3) => "within_3",
        Some(..=7) => "within_7",
        Some(_) => "later",
        None => "none",
    }
}

/// What a service shows of itself. When it goes, so does what it showed.
#[derive(Debug)]
pub struct Readings {
    service: &'static str,
}

#[derive(Default)]
struct Shown {
    /// Measures that have an instrument.
    made: BTreeSet<&'static str>,
    by_service: BTreeMap<&'static str, Vec<Reading>>,
}

static SHOWN: Mutex<Shown> = Mutex::new(Shown { made: BTreeSet::new(), by_service: BTreeMap::new() });

fn shown() -> MutexGuard<'static, Shown> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Readings {
    /// Nothing yet, of a service.
    pub fn of(service: &'static str) -> Readings {
        Readings { service }
    }

    /// Shows these, and nothing of what was shown before.
    pub fn show(&self, mut readings: Vec<Reading>) {
        let mut new = Vec::new();
        for reading in &mut readings {
            reading.labels.push(KeyValue::new(SERVICE, self.service));
        }
        let mut shown = shown();
        for reading in &readings {
            if shown.made.insert(reading.measure.name) {
                new.push(reading.measure);
            }
        }
        shown.by_service.insert(self.service, readings);
        // The instruments' callbacks take the lock.
        drop(shown);
        new.into_iter().for_each(make);
    }
}

impl Drop for Readings {
    fn drop(&mut self) {
        shown().by_service.remove(self.service);
    }
}

fn make(measure: &'static Measure) {
    meter()
        .f64_observable_gauge(measure.name)
        .with_unit(measure.unit)
        .with_description(measure.about)
        .with_callback(|observer| {
            let shown = shown();
            let readings = shown.by_service.values().flatten();
            for reading in readings.filter(|reading| reading.measure.name == measure.name) {
                observer.observe(reading.value, &reading.labels);
            }
        })
        .build();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_counted_by_the_days_left() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day);
        let today = day(10).unwrap();
        let bands =
            [(9, "overdue"), (10, "within_3"), (13, "within_3"), (14, "within_7"), (17, "within_7"), (18, "later")];
        for (due, expected) in bands {
            assert_eq!(days_left(today, day(due)), expected, "due on {due}");
        }
        assert_eq!(days_left(today, None), "none");
        assert!(bands.iter().all(|(_, band)| DAYS_LEFT.contains(band)));
    }

    #[test]
    fn what_was_named_and_not_read_is_told_as_nothing() {
        static MEASURE: Measure = Measure { name: "a.measure", unit: "{thing}", about: "Things." };
        let mut table = Table::of(&MEASURE);
        for state in ["open", "closed"] {
            table.zero(&[("state", state)]);
        }
        table.count(&[("state", "open")], 2);
        table.count(&[("state", "open")], 3);
        let told: Vec<f64> = table.into_iter().map(|reading| reading.value).collect();
        assert_eq!(told, [0.0, 5.0]);
    }
}
