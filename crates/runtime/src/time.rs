//! Time and randomness as values that are handed in.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Tells the time: the system's, or one that a test or a demo moves.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The system's time.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still until it is [set](Clock::set) or [advanced](Clock::advance); copies share the time.
    pub fn manual(start: DateTime<Utc>) -> Clock {
        Clock(Source::Manual(Arc::new(Mutex::new(start))))
    }

    /// The time, in whole microseconds, as every store keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            #[allow(clippy::disallowed_methods, reason = "the one place where the system's time is read")]
            Source::System => Utc::now(),
            Source::Manual(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        };
        database::to_micros(now)
    }

    /// Sets a manual clock; the system's can't be set, and stays what it is.
    pub fn set(&self, time: DateTime<Utc>) {
        if let Source::Manual(held) = &self.0 {
            *held.lock().unwrap_or_else(PoisonError::into_inner) = time;
        }
    }

    /// Moves a manual clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

/// Makes identifiers: random ones, or a fixed series for tests.
#[derive(Clone, Debug)]
pub struct Ids(Option<Arc<Mutex<u128>>>);

impl Ids {
    /// Random identifiers that sort by the time they were made.
    pub fn random() -> Ids {
        Ids(None)
    }

    /// The series 1, 2, 3 ... as identifiers, the same in every run.
    pub fn series() -> Ids {
        Ids(Some(Arc::new(Mutex::new(0))))
    }

    /// The next identifier.
    pub fn next(&self) -> Uuid {
        match &self.0 {
            #[allow(clippy::disallowed_methods, reason = "the one place where identifiers are drawn")]
            None => Uuid::now_v7(),
            Some(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                *last += 1;
                Uuid::from_u128(*last)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_copies_agree() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let copy = clock.clone();
        clock.advance(TimeDelta::days(1));
        assert_eq!(copy.now(), DateTime::UNIX_EPOCH + TimeDelta::days(1));
        assert_eq!(copy.now(), clock.now());
    }

    #[test]
    fn a_series_of_ids_repeats() {
        let (first, second) = (Ids::series(), Ids::series());
        assert_eq!([first.next(), first.next()], [second.next(), second.next()]);
        assert!(Ids::random().next() < Ids::random().next());
    }
}
